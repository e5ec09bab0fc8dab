"""Measures the Metadata Update Job against its floor: `python benchmarks/update_job.py --help`.

Three parts:

- speed: the job, run as its user runs it, beside the bare loop of `floor`, in turns; each time over a fresh copy of
  the same repository and the same files in a new folder.
- memory: how much more the job takes at peak for ten times as many files.
- waiting: a run over a folder in which as many files wait for IEs in SIP, once that they wait is known.

After each run it is checked that every file lies where it belongs, that every record is in its last revision, and that
every IE has one version for each update and no more.
"""

import argparse
import json
import os
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from benchmarks import corpus, floor, processes
from benchmarks.corpus import Corpus, Expected
from benchmarks.processes import Usage
from mdwatch.dropfolder.folder import DropFolder
from mdwatch.repository.sqlite import wal_is_safe
from mdwatch.rules import arrival

MDWATCH: Final = Path(sys.executable).with_name("mdwatch")
JOURNAL_MODE: Final = "WAL" if wal_is_safe(sqlite3.sqlite_version_info) else "TRUNCATE"
PARTS: Final = ("speed", "memory", "waiting")
TARGETS: Final = {"speed": 1.0, "memory": 100.0, "waiting": 2.0}

# No wait between two looks: what is measured is work. All else is as it comes.
SETTINGS: Final = """
[repository]
url = "sqlite:///{root}/mdwatch.db"
[logs]
directory = "{root}/logs"
[users.bench]
institution = "{institution}"
role = "editor-full"
[jobs.bench]
user = "bench"
folder = "{root}/drop"
schedule = "manual"
settle_seconds = 0
"""

Row = tuple[str, ...]


class Wrong(Exception):
    """A run did not do what it should; its figures are worth nothing."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One run: seconds of the whole process, of the work alone as the program itself tells, and what it took."""

    process: float
    own: float
    usage: Usage
    database: float = 0  # bytes that the database grew by for each update


@dataclass(frozen=True, slots=True)
class Ground:
    """A corpus, and the two repositories it is for, loaded."""

    corpus: Corpus
    root: Path

    @property
    def repository(self) -> Path:
        """The database of mdwatch."""
        return self.root / "mdwatch.db"

    @property
    def floor(self) -> Path:
        """The database of the floor."""
        return self.root / "floor.db"


def note(text: str) -> None:
    """Tells whoever waits what is going on."""
    print(f"{time.strftime('%H:%M:%S')}  {text}", file=sys.stderr, flush=True)


def prepare(corpus_: Corpus, root: Path, *, with_floor: bool = False) -> Ground:
    """Loads the IEs by `mdwatch ie load`, and if wanted into the floor's database."""
    ground = Ground(corpus_, root)
    (root / "drop").mkdir(parents=True)
    _write_settings(root)
    lines = root / "ies.jsonl"
    with lines.open("w", encoding="utf-8") as file:
        file.writelines(corpus_.ies())
    ran = processes.run([MDWATCH, "--config", root / "mdwatch.toml", "ie", "load", lines], root / "service.log")
    note(f"loaded {ran.output.strip()} in {ran.seconds:.1f} s")
    if ran.status != 0:
        raise Wrong(f"mdwatch ie load ended with {ran.status}; see {root}/service.log")
    if with_floor:
        floor.load(ground.floor, JOURNAL_MODE, corpus_.ies())
    return ground


def _write_settings(root: Path) -> None:
    text = SETTINGS.format(root=root, institution=corpus.INSTITUTION)
    (root / "mdwatch.toml").write_text(text, encoding="utf-8")


def lay_out(ground: Ground, root: Path, database: Path) -> Expected:
    """A fresh copy of the repository and the files in a new folder, all of it on the disk before anything is timed."""
    expected = corpus.write(ground.corpus, root / "drop")
    shutil.copyfile(database, root / database.name)
    _write_settings(root)
    os.sync()
    return expected


def run_job(root: Path) -> Figures:
    """Runs the job as its user does."""
    command: list[str | Path] = [MDWATCH, "--config", root / "mdwatch.toml", "job", "run", "bench", "--json"]
    ran = processes.run(command, root / "service.log")
    if ran.status not in {0, 1}:
        raise Wrong(f"mdwatch job run ended with {ran.status}; see {root}/service.log")
    with sqlite3.connect(root / "mdwatch.db") as database:
        query = "SELECT ended_at - started_at FROM run ORDER BY id DESC LIMIT 1"
        (milliseconds,) = database.execute(query).fetchone()
    return Figures(ran.seconds, milliseconds / 1000, ran.usage)


def run_floor(root: Path) -> Figures:
    """Runs the floor in a process of its own."""
    command: list[str | Path] = [sys.executable, floor.__file__, root / "drop", root / "floor.db", JOURNAL_MODE]
    ran = processes.run(command, root / "service.log")
    if ran.status != 0:
        raise Wrong(f"the floor ended with {ran.status}; see {root}/service.log")
    return Figures(ran.seconds, json.loads(ran.output)["seconds"], ran.usage)


def check_job(root: Path, expected: Expected) -> None:
    """Raises `Wrong` where the job did not do right."""
    # In words of its own: another commit may have a schema that is not this one's.
    joined = "ie JOIN record ON record.ie_id = ie.id JOIN record_version ON record_version.record_id = record.id"
    with sqlite3.connect(root / "mdwatch.db") as database:
        versions = dict(database.execute("SELECT pid, version FROM ie"))
        query = f"SELECT pid, mid, content FROM {joined} WHERE record_version.version = record.version"
        contents = {(pid, mid): content for pid, mid, content in database.execute(query)}
    check(root / "drop", expected, versions, contents)


def check_floor(root: Path, expected: Expected) -> None:
    """Raises `Wrong` where the floor did not do right."""
    joined = "ie JOIN record ON record.ie = ie.id JOIN version ON version.record = record.id"
    with sqlite3.connect(root / "floor.db") as database:
        versions = dict(database.execute("SELECT pid, version FROM ie"))
        query = f"SELECT pid, mid, content FROM {joined} WHERE version.number = record.version"
        contents = {(pid, mid): content for pid, mid, content in database.execute(query)}
    check(root / "drop", expected, versions, contents)


def check(drop: Path, expected: Expected, versions: dict[str, int], contents: dict[tuple[str, str], str]) -> None:
    """Raises `Wrong` unless files, records and versions are what a right run leaves."""
    error = {name for name in _names(drop / "error") if not name.endswith(".reason.txt")}
    stale = [key for key, revision in expected.revisions.items() if f"{corpus.MARK}{revision}<" not in contents[key]]
    faults = {
        "files left in the drop folder": _names(drop) - {"done", "error"},
        "files wrongly in or missing from done": _names(drop / "done") ^ expected.done,
        "files wrongly in or missing from error": error ^ expected.error,
        "records not in their last revision": stale,
        "IEs with a wrong number of versions": set(versions.items()) ^ set(expected.versions.items()),
    }
    found = [f"{len(cases)} {what}, such as {next(iter(cases))}" for what, cases in faults.items() if cases]
    if found:
        raise Wrong(f"{drop.parent}: {'; '.join(found)}")


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def measure_speed(files: int, rounds: int, root: Path) -> Iterator[Row]:
    """The job beside its floor."""
    ground = prepare(Corpus(files), root / "speed", with_floor=True)
    pairs = []
    for number in range(1, rounds + 1):
        bare = _floor_round(ground, root / f"speed-{number}-floor")
        job = _job_round(ground, root / f"speed-{number}-job")
        pairs.append((bare, job))
        note(f"pair {number} of {rounds}: floor {bare.process:.2f} s, job {job.process:.2f} s")
    yield from _speed_rows(files, pairs)


def _floor_round(ground: Ground, root: Path) -> Figures:
    expected = lay_out(ground, root, ground.floor)
    figures = run_floor(root)
    check_floor(root, expected)
    return figures


def _job_round(ground: Ground, root: Path) -> Figures:
    expected = lay_out(ground, root, ground.repository)
    before = (root / "mdwatch.db").stat().st_size
    figures = run_job(root)
    check_job(root, expected)
    updates = sum(version - 1 for version in expected.versions.values())
    return replace(figures, database=((root / "mdwatch.db").stat().st_size - before) / max(updates, 1))


def _speed_rows(files: int, pairs: list[tuple[Figures, Figures]]) -> Iterator[Row]:
    """Files a second by the whole process and by the work alone, and the ratio of each pair."""
    for what, kind in (("whole process", "process"), ("the work alone", "own")):
        bare = [files / getattr(pair[0], kind) for pair in pairs]
        job = [files / getattr(pair[1], kind) for pair in pairs]
        yield f"floor, {what}", spread(bare, "files/s"), ""
        yield f"job, {what}", spread(job, "files/s"), ""
        ratios = [mine / floors for mine, floors in zip(job, bare, strict=True)]
        target = f"at least {TARGETS['speed']}" if kind == "process" else ""
        yield f"job : floor, {what}", spread(ratios, "", 2), target
    yield "floor, CPU", spread([pair[0].usage.cpu / files * 1e6 for pair in pairs], "us/file"), ""
    yield (
        "job, CPU of the main process",
        spread([pair[1].usage.main_cpu / files * 1e6 for pair in pairs], "us/file"),
        "",
    )
    yield "job, CPU of the workers", spread([pair[1].usage.child_cpu / files * 1e6 for pair in pairs], "us/file"), ""
    yield "job, the database grows by", spread([pair[1].database for pair in pairs], "bytes/update"), ""
    yield "floor, memory at peak", spread([pair[0].usage.memory for pair in pairs], "MB"), ""


def measure_memory(files: int, root: Path) -> Iterator[Row]:
    """The job's memory over so many files, and over ten times as many."""
    usages = []
    for number in (files, 10 * files):
        ground = prepare(Corpus(number), root / f"memory-{number}")
        figures = _job_round(ground, root / f"memory-{number}-job")
        note(f"{number} files in {figures.process:.1f} s")
        yield f"job, {number:,} files", f"{number / figures.process:,.0f} files/s, {_memory(figures.usage)}", ""
        usages.append(figures.usage)
    yield (
        "growth of all processes",
        f"{usages[1].memory - usages[0].memory:.0f} MB",
        f"below {TARGETS['memory']:.0f} MB",
    )


def measure_waiting(files: int, root: Path) -> Iterator[Row]:
    """Looks at a folder in which all files wait."""
    ground = prepare(Corpus(files, stage="sip", mix=(1, 0, 0)), root / "waiting")
    site = root / "waiting-job"
    lay_out(ground, site, ground.repository)
    first = run_job(site)
    note(f"first run over {files} files that will wait: {first.process:.1f} s")
    yield f"first run, {files:,} files begin to wait", f"{first.process:.1f} s, {_memory(first.usage)}", ""
    for name in ("second", "third"):
        again = run_job(site)
        note(f"{name} run: {again.process:.2f} s")
        figures = f"{again.process:.2f} s, of which the run {again.own:.2f} s; {_memory(again.usage)}"
        yield f"{name} run, they wait", figures, f"below {TARGETS['waiting']:.0f} s"
    if len(_names(site / "drop") - {"done", "error"}) != files:
        raise Wrong("files that should wait were moved")
    yield "one bare look at the folder", f"{_bare_look(site / 'drop'):.2f} s", ""


def _bare_look(drop: Path) -> float:
    """Seconds of listing the folder as the job does."""
    with DropFolder(drop) as folder:
        start = time.perf_counter()
        folder.look(arrival.DEFAULT_INCLUDE)
        return time.perf_counter() - start


def _memory(usage: Usage) -> str:
    return f"{usage.main_memory:.0f} MB and workers {usage.child_memory:.0f} MB"


def spread(values: list[float], unit: str, digits: int = 0) -> str:
    """The median, and in brackets each value in its order."""
    each = ", ".join(f"{value:,.{digits}f}" for value in values)
    return f"{statistics.median(values):,.{digits}f} {unit}".strip() + f" ({each})"


def print_table(rows: list[Row], heads: Row = ("what", "figures", "target")) -> None:
    """Prints a table that Markdown takes too."""
    rows = [heads, *rows]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    rows.insert(1, tuple("-" * width for width in widths))
    for row in rows:
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |")


def main() -> None:
    given = _arguments().parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    root = Path(tempfile.mkdtemp(prefix="bench-", dir=given.work.resolve()))
    parts: dict[str, Any] = {
        "speed": partial(measure_speed, given.files, given.rounds, root),
        "memory": partial(measure_memory, given.files, root),
        "waiting": partial(measure_waiting, given.waiting, root),
    }
    note(f"works in {root}; SQLite {sqlite3.sqlite_version}, journal_mode={JOURNAL_MODE}; {os.cpu_count()} processors")
    rows: list[Row] = []
    for name in given.only or PARTS:
        rows += parts[name]()
    print_table(rows)
    if not given.keep:
        # Only now: deleting many files makes the file system slow for minutes.
        shutil.rmtree(root)


def _arguments() -> argparse.ArgumentParser:
    arguments = argparse.ArgumentParser(description="Measures the Metadata Update Job against its floor.")
    arguments.add_argument("--only", choices=PARTS, action="append", help="measure this part only; may be repeated")
    arguments.add_argument("--files", type=int, default=10_000, help="files in the drop folder (default: 10000)")
    arguments.add_argument("--rounds", type=int, default=3, help="pairs of floor and job (default: 3)")
    arguments.add_argument("--waiting", type=int, default=100_000, help="files that wait (default: 100000)")
    arguments.add_argument("--work", type=Path, default=Path("build/bench"), help="where (default: build/bench)")
    arguments.add_argument("--keep", action="store_true", help="leave all of it there to look at")
    return arguments


if __name__ == "__main__":
    main()
