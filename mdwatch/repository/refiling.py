"""Files in `done/` whose names there change, for they are moved into dated folders (`handlers.retention.tidying`)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection, bindparam, delete, select, update

from mdwatch.model import Identity
from mdwatch.repository.columns import FileName
from mdwatch.repository.tables.files import filed_file, journal
from mdwatch.rules.codes import MEANINGS, Code, Effect

_DONE: Final = tuple(code.value for code in Code if MEANINGS[code].effect in {Effect.UPDATE, Effect.WARNING})


class FlatRow(NamedTuple):
    """What is kept of a file in `done/`, and under which name it lies there, `noted`; `own` is the one that it had.

    The key is that of its row, None where that was removed by its age; `at`, when it was decided, in milliseconds.
    """

    key: int | None
    own: str
    noted: str
    identity: Identity
    at: int


def rows_of(connection: Connection, job: str, names: Mapping[str, str], before: int) -> Iterator[tuple[str, FlatRow]]:
    """What is kept of files that were put away under these names before a moment; each with what its name stands for.

    There may be several of one name, of which all but one were taken out of `done/`.
    """
    for column in (journal.c.name, journal.c.filed_as):
        query = select(journal).where(
            journal.c.job == job,
            column.in_(list(names)),
            journal.c.code.in_(_DONE),
            journal.c.carried_out,
            journal.c.unmoved.is_(None),
            journal.c.at < before,
        )
        for row in connection.execute(query.order_by(journal.c.id)):
            kept = FlatRow(
                row.id, row.name, row.filed_as or row.name, Identity(row.inode, row.size, row.mtime_ns), row.at
            )
            asked = row.name if column is journal.c.name else row.filed_as
            # A file may have its own name in the journal and lie under another one.
            if kept.noted.rpartition("/")[2] == names[asked].rpartition("/")[2]:
                yield names[asked], kept
    old = select(filed_file).where(
        filed_file.c.job == job, filed_file.c.name.in_(list(names)), filed_file.c.at < before
    )
    for row in connection.execute(old):
        yield names[row.name], FlatRow(None, "", row.name, Identity(row.inode, row.size, row.mtime_ns), row.at)


_OF_ROW: Final = (
    update(journal)
    .where(journal.c.id == bindparam("key"), journal.c.carried_out, journal.c.unmoved.is_(None))
    .values(filed_as=bindparam("new_name", type_=FileName))
)
_OF_NONE: Final = (
    update(filed_file)
    .where(filed_file.c.job == bindparam("of_job"), filed_file.c.name == bindparam("of_name", type_=FileName))
    .values(name=bindparam("new_name", type_=FileName))
)
_STALE: Final = delete(filed_file).where(
    filed_file.c.job == bindparam("of_job"), filed_file.c.name == bindparam("new_name", type_=FileName)
)


def note(connection: Connection, job: str, names: Sequence[tuple[FlatRow, str]]) -> None:
    """Notes under which names these files lie from now on."""
    rows = [
        {"key": row.key, "new_name": None if name == row.own else name} for row, name in names if row.key is not None
    ]
    if rows:
        connection.execute(_OF_ROW, rows)
    old = [{"of_job": job, "of_name": row.noted, "new_name": name} for row, name in names if row.key is None]
    if old:
        # What was kept of a file that is no longer there is in the way.
        connection.execute(_STALE, [{"of_job": item["of_job"], "new_name": item["new_name"]} for item in old])
        connection.execute(_OF_NONE, old)
