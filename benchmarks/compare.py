"""Measures this tree against another commit: `python -m benchmarks.compare REV`, so that a slowdown is seen.

The other commit is checked out into a work tree of its own, which is removed at the end. It runs with the packages of
this environment where both lock the same ones, else with its own, put into a new environment by pip; `--venv` says
otherwise. Each part is measured in pairs, in turns and in changing order; what is told is the ratio of each pair: above
1.00 this tree is better. CPU holds when other programs run beside it, wall time does not.

- start: CPU and wall time of `mdwatch status` over an empty folder.
- job: `mdwatch job run` over the corpus of `corpus`, every result checked.
- redo: `mdwatch export redo` of three formats.
- latency: single drops into the folder of a running daemon, from the file's close to done.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks import corpus, daemon, export_ground, processes, update_job
from benchmarks.corpus import Corpus
from benchmarks.daemon import Program
from benchmarks.processes import Ran
from benchmarks.update_job import Row, note, print_table

HERE: Final = Path(__file__).parents[1]
PARTS: Final = ("start", "job", "redo", "latency")
_STARTS: Final = 5  # calls of `status` in one measurement: one is too short for the kernel's clock ticks
LOCK: Final = "requirements.lock"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two that are compared: where its program is, and the Python that runs it."""

    name: str
    tree: Path
    python: Path

    def call(self, settings: Path, *arguments: str, accepted: tuple[int, ...] = (0,)) -> Ran:
        """One call of its command line; raises `update_job.Wrong` for an exit status that is not accepted."""
        command: list[str | Path] = [self.python, "-P", "-m", "mdwatch", "--config", settings, *arguments]
        errors = settings.with_name("stderr")
        ran = processes.run(command, errors, {"PYTHONPATH": str(self.tree)})
        if ran.status not in accepted:
            told = errors.read_text(errors="replace")[-2000:]
            raise update_job.Wrong(f"{self.name}: mdwatch {' '.join(arguments)} ended with {ran.status}: {told}")
        return ran


# What a measurement comes to: names of figures, each the lower the better.
Figures = dict[str, float]
Measure = Callable[[Side, Path], Figures]


def measure_start(side: Side, root: Path) -> Figures:
    """Short commands."""
    settings = _settings(root)
    side.call(settings, "status")
    found = [side.call(settings, "status") for _ in range(_STARTS)]
    return {
        "status, wall (s)": statistics.median(ran.seconds for ran in found),
        "status, CPU (s)": statistics.mean(ran.usage.cpu for ran in found),
    }


def measure_job(side: Side, root: Path, *, files: int) -> Figures:
    """The update job over the corpus."""
    settings = _settings(root)
    given = Corpus(files)
    lines = root / "ies.jsonl"
    with lines.open("w", encoding="utf-8") as file:
        file.writelines(given.ies())
    side.call(settings, "ie", "load", str(lines))
    (root / "drop").rmdir()
    expected = corpus.write(given, root / "drop")
    os.sync()
    ran = side.call(settings, "job", "run", "bench", "--json", accepted=(0, 1))
    update_job.check_job(root, expected)
    return {
        "job, whole process (us/file)": ran.seconds / files * 1e6,
        "job, CPU of the main process (us/file)": ran.usage.main_cpu / files * 1e6,
        "job, CPU of all processes (us/file)": ran.usage.cpu / files * 1e6,
        "job, memory at peak (MB)": ran.usage.memory,
    }


def measure_redo(side: Side, root: Path, *, ies: int) -> Figures:
    """All exports made anew."""
    settings = _settings(root, export_ground.FORMATS)
    lines = root / "ies.jsonl"
    with lines.open("w", encoding="utf-8") as file:
        file.writelines(export_ground.lines_of(ies))
    side.call(settings, "ie", "load", str(lines))
    side.call(settings, "export", "all")
    ran = side.call(settings, "export", "redo", "--json")
    return {
        "export redo, whole process (us/IE)": ran.seconds / ies * 1e6,
        "export redo, CPU of all processes (us/IE)": ran.usage.cpu / ies * 1e6,
        "export redo, memory at peak (MB)": ran.usage.memory,
    }


def measure_latency(side: Side, root: Path, *, drops: int) -> Figures:
    """Single drops into a daemon's folder."""
    environment = processes.environment({"PYTHONPATH": str(side.tree)})
    times = daemon.latencies(root, drops, Program((str(side.python), "-P", "-m", "mdwatch"), environment))
    return {
        "drop to done, median (ms)": statistics.median(times),
        "drop to done, p99 (ms)": times[int(len(times) * 0.99)],
    }


def _settings(root: Path, formats: tuple[str, ...] = ()) -> Path:
    (root / "drop").mkdir(parents=True, exist_ok=True)
    path = root / "mdwatch.toml"
    text = update_job.SETTINGS.format(root=root, institution=corpus.INSTITUTION)
    if formats:
        text += f"[export]\nformats = {json.dumps(formats)}\n"
    path.write_text(text, encoding="utf-8")
    return path


def compare(sides: tuple[Side, Side], measures: dict[str, Measure], rounds: int, root: Path) -> Iterator[Row]:
    """The rows of the table: how much better this tree is in each pair, and the medians of both sides."""
    for part, measure in measures.items():
        found: dict[Side, list[Figures]] = {side: [] for side in sides}
        for number in range(1, rounds + 1):
            # Whoever comes second finds the machine otherwise than who comes first.
            for side in sides if number % 2 else reversed(sides):
                place = root / f"{part}-{number}-{sides.index(side)}"
                place.mkdir()
                found[side].append(measure(side, place))
            note(f"{part}: pair {number} of {rounds}")
        other, mine = (found[side] for side in sides)
        for name in mine[0]:
            pairs = [(a[name], b[name]) for a, b in zip(other, mine, strict=True)]
            ratios = [before / after for before, after in pairs if after]
            middle = [statistics.median(values) for values in zip(*pairs, strict=True)]
            told = f"{middle[0]:.4g} -> {middle[1]:.4g}"
            yield name, update_job.spread(ratios, "", 2) if ratios else "too short", told


@contextmanager
def checked_out(revision: str, root: Path, venv: str) -> Iterator[Side]:
    """The other commit, in a work tree that is removed afterwards."""
    tree = root / "tree"
    subprocess.run(["git", "worktree", "add", "--quiet", "--detach", tree, revision], cwd=HERE, check=True)
    try:
        there, here = tree / LOCK, HERE / LOCK
        python = Path(sys.executable)
        same = there.exists() and there.read_bytes() == here.read_bytes()
        if venv == "own" or (venv == "auto" and not same):
            python = _environment(tree, root / "venv")
        yield Side(revision, tree, python)
    finally:
        subprocess.run(["git", "worktree", "remove", "--force", tree], cwd=HERE, check=True)


def _environment(tree: Path, place: Path) -> Path:
    """The Python of a new environment with the packages that a tree locks, and the tree itself."""
    note("the packages differ: an environment of its own is made")
    subprocess.run([sys.executable, "-m", "venv", place], check=True)
    python = place / "bin" / "python"
    pip: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", tree / LOCK], check=True)
    # As in this environment: commands ask for the version of the package, exporters are found by its entry points.
    subprocess.run([*pip, "--no-build-isolation", "--no-deps", "-e", tree], check=True)
    return python


def main() -> None:
    """Measures, and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("revision", help="what git calls the other commit")
    parser.add_argument("--only", choices=PARTS, action="append", help="measure this part only; may be repeated")
    parser.add_argument("--rounds", type=int, default=3, help="pairs (default: 3)")
    parser.add_argument("--files", type=int, default=10_000, help="files of the job, IEs of the redo (default: 10000)")
    parser.add_argument("--drops", type=int, default=200, help="single drops (default: 200)")
    parser.add_argument("--venv", choices=("auto", "own", "this"), default="auto", help="whose packages the other uses")
    parser.add_argument("--work", type=Path, default=Path("build/bench"), help="where (default: build/bench)")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    root = Path(tempfile.mkdtemp(prefix="compare-", dir=given.work.resolve()))
    measures: dict[str, Measure] = {
        "start": measure_start,
        "job": partial(measure_job, files=given.files),
        "redo": partial(measure_redo, ies=given.files),
        "latency": partial(measure_latency, drops=given.drops),
    }
    wanted = {name: measure for name, measure in measures.items() if name in (given.only or PARTS)}
    with checked_out(given.revision, root, given.venv) as other:
        sides = (other, Side("this tree", HERE, Path(sys.executable)))
        print_table(
            list(compare(sides, wanted, given.rounds, root)), ("what", "better by", f"{given.revision} -> this tree")
        )
    # Only now: deleting many files makes the file system slow for minutes.
    shutil.rmtree(root)


if __name__ == "__main__":
    main()
