"""The operators' page in a real browser, over the real daemon: with scripts and without.

Needs Debian's `chromium`. That nobody is shut out is shown in `test_browser_for_all.py`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from mdwatch.handlers.jobs import runs
from tests.system import chromium
from tests.system.browsing import address, press, world_of
from tests.system.chromium import Page
from tests.system.daemons import RunningDaemon, command, running, until
from tests.worlds import JOB, World, dc, update

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(chromium.PROGRAM is None, reason="missing: apt-get install --no-install-recommends chromium"),
]

_CARD: Final = f"document.getElementById('job-{JOB}')"


@pytest.fixture(name="world")
def _world(tmp_path: Path) -> World:
    return world_of(tmp_path)


@pytest.fixture(name="daemon")
def _daemon(world: World) -> Iterator[RunningDaemon]:
    with running(world) as daemon:
        yield daemon


@pytest.fixture(name="page")
def _page() -> Iterator[Page]:
    with chromium.chromium() as page:
        yield page


def test_a_bad_file_is_dropped_seen_with_its_reason_mended_retried_and_done(
    world: World, daemon: RunningDaemon, page: Page
) -> None:
    page.go(f"{address(daemon)}/")
    page.until(f"{_CARD}.textContent.includes('Ready')")
    page.run("window.sameDocument = true")
    page.run(f"{_CARD}.querySelector('button').focus()")
    world.drop("a.xml", update("IE1", dc("New")).replace(b"</PID>", b"</pid>"))
    # It comes by itself: the page is not loaded anew.
    page.until(f"document.getElementById('error-{JOB}-a.xml')")
    assert "not well-formed: mismatched tag" in page.run(f"document.getElementById('error-{JOB}-a.xml').innerText")
    assert page.run("sameDocument")
    assert page.run("document.activeElement.textContent") == f"Run now job {JOB}"
    page.until("document.getElementById('sentence').textContent === '1\\u00a0file in error.'")
    page.until("document.title.startsWith('1\\u00a0file in error')")

    (world.folder / "error" / "a.xml").write_bytes(update("IE1", dc("New")))
    page.run(press("Retry a.xml"))
    page.until("document.querySelector('.notice')")
    assert page.run("document.querySelector('.notice').innerText.trim()") == (
        "a.xml is back in the drop folder; the next run takes it."
    )
    # It covers nothing: what follows it stands below it.
    assert page.run(
        "document.querySelector('.notice').getBoundingClientRect().bottom"
        " <= document.getElementById('sentence').getBoundingClientRect().top"
    )
    page.until("document.getElementById('sentence').textContent === 'All is well.'")
    page.until(f"{_CARD}.textContent.includes('1 updated')")
    assert page.run("location.search") == ""
    assert (world.folder / "done" / "a.xml").exists()

    page.run(press(f"Run now job {JOB}"))
    page.until("document.querySelector('.notice').innerText.includes('ran: there was nothing to take (run ')")

    page.run("document.getElementById('text').focus()")
    page.type("IE1")
    page.press("Enter")
    page.until("document.querySelector('h1').textContent === 'Search'")
    page.run("document.querySelector('main .card a').click()")
    page.until("document.title.startsWith('IE1')")
    assert page.run("document.querySelector('ins').textContent") == "New"
    page.until("document.querySelectorAll('tr[id^=export-] .badge.good').length === 2")
    assert page.complaints == []


def test_all_of_it_without_scripts(world: World, daemon: RunningDaemon, page: Page) -> None:
    page.without_scripts()
    world.drop("a.xml", update("IE3", dc("New")))
    daemon.wait_for_file("error/a.xml")
    page.go(f"{address(daemon)}/")
    assert "IE is locked by curator" in page.run(f"document.getElementById('error-{JOB}-a.xml').innerText")
    assert len(page.run("document.querySelector('time').textContent").split()) == 3  # day, time, zone
    assert command(world, "ie", "unlock", "IE3").returncode == 0
    page.run(press("Retry a.xml"))
    page.until("document.querySelector('.notice')")
    daemon.wait_for_file("done/a.xml")
    assert world.title("IE3") == "New"
    assert page.complaints == []


def test_moments_are_shown_in_the_readers_zone(world: World, daemon: RunningDaemon, page: Page) -> None:
    world.drop("a.xml", update("IE1", dc("New")))
    daemon.wait_for_file("done/a.xml")
    page.zone("Pacific/Kiritimati")
    page.go(f"{address(daemon)}/jobs/{JOB}")
    page.until("document.querySelector('time').title")
    shown, moment = page.run("[document.querySelector('time').title, document.querySelector('time').dateTime]")
    there = page.run(f"new Date({moment!r}).toLocaleString(undefined, {{timeZone: 'Pacific/Kiritimati'}})")
    assert shown.startswith(f"{there} (")


def test_what_the_reader_opened_and_scrolled_stays_while_news_come(
    world: World, daemon: RunningDaemon, page: Page
) -> None:
    page.look(height=300)
    page.go(f"{address(daemon)}/")
    page.until(f"{_CARD}.textContent.includes('Ready') && document.getElementById('formats')")
    page.run("document.querySelector('details').open = true; scrollTo(0, 150)")
    there = page.run(f"{_CARD}.getBoundingClientRect().top")
    world.drop("a.xml", update("IE3", dc("New")))
    page.until(f"document.getElementById('error-{JOB}-a.xml')")
    assert page.run("document.querySelector('details').open") is True
    # What was being read is where it was, though there is more above it now.
    assert abs(page.run(f"{_CARD}.getBoundingClientRect().top") - there) < 2
    assert page.complaints == []


def test_a_daemon_that_is_gone_is_told_of(world: World, daemon: RunningDaemon, page: Page) -> None:
    page.go(f"{address(daemon)}/")
    page.until("document.getElementById('freshness').textContent.includes('by itself')")
    assert daemon.stop() == 0
    page.until("document.getElementById('stale').textContent.includes('has not answered since')")
    # At the top, above all that is not to be believed any more.
    assert page.run("document.getElementById('main').firstElementChild.id") == "stale"
    assert page.run("!document.getElementById('stale').hidden")
    assert "Ready" in page.run(f"{_CARD}.innerText")


def test_many_error_files_are_tried_again_in_one_run_while_the_page_tells_how_far_it_is(
    world: World, daemon: RunningDaemon, page: Page
) -> None:
    for number in range(300):
        world.drop(f"{number:03}.xml", update("IE3", dc(f"New {number}")))
    until(lambda: len(daemon.events("file_decided")) >= 300)
    assert command(world, "ie", "unlock", "IE3").returncode == 0
    page.go(f"{address(daemon)}/errors")
    page.until("document.querySelectorAll('td.pick').length === 100")
    page.run("document.querySelector('th.pick input').click()")
    assert page.run("document.querySelectorAll('td.pick input:checked').length") == 100
    page.run(press("Retry all 300"))
    # It answers at once, and leads to where the work can be followed.
    page.until("location.pathname === '/errands/1'")
    assert "goes on by itself" in page.run("document.querySelector('.notice').innerText")
    page.until("document.body.textContent.includes('300 of 300\u00a0files put back')")
    page.until("document.body.textContent.includes('300 updated')")
    assert world.title("IE3") == "New 299"
    with world.context() as context:
        counts = [past.counts for past in runs.runs(context, JOB, None, 50)]
    assert counts[0] == {"updated": 300}
    assert sum(found.get("locked", 0) for found in counts[1:]) == 300
    assert page.complaints == []


def test_sixty_jobs_fit_two_screens_and_a_set_is_counted_while_it_is_written(world: World, page: Page) -> None:
    for number in range(59):
        folder = world.root / f"many{number}"
        folder.mkdir()
        world.raw["jobs"][f"job-{number}"] = {"user": "editor", "folder": str(folder), "schedule": "manual"}
    world.drop("a.xml", update("IE3", dc("New")))
    with running(world) as daemon:
        daemon.wait_for_file("error/a.xml")
        page.look(height=900)
        page.go(f"{address(daemon)}/")
        assert page.run("document.querySelectorAll('tr[id^=job-]').length") == 60
        last = "[...document.querySelectorAll('tr[id^=job-]')].at(-1).getBoundingClientRect().bottom"
        first = "document.querySelector('tr[id^=job-]').getBoundingClientRect().top"
        assert page.run(f"{last} - {first}") <= 2 * 900
        # What is red comes first, by keyboard too.
        assert page.run(f"document.querySelector('tr[id^=job-]') === {_CARD}")
        page.go(f"{address(daemon)}/set/new")
        page.run("document.getElementById('definition').focus()")
        page.type("dc:title ~ lake")
        page.until("document.getElementById('preview').textContent.includes('1\u00a0IE of 1 published')")
        assert "A map of the lake" in page.run("document.getElementById('preview').innerText")
    assert page.complaints == []
