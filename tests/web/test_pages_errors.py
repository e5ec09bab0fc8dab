"""The work list of error files: grouped, filtered, selected, checked, tried again, put aside, and as a table."""

import csv
import io
from pathlib import Path

from mdwatch.dropfolder.folder import DropFolder
from mdwatch.handlers.files import errand_work, errands
from mdwatch.handlers.ies import change
from mdwatch.handlers.updates import run_once
from tests.web.pages import ME, Page
from tests.web.sites import site
from tests.worlds import ANN, JOB, World, dc, ie, update

FORMULA = "=cmd|' !A0.xml"


def world_of(root: Path) -> World:
    """Two jobs of two institutions: files for a locked IE, for one that there is not, and one that is not XML."""
    world = World(root)
    (root / "other").mkdir()
    world.raw["users"]["her"] = {"institution": ["INS02", "INS03"], "role": "editor-full"}
    world.raw["jobs"]["maps"] = {"user": "her", "folder": str(root / "other"), "settle_seconds": 0}
    world.load(ie("IE1", lockedBy="curator"), ie("IE2", institution="INS02"))
    for number in range(3):
        world.drop(f"{number}.xml", update("IE1", dc(f"New {number}")))
    world.drop(FORMULA, update("IE9", dc("New")))
    (root / "other" / "bad.xml").write_bytes(b"<" + "\N{HEBREW LETTER ALEF}<script>".encode() + b"x" * 70_000)
    world.run()
    with world.context() as context:
        run_once.run_job(context, "maps")
    return world


def names(page: Page) -> list[str]:
    return [text.split(" for ")[0].split()[0] for text in page.reads("//tr[starts-with(@id, 'error-')]/td[2]")]


def test_files_are_grouped_by_reason_and_filtered_and_sorted(tmp_path: Path) -> None:
    with site(world_of(tmp_path)) as there:
        page = Page(there, "/errors?sort=name")
        assert page.reads("//ul[@class='groups']/li") == [
            "3 IE is locked",
            "1 IE does not exist",
            "1 XML is not well-formed or invalid",
        ]
        assert names(page) == ["0.xml", "1.xml", "2.xml", FORMULA.split(maxsplit=1)[0], "bad.xml"]
        locked = Page(there, page.one("//ul[@class='groups']//a[contains(., 'locked')]").get("href", ""))
        assert names(locked) == ["0.xml", "1.xml", "2.xml"]
        assert locked.read("//a[@aria-current]") == "3 IE is locked"
        assert names(Page(there, "/errors?institution=INS03")) == ["bad.xml"]
        assert names(Page(there, "/errors?text=ie9")) == [FORMULA.split(maxsplit=1)[0]]
        assert names(Page(there, "/jobs/maps/errors")) == ["bad.xml"]
        assert names(Page(there, "/errors?sort=-name"))[0] == "bad.xml"
        assert "No error file is like that." in Page(there, "/errors?text=nix").text
        assert Page(there, "/jobs/nix/errors", 404)


def test_selected_files_are_checked_and_tried_again_in_each_job(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    with site(world) as there:
        page = Page(there, "/errors?sort=name")
        assert page.press("Retry the selected files").notice == "No file is selected."
        page.selected = {f"{JOB}/0.xml", "maps/bad.xml"}
        change.unlock(there.context, "IE1")
        checked = page.press("Check the selected files")
        first, second = checked.reads("//section[contains(@class, 'card')]")
        assert first.startswith("0.xml updated The submitted metadata differs")
        assert "removed dc:record/dc:title Old +added dc:record/dc:title New 0" in first
        assert second.startswith("bad.xml in error not well-formed")
        assert "Retry them" in checked.buttons()
        done = page.press("Retry the selected files")
        assert done.notice == (
            "0.xml is back in the drop folder; the next run takes it. "
            "bad.xml is back in the drop folder; the next run takes it."
        )
        assert names(done) == ["1.xml", "2.xml", FORMULA.split(maxsplit=1)[0]]
        assert done.reads("//tr[starts-with(@id, 'errand-')]/td[last()]") == ["done", "done"]
    assert (world.folder / "0.xml").exists()
    assert (tmp_path / "other" / "bad.xml").exists()


def test_a_file_that_would_undo_what_came_later_is_not_said_to_update(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    with site(world) as there:
        change.unlock(there.context, "IE1")
        world.drop("later.xml", update("IE1", dc("Later")))
        assert world.run().counts == {"updated": 1}
        (told,) = Page(there, f"/errors/check?file={JOB}/0.xml").reads("//section[contains(@class, 'card')]")
        assert told.startswith("0.xml in error IE IE1 was updated by later.xml, which was created later")


def test_all_that_are_listed_are_put_aside_when_that_is_said_twice(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    with site(world) as there:
        asked = Page(there, "/errors?code=locked").press("Dismiss all 3")
        assert asked.read("//h1") == "Dismiss 3 files?"
        assert "Reason: IE is locked." in asked.text
        done = asked.press("Dismiss 3 files")
        assert done.notice == "3 files are put aside in error/dismissed."
        errand = Page(there, done.all("//tr[starts-with(@id, 'errand-')]//a")[0].get("href", ""))
        assert errand.read("//h1") == f"Dismissal of 3 files of {JOB}"
        assert "3 of 3 files put aside or answered" in errand.text
        assert names(Page(there, "/errors?sort=name")) == [FORMULA.split(maxsplit=1)[0], "bad.xml"]
    assert "error/dismissed/0.xml" in world.files()


def test_an_errand_that_goes_on_shows_how_far_it_is_and_what_was_left(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    with site(world) as there:
        errand = errands.ask(there.context.of(ANN), errands.retry(JOB, ["0.xml", "nix.xml"]))
        page = Page(there, f"/errands/{errand.id}")
        assert page.read("//h1") == f"Retry of 2 files of {JOB}"
        assert "It begins when the job's worker has ended what it has in hand." in page.text
        assert "Retry in dc" in Page(there, "/").read("//section[@aria-labelledby='attention']")
        errands.ask(there.context.of(ANN), errands.dismissal(JOB, ["1.xml"]))
        with DropFolder(world.folder) as folder:
            errand_work.carry_out(there.context, JOB, folder)
        page = Page(there, f"/errands/{errand.id}")
        assert "2 of 2 files put back or answered 0 of 1 file taken by the job again" in page.text
        assert page.read("//tr[starts-with(@id, 'left-')]").startswith("nix.xml there is no regular file")
        Page(there, "/errands/77", 404)


def test_the_list_as_a_table_whose_cells_are_no_formulas(tmp_path: Path) -> None:
    with site(world_of(tmp_path)) as there:
        answer = there.client.get("/errors.csv?sort=name")
    assert answer.headers["content-disposition"].startswith('attachment; filename="errors-2')
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["job"] for row in rows] == [JOB] * 4 + ["maps"]
    assert rows[3]["file"] == f"'{FORMULA}"
    assert (rows[0]["IE"], rows[0]["code"], rows[0]["reason"]) == ("IE1", "locked", "IE is locked by curator")
    assert rows[0]["path"].endswith("/drop/error/0.xml")
    assert rows[0]["since"].endswith("Z")


def test_the_content_of_a_file_is_text_and_no_more_than_its_beginning(tmp_path: Path) -> None:
    with site(world_of(tmp_path)) as there:
        page = Page(there, "/jobs/maps/file?name=bad.xml")
        assert page.one("//details//code").text_content().endswith("/other/error/bad.xml")
        assert "this is how it begins" in page.text
        text = page.one("//details//pre").text_content()
        assert text.startswith("<\N{HEBREW LETTER ALEF}<script>xxx")
        assert len(text) < 66_000
        assert page.all("//main//script") == []
        waiting = Page(there, f"/jobs/{JOB}/file?name=0.xml").press("Retry 0.xml")
        assert "updateMD" in Page(there, f"/jobs/{JOB}/file?name=0.xml").read("//details//pre")
        assert waiting.notice.startswith("0.xml is back")


def test_a_form_cannot_reach_what_is_no_error_file(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    (tmp_path / "secret").touch()
    with site(world) as there:
        for key in ("nix/0.xml", f"{JOB}/..%2F..%2Fsecret", f"{JOB}/", "0.xml"):
            answer = there.client.post("/errors/act", data={"act": "retry", "file": key}, headers=ME)
            assert answer.status_code == 303
            place = answer.headers["location"].partition("#")[0]
            assert "bad" in Page(there, place).one("//*[contains(@class, 'notice')]").get("class", "")
    assert (tmp_path / "secret").exists()


def test_many_jobs_are_a_line_each_and_are_filtered_and_sorted(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    for number in range(60):
        folder = tmp_path / f"many{number}"
        folder.mkdir()
        world.raw["jobs"][f"job{number:02}"] = {"user": "editor", "folder": str(folder)}
    with site(world) as there:
        page = Page(there, "/")
        rows = page.reads("//tr[starts-with(@id, 'job-')]")
        assert len(rows) == 62
        # Red first.
        assert [row.split()[0] for row in rows[:3]] == [JOB, "maps", "job00"]

        def jobs(query: str) -> list[str]:
            return [row.split()[0] for row in Page(there, f"/?{query}").reads("//tr[starts-with(@id, 'job-')]")]

        assert jobs("state=bad") == [JOB, "maps"]
        assert jobs("institution=INS02") == ["maps"]
        assert jobs("text=JOB5&sort=-name") == [f"job{number}" for number in range(59, 49, -1)]
        assert jobs("sort=errors")[:2] == [JOB, "maps"]
        assert "No job is like that." in Page(there, "/?text=nix").text
