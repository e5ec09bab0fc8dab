"""What was done by hand stands on the page of what it was done to, and on no other."""

from pathlib import Path

import pytest

from mdwatch.handlers.files import dismiss
from mdwatch.handlers.ies import change
from mdwatch.handlers.jobs import request
from mdwatch.handlers.oai import sets
from mdwatch.handlers.updates import run_once
from tests.web.pages import Page
from tests.web.sites import site
from tests.worlds import ANN, JOB, World, ie

ACTS = "//*[@id='part-acts']"


@pytest.fixture(name="world")
def _world(tmp_path: Path) -> World:
    world = World(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    # A job, a file and a set of one name are not taken for each other.
    world.raw["jobs"]["maps"] = {"user": "editor", "folder": str(other), "settle_seconds": 0}
    world.load(ie("IE1", "Maps", published=True))
    for folder in (world.folder, other):
        (folder / "bad.xml").write_bytes(b"<")
    return world


def test_acts_on_a_set_a_file_an_ie_and_a_job(world: World) -> None:
    with site(world) as there:
        ann = there.context.of(ANN)
        for job in (JOB, "maps"):
            run_once.run_job(ann, job)
        sets.create(ann, "maps", "dc:title ~ maps", "Maps", "")
        sets.create(ann, "plans", "dc:title ~ plans", "Plans", "")
        request.pause(ann, "maps")
        change.lock(ann, "IE1", "ann")
        dismiss.dismiss(ann, JOB, ["bad.xml"])

        def told(path: str) -> list[tuple[str, str]]:
            """The acts on a page, and by whom."""
            rows = Page(there, path).all(f"{ACTS}//tbody/tr")
            return [(row[1].text_content().strip(), row[2][0].text_content()) for row in rows]

        assert told("/sets/maps") == [("Made", "ann")]
        assert told(f"/jobs/{JOB}/file?name=bad.xml") == [("Dismissed: bad.xml", "ann")]
        assert told("/ies/IE1")[0] == ("Locked", "ann")
        assert ("Paused", "ann") in told("/jobs/maps")
        assert told("/jobs/maps/file?name=bad.xml") == []
        # A name that is no text is asked for like any other.
        assert there.ask("GET", "/api/trail?subject=%FF.xml")["items"] == []
        assert "What was done by hand with maps, newest first" in Page(there, "/sets/maps").read(ACTS)
