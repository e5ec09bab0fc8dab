"""Measures the exports: `python benchmarks/exports.py --help`.

- speed: `mdwatch export redo` of oai_dc, ddi and native_json beside a bare loop that reads the same records, builds the
  same three documents and stores them in SQLite with the same safety, in turns over the same IEs.
- words: the same of records that have little in common, where those of `speed` share most of what they say.
- formats: `mdwatch export redo` of eight formats beside that of three, in turns.
- growth: a redo over ten times as many IEs: time for each, peak memory, the size of the database; then a night in which
  nothing is due.
- job: how many files a second the update job of a daemon takes while every update is exported, and while none is.
- harvest: the same with fifty harvesters that ask for page after page without a pause, and with none.
"""

import argparse
import json
import multiprocessing
import re
import shutil
import socket
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from typing import Any, Final
from xml.sax.saxutils import escape

from lxml import etree

from benchmarks import processes
from benchmarks.daemon import daemon
from benchmarks.floor import connect
from benchmarks.processes import Ran
from benchmarks.update_job import JOURNAL_MODE, MDWATCH, Row, note, print_table
from mdwatch.handlers.exports.group import GROUP_SIZE

FORMATS: Final = ("oai_dc", "ddi", "native_json")
EIGHT: Final = (*FORMATS, "dcterms", "rosetta_mets", "mods", "schema_org", "datacite")
_HARVESTERS: Final = 50
_DC: Final = "http://purl.org/dc/elements/1.1/"
_OAI_DC: Final = "http://www.openarchives.org/OAI/2.0/oai_dc/"
_NAMESPACE: Final = "http://com/exlibris/digitool/repository/api/xmlbeans"
_SETTINGS: Final = """
[repository]
url = "sqlite:///{root}/mdwatch.db"
[logs]
directory = "{root}/logs"
[http]
listen = {listen}
[export]
formats = {formats}
[users.bench]
institution = "*"
role = "editor-full"
[jobs.bench]
user = "bench"
folder = "{root}/drop"
settle_seconds = 0
"""
# What the three documents of the floor are made by: field, then where it goes.
_BOOK: Final = (
    '<codeBook xmlns="ddi:codebook:2_5" version="2.5"><stdyDscr><citation><titlStmt><titl>{title}</titl>'
    "<IDNo>{pid}</IDNo></titlStmt><rspStmt>{creators}</rspStmt><prodStmt><prodDate>{date}</prodDate></prodStmt>"
    "</citation><stdyInfo><subject>{subjects}</subject><abstract>{description}</abstract></stdyInfo></stdyDscr></codeBook>"
)


def record(number: int, revision: int = 0) -> str:
    """A descriptive record of about a kilobyte."""
    fields = {
        "title": [f"Letters from the harbour office, volume {number}, revision {revision}"],
        "creator": [f"Clerk, Person {number % 97}", "Harbour Office"],
        "subject": ["Shipping", "Correspondence", f"Berth {number % 31}"],
        "description": ["Copies of outgoing letters with an index of names. " * 6],
        "publisher": ["Harbour Archive"],
        "date": [str(1850 + number % 100)],
        "type": ["Text"],
        "language": ["eng"],
        "rights": ["No known copyright"],
    }
    texts = (f"<dc:{name}>{text}</dc:{name}>" for name, values in fields.items() for text in values)
    return f'<dc:record xmlns:dc="{_DC}">{"".join(texts)}</dc:record>'


_VOCABULARY: Final = (
    "archive atlas ballad bridge canal census chart church city coast diary district drawing estate family farm "
    "glacier guild harbour index inventory journal kingdom läden ledger letter map market minute œuvre parish "
    "photograph plan register river school ship survey tithe treaty valley village voyage & <raw>"
)
_WORDS: Final = _VOCABULARY.split()


def record_of_words(number: int) -> str:
    """A descriptive record of other words than any other has: little that is kept of one is of use for the next."""
    dice = Random(number)

    def words(least: int, most: int) -> str:
        return escape(" ".join(dice.choices(_WORDS, k=dice.randint(least, most))))

    fields = {
        "title": [words(5, 14)],
        "creator": [words(2, 3) for _ in range(dice.randint(1, 4))],
        "subject": [words(1, 3) for _ in range(dice.randint(2, 8))],
        "description": [words(25, 80)],
        "date": [str(dice.randint(1400, 2025))],
        "type": ["Text"],
        "language": [dice.choice(("ger", "fre", "eng", "ita"))],
        "identifier": [f"IE{number}"],
        "rights": [words(4, 12)],
    }
    texts = (f"<dc:{name}>{text}</dc:{name}>" for name, values in fields.items() for text in values)
    return f'<dc:record xmlns:dc="{_DC}">{"".join(texts)}</dc:record>'


Recorder = Callable[[int], str]


def lines_of(ies: int, recorder: Recorder = record) -> Iterator[str]:
    """Published IEs, in native JSON."""
    for number in range(ies):
        ie = {"pid": f"IE{number}", "institution": "I", "published": True, "descriptive": recorder(number)}
        yield json.dumps(ie) + "\n"


def lay_out(
    root: Path,
    ies: int,
    port: int | None = None,
    formats: tuple[str, ...] = FORMATS,
    recorder: Recorder = record,
) -> Path:
    """A repository of published IEs, and its settings."""
    (root / "drop").mkdir(parents=True)
    settings = root / "mdwatch.toml"
    listen = json.dumps([] if port is None else [f"127.0.0.1:{port}"])
    settings.write_text(_SETTINGS.format(root=root, formats=json.dumps(formats), listen=listen), encoding="utf-8")
    lines = root / "ies.jsonl"
    with lines.open("w", encoding="utf-8") as file:
        file.writelines(lines_of(ies, recorder))
    call(settings, "ie", "load", str(lines))
    lines.unlink()
    return settings


def call(settings: Path, *arguments: str) -> Ran:
    """One call of the command line, which has to succeed."""
    ran = processes.run([MDWATCH, *arguments, "--config", settings], settings.with_name("stderr"))
    if ran.status:
        raise SystemExit(f"mdwatch {' '.join(arguments)} failed: {ran.output}")
    return ran


def floor(root: Path, ies: int) -> float:
    """The bare loop over the records of the repository; seconds."""
    source = sqlite3.connect(root / "mdwatch.db")
    target = connect(root / "floor.db", JOURNAL_MODE)
    target.execute("CREATE TABLE export (pid TEXT, format TEXT, digest BLOB, content BLOB, PRIMARY KEY (pid, format))")
    query = (
        "SELECT pid, content FROM ie JOIN record ON record.ie_id = ie.id JOIN record_version ON record_id = record.id"
    )
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    begun = time.perf_counter()
    rows: list[tuple[str, str, bytes]] = []
    for pid, content in source.execute(query):
        rows += ((pid, name, made) for name, made in zip(FORMATS, _documents(pid, content, parser), strict=True))
        if len(rows) >= GROUP_SIZE * len(FORMATS):
            _store(target, rows)
    _store(target, rows)
    seconds = time.perf_counter() - begun
    stored = target.execute("SELECT count(*) FROM export").fetchone()[0]
    if stored != ies * len(FORMATS):
        raise SystemExit(f"the floor stored {stored} documents")
    target.close()
    (root / "floor.db").unlink()
    return seconds


def _documents(pid: str, content: str, parser: etree.XMLParser) -> Iterator[bytes]:
    fields = [(str(item.tag).rpartition("}")[2], escape(item.text or "")) for item in etree.fromstring(content, parser)]
    by_name: dict[str, list[str]] = {}
    for name, text in fields:
        by_name.setdefault(name, []).append(text)
    dc = "".join(f"<dc:{name}>{text}</dc:{name}>" for name, text in fields)
    yield f'<oai_dc:dc xmlns:oai_dc="{_OAI_DC}" xmlns:dc="{_DC}">{dc}</oai_dc:dc>'.encode()
    yield _BOOK.format(
        pid=pid,
        title=by_name["title"][0],
        date=by_name["date"][0],
        description=by_name["description"][0],
        creators="".join(f"<AuthEnty>{text}</AuthEnty>" for text in by_name["creator"]),
        subjects="".join(f"<keyword>{text}</keyword>" for text in by_name["subject"]),
    ).encode()
    yield json.dumps({"pid": pid, "descriptive": content}, ensure_ascii=False).encode()


def _store(target: sqlite3.Connection, rows: list[tuple[str, str, bytes]]) -> None:
    target.execute("BEGIN IMMEDIATE")
    target.executemany("INSERT OR REPLACE INTO export VALUES (?, ?, NULL, ?)", rows)
    target.execute("COMMIT")
    rows.clear()


def measure_words(root: Path, ies: int, rounds: int) -> Iterator[Row]:
    """The ratio alone, of records that have little in common."""
    settings = lay_out(root, ies, recorder=record_of_words)
    call(settings, "export", "all")
    ratios = [floor(root, ies) / _redo(settings)[1] for _ in range(rounds)]
    yield "export redo : floor, records of random words", _spread(ratios, "", 2), "at least 0.5"


def measure_speed(root: Path, ies: int, rounds: int) -> Iterator[Row]:
    """Redo beside the floor, in turns."""
    settings = lay_out(root, ies)
    before = _size(settings)
    call(settings, "export", "all")
    grown = (_size(settings) - before) / ies
    floors, redos = [], []
    for number in range(rounds):
        note(f"round {number + 1} of {rounds}")
        floors.append(floor(root, ies))
        redos.append(_redo(settings))
    for name, seconds in (("floor", floors), ("export redo", [seconds for _, seconds in redos])):
        yield name, _spread([ies / second for second in seconds], "IEs/s"), ""
    ratios = [bare / seconds for bare, (_, seconds) in zip(floors, redos, strict=True)]
    yield "export redo : floor", _spread(ratios, "", 2), "at least 0.5"
    usage = redos[-1][0].usage
    yield "three formats, the database grows by", f"{grown:,.0f} bytes/IE", ""
    yield "CPU of the main process, of the workers", f"{usage.main_cpu:.1f} s, {usage.child_cpu:.1f} s", ""


def measure_formats(root: Path, ies: int, rounds: int) -> Iterator[Row]:
    """Redo in eight formats beside redo in three, in turns."""
    three, eight = lay_out(root / "three", ies), lay_out(root / "eight", ies, formats=EIGHT)
    for settings in (three, eight):
        call(settings, "export", "all")
    speeds: dict[Path, list[float]] = {three: [], eight: []}
    for number in range(rounds):
        note(f"round {number + 1} of {rounds}")
        for settings, values in speeds.items():
            values.append(ies / _redo(settings)[1])
    yield "redo, three formats", _spread(speeds[three], "IEs/s"), ""
    yield "redo, eight formats", _spread(speeds[eight], "IEs/s"), ""
    ratios = [one / other for one, other in zip(speeds[eight], speeds[three], strict=True)]
    yield "eight : three", _spread(ratios, "", 2), "at least 0.33"


def _redo(settings: Path) -> tuple[Ran, float]:
    """A redo, and the seconds the batch itself took."""
    ran = call(settings, "export", "redo", "--json")
    batch = json.loads(ran.output)
    return ran, (batch["ended_at"] - batch["started_at"]) / 1000


def measure_growth(root: Path, sizes: list[int]) -> Iterator[Row]:
    """Redo over more and more IEs, and a night over each in which nothing is due."""
    for ies in sizes:
        settings = lay_out(root / str(ies), ies)
        note(f"{ies} IEs are loaded")
        sizes_of = [_size(settings)]
        call(settings, "export", "all")
        sizes_of.append(_size(settings))
        ran, seconds = _redo(settings)
        loaded, exported, anew = (f"{size / ies / 1024:.1f}" for size in (*sizes_of, _size(settings)))
        told = f"{loaded} KB an IE as loaded, {exported} exported, {anew} exported anew"
        yield f"database, {ies:,} IEs", told, ""
        memory = f"{ran.usage.main_memory:.0f} MB and workers {ran.usage.child_memory:.0f} MB"
        yield f"redo, {ies:,} IEs", f"{ies / seconds:,.0f} IEs/s; {memory}", "below 200 MB"
        night = call(settings, "export", "all", "--json")
        batch = json.loads(night.output)
        inside = (batch["ended_at"] - batch["started_at"]) / 1000
        yield f"nothing due, {ies:,} IEs", f"{inside:.3f} s, whole process {night.seconds:.2f} s", "below 1 s"
        shutil.rmtree(root / str(ies))


def _size(settings: Path) -> int:
    return settings.with_name("mdwatch.db").stat().st_size


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
        yield name, _spread(values, "files/s"), ""
    ratios = [one / other for one, other in zip(speeds[True], speeds[False], strict=True)]
    yield "with exports : without", _spread(ratios, "", 2), "not slower"


def _spread(values: list[float], unit: str, digits: int = 0) -> str:
    """The median, and in brackets each value in its order."""
    each = ", ".join(f"{value:,.{digits}f}" for value in values)
    return f"{statistics.median(values):,.{digits}f} {unit}".strip() + f" ({each})"


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
        yield f"job of the daemon, {name}", _spread(values, "files/s"), ""
    ratios = [one / other for one, other in zip(speeds[True], speeds[False], strict=True)]
    yield "with harvesters : without", _spread(ratios, "", 2), "at least 0.9"


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


def main() -> None:
    """Measures, and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=("speed", "words", "formats", "growth", "job", "harvest"))
    parser.add_argument("--ies", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--growth", default="10000,100000")
    parser.add_argument("--work", type=Path, help="an empty folder to work in")
    given = parser.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(dir=given.work) as folder:
        root = Path(folder)
        if given.only in {None, "speed"}:
            rows += measure_speed(root / "speed", given.ies, given.rounds)
        if given.only in {None, "words"}:
            rows += measure_words(root / "words", given.ies, given.rounds)
        if given.only in {None, "formats"}:
            rows += measure_formats(root / "formats", given.ies // 2, given.rounds)
        if given.only in {None, "growth"}:
            rows += measure_growth(root / "growth", [int(size) for size in given.growth.split(",")])
        if given.only in {None, "job"}:
            rows += measure_job(root / "job", given.ies // 2, given.rounds)
        if given.only in {None, "harvest"}:
            rows += measure_harvest(root / "harvest", given.ies // 2, given.rounds)
    print_table(rows)


if __name__ == "__main__":
    main()
