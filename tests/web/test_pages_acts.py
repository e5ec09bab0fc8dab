"""What was done by hand stands on the page of what it was done to, and on no other."""

from pathlib import Path

import pytest

from mdwatch.handlers.files import dismiss
from mdwatch.handlers.ies import change
from mdwatch.handlers.jobs import request
from mdwatch.handlers.oai import sets
from mdwatch.handlers.updates import run_once
from mdwatch.model import Actor
from mdwatch.web.pages import act_pages
from tests.web.pages import Page, text_of
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


def test_all_of_them_as_a_list_of_its_own(world: World) -> None:
    with site(world) as there:
        ann, bob = there.context.of(ANN), there.context.of(Actor("bob", "cli", "here"))
        assert "Nothing like that" in Page(there, "/acts?who=nobody").text
        run_once.run_job(ann, JOB)
        change.lock(ann, "IE1", "ann")
        change.unlock(bob, "IE1")
        sets.create(bob, "maps", "dc:title ~ maps", "Maps", "")
        dismiss.dismiss(ann, JOB, ["bad.xml"])

        def told(query: str = "") -> list[str]:
            """Act, subject and who of each row, as they are read."""
            rows = Page(there, f"/acts{query}").all("//main//tbody/tr")
            return [" ".join(text_of(cell) for cell in row[1:3]) + f" {row[3][0].text_content()}" for row in rows]

        everything = told()
        assert everything[:4] == [
            f"Dismissed bad.xml, job {JOB} ann",
            "Made maps bob",
            "Unlocked IE1 bob",
            "Locked IE1 ann",
        ]
        # As a browser sends a form in which only one field was filled in.
        assert told("?subject=&who=bob&act=&since=") == ["Made maps bob", "Unlocked IE1 bob"]
        assert told("?subject=IE1&act=ie-lock") == ["Locked IE1 ann"]
        assert told("?since=2999-01-01") == []
        assert told(f"?subject={JOB}") == [row for row in everything if JOB in row]
        assert Page(there, "/ies/IE1").one(f"{ACTS}//a[@href='/acts?subject=IE1']").text == "As a list of its own"


def test_more_than_a_page_of_them_is_followed_to_the_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(act_pages, "_LIMIT", 2)
    with site(world) as there:
        ann = there.context.of(ANN)
        for _time in range(3):
            change.lock(ann, "IE1", "ann")
            change.unlock(ann, "IE1")
        seen: list[str | None] = []
        path = "/acts?who=ann"
        while path:
            shown = Page(there, path)
            seen += [row.get("id") for row in shown.all("//main//tbody/tr")]
            path = next((link.get("href", "") for link in shown.all("//main//a") if link.text == "Older"), "")
        assert len(seen) == len(set(seen)) == 6
