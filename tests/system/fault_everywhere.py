"""Runs a job again and again, each time with one more of its calls to the disk gone wrong, and compares what is left.

A program of its own, for it replaces functions of `os`: `python tests/system/fault_everywhere.py FOLDER MOVE ERROR MODE
SLICE SLICES`, MOVE being `rename`, `link` or `claim`, ERROR a name such as EIO, and MODE `refused` or `lost`: the call
is not made, or is made and its answer lost. Prints one JSON line: how many calls there are, and at which the world was
not the same after one more undisturbed run.
"""

import ctypes
import errno
import json
import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mdwatch import logs
from mdwatch.dropfolder import moving, statx
from mdwatch.errors import MdwatchError
from tests.worlds import World, dc, ie, update

CALLS = ("stat", "lstat", "fstat", "open", "close", "read", "write", "link", "unlink", "rename", "mkdir", "fsync")
REAL: dict[str, Callable[..., Any]] = {name: getattr(os, name) for name in (*CALLS, "scandir")}


class Disturbance:
    """Fails the call of this number, counted over all that are made on the drop folder and the logs."""

    def __init__(self, error: int, at: int, *, acts: bool) -> None:
        self.calls = 0
        self._error, self._at, self._acts = error, at, acts

    def hit(self) -> bool:
        """One call; whether it is the one."""
        self.calls += 1
        return self.calls == self._at

    def around(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """The call, disturbed when its turn comes."""

        def call(*given: Any, **named: Any) -> Any:
            if not self.hit():
                return real(*given, **named)
            if self._acts or real is REAL["close"]:
                real(*given, **named)
            raise OSError(self._error, os.strerror(self._error))

        return call

    def number(self, real: Any) -> Callable[..., int]:
        """The same for a function of C, which returns a number."""

        def call(*given: Any) -> int:
            if not self.hit():
                return int(real(*given))
            if self._acts:
                real(*given)
            ctypes.set_errno(self._error)
            return -1

        return call


def no_links(*_: object, **__: object) -> None:
    """What link(2) says where files of another user are protected."""
    raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))


def build(root: Path) -> World:
    """Two groups: an update, an error, another update of the same IE, a name that is taken, and an unchanged one."""
    world = World(root, group_size=3)
    world.load(ie("IE1"), ie("IE2"), ie("IE3", lockedBy="curator"))
    for place in ("done", "error"):
        (world.folder / place).mkdir()
        (world.folder / place / "3.xml").write_bytes(b"an earlier one")
    for number, (pid, title) in enumerate(
        [("IE1", "A"), ("IE3", "B"), ("IE1", "C"), ("IE2", "Old"), ("IE1", "D"), ("IE99", "E")], 1
    ):
        world.drop(f"{number}.xml", update(pid, dc(title)))
    return world


def run(world: World, disturbance: Disturbance | None, move: str) -> None:
    """One run, disturbed or not; however it ends."""
    renameat2, stat_at, link = moving._renameat2, statx._statx, REAL["link"] if move != "claim" else no_links
    moving._renameat2 = renameat2 if move == "rename" else None
    os.link = link
    try:
        with world.context() as context:
            from mdwatch.handlers.updates import run_once  # noqa: PLC0415

            if disturbance is not None:
                for name in CALLS:
                    if name != "link" or move != "claim":
                        setattr(os, name, disturbance.around(REAL[name]))
                statx._statx = disturbance.number(stat_at)
                if moving._renameat2 is not None:
                    moving._renameat2 = disturbance.number(renameat2)
            try:
                run_once.run_job(context, "dc")
            finally:
                for name in CALLS:
                    setattr(os, name, REAL[name])
    except (OSError, MdwatchError):
        pass
    finally:
        moving._renameat2, statx._statx = renameat2, stat_at


def left(world: World) -> dict[str, Any]:
    """What users see, but for how many runs it took and claims that nothing came to."""
    found = world.snapshot()
    del found["runs"]
    # A name that was said to be taken is gone round; how often a file was said to be in trouble depends on the runs.
    found = json.loads(re.sub(r"\.MOMENT(\.2)?", "", json.dumps(found)))
    found["journal"] = [[*row[:4], row[4] or row[0], *row[5:]] for row in found["journal"]]
    found["files"].sort()
    found["log"] = [line for line in found["log"] if line.split("   ")[1].startswith("IE IE") or "ERROR" in line]
    found["log"] = [line for line in found["log"] if "aborted" not in line]
    return dict(found)


def main(folder: Path, move: str, error: str, mode: str, part: int, parts: int) -> None:
    """Disturbs every call of this slice."""
    logs.configure_service_log("critical")
    undisturbed = build(folder / "undisturbed")
    count = Disturbance(0, 0, acts=True)
    run(undisturbed, count, move)
    expected = left(undisturbed)
    wrong = []
    for at in range(1 + part, count.calls + 1, parts):
        world = build(folder / str(at))
        run(world, Disturbance(getattr(errno, error), at, acts=mode == "lost"), move)
        run(world, None, move)
        found = left(world)
        if found != expected:
            wrong.append({"call": at, "differs": {key: found[key] for key in expected if found[key] != expected[key]}})
        shutil.rmtree(world.root)
    print(json.dumps({"total": count.calls, "wrong": wrong}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5]), int(sys.argv[6]))
