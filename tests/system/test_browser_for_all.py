"""The page shuts nobody out, in a real browser: every page by axe-core, at every size, by keyboard, without scripts.

Needs Debian's `chromium`, and `npm` to fetch axe-core once into `build/system`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.system import browsing, chromium
from tests.system.browsing import address, check_for_everybody, choose, press, world_of
from tests.system.chromium import Page
from tests.system.daemons import RunningDaemon, command, running, until
from tests.system.test_openid import free_port
from tests.web.provider import CLIENT, SECRET, login
from tests.worlds import DC_NS, JOB, World, dc, ie, metadata, mods, update

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(chromium.PROGRAM is None, reason="missing: apt-get install --no-install-recommends chromium"),
]

PAGES: Final = (
    *("/", "/ies/IE1", "/ies/IE3", "/search?text=IE1", "/search?text=lake", f"/jobs/{JOB}", "/runs/1", "/batches/1"),
    *(f"/jobs/{JOB}/file?name=c.xml", f"/jobs/{JOB}/errors?code=locked", f"/jobs/{JOB}/cancel", "/runs/1/undo"),
    *("/ies/IE77", "/ies/IE1/lock", "/ies/IE1/delete", "/ies/IE1/unpublish", "/ies/IE1/revert?to=1", "/nowhere"),
    *("/errors", f"/errors/check?file={JOB}/c.xml", "/errors/dismiss", "/errands/1"),
    *("/sets", "/sets/lakes", "/sets/lakes/change", "/sets/lakes/delete", "/set/new?definition=nonsense"),
    *(f"/jobs/{JOB}/sheet", f"/jobs/{JOB}/replace", f"/jobs/{JOB}/transform"),
    "/sets/lakes/sheet?fields=dc:title&kind=xlsx",
    *("/sign-in", "/notifications", "/acts", "/notifications/1", "/oai?verb=Identify"),
)
SHEET: Final = "pid,version,dc:title\nIE1,2,Lake\nIE99,1,Nobody\n"


@pytest.fixture(name="script", scope="session")
def _script() -> str:
    return browsing.axe()


@pytest.fixture(name="page")
def _page() -> Iterator[Page]:
    with chromium.chromium() as page:
        yield page


@pytest.fixture(name="daemon")
def _daemon(tmp_path: Path) -> Iterator[RunningDaemon]:
    """One over a world in which every page has something to show."""
    world = world_of(tmp_path)
    # No sheet of XLSX can hold it, so that its download asks first.
    long = f'<dc:record xmlns:dc="{DC_NS}"><dc:title>{"lake " * 7_000}</dc:title></dc:record>'
    world.load(ie("IE5", published=True) | {"descriptive": long})
    with running(world) as daemon:
        world.drop("a.xml", update("IE1", dc("New"), metadata(mods("Now"), "source", "mods", "7")))
        world.drop("b.xml", update("IE2", dc("New")))
        world.drop("c.xml", update("IE3", dc("New")))
        world.drop("d.xml", b"<")
        until(lambda: len(daemon.events("file_decided")) >= 4)
        assert command(world, "export", "all").returncode == 0
        assert command(world, "set", "create", "lakes", "--where", "dc:title ~ lake | New").returncode == 0
        assert command(world, "retry", JOB, "d.xml").returncode == 0
        yield daemon


@pytest.mark.timeout(600)
def test_every_page_keeps_the_rules_however_it_is_looked_at(daemon: RunningDaemon, page: Page, script: str) -> None:
    for path in PAGES:
        page.go(f"{address(daemon)}{path}")
        check_for_everybody(page, script)
    # What an upload would change is a page that no address leads to.
    page.go(f"{address(daemon)}/jobs/{JOB}/sheet")
    page.run(choose("lakes.csv", SHEET))
    page.run(press("Show what it changes"))
    page.until("document.querySelector('h1').textContent === '1\u00a0IE would change'")
    assert "IE99" in page.run("document.querySelector('table').innerText")
    check_for_everybody(page, script)


def test_an_empty_repository_and_no_jobs_keep_them_too(tmp_path: Path, page: Page, script: str) -> None:
    empty = World(tmp_path / "empty")
    bare = World(tmp_path / "bare")
    bare.raw["jobs"] = {}
    for world, told in ((empty, "The repository is empty"), (bare, "No job is configured yet")):
        world.raw["http"] = {"listen": ["127.0.0.1:0"]}
        with running(world) as daemon:
            for path in ("/", "/errors", "/sets", "/set/new", "/notifications", "/acts", "/search?text=x"):
                page.go(f"{address(daemon)}{path}")
                check_for_everybody(page, script)
            page.go(f"{address(daemon)}/")
            page.until(f"document.getElementById('step').textContent === {told!r}")


def test_people_sign_in_by_a_token_and_by_a_provider(tmp_path: Path, page: Page, script: str) -> None:
    world, port = world_of(tmp_path), free_port()
    there = f"http://127.0.0.1:{port}"
    secret = tmp_path / "oidc-secret"
    secret.write_text(SECRET, encoding="utf-8")
    secret.chmod(0o600)
    world.raw["http"] = {"listen": [f"127.0.0.1:{port}"], "base_url": there}
    world.raw["groups"] = {"archivists": {"role": "operator"}}
    with login() as provider:
        world.raw["oidc"] = {"issuer": provider.issuer, "client_id": CLIENT, "client_secret_file": str(secret)}
        token = command(world, "token", "create", "ben", "--role", "viewer").stdout.strip()
        with running(world) as daemon:
            daemon.wait_for("http_listens")
            page.go(f"{there}/ies/IE1")
            assert page.run("document.querySelector('h1').textContent") == "Sign in"
            check_for_everybody(page, script)
            page.run("document.getElementById('token').focus()")
            page.type("mdw_wrong")
            page.press("Enter")
            page.until("document.getElementById('refusal')")
            check_for_everybody(page, script)
            page.run("document.getElementById('token').focus()")
            page.type(token)
            page.press("Enter")
            page.until("document.title.startsWith('IE1')")
            assert page.run("document.querySelector('.who p').textContent") == "Viewer ben"
            page.run(press("Sign out"))
            page.until("!document.querySelector('.who')")

            page.go(f"{there}/ies/IE1")
            page.run("document.querySelector('a[href^=\"/sign-in/oidc\"]').click()")
            page.until("document.title === 'Provider'")
            page.run("document.querySelector('a').click()")
            page.until("document.title.startsWith('IE1')")
            assert page.run("document.querySelector('.who p').textContent") == "Operator ada"
            check_for_everybody(page, script)


# Where the focus is: among how many places, whether it can be seen that it is there, and whether that is in sight.
_FOCUS: Final = """
(() => {
  const can = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
  const places = [...document.querySelectorAll(can)].filter(e => e.checkVisibility());
  const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
  const at = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return {
    place: places.indexOf(e), places: places.length, html: e.outerHTML.slice(0, 200),
    marked: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    seen: at !== null && (e === at || e.contains(at) || at.contains(e)),
  };
})()
"""


def test_everything_is_reached_by_keyboard_in_its_order_and_seen_when_it_is(daemon: RunningDaemon, page: Page) -> None:
    page.look(width=1280)
    for path in ("/", "/errors", "/ies/IE1", f"/jobs/{JOB}", "/set/new", f"/jobs/{JOB}/replace"):
        page.go(f"{address(daemon)}{path}")
        visited: list[int] = []
        while True:
            page.press("Tab")
            found: dict[str, Any] = page.run(_FOCUS)
            if found["place"] < 0 or found["place"] in visited:
                break
            assert found["marked"], (path, found)
            assert found["seen"], (path, found)
            visited.append(found["place"])
        assert visited == list(range(found["places"])), path
        # The first is the way past all that stands on every page.
        page.go(f"{address(daemon)}{path}")
        page.press("Tab")
        assert page.run("document.activeElement.textContent") == "Skip to the content", path
        page.press("Enter")
        page.until("document.activeElement.id === 'main'")
        page.press("Tab")
        assert page.run("document.getElementById('main').contains(document.activeElement)"), path
    assert page.complaints == []


def test_every_page_is_whole_without_scripts(daemon: RunningDaemon, page: Page) -> None:
    page.without_scripts()
    for path in PAGES:
        page.go(f"{address(daemon)}{path}")
        if path.startswith("/oai"):
            continue
        assert page.run("document.querySelector('h1').innerText.trim()"), path
        # Each button sends a form, and nothing waits for a script to show itself.
        assert page.run("[...document.querySelectorAll('button')].every(button => button.form)"), path
        assert page.run("document.querySelector('main').innerText.length") > 20, path
    page.go(f"{address(daemon)}/jobs/{JOB}/sheet")
    page.run(choose("lakes.csv", SHEET))
    page.run(press("Show what it changes"))
    page.until("document.querySelector('h1').textContent === '1\u00a0IE would change'")
    page.run(press("Write 1\u00a0updateMD file"))
    page.until("document.querySelector('.notice')")
    until(lambda: daemon.world.title("IE1") == "Lake")
