"""Faults at every call of the daemon: the disk, the database's file and the logs fail one call at a time, and then not.

A library between the daemon and the kernel (`faulty.c`) makes one call go wrong: it fails, it is done and its answer is
lost, it is done by half, or the process is killed before or behind it. Wherever that happens, the end is that of an
undisturbed daemon: every file decided once, in order, filed once, told once.
"""

import errno
import itertools
import json
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from tests.proof import tally
from tests.system.daemons import RunningDaemon, command, running, until
from tests.worlds import World, dc, ie, metadata, mods, update

# Those that were in error/ before are nobody's, and the audit says so of every world.
pytestmark = [pytest.mark.system, pytest.mark.timeout(1500), pytest.mark.audit_finds("unknown-in-error")]

# The calls that the daemon makes on what must not be lost, by where, and by how files are moved. Not among them, for it
# makes none: openat on logs and database (libc's open is what is called), fsync and unlink of SQLite, which syncs by
# fdatasync and keeps its rollback journal, cut to nothing; unlinkat of claims, which only a refusal makes it remove.
RENAME, LINK, CLAIM = "rename", "link", "claim"
UNKNOWN: Final = {RENAME: "", LINK: "renameat2", CLAIM: "renameat2,linkat"}
PLACES: Final = {
    ("drop", RENAME): (
        "openat", "statx", "fstat", "fstatat", "read", "renameat2", "mkdirat", "fsync", "write", "open"
    ),
    ("drop", LINK): ("linkat", "renameat", "unlinkat", "fstatat"),
    ("drop", CLAIM): ("openat", "renameat", "fstatat"),
    ("logs", RENAME): ("open", "write", "fsync", "fstat"),
    ("mdwatch.db", RENAME): ("open", "pread", "pwrite", "fdatasync", "ftruncate", "fstat"),
}  # fmt: skip
AMONG: Final = {"drop": "the drop folder", "logs": "the logs", "mdwatch.db": "the database's file"}
# What is done and of which the answer can be lost.
ACTS: Final = frozenset({
    "renameat2", "renameat", "linkat", "unlinkat", "mkdirat", "write", "fsync", "fdatasync", "ftruncate"
})  # fmt: skip
FAILING: Final = ("EIO", "ESTALE", "EACCES", "ENOENT", "EEXIST", "ENOSPC", "EDQUOT", "EXDEV", "EMFILE", "EINTR")
POSITIONS: Final = 3  # of one call, spread over all that an undisturbed daemon makes
FINISHED: Final = "Job completed"
# That a file cannot be read or moved just now, and that it is moved at last.
WAITED: Final = re.compile(
    r"WARN   (IE could not be updated|File could not be moved)\. Reason|INFO   File was decided before"
)


class Fault(NamedTuple):
    """One call gone wrong: which, where, how, after how many, how often in a row; and how files are moved meanwhile."""

    function: str
    part: str
    mode: str
    error: int
    skip: int
    times: int
    way: str

    def environment(self, world: World, library: Path, mark: Path) -> dict[str, str]:
        """What makes a process suffer it, in this world only: the package has rooms of like names, which it imports."""
        *values, way = self._replace(part=f"/{world.root.name}/{self.part}")
        fault = ":".join(str(value) for value in (*values, mark))
        return {"LD_PRELOAD": str(library), "FAULT": fault, "UNKNOWN": UNKNOWN[way]}


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library, built."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler here: apt-get install gcc")
    made = tmp_path_factory.mktemp("faulty") / "faulty.so"
    source = Path(__file__).with_name("faulty.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", made, source, "-ldl"], check=True)
    return made


def world_of(root: Path) -> World:
    """Every outcome, several files for one IE, and names taken in done/ and error/."""
    world = World(root, group_size=3, settle_seconds=0.1, sweep_seconds=1, truncated_grace=0.2)
    source = [{"mid": "7", "subType": "MODS", "content": mods("Old")}]
    world.load(ie("IE1", source=source), ie("IE2"), ie("IE3", lockedBy="curator"), ie("IE4", stage="sip"))
    for place in ("done", "error"):
        (world.folder / place).mkdir()
        (world.folder / place / "3.xml").write_bytes(b"an earlier one")
    files = (
        update("IE1", dc("A")),
        update("IE2", dc("B")),
        update("IE1", dc("C"), metadata(mods("M"), "source", "mods", "7")),
        b"no XML at all",
        update("IE3", dc("D")),
        update("IE4", dc("E")),
        update("IE2", dc("B")),
        update("IE1", dc("F")),
        update("IE2", dc("G")),
    )
    for number, data in enumerate(files, 1):
        world.drop(f"{number}.xml", data)
    return world


def is_done(world: World) -> bool:
    """Whether all is filed but the file whose IE is in SIP processing, told to the end, and noted."""
    left = {path.name for path in world.folder.glob("*.xml")}
    last = (world.log_lines() or [""])[-1]
    if left != {"6.xml"} or not (FINISHED in last or WAITED.match(last)):
        return False
    with closing(sqlite3.connect(f"file:{world.root / 'mdwatch.db'}?mode=ro", uri=True)) as database:
        (open_rows,) = database.execute(
            "SELECT (SELECT count(*) FROM journal WHERE NOT carried_out OR unmoved IS NOT NULL)"
            " + (SELECT count(*) FROM run WHERE NOT closed)"
        ).fetchone()
    return bool(open_rows == 0)


def work(world: World, environment: dict[str, str]) -> None:
    """A daemon works until all is done; one that the fault kills or keeps from starting is started again."""
    for _ in range(4):
        with running(world, ready=False, environment=environment) as daemon:
            until(lambda d=daemon: ended(d) or settled(world), 60)  # type: ignore[misc]
            if not ended(daemon):
                daemon.stop()
                return
    raise AssertionError("no daemon stays alive")


def ended(daemon: RunningDaemon) -> bool:
    return daemon.process.poll() is not None


def settled(world: World) -> bool:
    try:
        return is_done(world)
    except (AssertionError, OSError, sqlite3.Error):  # half a line, a folder in the making, a database in use
        return False


def end_of(world: World) -> dict[str, Any]:
    """What is compared: not how many runs it took, nor how they ended.

    Nor the name that a file got where the kernel said, untruly, that its own is taken. Nor that a file had to wait: a
    fault is told even where it is gone at the next try, for a log that keeps it to itself would be the worse one. But
    it is told once.
    """
    found = json.loads(re.sub(r"\.MOMENT(\.2)?", "", json.dumps(world.snapshot())))
    found["journal"] = [[*row[:4], row[4] or row[0], *row[5:]] for row in found["journal"]]
    waits = {line for line in found["log"] if WAITED.match(line)}
    lines = [line for line in found["log"] if FINISHED not in line and "Job aborted" not in line]
    for line in waits:
        lines.remove(line)
    found["log"] = lines
    del found["runs"]
    found["files"].sort()
    return dict(found)


def faults(function: str, part: str, way: str, calls: int) -> Iterator[Fault]:
    """The ways in which these calls go wrong."""
    spread = sorted({calls * number // POSITIONS for number in range(POSITIONS)})
    for skip in spread:
        for mode in ("kill", "killafter"):
            yield Fault(function, part, mode, 0, skip, 1, way)
        if function in {"read", "write", "pread", "pwrite"}:
            yield Fault(function, part, "short", 0, skip, 1, way)
        if function in ACTS:
            yield Fault(function, part, "lost", errno.EIO, skip, 1, way)
    for number, name in enumerate(FAILING):
        skip, times = spread[number % len(spread)], 1 + 2 * (number % 2)
        yield Fault(function, part, "fail", getattr(errno, name), skip, times, way)


@pytest.mark.parametrize(
    ("part", "way", "function"), [(part, way, name) for (part, way), names in PLACES.items() for name in names]
)
def test_a_call_gone_wrong_changes_nothing_of_the_end(
    tmp_path: Path, library: Path, part: str, way: str, function: str
) -> None:
    mark = tmp_path / "mark"
    undisturbed = world_of(tmp_path / "undisturbed")
    work(undisturbed, Fault(function, part, "none", 0, 0, 0, way).environment(undisturbed, library, mark))
    expected = end_of(undisturbed)
    calls = int.from_bytes(mark.read_bytes(), "little")
    assert calls, f"the daemon makes no call of {function} on {part}"
    wrong = []
    for number, fault in enumerate(faults(function, part, way, calls)):
        world = world_of(tmp_path / str(number))
        mark.unlink()
        try:
            work(world, fault.environment(world, library, mark))
            found = end_of(world)
            differs = [key for key in expected if found[key] != expected[key]]
        except AssertionError as error:
            differs = [str(error)[:300]]
        if differs:
            wrong.append((fault, differs))
        else:
            shutil.rmtree(world.root)
    moved = "" if part != "drop" else f", files moved by {way}"
    tally.note(f"a call of {function} on {AMONG[part]} gone wrong in the daemon{moved}", number + 1, len(wrong))
    assert wrong == []


# What is used up, or not allowed, stays so until somebody sees to it. Of the database's file from where it is written.
LASTING: Final = (
    ("renameat2", "drop", "EDQUOT", 0),
    ("renameat2", "drop", "EXDEV", 0),
    ("renameat2", "drop", "EACCES", 0),
    ("mkdirat", "drop", "EDQUOT", 0),
    ("openat", "drop/error/", "EDQUOT", 0),
    ("write", "drop/error/", "EDQUOT", 0),
    ("write", "logs", "EDQUOT", 0),
    ("pwrite", "mdwatch.db", "EDQUOT", 40),
)


@pytest.mark.parametrize(("function", "part", "error", "skip"), LASTING)
def test_a_fault_that_lasts_is_told_and_tried_ever_more_seldom(
    tmp_path: Path, library: Path, function: str, part: str, error: str, skip: int
) -> None:
    undisturbed = world_of(tmp_path / "undisturbed")
    work(undisturbed, {})
    world = world_of(tmp_path / "disturbed")
    fault = Fault(function, part, "fail", getattr(errno, error), skip, 1_000_000, RENAME)
    with running(world, ready=False, environment=fault.environment(world, library, tmp_path / "mark")) as daemon:
        daemon.wait_for("run_interrupted", 3)
        moments = [datetime.fromisoformat(item["timestamp"]) for item in daemon.events("run_interrupted")]
        told = daemon.wait_for("job_in_trouble")["reason"]
        state = json.loads(command(world, "status", "--json").stdout) if part != "mdwatch.db" else {}
        # Without its database it cannot note that it ends, and says so by its status.
        assert daemon.stop() == (1 if part == "mdwatch.db" else 0)
    pauses = [(later - earlier).total_seconds() for earlier, later in itertools.pairwise(moments)]
    work(world, {})
    told_of = os.strerror(getattr(errno, error)) if part != "mdwatch.db" else "disk I/O error"
    wrong = [
        what
        for what, so in {
            "the reason is told": told_of in told,
            "status tells it": not state or told_of in json.dumps(state["jobs"]),
            "pauses grow": [pause >= wanted for pause, wanted in zip(pauses, (1, 2), strict=False)] == [True, True],
            "the end is that of an undisturbed daemon": end_of(world) == end_of(undisturbed),
        }.items()
        if not so
    ]
    tally.note("a call that goes wrong in the daemon until somebody sees to it", 1, len(wrong))
    assert wrong == [], (told, pauses)
