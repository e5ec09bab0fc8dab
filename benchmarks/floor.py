"""The floor: the job's work done by a bare loop in one process, as safely and with as little else as can be.

Scan and sort the folder once. Then in groups as large as those of the job, each one transaction of SQLite with
`synchronous=FULL`: read each file, refusing one that is not the file that was sighted; parse envelope and record;
compare a digest that order, white space and prefixes do not change; write the record, its version, the event and the
journal row. After the commit, move the files without overwriting any. A crash between the two leaves files whose
journal row is there: the next pass only moves them.

It has no settling, no log, no reason files, no leases, no settings, no caps on XML and no other database, and what
Rosetta's rules need it does only for this corpus. It shares no code with mdwatch.
"""

import argparse
import ctypes
import json
import os
import sqlite3
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final, NamedTuple

from lxml import etree

GROUP: Final = 250
INSTITUTION: Final = "INST"
UPDATE: Final = "{http://com/exlibris/digitool/repository/api/xmlbeans}"
SUBTYPES: Final = {"descriptive": {"dc"}, "source": {"mods", "dc", "marc", "ead"}}

TABLES: Final = """
CREATE TABLE ie(id INTEGER PRIMARY KEY, pid TEXT NOT NULL UNIQUE, institution TEXT NOT NULL, stage TEXT NOT NULL,
  status TEXT NOT NULL, locked_by TEXT, version INTEGER NOT NULL, modified_by TEXT, modified_at INTEGER);
CREATE TABLE record(id INTEGER PRIMARY KEY, ie INTEGER NOT NULL, type TEXT NOT NULL, mid TEXT NOT NULL,
  subtype TEXT NOT NULL, version INTEGER NOT NULL, digest BLOB NOT NULL, UNIQUE(ie, type, mid));
CREATE TABLE version(id INTEGER PRIMARY KEY, record INTEGER NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL,
  file TEXT, content TEXT NOT NULL, UNIQUE(record, number));
CREATE TABLE event(id INTEGER PRIMARY KEY, ie INTEGER NOT NULL, dnx TEXT NOT NULL);
CREATE INDEX event_of_ie ON event(ie);
CREATE TABLE journal(inode INTEGER, mtime_ns INTEGER, size INTEGER, name TEXT, pid TEXT, outcome TEXT NOT NULL,
  reason TEXT, at INTEGER NOT NULL, PRIMARY KEY(inode, mtime_ns, size, name)) WITHOUT ROWID;
"""
KNOWN: Final = "SELECT outcome FROM journal WHERE inode=? AND mtime_ns=? AND size=? AND name=?"
STATE: Final = """SELECT ie.id, ie.institution, ie.stage, ie.status, ie.locked_by, ie.version, record.id,
  record.subtype, record.digest FROM ie LEFT JOIN record ON record.ie = ie.id AND type=? AND mid=? WHERE pid=?"""
NEW_RECORD: Final = """INSERT INTO record(ie, type, mid, subtype, version, digest) VALUES(?,?,?,?,?,?)
  ON CONFLICT(ie, type, mid) DO UPDATE SET version=excluded.version, digest=excluded.digest RETURNING id"""
NEW_VERSION: Final = "INSERT INTO version(record, number, at, file, content) VALUES(?,?,?,?,?)"
RAISE: Final = "UPDATE ie SET version=?, modified_by='bench', modified_at=? WHERE id=?"
NEW_EVENT: Final = "INSERT INTO event(ie, dnx) VALUES(?,?)"
NEW_JOURNAL: Final = "INSERT INTO journal VALUES(?,?,?,?,?,?,?,?)"

PARSER: Final = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
)
RENAMEAT2: Final = ctypes.CDLL(None, use_errno=True).renameat2


class Bad(Exception):
    """The file goes to `error/`."""


class Seen(NamedTuple):
    """A file as the scan saw it, in an order that sorts oldest first."""

    mtime_ns: int
    name: str
    size: int
    inode: int


class Update(NamedTuple):
    """What a file asks for."""

    pid: str
    type: str
    subtype: str
    mid: str
    content: str
    digest: bytes


def parse(data: bytes) -> etree._Element:
    """The root of a document without document type declaration."""
    if b"<!DOCTYPE" in data:
        raise Bad("document type declaration")
    try:
        root = etree.fromstring(data, PARSER)
    except etree.XMLSyntaxError as error:
        raise Bad(f"not well-formed: {error}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Bad("document type declaration")
    return root


def digest(root: etree._Element) -> bytes:
    """What a record says, whatever the order of its fields."""
    return blake2b(_form(root).encode(), digest_size=16).digest()


def _form(element: etree._Element) -> str:
    head = f"{element.tag!s}\x1f{(element.text or '').strip()}"
    if element.attrib:
        head += f"\x1f{sorted(element.attrib.items())}"
    if len(element) == 0:
        return head
    inside = sorted([_form(child) + (child.tail or "").strip() for child in element])
    return head + "\x1d" + "\x1e".join(inside) + "\x1c"


def read_update(data: bytes) -> Update:
    """The update in a file; raises `Bad`."""
    root = parse(data)
    parts = {str(child.tag): (child.text or "").strip() for child in root.iterfind(f"{UPDATE}metadata/*")}
    pid = (root.findtext(f"{UPDATE}PID") or "").strip()
    type_, subtype = parts.get(f"{UPDATE}type", ""), parts.get(f"{UPDATE}subType", "")
    content, mid = parts.get(f"{UPDATE}content", ""), parts.get(f"{UPDATE}mid", "")
    if root.tag != f"{UPDATE}updateMD" or not pid or not content:
        raise Bad("not an updateMD, or a part is missing")
    if subtype not in SUBTYPES.get(type_, ()):
        raise Bad("unsupported type")
    return Update(pid, type_, subtype, mid, content, digest(parse(content.encode())))


class Floor:
    """The loop, with what it works on."""

    def __init__(self, folder: Path, database: Path, journal_mode: str) -> None:
        self.source = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        self.places = {}
        for name in ("done", "error"):
            (folder / name).mkdir(exist_ok=True)
            self.places[name] = os.open(folder / name, os.O_RDONLY | os.O_DIRECTORY)
        self.database = connect(database, journal_mode)
        self.counts: Counter[str] = Counter()

    def drain(self) -> None:
        """Takes all files, oldest first."""
        files = sorted(self.scan())
        for start in range(0, len(files), GROUP):
            group = files[start : start + GROUP]
            self.database.execute("BEGIN IMMEDIATE")
            outcomes = [self.apply(file) for file in group]
            self.database.execute("COMMIT")
            for file, outcome in zip(group, outcomes, strict=True):
                self.move(file.name, "error" if outcome == "bad" else "done")
            self.counts.update(outcomes)
        self.database.close()

    def scan(self) -> Iterator[Seen]:
        """The files of the folder."""
        with os.scandir(self.source) as entries:
            for entry in entries:
                if entry.name.endswith(".xml") and entry.is_file(follow_symlinks=False):
                    state = entry.stat(follow_symlinks=False)
                    yield Seen(state.st_mtime_ns, entry.name, state.st_size, state.st_ino)

    def apply(self, file: Seen) -> str:
        """Applies one file within the transaction: `updated`, `same` or `bad`."""
        key = (file.inode, file.mtime_ns, file.size, file.name)
        known = self.database.execute(KNOWN, key).fetchone()
        if known:
            return str(known[0])
        at, pid, reason = time.time_ns() // 1_000_000, None, None
        try:
            update = read_update(self.read(file))
            pid = update.pid
            outcome = self.change(update, file.name, at)
        except Bad as bad:
            outcome, reason = "bad", str(bad)
        self.database.execute(NEW_JOURNAL, (*key, pid, outcome, reason, at))
        return outcome

    def read(self, file: Seen) -> bytes:
        """The bytes of the file that was sighted."""
        descriptor = os.open(file.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=self.source)
        try:
            state = os.fstat(descriptor)
            if (state.st_ino, state.st_size, state.st_mtime_ns) != (file.inode, file.size, file.mtime_ns):
                raise Bad("changed under our eyes")
            return os.read(descriptor, file.size + 1)
        finally:
            os.close(descriptor)

    def change(self, update: Update, file: str, at: int) -> str:
        """Brings an IE up to date."""
        row = self.database.execute(STATE, (update.type, update.mid, update.pid)).fetchone()
        if row is None:
            raise Bad("no such IE")
        ie, institution, stage, status, locked_by, version, record, subtype, stored = row
        if (institution, stage, status, locked_by) != (INSTITUTION, "permanent", "active", None):
            raise Bad("not ours to change")
        if record is None or subtype != update.subtype:
            raise Bad("no such record")
        if stored == update.digest:
            return "same"
        values = (ie, update.type, update.mid, subtype, version + 1, update.digest)
        (record,) = self.database.execute(NEW_RECORD, values).fetchone()
        self.database.execute(NEW_VERSION, (record, version + 1, at, file, update.content))
        self.database.execute(RAISE, (version + 1, at, ie))
        self.database.execute(NEW_EVENT, (ie, json.dumps({"eventType": "PROCESSING", "at": at, "file": file})))
        return "updated"

    def move(self, name: str, context: str) -> None:
        """Moves a file, never onto another."""
        raw = name.encode()
        if RENAMEAT2(self.source, raw, self.places[context], raw, 1) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), name)


def connect(database: Path, journal_mode: str) -> sqlite3.Connection:
    """Opens the floor's database."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute(f"PRAGMA journal_mode={journal_mode}")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA cache_size=-32768")
    return connection


def load(database: Path, journal_mode: str, lines: Iterable[str]) -> None:
    """Makes the floor's database from IEs in native JSON."""
    connection = connect(database, journal_mode)
    connection.executescript(TABLES)
    connection.execute("BEGIN")
    for line in lines:
        ie = json.loads(line)
        row = (ie["pid"], ie["institution"], ie["stage"], "active")
        (key,) = connection.execute(
            "INSERT INTO ie(pid, institution, stage, status, version) VALUES(?,?,?,?,1) RETURNING id", row
        ).fetchone()
        for values in _records(ie):
            found = parse(values[-1].encode())
            (record,) = connection.execute(NEW_RECORD, (key, *values[:3], 1, digest(found))).fetchone()
            connection.execute(NEW_VERSION, (record, 1, 0, None, values[-1]))
    connection.execute("COMMIT")
    connection.close()


def _records(ie: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Type, mid, subtype and content of each record."""
    yield "descriptive", "", "dc", ie["descriptive"]
    for item in ie["source"]:
        yield "source", item["mid"], item["subType"], item["content"]


def main() -> None:
    arguments = argparse.ArgumentParser(description="Drains a drop folder at the least cost.")
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("database", type=Path)
    arguments.add_argument("journal_mode", choices=("TRUNCATE", "WAL"))
    given = arguments.parse_args()
    start = time.perf_counter()
    floor = Floor(given.folder, given.database, given.journal_mode)
    floor.drain()
    print(json.dumps({"seconds": time.perf_counter() - start, "counts": floor.counts}))


if __name__ == "__main__":
    main()
