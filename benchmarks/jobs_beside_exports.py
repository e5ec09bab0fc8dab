"""Measures what exports and harvesters cost the update job of a daemon: files a second with them and without."""

import multiprocessing
import re
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final

from benchmarks.daemon import daemon
from benchmarks.export_ground import call, lay_out, record
from benchmarks.update_job import Row, note, spread

_HARVESTERS: Final = 50
_NAMESPACE: Final = "http://com/exlibris/digitool/repository/api/xmlbeans"


def measure_job(root: Path, files: int, rounds: int) -> Iterator[Row]:
    """Files a second of a daemon's job, with published IEs and with IEs that are not."""
    speeds: dict[bool, list[float]] = {False: [], True: []}
    for number in range(rounds):
        for published in (False, True):
            place = root / f"{number}-{published}"
            settings = lay_out(place, files)
            if published:
                call(settings, "export", "all")
            else:
                with sqlite3.connect(place / "mdwatch.db") as database:
                    database.execute("UPDATE ie SET published = 0")
            speeds[published].append(files / _drain(place, settings, files))
            note(f"{'published' if published else 'not published'}: {speeds[published][-1]:.0f} files/s")
    for published, values in speeds.items():
        name = "job of the daemon, every update exported" if published else "job of the daemon, nothing to export"
        yield name, spread(values, "files/s"), ""
    ratios = [one / other for one, other in zip(speeds[True], speeds[False], strict=True)]
    yield "with exports : without", spread(ratios, "", 2), "not slower"


def measure_harvest(root: Path, files: int, rounds: int) -> Iterator[Row]:
    """Files a second of a daemon's job, with harvesters and without."""
    speeds: dict[bool, list[float]] = {False: [], True: []}
    for number in range(rounds):
        for harvested in (False, True):
            place = root / f"{number}-{harvested}"
            port = _free_port()
            settings = lay_out(place, files, port)
            call(settings, "export", "all")
            with _harvesters(port if harvested else None) as pages:
                speeds[harvested].append(files / _drain(place, settings, files))
            note(f"{_HARVESTERS if harvested else 0} harvesters: {speeds[harvested][-1]:.0f} files/s, {pages()} pages")
    for harvested, values in speeds.items():
        name = f"{_HARVESTERS} harvesters" if harvested else "no harvester"
        yield f"job of the daemon, {name}", spread(values, "files/s"), ""
    ratios = [one / other for one, other in zip(speeds[True], speeds[False], strict=True)]
    yield "with harvesters : without", spread(ratios, "", 2), "at least 0.9"


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def _harvesters(port: int | None) -> Iterator[Callable[[], int]]:
    """Harvesters in a process of their own, each asking as soon as it has its answer; how many pages they had."""
    if port is None:
        yield lambda: 0
        return
    context = multiprocessing.get_context("spawn")
    pages = context.Value("l", 0)
    process = context.Process(target=_harvest, args=(port, pages), daemon=True)
    process.start()
    try:
        yield lambda: pages.value
    finally:
        process.kill()
        process.join()


def _harvest(port: int, pages: Any) -> None:
    """The process of the harvesters."""
    for _ in range(_HARVESTERS):
        threading.Thread(target=_harvest_on, args=(port, pages), daemon=True).start()
    threading.Event().wait()


def _harvest_on(port: int, pages: Any) -> None:
    """One harvester: the whole list, and again."""
    first = "/oai?verb=ListRecords&metadataPrefix=oai_dc"
    ask = first
    while True:
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            while True:
                connection.request("GET", ask)
                body = connection.getresponse().read()
                token = re.search(rb"<resumptionToken[^>]*>([^<]+)<", body)
                ask = f"/oai?verb=ListRecords&resumptionToken={token[1].decode()}" if token else first
                if b"<record>" in body:
                    with pages.get_lock():
                        pages.value += 1
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()


def _drain(root: Path, settings: Path, files: int) -> float:
    """Seconds from the moment a folder full of updates is in place to the last one in done/."""
    waiting = root / "waiting"
    waiting.mkdir()
    for number in range(files):
        content = f"<type>descriptive</type><subType>dc</subType><content><![CDATA[{record(number, 1)}]]></content>"
        text = f'<updateMD xmlns="{_NAMESPACE}"><PID>IE{number}</PID><metadata>{content}</metadata></updateMD>'
        (waiting / f"{number:06}.xml").write_text(text, encoding="utf-8")
    drop = root / "drop"
    with daemon(settings):
        # Until what follows a start is over, and harvesters have found the daemon.
        time.sleep(1)
        begun = time.perf_counter()
        for path in sorted(waiting.iterdir()):
            path.rename(drop / path.name)
        done = drop / "done"
        while not done.is_dir() or sum(1 for _ in done.iterdir()) < files:
            time.sleep(0.02)
        return time.perf_counter() - begun
