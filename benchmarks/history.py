"""Measures what a long history costs: `python -m benchmarks.history`, in processor time of one process.

An IE of 5,000 versions and events beside one of five, in turns: an update, and the export that follows it, in the
formats that tell nothing of events together, and in each of those that do.
"""

import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from benchmarks import daemon
from benchmarks.update_job import Row, print_table
from mdwatch import config, logs
from mdwatch.exporters import BUILT_IN
from mdwatch.handlers.exports import request
from mdwatch.handlers.ies import load
from mdwatch.handlers.updates import run_once
from mdwatch.runtime.context import opened
from mdwatch.runtime.formats import load_exporters

YOUNG: Final = 5
OLD: Final = 5_000
_TIMES: Final = 15
_EVENT: Final = json.dumps({
    "eventType": "PROCESSING", "eventIdentifierType": "DPS", "eventIdentifierValue": "130",
    "eventDateTime": "2026-11-27 07:00:00", "eventDescription": "Object's Metadata Record Modified",
    "linkingAgentIdentifierType1": "USER", "linkingAgentIdentifierValue1": "editor",
})  # fmt: skip
_VERSION: Final = "INSERT INTO ie_version (ie_id, version, at, agent, cause) VALUES (1, ?, 0, 'u', 'update')"
_CONTENT: Final = (
    "INSERT INTO record_version (record_id, version, sub_type, content) "
    "SELECT 1, ?, sub_type, content FROM record_version WHERE version = 1"
)
_POINTED: Final = ("UPDATE ie SET version = ?", "UPDATE record SET version = ?")


def _lay_out(root: Path, versions: int, formats: list[str]) -> config.Settings:
    """A repository of one published IE with so many versions."""
    (root / "drop").mkdir(parents=True)
    settings = config.check(
        {
            "repository": {"url": f"sqlite:///{root}/m.db"},
            "logs": {"directory": str(root / "logs"), "level": "error"},
            "http": {"listen": []},
            "export": {"formats": formats},
            "users": {"u": {"institution": "*", "role": "editor-full"}},
            "jobs": {"j": {"user": "u", "folder": str(root / "drop"), "settle_seconds": 0}},
        },
        "history",
    )
    ie = {"pid": "IE1", "institution": "I", "published": True, "descriptive": daemon.record("Old")}
    (root / "ie.jsonl").write_text(json.dumps(ie), encoding="utf-8")
    with opened(settings) as context:
        list(load.load(context, root / "ie.jsonl", "history"))
    more = range(2, versions + 1)
    with sqlite3.connect(root / "m.db") as database:
        database.executemany(_VERSION, [(number,) for number in more])
        database.executemany(_CONTENT, [(number,) for number in more])
        events = [(_EVENT, number) for number in more]
        database.executemany("INSERT INTO event (ie_id, dnx, version) VALUES (1, ?, ?)", events)
        for statement in _POINTED:
            database.execute(statement, (versions,))
    return settings


def _costs(root: Path, versions: int, formats: list[str]) -> tuple[float, float]:
    """Milliseconds of processor time of an update, and of the export that follows it: the least of some."""
    settings = _lay_out(root, versions, formats)
    updates, exports = [], []
    with opened(settings) as context:
        request.carry_out(context, "all", "history")
        for number in range(_TIMES):
            data = daemon.update("IE1", f"Title {number}")
            (root / "drop" / f"{number}.xml").write_text(data, encoding="utf-8")
            updates.append(_measured(lambda: run_once.run_job(context, "j")))
            exports.append(_measured(lambda: request.carry_out(context, "all", "history")))
    return min(updates), min(exports)


def _measured(act: Callable[[], object]) -> float:
    begun = time.process_time()
    act()
    return (time.process_time() - begun) * 1000


def measure(root: Path, rounds: int) -> Iterator[Row]:
    """The old IE beside the young one."""
    logs.configure_service_log("critical")
    exporters = load_exporters(BUILT_IN).exporters
    without = [name for name, exporter in exporters.items() if not exporter.reads_events]
    of_history = [name for name, exporter in exporters.items() if exporter.reads_events]
    for formats in (without, *([name] for name in of_history)):
        told = f"{len(formats)} formats without events" if formats == without else formats[0]
        pairs = []
        for number in range(rounds):
            place = root / f"{formats[0]}-{number}"
            pairs.append([_costs(place / str(versions), versions, formats) for versions in (YOUNG, OLD)])
        if formats == without:
            yield _row("update", [(young[0], old[0]) for young, old in pairs], "1.1 at most")
        yield _row(f"export, {told}", [(young[1], old[1]) for young, old in pairs], "1.1 at most")


def _row(what: str, pairs: list[tuple[float, float]], target: str) -> Row:
    ratios = ", ".join(f"{old / young:.2f}" for young, old in pairs)
    middle = statistics.median(old / young for young, old in pairs)
    young, old = (statistics.median(values) for values in zip(*pairs, strict=True))
    name = f"{what}: {OLD:,} versions and events : {YOUNG}, CPU"
    return name, f"{middle:.2f} ({ratios}), {young:.1f} and {old:.1f} ms", target


def main() -> None:
    """Measures, and prints the table."""
    with tempfile.TemporaryDirectory() as folder:
        print_table(list(measure(Path(folder), int(sys.argv[1]) if len(sys.argv) > 1 else 3)))


if __name__ == "__main__":
    main()
