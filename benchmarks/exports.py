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
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from lxml import etree

from benchmarks.export_ground import FORMATS, call, lay_out, record_of_words
from benchmarks.floor import connect
from benchmarks.jobs_beside_exports import measure_harvest, measure_job
from benchmarks.processes import Ran
from benchmarks.update_job import JOURNAL_MODE, Row, note, print_table, spread
from mdwatch.handlers.exports.group import GROUP_SIZE

EIGHT: Final = (*FORMATS, "dcterms", "rosetta_mets", "mods", "schema_org", "datacite")
_DC: Final = "http://purl.org/dc/elements/1.1/"
_OAI_DC: Final = "http://www.openarchives.org/OAI/2.0/oai_dc/"
# What the three documents of the floor are made by: field, then where it goes.
_BOOK: Final = (
    '<codeBook xmlns="ddi:codebook:2_5" version="2.5"><stdyDscr><citation><titlStmt><titl>{title}</titl>'
    "<IDNo>{pid}</IDNo></titlStmt><rspStmt>{creators}</rspStmt><prodStmt><prodDate>{date}</prodDate></prodStmt>"
    "</citation><stdyInfo><subject>{subjects}</subject><abstract>{description}</abstract></stdyInfo></stdyDscr></codeBook>"
)


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
    yield "export redo : floor, records of random words", spread(ratios, "", 2), "at least 0.5"


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
        yield name, spread([ies / second for second in seconds], "IEs/s"), ""
    ratios = [bare / seconds for bare, (_, seconds) in zip(floors, redos, strict=True)]
    yield "export redo : floor", spread(ratios, "", 2), "at least 0.5"
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
    yield "redo, three formats", spread(speeds[three], "IEs/s"), ""
    yield "redo, eight formats", spread(speeds[eight], "IEs/s"), ""
    ratios = [one / other for one, other in zip(speeds[eight], speeds[three], strict=True)]
    yield "eight : three", spread(ratios, "", 2), "at least 0.33"


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
