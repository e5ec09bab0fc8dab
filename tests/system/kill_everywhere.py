"""Runs a job again and again, killing it (SIGKILL) at one more place each time, and compares what is left.

A program of its own, for it forks: `python tests/system/kill_everywhere.py FOLDER MOVE SLICE SLICES`, MOVE being
`rename`, `link` or `claim`, or `foreign` for a job that works for an OCFL storage root. Prints one JSON line: how many
places there are, and at which the world was not the same afterwards.
Each time the run after the kill is killed too, at a place early on, while it recovers; the third one finishes.

The places are all acts that leave a trace: before and after each commit, move, link, unlink, write and fsync.
"""

import errno
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.engine.default import DefaultDialect

from mdwatch import logs
from mdwatch.dropfolder import moving
from mdwatch.handlers.stores import keeping
from mdwatch.handlers.targets.ocfl_store import OcflRepository
from mdwatch.repository import intents
from tests.objectstore.validators import invalid
from tests.postgres import database_url
from tests.worlds import JOB, World, dc, ie, metadata, mods, update


class Reaper:
    """Counts the places passed, and kills the process at one of them."""

    def __init__(self, fatal: int) -> None:
        self.passed = 0
        self._fatal = fatal

    def tick(self) -> None:
        """One place passed."""
        self.passed += 1
        if self.passed == self._fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, owner: Any, name: str) -> None:
        """Makes a function tick before and after it acts."""
        act: Callable[..., Any] = getattr(owner, name)

        def acting(*arguments: Any, **named: Any) -> Any:
            self.tick()
            result = act(*arguments, **named)
            self.tick()
            return result

        setattr(owner, name, acting)


def no_links(*_: object, **__: object) -> None:
    """What link(2) says where files of another user are protected, or there are no hard links."""
    raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))


def build(root: Path, move: str) -> World:
    """Four groups: every outcome, several files for one IE, names taken in done/ and error/."""
    world = World(root, group_size=4)
    source = [{"mid": "7", "subType": "MODS", "content": mods("Old")}]
    world.load(
        ie("IE1", source=source),
        ie("IE2"),
        ie("IE3", lockedBy="curator"),
        ie("IE4", stage="sip"),
        ie("IE5", status="deleted"),
    )
    for place in ("done", "error"):
        (world.folder / place).mkdir()
        (world.folder / place / "05.xml").write_bytes(b"an earlier one")
    files = [
        update("IE1", dc("A")),
        update("IE2", dc("B")),
        update("IE1", dc("C"), metadata(mods("M"), "source", "mods", "7")),
        b"<not closed",
        update("IE3", dc("D")),
        update("IE4", dc("E")),
        update("IE2", dc("B")),
        update("IE2", dc("F")),
        update("IE4", dc("G")),
        update("IE5", dc("H")),
        update("IE1", dc("I")),
        update("IE99", dc("J")),
        update("IE1", dc("I")),
        update("IE2", dc("K")),
    ]
    for number, data in enumerate(files, 1):
        world.drop(f"{number:02}.xml", data)
    if move == "foreign":
        work_for_a_store(world)
    elif move != "rename":
        # As on NFS, where renameat2 knows no RENAME_NOREPLACE.
        moving._renameat2 = None
    if move == "claim":
        os.link = no_links
    return world


def work_for_a_store(world: World) -> None:
    """The job works for the store of the repository that there was; its own is as empty as a new one."""
    store = str(world.root / "store")
    world.raw["store"] = {"ocfl": store}
    with world.context() as context:
        keeping.sync(context)
    del world.raw["store"]
    world.raw["repository"] = {"url": database_url(world.root / "own.db")}
    world.raw["repositories"] = {"archive": {"ocfl": store}}
    world.raw["jobs"][JOB]["repository"] = "archive"


def left(world: World) -> dict[str, Any]:
    """All that a run leaves, also where it works for another repository; without moments."""
    found = world.snapshot()
    if "repositories" in world.raw:
        store = world.root / "store"
        there = OcflRepository(store).facts([f"IE{number}" for number in range(1, 10)])
        found["there"] = {pid: [state.version, str(state.records)] for pid, state in there.items()}
        found["invalid"] = invalid(store)
        with world.context() as context, context.repository.read() as connection:
            found["intents"] = [item.entry.name for item in intents.of_job(connection, JOB, 1)]
    return found


def in_child(act: Callable[[], object]) -> bool:
    """Whether a forked process came to the end of this."""
    child = os.fork()
    if child == 0:
        try:
            act()
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return status == 0


def run_and_die(world: World, fatal: int, count: Path | None = None) -> None:
    """One run that is killed at a place; where it comes to its end, `count` gets the number of places."""
    reaper = Reaper(fatal)
    for owner, name in (
        (DefaultDialect, "do_commit"),
        (moving, "_rename"),
        (os, "link"),
        (os, "rename"),
        (os, "close"),
        (os, "unlink"),
        (os, "write"),
        (os, "fsync"),
        (os, "mkdir"),
    ):
        reaper.around(owner, name)
    world.run()
    if count is not None:
        count.write_text(str(reaper.passed), encoding="ascii")


def main(folder: Path, move: str, part: int, parts: int) -> None:
    """Kills at every place of this slice."""
    logs.configure_service_log("critical")
    undisturbed = build(folder / "undisturbed", move)
    places = folder / "places"
    assert in_child(lambda: run_and_die(undisturbed, 0, places))
    total = int(places.read_text(encoding="ascii"))
    expected = left(undisturbed)
    wrong = []
    for fatal in range(1 + part, total + 1, parts):
        world = build(folder / f"kill-{fatal}", move)
        killed = not in_child(partial(run_and_die, world, fatal))
        in_child(partial(run_and_die, world, 1 + fatal % 23))
        finished = in_child(world.run)
        found = left(world)
        # A kill behind the last act leaves nothing to take up: the next run is then another, empty one.
        while len(found["runs"]) > len(expected["runs"]):
            found["runs"].pop()
            found["log"].pop()
        if not killed or not finished or found != expected:
            wrong.append({"place": fatal, "differs": [key for key in expected if found[key] != expected[key]]})
        shutil.rmtree(world.root)
    print(json.dumps({"total": total, "tried": len(range(1 + part, total + 1, parts)), "wrong": wrong}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
