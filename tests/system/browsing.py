"""What tests in a browser have in common: a world to look at, buttons, and the rules of accessibility."""

import fcntl
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Any, Final

import pytest

from tests.system.chromium import Page
from tests.system.daemons import RunningDaemon
from tests.worlds import World, ie, mods

AXE: Final = "axe-core@4.14.1"
_BUILD: Final = Path(__file__).parents[2] / "build" / "system"


def world_of(root: Path) -> World:
    """A world with something to see on every page."""
    world = World(root, settle_seconds=0.2)
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


def address(daemon: RunningDaemon) -> str:
    """Where the page is."""
    return f"http://{daemon.wait_for('http_listens')['addresses'][0]}"


def press(words: str) -> str:
    """The script that presses the button with these words, as a reader would who sees it."""
    return f"[...document.querySelectorAll('button')].find(b => b.textContent === {words!r}).click()"


def choose(name: str, text: str) -> str:
    """The script that puts a file into the form of a page, as a reader would who picks it from a folder."""
    return (
        f"(() => {{ const chosen = new DataTransfer(); chosen.items.add(new File([{text!r}], {name!r}));"
        " document.getElementById('file').files = chosen.files; })()"
    )


def axe() -> str:
    """The script of axe-core, from npm's registry, kept for the next time; skips where it cannot be had."""
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


# The window in CSS pixels, the reader's taste, and how large they want the text. 640 is what is left of 1280 at 200 %.
# Where colours and the order of things are those of another look, only the room is looked at.
LOOKS: Final = (
    (1280, "light", 100, True),
    (1280, "dark", 100, True),
    (640, "light", 100, False),
    (1280, "light", 200, False),
    (360, "light", 100, True),
    (360, "dark", 100, False),
)
_CHECK: Final = """
axe.run(document).then(found => ({
  checked: found.passes.length,
  faults: found.violations.map(fault => [fault.impact, fault.id, ...fault.nodes.map(node => node.html)]),
}))
"""
_TEXT: Final = "document.documentElement.style.fontSize"


def check_for_everybody(page: Page, script: str) -> None:
    """The page that is open keeps the rules of accessibility, however it is looked at, and fits into the window."""
    page.run("document.querySelectorAll('details').forEach(details => { details.open = true; })")
    page.run(f"{script};0")
    for width, scheme, percent, whole in LOOKS:
        page.look(width=width, scheme=scheme)
        page.run(f"{_TEXT} = {'' if percent == 100 else f'{percent}%'!r}")
        where = (page.run("location.pathname + location.search"), width, scheme, percent)
        # Nothing sticks out at the side; `innerWidth` would grow with what does.
        assert page.run("document.documentElement.scrollWidth") <= width, where
        if whole:
            found: dict[str, Any] = page.run(_CHECK)
            assert found["checked"] > 10, where
            assert found["faults"] == [], where
    page.run(f"{_TEXT} = ''")
