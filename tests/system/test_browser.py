"""The operators' page in a real browser, over the real daemon: with scripts and without, and for everybody.

Needs Debian's `chromium`; the checks of accessibility need `npm`, to fetch axe-core once into `build/system`.
"""

import fcntl
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from mdwatch.handlers.jobs import runs
from tests.system import chromium
from tests.system.chromium import Page
from tests.system.daemons import RunningDaemon, command, running, until
from tests.worlds import JOB, World, dc, ie, metadata, mods, update

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(chromium.PROGRAM is None, reason="missing: apt-get install --no-install-recommends chromium"),
]

AXE: Final = "axe-core@4.14.1"
_BUILD: Final = Path(__file__).parents[2] / "build" / "system"
_CARD: Final = f"document.getElementById('job-{JOB}')"


@pytest.fixture(name="world")
def _world(tmp_path: Path) -> World:
    world = World(tmp_path, settle_seconds=0.2)
    world.raw["http"] = {"listen": ["127.0.0.1:0"]}
    # Nobody listens at that port: each message is tried, and shown with its reason.
    world.raw["mail"] = {"host": "localhost", "port": 9, "security": "none"}
    world.raw["notifications"] = {"curators": {"mail": ["curators@example.org"], "events": ["error"]}}
    world.raw["export"] = {"formats": ["oai_dc", "native_json"]}
    source = [{"mid": "7", "subType": "mods", "content": mods("Then")}]
    world.load(
        ie("IE1", title="A map of the lake", source=source, published=True),
        ie("IE2", stage="sip"),
        ie("IE3", lockedBy="curator"),
    )
    return world


@pytest.fixture(name="daemon")
def _daemon(world: World) -> Iterator[RunningDaemon]:
    with running(world) as daemon:
        yield daemon


@pytest.fixture(name="page")
def _page() -> Iterator[Page]:
    with chromium.chromium() as page:
        yield page


def address(daemon: RunningDaemon) -> str:
    return f"http://{daemon.wait_for('http_listens')['addresses'][0]}"


def press(words: str) -> str:
    """The script that presses the button with these words, as a reader would who sees it."""
    return f"[...document.querySelectorAll('button')].find(b => b.textContent === {words!r}).click()"


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


@pytest.fixture(name="axe", scope="session")
def _axe() -> str:
    """The script of axe-core, from npm's registry, kept for the next time."""
    package = _BUILD / f"{AXE.replace('@', '-')}.tgz"
    _BUILD.mkdir(parents=True, exist_ok=True)
    with (_BUILD / "axe.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not package.exists():
            npm = shutil.which("npm")
            if npm is None:
                pytest.skip("missing: apt-get install --no-install-recommends npm")
            done = subprocess.run([npm, "pack", AXE], cwd=_BUILD, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                pytest.skip(f"axe-core cannot be had: {done.stderr[-300:]}")
    with tarfile.open(package) as files:
        script = files.extractfile("package/axe.min.js")
        assert script is not None
        return script.read().decode()


_CHECK: Final = """
axe.run(document).then(found => ({
  checked: found.passes.length,
  faults: found.violations.map(fault => [fault.impact, fault.id, ...fault.nodes.map(node => node.html)]),
}))
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_nobody_is_shut_out(world: World, daemon: RunningDaemon, page: Page, axe: str, scheme: str, width: int) -> None:
    world.drop("a.xml", update("IE1", dc("New"), metadata(mods("Now"), "source", "mods", "7")))
    world.drop("b.xml", update("IE2", dc("New")))
    world.drop("c.xml", update("IE3", dc("New")))
    world.drop("d.xml", b"<")
    until(lambda: len(daemon.events("file_decided")) >= 4)
    assert command(world, "export", "all").returncode == 0
    paths = ["/", "/ies/IE1", "/ies/IE3", "/search?text=IE1", f"/jobs/{JOB}", "/runs/1", "/batches/1"]
    paths += [
        f"/jobs/{JOB}/file?name=c.xml",
        "/ies/IE77",
        "/ies/IE1/lock",
        "/ies/IE1/delete",
        "/nowhere",
        "/errors",
        f"/jobs/{JOB}/errors?code=locked",
    ]
    paths += [f"/errors/check?file={JOB}/c.xml", "/errors/dismiss", "/errands/1", "/sets", "/sets/lakes"]
    paths += ["/sign-in", "/notifications", "/notifications/1"]
    paths += ["/sets/lakes/change", "/sets/lakes/delete", "/set/new?definition=nonsense", "/search?text=lake"]
    assert command(world, "set", "create", "lakes", "--where", "dc:title ~ lake").returncode == 0
    assert command(world, "retry", JOB, "d.xml").returncode == 0
    page.look(width=width, scheme=scheme)
    for path in paths:
        page.go(f"{address(daemon)}{path}")
        page.run("document.querySelectorAll('details').forEach(details => { details.open = true; })")
        page.run(f"{axe};0")
        found: dict[str, Any] = page.run(_CHECK)
        assert found["checked"] > 15
        assert found["faults"] == [], path
        # Nothing sticks out at the side of a phone; `innerWidth` would grow with what does.
        assert page.run("document.documentElement.scrollWidth") <= width, path
