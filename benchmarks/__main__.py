"""Measures all of mdwatch in one run and prints one table: `make bench`, or `python -m benchmarks --help`.

Speeds are told as ratios to bare loops of equal safety, which run in turns with what is held against them; what has no
such loop (a start, a drop's way to done, a second look, memory) stands beside its target.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks import daemon, exports, history, processes, update_job
from benchmarks.update_job import Row, note, print_table, spread

_SIZES: Final = (10_000, 100_000)
_TARGET_START: Final = 0.25  # seconds
_TARGET_HARVESTABLE: Final = 150  # milliseconds, in all formats
_TARGET_DROP: Final = (5, 15)  # milliseconds: median, p99


def measure_start(root: Path, calls: int) -> Iterator[Row]:
    """The commands that only look, over an empty folder."""
    settings = daemon.write_settings(root, [root / "drop"])
    for words in (["status"], ["job", "list"]):
        command: list[str | Path] = [sys.executable, "-m", "mdwatch", "--config", settings, *words]
        processes.run(command, root / "stderr")
        seconds = [processes.run(command, root / "stderr").seconds for _ in range(calls)]
        yield f"mdwatch {' '.join(words)}", spread(seconds, "s", 2), f"below {_TARGET_START} s"


def measure_latency(root: Path, drops: int) -> Iterator[Row]:
    """Single drops into a daemon's folder."""
    times = daemon.latencies(root, drops)
    told = f"median {statistics.median(times):.1f} ms, p99 {times[int(len(times) * 0.99)]:.1f} ms"
    yield f"{drops} single drops, drop to done", told, "below {} ms, {} ms".format(*_TARGET_DROP)
    (root / "harvest").mkdir()
    times = daemon.harvest_latencies(root / "harvest", drops)
    told = f"median {statistics.median(times):.0f} ms, p99 {times[int(len(times) * 0.99)]:.0f} ms"
    yield f"{drops} single drops, drop to exported and harvestable", told, f"below {_TARGET_HARVESTABLE} ms"


def main() -> None:
    """Measures, and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="pairs with each bare loop (default: 3)")
    parser.add_argument("--quick", action="store_true", help="a tenth of the files and IEs, and no growth")
    parser.add_argument("--work", type=Path, default=Path("build/bench"), help="where (default: build/bench)")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    root = Path(tempfile.mkdtemp(prefix="bench-", dir=given.work.resolve()))
    few, many = (size // 10 if given.quick else size for size in _SIZES)
    parts: dict[str, Callable[[Path], Iterator[Row]]] = {
        "start": partial(measure_start, calls=2 * given.rounds + 1),
        "latency": partial(measure_latency, drops=200),
        "job": partial(update_job.measure_speed, few, given.rounds),
        "waiting": partial(update_job.measure_waiting, many),
        "exports": partial(exports.measure_speed, ies=few, rounds=given.rounds),
        "words": partial(exports.measure_words, ies=few, rounds=given.rounds),
        "formats": partial(exports.measure_formats, ies=few // 2, rounds=given.rounds),
        "history": partial(history.measure, rounds=given.rounds),
    }
    if not given.quick:
        parts["memory"] = partial(update_job.measure_memory, few)
        parts["growth"] = partial(exports.measure_growth, sizes=list(_SIZES))
    rows: list[Row] = []
    for name, part in parts.items():
        note(name)
        place = root / name
        place.mkdir()
        rows += part(place)
    print_table(rows)
    # Only now: deleting many files makes the file system slow for minutes.
    shutil.rmtree(root)


if __name__ == "__main__":
    main()
