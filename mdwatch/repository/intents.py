"""What a job asks of another repository: written before it asks, removed with what came of it.

So whoever takes the job up after a crash knows what to ask again, and in which words.
"""

import json
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Row, bindparam, delete, insert, select

from mdwatch.model import Digests, Identity, RecordType
from mdwatch.repository.journal import Entry
from mdwatch.repository.tables.files import intent
from mdwatch.rules.codes import Code
from mdwatch.rules.recognition import Unmoved


class IntendedRecord(NamedTuple):
    """A record as it is to be."""

    type: RecordType
    mid: str
    content: str
    digests: Digests


class Intent(NamedTuple):
    """What is asked for by one file: its records on top of a version; and its row in the journal once that is done.

    `taken` is the key of the intervention that put the file back from `error/`, None where nobody did.
    """

    repository: str
    expected: int
    agent: str
    records: tuple[IntendedRecord, ...]
    entry: Entry
    taken: int | None


_OF_FILE: Final = (intent.c.job == bindparam("of_job"), intent.c.name == bindparam("of_name"))
_NEW: Final = insert(intent)
_GONE: Final = delete(intent).where(*_OF_FILE)


def write(connection: Connection, item: Intent) -> None:
    """Writes down what is to be asked, in place of an earlier wish of a file of this name."""
    entry = item.entry
    forget(connection, entry.job, entry.name)
    further = {
        "reason": entry.reason,
        "ctime_ns": entry.ctime_ns,
        "born_ns": entry.born_ns,
        "created_ns": entry.created_ns,
        "records": entry.records,
        "taken": item.taken,
    }
    records = [
        (r.type.value, r.mid, r.content, r.digests.ordered.hex(), r.digests.unordered.hex()) for r in item.records
    ]
    values = {
        "job": entry.job,
        "name": entry.name,
        "repository": item.repository,
        "inode": entry.identity.inode,
        "size": entry.identity.size,
        "mtime_ns": entry.identity.mtime_ns,
        "digest": entry.digest,
        "pid": entry.pid,
        "expected": item.expected,
        "at": entry.at,
        "agent": item.agent,
        "records": json.dumps(records),
        "entry": json.dumps(further),
    }
    connection.execute(_NEW, values)


def forget(connection: Connection, job: str, name: str) -> None:
    """Removes what was to be asked by the file of this name."""
    connection.execute(_GONE, {"of_job": job, "of_name": name})


def of_job(connection: Connection, job: str, run_id: int) -> list[Intent]:
    """What the job asked and has not noted the answer of, in the order it was asked; the entries are of this run."""
    query = select(intent).where(intent.c.job == job).order_by(intent.c.at, intent.c.expected, intent.c.name)
    return [_intent(row, run_id) for row in connection.execute(query)]


def _intent(row: Row[Any], run_id: int) -> Intent:
    further = json.loads(row.entry)
    targets = further["records"]
    entry = Entry(
        run_id=run_id,
        job=row.job,
        name=row.name,
        identity=Identity(row.inode, row.size, row.mtime_ns),
        digest=row.digest,
        pid=row.pid,
        code=Code.UPDATED.value,
        reason=further["reason"],
        at=row.at,
        created_ns=further["created_ns"],
        records=None if targets is None else tuple((type_, mid) for type_, mid in targets),
        ctime_ns=further["ctime_ns"],
        born_ns=further["born_ns"],
        unmoved=Unmoved.DUE,
    )
    records = tuple(
        IntendedRecord(RecordType(type_), mid, content, Digests(bytes.fromhex(ordered), bytes.fromhex(unordered)))
        for type_, mid, content, ordered, unordered in json.loads(row.records)
    )
    return Intent(row.repository, row.expected, row.agent, records, entry, further["taken"])
