"""The operators' page: every state of a job, what waits, what failed, buttons, all without JavaScript."""

import os
import socket
import threading
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from mdwatch.dropfolder import shares
from mdwatch.errors import Deferred
from mdwatch.handlers.jobs import request
from mdwatch.repository import control, run_entries
from mdwatch.repository.run_entries import LogPosition
from mdwatch.runtime import lease, lease_names
from mdwatch.web.serving.route import PartTrouble
from tests.web.pages import ME, Page, text_of, world_of
from tests.web.sites import BEARER, TOKEN, Site, site
from tests.worlds import JOB, World, dc, ie, update

CARD = f"//*[@id='job-{JOB}']"
STATE = f"{CARD}//span[contains(@class, 'badge')]"
CELL = f"{CARD}/td[@data-label='{{}}']"


def tell(there: Site, **values: Any) -> None:
    with there.context.repository.write() as connection:
        control.tell(connection, JOB, **values)


def test_nothing_configured_says_how_to_begin(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.raw["jobs"] = {}
    with site(world) as there:
        page = Page(there, "/")
    assert page.read("//*[@id='sentence']") == "No job is configured yet."
    assert "[jobs.NAME]" in page.read("//section[@aria-labelledby='step']")
    assert "Nothing is published yet" in page.text


def test_what_is_new_says_what_to_do_next(tmp_path: Path) -> None:
    world = World(tmp_path)
    with site(world) as there:
        page = Page(there, "/")
        assert page.read("//*[@id='sentence']") == "The repository is empty."
        assert "mdwatch ie load" in page.read("//section[@aria-labelledby='step']")
        assert page.read(STATE) == "Not started yet"
        assert page.reads(f"{CARD}/td")[2:5] == ["None yet", "–", "–"]
        assert page.buttons() == [f"Run now job {JOB}", f"Pause job {JOB}"]
        job = Page(there, f"/jobs/{JOB}")
        assert job.reads("//dl//dd") == ["None yet. The first file that is dropped makes one.", "Nothing.", "Nothing."]
        assert "Nothing is logged yet." in job.text
    world.load(ie("IE1"))
    with site(world) as there:
        page = Page(there, "/")
        assert page.read("//*[@id='sentence']") == "No file was dropped yet."
        assert str(world.folder) in page.read("//section[@aria-labelledby='step']")
    world.drop("a.xml", update("IE1", dc("New")))
    world.run()
    with site(world) as there:
        assert Page(there, "/").read("//*[@id='sentence']") == "All is well."


def test_a_job_that_ran_with_what_came_of_it(tmp_path: Path) -> None:
    with site(world_of(tmp_path)) as there:
        tell(there, state="idle", since=1)
        page = Page(there, "/")
        job = Page(there, f"/jobs/{JOB}")
    assert page.read("//head/title") == "2 files in error – mdwatch"
    # One with files in error is not green, however ready it is.
    assert page.read(STATE) == "Files in error"
    assert page.one(CARD).get("class") == "bad"
    (item,) = page.reads("//section[@aria-labelledby='attention']//li")
    assert item == f"{JOB} 2 files in error: IE is locked (1), IE does not exist (1)"
    assert page.one("//section[@aria-labelledby='attention']//a").get("href") == f"/jobs/{JOB}/errors"
    assert page.read(CELL.format("Last run")).endswith("2 in error, 1 held back, 1 updated")
    assert page.read(CELL.format("Waiting")) == "1 held back"
    assert page.read(CELL.format("In error")) == "2"
    last, waiting, errors = job.reads("//dl[@class='facts']//dd")
    assert last.endswith("Error 2 in error 1 held back 1 updated")
    assert waiting == "1 file held back, the longest for less than a minute"
    assert errors == "2 files"
    for shown in (page, job):
        found = {text.split()[0]: text for text in shown.reads("//tr[starts-with(@id, 'error-')]")}
        assert found["c.xml"].startswith("c.xml for IE3 IE is locked by curator Have the lock released (mdwatch")
        assert found["d.xml"].startswith("d.xml for IE9 IE does not exist Correct the PID")
    assert job.read("//tr[starts-with(@id, 'waiting-')]").startswith("b.xml for IE2 IE is in SIP processing")
    assert "Job completed with Errors" in job.read("//*[@class='log']")
    assert [line.split()[-1] for line in job.reads("//*[@class='log']/p[@class='bad']")] == ["c.xml", "d.xml"]


def test_who_looks_after_a_job_is_shown_where_somebody_does(tmp_path: Path) -> None:
    world = World(tmp_path)
    with site(world) as there:
        for path in ("/", f"/jobs/{JOB}"):
            assert "process" not in Page(there, path).read("//main")
        with there.context.repository.write() as connection:
            lease.take(connection, there.context, lease_names.keeper_name(JOB))
        who = f"{os.getpid()} on {socket.gethostname()}"
        for path in ("/", f"/jobs/{JOB}"):
            assert f"process {who}" in Page(there, path).read("//main")


@pytest.mark.parametrize(
    ("told", "label", "tone", "words"),
    [
        ({"state": "idle"}, "Ready", "good", ""),
        ({"state": "busy", "reason": "another process has it"}, "Run by another process", "busy", "another process"),
        ({"state": "aborted", "reason": "the user may not"}, "Cannot run", "bad", "the user may not Since"),
        ({"state": "trouble", "reason": "Stale file handle"}, "In trouble", "bad", "Stale file handle Since"),
        ({"state": "fault", "reason": "mdwatch failed"}, "In trouble", "bad", "mdwatch failed Since"),
        ({"state": "hung", "reason": "no answer for 60 s"}, "Does not answer", "bad", "no answer for 60 s Since"),
        ({"state": "idle", "paused": True}, "Paused", "warn", "Files wait in its folder until it is resumed."),
        ({"state": "trouble", "reason": "x", "paused": True}, "Paused", "warn", "Files wait in its folder"),
        ({"state": "of another version"}, "In trouble", "bad", ""),
    ],
)
def test_every_state_of_a_job_in_words(tmp_path: Path, told: dict[str, Any], label: str, tone: str, words: str) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    world.run()
    with site(world) as there:
        tell(there, since=1_700_000_000_000, **told)
        page = Page(there, "/")
        job = Page(there, f"/jobs/{JOB}")
    assert page.read(STATE) == label
    assert page.one(CARD).get("class", "") == tone
    assert " ".join(job.reads("//p[starts-with(@class, 'reason') and not(@id)]")).startswith(words)
    assert job.read("//h1") == JOB
    assert job.read("//main//div[@class='head']/span") == label
    needed = "1 job needs attention." if tone == "bad" else "All is well."
    assert page.read("//*[@id='sentence']") == needed
    assert page.reads("//section[@aria-labelledby='attention']//a") == ([JOB] if tone in {"bad", "warn"} else [])


def test_a_run_that_goes_on_and_one_that_was_cut_short(tmp_path: Path) -> None:
    with site(World(tmp_path)) as there:
        tell(there, state="idle", since=1)
        with there.context.repository.write() as connection:
            run = run_entries.start_run(connection, JOB, "editor", 1_700_000_000_000, LogPosition(0, 0))
        running = Page(there, "/")
        assert "Not ended yet" in Page(there, f"/runs/{run.id}").text
        with there.context.repository.write() as connection:
            run_entries.stumble(connection, run.id, "No space left on device")
        cut = Page(there, "/")
    assert running.read(STATE) == "Running"
    assert cut.read(STATE) == "Interrupted"
    told = cut.read("//section[@aria-labelledby='attention']")
    assert told.endswith("taken up again: No space left on device")


def test_the_next_run_and_a_cancelled_one_are_told(tmp_path: Path) -> None:
    world = World(tmp_path, schedule="0 3 1 1 *")
    with site(world) as there:
        with there.context.repository.write() as connection:
            run = run_entries.start_run(connection, JOB, "editor", 0, LogPosition(0, 0)).id
        assert Page(there, f"/runs/{run}").read("//a[@class='button']") == "Cancel this run"
        with there.context.repository.write() as connection:
            run_entries.cancel(connection, run, "ada")
        page = Page(there, f"/runs/{run}")
        assert "Cancelled by ada" in page.text
        assert "Cancel this run" not in page.text
        assert page.text.count("Next run of the job: ") == 1
        assert "Next run" in Page(there, f"/jobs/{JOB}").text
        tell(there, paused=True)
        assert "Next run" not in Page(there, f"/runs/{run}").text + Page(there, f"/jobs/{JOB}").text


def test_a_folder_that_is_away_is_told_and_nothing_is_claimed_of_it(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.folder.rename(tmp_path / "away")
    with site(world) as there:
        tell(there, state="idle", since=1)
        page = Page(there, "/")
        job = Page(there, f"/jobs/{JOB}")
    assert page.read(STATE) == "Folder out of reach"
    assert f"{world.folder}: No such file or directory" in page.read("//section[@aria-labelledby='attention']")
    assert page.read(CELL.format("In error")) == "? not known"
    assert job.reads("//dl[@class='facts']//dd")[2] == "Not known."
    assert "cannot be told while the folder is out of reach" in job.text


def test_a_share_that_hangs_hangs_no_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = world_of(tmp_path)
    monkeypatch.setattr(shares, "_left_behind", {})
    hanging = threading.Event()
    with pytest.raises(Deferred):
        shares.ask(world.folder, hanging.wait, seconds=0.01)
    try:
        with site(world) as there:
            # One that is only busy is not called out of reach, and nothing is claimed of it.
            busy = Page(there, "/")
            assert (busy.read(STATE), busy.read(CELL.format("In error"))) == ("Not started yet", "? not known")
            assert "Not counted yet" in Page(there, "/errors").text
            monkeypatch.setattr(shares, "_SILENT_SECONDS", 0)
            page = Page(there, "/")
            assert page.read(STATE) == "Folder out of reach"
            assert "does not answer" in page.read("//section[@aria-labelledby='attention']")
            assert there.client.get("/errors.csv").status_code == 503
            file = Page(there, f"/jobs/{JOB}/file?name=c.xml")
            assert "does not answer" in file.text
            assert "IE is locked by curator" in file.text
            assert "Nothing is known of" in Page(there, "/search?text=nix.y").text
            after = page.press(f"Pause job {JOB}")
            assert after.notice == f"Job {JOB} is paused; files wait in its folder."
    finally:
        hanging.set()


def test_new_files_are_counted_before_a_run_has_looked_at_them(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.drop("new.xml", update("IE1", dc("Newer")))
    world.drop("notes.txt", b"")
    with site(world) as there:
        assert Page(there, "/").read(CELL.format("Waiting")) == "1 held back, 1 new"
        facts = Page(there, f"/jobs/{JOB}").reads("//dl[@class='facts']//dd")
    assert facts[1] == "1 file held back, the longest for less than a minute; 1 file for the next run"
    assert facts[3].startswith("1 entry of the folder, no business of the job's")


def test_what_is_wrong_with_mdwatch_itself_is_told_first(tmp_path: Path) -> None:
    with site(World(tmp_path), troubles=[PartTrouble("database", 1_700_000_000_000, "disk full")]) as there:
        page = Page(there, "/")
        job = Page(there, f"/jobs/{JOB}")
    for shown in (page, job):
        assert shown.read("//main//section[1]").startswith("mdwatch itself Database: disk full Since 2023-11-")


def test_pause_resume_and_run_now(tmp_path: Path) -> None:
    with site(World(tmp_path)) as there:
        page = Page(there, "/")
        paused = page.press(f"Pause job {JOB}")
        assert paused.spot == f"#job-{JOB}"
        assert paused.notice == f"Job {JOB} is paused; files wait in its folder."
        assert paused.read(STATE) == "Paused"
        assert paused.buttons() == [f"Resume job {JOB}"]
        # Somebody else's page still shows the button of before.
        assert page.press(f"Run now job {JOB}").notice == f"job {JOB} is paused; resume it first"
        resumed = paused.press(f"Resume job {JOB}")
        assert resumed.notice == f"Job {JOB} is resumed."
        asked = Page(there, f"/jobs/{JOB}").press(f"Run now job {JOB}")
        assert asked.notice == f"Job {JOB} is asked to run now."
        assert asked.read("//h1") == JOB
        with there.context.repository.read() as connection:
            assert [job for _, job in control.open_requests(connection)] == [JOB]


def test_one_error_file_is_tried_again(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    with site(world) as there:
        page = Page(there, "/").press("Retry c.xml")
        assert page.notice == "c.xml is back in the drop folder; the next run takes it."
        assert page.reads("//tr[starts-with(@id, 'error-')]/td[2]") == ["d.xml for IE9"]
        assert page.read(CELL.format("Waiting")) == "1 held back, 1 new"
    assert (world.folder / "c.xml").exists()


def test_all_error_files_are_tried_again(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    with site(world) as there:
        page = Page(there, f"/jobs/{JOB}").press("Retry all 2")
        assert page.notice == "2 files are back in the drop folder; the next run takes them."
        assert page.reads("//tr[starts-with(@id, 'error-')]") == []
    assert {"c.xml", "d.xml"} <= {path.name for path in world.folder.iterdir()}


def test_a_retry_that_would_undo_what_came_later_is_refused_and_may_be_said_twice(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    with site(world) as there:
        Page(there, "/ies/IE3").press("Unlock")
    world.drop("newer.xml", update("IE3", dc("Newest")))
    world.run()
    with site(world) as there:
        page = Page(there, "/")
        assert page.read("//*[@id='sentence']") == "1 file in error."
        page = Page(there, "/errors?state=settled")
        assert "Settled: newer.xml has done what it was to do." in page.text
        page = page.press("Retry c.xml")
        assert page.notice.startswith(
            "c.xml was not put back: IE IE3 was updated by newer.xml, which was created later"
        )
        assert "bad" in page.one("//*[contains(@class, 'notice')]").get("class", "")
        assert page.read("//h1") == "c.xml"
        assert page.reads("//table[@class='difference']/tbody/tr") == [
            "−removed dc:record/dc:title Newest",
            "+added dc:record/dc:title New",
        ]
        assert "error/c.xml is settled: newer.xml has done what it was to do." in page.text
        page = page.press("Retry all the same c.xml")
        assert page.notice.startswith(
            "Mind: IE IE3 was updated by newer.xml, which was created later, which this undoes."
        )
        assert "Tried again by testclient" in Page(there, f"/jobs/{JOB}/file?name=c.xml").text
    world.run()
    assert world.title("IE3") == "New"


def test_an_error_file_is_dismissed(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    with site(world) as there:
        page = Page(there, "/").press("Dismiss c.xml")
        assert page.notice == "c.xml is put aside in error/dismissed as c.xml."
        assert page.reads("//tr[starts-with(@id, 'error-')]/td[2]") == ["d.xml for IE9"]
        assert "Dismissed by testclient" in Page(there, f"/jobs/{JOB}/file?name=c.xml").text
        assert Page(there, "/").press("Dismiss d.xml").read("//*[@id='sentence']") == "All is well."
    assert "error/dismissed/c.xml" in world.files()


def test_a_retry_of_what_is_gone_says_so(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    with site(world) as there:
        page = Page(there, "/")
        (world.folder / "error" / "c.xml").unlink()
        assert "c.xml was not put back: there is no regular file of this name" in page.press("Retry c.xml").notice


def test_a_notice_is_known_by_number_only_and_not_by_what_a_link_says(tmp_path: Path) -> None:
    with site(World(tmp_path)) as there:
        page = Page(there, "/?note=Your+password+please")
    assert page.all("//*[contains(@class, 'notice')]") == []


def test_a_form_on_a_page_of_another_site_does_nothing(tmp_path: Path) -> None:
    with site(World(tmp_path)) as there:
        headers = {**ME, "Sec-Fetch-Site": "cross-site", "Origin": "http://evil.example"}
        assert there.client.post(f"/jobs/{JOB}/pause", headers=headers).status_code == 403
        with there.context.repository.read() as connection:
            assert control.states(connection) == {}


def test_with_a_token_pages_and_their_parts_are_asked_for_it(tmp_path: Path) -> None:
    with site(World(tmp_path), token=TOKEN) as there:
        for path in ("/", "/errors", "/search?text=x"):
            assert there.client.get(path).status_code == 401
            assert there.client.get(path, headers=BEARER).status_code == 200


def test_the_policy_holds_nothing_inline_and_nothing_from_elsewhere(tmp_path: Path) -> None:
    with site(world_of(tmp_path)) as there:
        page = Page(there, "/")
        assert "script-src 'self'" in page.headers["content-security-policy"]
        assert page.all("//style | //*[@style] | //script[not(@src)] | //@*[starts-with(name(), 'on')]") == []
        addresses = [*page.tree.xpath("//link/@href"), *page.tree.xpath("//@src")]
        assert len(addresses) == 3
        for address in addresses:
            answer = there.client.get(address)
            assert answer.status_code == 200
            assert "immutable" in answer.headers["cache-control"]


def test_a_browser_that_has_the_page_is_not_sent_it_again(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    with site(world) as there:
        tag = Page(there, "/").headers["etag"]
        answer = there.client.get("/", headers={"If-None-Match": tag})
        assert (answer.status_code, answer.content) == (304, b"")
        request.pause(there.context, JOB)
        assert there.client.get("/", headers={"If-None-Match": tag}).status_code == 200


def test_moments_are_in_the_zone_of_the_server_by_its_name(tmp_path: Path) -> None:
    with site(world_of(tmp_path)) as there:
        page = Page(there, "/")
    for moment in page.all("//time"):
        assert moment.get("datetime", "").endswith("Z")
        assert len(text_of(moment).split()) == 3


def test_runs_and_their_files(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    with site(world) as there:
        job = Page(there, f"/jobs/{JOB}")
        (row,) = job.all("//tr[starts-with(@id, 'run-')]")
        page = Page(there, row.xpath(".//a/@href")[0])
        assert page.read("//h1") == f"Run 1 of {JOB}"
        assert len(page.all("//tr[starts-with(@id, 'file-')]")) == 4
        only = Page(there, "/runs/1?code=locked")
        assert [text.split()[0] for text in only.reads("//tr[starts-with(@id, 'file-')]")] == ["c.xml"]
        assert only.read("//a[@aria-current]") == "1 for a locked IE"


@pytest.mark.parametrize(
    "path", ["/jobs/nix", "/jobs/nix/file?name=a.xml", "/runs/77", "/ies/IE77", "/batches/77", "/sets/nix"]
)
def test_what_there_is_not_is_told_on_a_page(tmp_path: Path, path: str) -> None:
    with site(World(tmp_path)) as there:
        page = Page(there, path, status=404)
    assert "There is no" in page.text
    assert page.one("//main//a").get("href") == "/"


@pytest.mark.parametrize(
    ("method", "path", "status", "told"),
    [
        ("GET", "/nix", 404, "Not found There is nothing at this address."),
        ("GET", "/runs/x", 400, "That did not work Run must be a whole number"),
        ("GET", f"/jobs/{JOB}/pause", 405, "Not like this GET is not possible here"),
        ("POST", f"/jobs/{JOB}/pause", 403, "Refused Refused: it was triggered by a page of another site"),
    ],
)
def test_browsers_are_told_on_a_page_and_programs_in_json(
    tmp_path: Path, method: str, path: str, status: int, told: str
) -> None:
    with site(World(tmp_path)) as there:
        headers = (
            {"Accept": "text/html,*/*", "Sec-Fetch-Site": "cross-site"} if method == "POST" else {"Accept": "text/html"}
        )
        answer = there.client.request(method, path, headers=headers)
        tree = html.document_fromstring(answer.text)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
        assert text_of(tree.xpath("//main")[0]).startswith(told)
        assert "style-src 'self'" in answer.headers["content-security-policy"]
        assert there.client.get("/nix").json()["status"] == "ERROR"
        assert there.client.get("/api/nix", headers={"Accept": "text/html"}).json()["status"] == "ERROR"


@pytest.mark.sqlite
def test_a_database_that_is_held_by_another_is_told_on_a_page(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.raw["repository"]["busy_seconds"] = 0.05
    with site(world) as there:
        page = Page(there, "/")
        with world.context() as other, other.repository.write():
            after = page.press(f"Pause job {JOB}")
        assert "held by another process" in after.notice
        assert "bad" in after.one("//*[contains(@class, 'notice')]").get("class", "")


@pytest.mark.parametrize("name", ["..%2Fa", "%00", "..", "a%00b"])
def test_what_can_be_no_file_name_is_none(tmp_path: Path, name: str) -> None:
    with site(World(tmp_path)) as there:
        path = f"/jobs/{JOB}/file"
        response = there.client.get(path, params={"name": name})
    assert response.status_code == 404
    assert "no name of a file" in response.text
