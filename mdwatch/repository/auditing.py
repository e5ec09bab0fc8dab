"""What an audit reads: every row once, some at a time by their keys, each time in a transaction of its own.

So memory stays bounded, and nobody who writes waits for the audit: SQLite lets no commit pass a reader. `read` is that
of the repository.
"""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Row, Select, and_, exists, func, select, tuple_

from mdwatch.model import Digests, Identity
from mdwatch.repository.journal import Entry, entry_of
from mdwatch.repository.tables.exports import export, export_document, export_failure, with_document
from mdwatch.repository.tables.files import filed_file, journal
from mdwatch.repository.tables.ies import EXPORTABLE, event, ie, ie_version, record, record_version
from mdwatch.rules.audit import ExportFacts, FilingPlace, IeFacts, filing_place
from mdwatch.rules.codes import Code

_AT_ONCE: Final = 300
_DOCUMENTS_OF: Final = 40  # IEs at a time, whose documents are read whole
_CHANGES: Final = ("update", "revert")


Read = Callable[[], AbstractContextManager[Connection]]


class LyingFile(NamedTuple):
    """What lies in `done/` or `error/` of a job, by its path there."""

    place: FilingPlace
    path: str
    identity: Identity


class AuditedRecord(NamedTuple):
    """A current record; `content` None where there is none, though there should be."""

    pid: str
    type: str
    mid: str
    digests: Digests
    content: str | None


class AuditedExport(NamedTuple):
    """An export beside its IE."""

    pid: str
    format: str
    facts: ExportFacts
    digest: bytes
    content: bytes | None


def entries(read: Read, job: str) -> Iterator[Entry]:
    """Every row of a job in the journal, some hundred at a time, by the names of the files."""
    # As their index has them: in the order of keys all rows of the job would be put in order for each page.
    place = tuple_(journal.c.name, journal.c.id)
    query = select(journal).where(journal.c.job == job).order_by(journal.c.name, journal.c.id).limit(_AT_ONCE)
    rows: Sequence[Row[Any]] = ()
    while not rows or len(rows) == _AT_ONCE:
        with read() as connection:
            after = query.where(place > (rows[-1].name, rows[-1].id)) if rows else query
            rows = connection.execute(after).all()
        yield from map(entry_of, rows)
        if not rows:
            return


def known(connection: Connection, job: str, names: Sequence[str]) -> set[str]:
    """Those of the names that some file of the job was filed under, be it that its row was removed by its age."""
    found: set[str] = set()
    for column in (journal.c.name, journal.c.filed_as):
        query = select(column).where(journal.c.job == job, column.in_(list(names)))
        found.update(connection.execute(query).scalars())
    query = select(filed_file.c.name).where(filed_file.c.job == job, filed_file.c.name.in_(list(names)))
    found.update(connection.execute(query).scalars())
    return found


def in_hand(connection: Connection, job: str) -> set[Identity]:
    """The files of the job that are decided and not noted as put away: they may lie under names that no row has yet."""
    query = select(journal.c.inode, journal.c.size, journal.c.mtime_ns).where(
        journal.c.job == job, ~journal.c.carried_out
    )
    return {Identity(*row) for row in connection.execute(query)}


class Explanations:
    """Which files of a job that lie under the name of a row are those of other rows.

    A name may come again every day, and its rows follow each other: what the last question was about is not asked anew.
    """

    def __init__(self, read: Read, job: str) -> None:
        self._read = read
        self._job = job
        self._asked: AbstractSet[LyingFile] = frozenset()
        self._explained: AbstractSet[LyingFile] = frozenset()

    def of(self, files: AbstractSet[LyingFile]) -> AbstractSet[LyingFile]:
        """Those of some hundred files that some row explains."""
        found = self._explained & files
        if new := files - self._asked:
            with self._read() as connection:
                found |= explained(connection, self._job, new)
        self._asked, self._explained = files, found
        return found


def explained(connection: Connection, job: str, files: AbstractSet[LyingFile]) -> AbstractSet[LyingFile]:
    """Those of the files that a row, be it that it was removed by its age, says of that they lie where they do."""
    paths = sorted({file.path for file in files})
    inodes = sorted({file.identity.inode for file in files})
    there: set[LyingFile] = set()
    query = select(journal).where(journal.c.job == job, journal.c.inode.in_(inodes))
    # Asked one after the other, so that each has its index.
    for column in (journal.c.name, journal.c.filed_as):
        for entry in map(entry_of, connection.execute(query.where(column.in_(paths)))):
            if (place := filing_place(entry.code)) is not None:
                path = entry.filed_as or entry.name
                # In `done/` itself where a crash kept it from going to its dated folder.
                there.update(LyingFile(place, one, entry.identity) for one in (path, path.rpartition("/")[2]))
    old = select(filed_file).where(filed_file.c.job == job, filed_file.c.name.in_(paths))
    for row in connection.execute(old):
        there.add(LyingFile(FilingPlace.DONE, row.name, Identity(row.inode, row.size, row.mtime_ns)))
    return files & there


class CurrentUpdate(NamedTuple):
    """The version at which an IE stands, made by a file of a job at a moment."""

    version: int
    job: str | None
    file: str | None
    at: int


def current_updates(connection: Connection, pids: AbstractSet[str]) -> dict[str, CurrentUpdate]:
    """Those of the IEs whose current version was made by a file, by their PIDs."""
    query = (
        select(ie.c.pid, ie_version.c.version, ie_version.c.job, ie_version.c.file, ie_version.c.at)
        .join(ie_version, and_(ie_version.c.ie_id == ie.c.id, ie_version.c.version == ie.c.version))
        .where(ie.c.pid.in_(sorted(pids)), ie_version.c.cause == "update")
    )
    return {row.pid: CurrentUpdate(*row[1:]) for row in connection.execute(query)} if pids else {}


def updates_between(connection: Connection, pid: str, first: int, last: int) -> list[Entry]:
    """The rows of files that were applied to an IE between two rows, given by their keys."""
    query = select(journal).where(journal.c.pid == pid, journal.c.id > first, journal.c.id < last)
    updated = query.where(journal.c.code == Code.UPDATED.value)
    return [entry_of(row) for row in connection.execute(updated.order_by(journal.c.id))]


def records(read: Read) -> Iterator[AuditedRecord]:
    """Every record that an IE has."""
    current = and_(record_version.c.record_id == record.c.id, record_version.c.version == record.c.version)
    query = (
        select(record.c.id, ie.c.pid, record.c.type, record.c.mid, record.c.ordered, record.c.unordered)
        .add_columns(record_version.c.content)
        .select_from(record.join(ie, ie.c.id == record.c.ie_id).outerjoin(record_version, current))
        .where(record.c.present)
    )
    for row in _paged(read, query, record.c.id):
        yield AuditedRecord(row.pid, row.type, row.mid, Digests(row.ordered, row.unordered), row.content)


def histories(read: Read) -> Iterator[tuple[str, IeFacts]]:
    """The history of every IE in numbers."""
    of_ie = ie_version.c.ie_id == ie.c.id
    query = select(
        ie.c.id,
        ie.c.pid,
        ie.c.version,
        ie.c.exported_version,
        select(func.count()).where(of_ie).scalar_subquery().label("versions"),
        select(func.coalesce(func.max(ie_version.c.version), 0)).where(of_ie).scalar_subquery().label("newest"),
        select(func.count()).where(of_ie, ie_version.c.cause.in_(_CHANGES)).scalar_subquery().label("changes"),
        select(func.count()).where(event.c.ie_id == ie.c.id).scalar_subquery().label("events"),
    )
    for row in _paged(read, query, ie.c.id):
        facts = IeFacts(row.version, row.versions, row.newest, row.changes, row.events, row.exported_version)
        yield row.pid, facts


def exports(read: Read) -> Iterator[AuditedExport]:
    """Every export; those of an IE are read in one transaction with it."""
    standing = select(ie.c.id, ie.c.pid, ie.c.version, ie.c.exported_version, EXPORTABLE.label("exportable"))
    after = 0
    while True:
        with read() as connection:
            page = connection.execute(standing.where(ie.c.id > after).order_by(ie.c.id).limit(_DOCUMENTS_OF)).all()
            found = list(_exports_of(connection, {row.id: row for row in page}))
        yield from found
        if len(page) < _DOCUMENTS_OF:
            return
        after = page[-1].id


def _exports_of(connection: Connection, standing: dict[int, Any]) -> Iterator[AuditedExport]:
    failed = exists().where(export_failure.c.ie_id == export.c.ie_id, export_failure.c.format == export.c.format)
    query = select(export, export_document.c.content, failed.label("failed")).select_from(with_document())
    query = query.where(export.c.ie_id.in_(list(standing)))
    for row in connection.execute(query.order_by(export.c.ie_id, export.c.format)):
        one = standing[row.ie_id]
        attended = bool(one.exportable) and one.exported_version == one.version
        facts = ExportFacts(row.ie_version, one.version, row.deleted, attended, bool(row.failed))
        yield AuditedExport(one.pid, row.format, facts, row.digest, row.content)


def _paged(read: Read, query: Select[Any], key: Any) -> Iterator[Any]:
    """The rows of a query, some hundred at a time, in the order of their keys."""
    after = 0
    while True:
        with read() as connection:
            rows = connection.execute(query.where(key > after).order_by(key).limit(_AT_ONCE)).all()
        yield from rows
        if len(rows) < _AT_ONCE:
            return
        after = rows[-1].id
