"""What becomes of the records of a page: a file to be written, nothing new, or something to be told."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Connection

from mdwatch.formats.oai_pmh.harvest import HarvestedRecord
from mdwatch.handlers.harvests.making import MadeFile, Maker
from mdwatch.repository import harvest_progress
from mdwatch.repository.harvest_progress import SentRecord
from mdwatch.repository.harvest_runs import HarvestCounts, HarvestNote

_DELETED = "is deleted there; nothing is deleted here"


class SortedRecord(NamedTuple):
    """A record, and the file that was made of it; None for a deleted one."""

    record: HarvestedRecord
    file: MadeFile | None


@dataclass(slots=True)
class _Sorted:
    """What came of the records so far; `before` is what was made of each, brought up to date."""

    before: dict[str, SentRecord]
    same: int = 0
    deleted: int = 0
    left_out: int = 0
    notes: list[HarvestNote] = field(default_factory=list)


def make(records: Sequence[HarvestedRecord], maker: Maker) -> list[SortedRecord]:
    """The files of records; this takes long, and belongs into no transaction."""
    return [SortedRecord(record, None if record.deleted else maker.made(record)) for record in records]


def keep(
    connection: Connection, name: str, made: Sequence[SortedRecord], *, tell_all: bool
) -> tuple[HarvestCounts, list[HarvestNote]]:
    """Keeps what is made of records of this harvest; what came of them, and what is to be told.

    What was told of a record is told again only where it changes, or with `tell_all`: the overlap of two harvests, and
    a provider in which nothing changes, would have it told each time.
    """
    before = harvest_progress.kept(connection, name, list({record.identifier for record, _ in made}))
    found = _Sorted(before)
    for record, file in made:
        _sort(connection, name, record, file, found, tell_all=tell_all)
    return HarvestCounts(0, found.same, found.deleted, found.left_out), found.notes


def _sort(
    connection: Connection,
    name: str,
    record: HarvestedRecord,
    file: MadeFile | None,
    found: _Sorted,
    *,
    tell_all: bool,
) -> None:
    kept = found.before.get(record.identifier)
    why = _DELETED if file is None else _why_left_out(connection, name, record, file)
    if why:
        silent = SentRecord(record.identifier, "", record.datestamp_ms, digest(why.encode()), None)
        if kept == silent and not tell_all:
            found.same += 1
            return
        found.deleted += file is None
        found.left_out += file is not None
        found.notes.append(HarvestNote(record.identifier or "a record", why))
        # What was sent of a record that cannot be used now is remembered for when it can.
        if record.identifier and (file is None or kept is None or not kept.pid):
            _keep(connection, name, silent, found)
        return
    assert file is not None  # noqa: S101
    sent = kept.sent if kept is not None and kept.pid == file.pid else None
    same = sent == digest(file.data)
    found.same += same
    pending = None if same else file.data
    now = SentRecord(record.identifier, file.pid, record.datestamp_ms, sent, pending)
    _keep(connection, name, now, found)


def _keep(connection: Connection, name: str, record: SentRecord, found: _Sorted) -> None:
    harvest_progress.keep_record(connection, name, record)
    found.before[record.identifier] = record


def _why_left_out(connection: Connection, name: str, record: HarvestedRecord, file: MadeFile) -> str:
    """Why a record comes to no file; "" where it comes to one."""
    if not file.data:
        return f"is left out: {file.reason}"
    other = harvest_progress.other_of(connection, name, file.pid, record.identifier)
    return "" if other is None else f"is left out: {file.pid} is what {other} is about already"


def digest(data: bytes) -> bytes:
    """By what a file is known that was sent."""
    return hashlib.sha256(data).digest()
