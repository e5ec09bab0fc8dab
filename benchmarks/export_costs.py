"""Measures what the export of one record at the cap costs, in each format, alone in a process: seconds and megabytes.

    python -m benchmarks.export_costs [--kinds WORD] [--formats NAME,...] [--least SECONDS] [--digests FILE]

Seconds are of processor time; megabytes are what the process has at its peak beyond what it had before the export.
Shown is what costs at least `--least`, or ninety megabytes.
"""

import argparse
import gc
import hashlib
import importlib
import json
import os
import re
import resource
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.at_the_cap import LONGEST, MOST, dc, entities
from mdwatch.exporters import BUILT_IN, remembered
from mdwatch.exporters.interface import Exporter
from mdwatch.model import IntellectualEntity, Record, RecordType

_MOST_SECONDS: Final = 20
_MUCH: Final = 90


def alone(act: Callable[[], bytes]) -> tuple[float, float, str]:
    """Processor seconds and megabytes that an act takes in a process of its own, and the digest of what it makes."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        # What hangs is told by the signal that ends it.
        resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started = time.process_time()
        try:
            made = act()
        except Exception as error:  # noqa: BLE001 - what it says is what it made.
            made = repr(error).encode()
        seconds = time.process_time() - started
        megabytes = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        os.write(writer, json.dumps([seconds, megabytes, hashlib.sha256(made).hexdigest()]).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    seconds, megabytes, digest = json.loads(told) if told else (_MOST_SECONDS, 0, "")
    return seconds, megabytes, digest


def exporters(names: list[str]) -> dict[str, Exporter]:
    """The exporters of these names, each used once before."""
    found: dict[str, Exporter] = {}
    small = Record(type=RecordType.DESCRIPTIVE, sub_type="dc", mid="", content=dc("<dc:title>T</dc:title>"))
    for name in names:
        found[name] = importlib.import_module(f"mdwatch.exporters.{BUILT_IN[name]}").EXPORTER
        found[name].export(IntellectualEntity(pid="IE1", institution="INS01", records=(small,)))
    remembered.forget_records()
    return found


def main() -> None:
    """Measures, and prints a line a kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinds", default="", help="only kinds whose names this pattern is found in")
    parser.add_argument("--formats", default=",".join(BUILT_IN))
    parser.add_argument("--least", type=float, default=0.0, help="seconds of what is shown")
    parser.add_argument("--digests", type=Path, help="where the digest of each document is written")
    parser.add_argument("--share", type=int, default=1, help="of the cap: 50 for a fiftieth")
    given = parser.parse_args()
    made = exporters(given.formats.split(","))
    digests: dict[str, str] = {}
    # As the worker processes of the exports do.
    gc.freeze()
    gc.set_threshold(50_000)
    for kind, make in entities(MOST // given.share, LONGEST // given.share).items():
        if not re.search(given.kinds, kind):
            continue
        ie = make()
        shown = []
        for name, exporter in made.items():
            seconds, megabytes, digests[f"{kind} {name}"] = alone(partial(exporter.export, ie))
            if seconds >= given.least or megabytes >= _MUCH:
                shown.append(f"{name} {seconds:.2f} s {megabytes:.0f} MB")
        if shown:
            print(f"{kind}: {', '.join(shown)}", flush=True)
    if given.digests:
        given.digests.write_text(json.dumps(digests, indent=1))


if __name__ == "__main__":
    main()
