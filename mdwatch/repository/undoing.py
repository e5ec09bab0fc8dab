"""What a run changed, and what came to it since: read for undoing the run."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, and_, bindparam, func, select

from mdwatch.repository.tables.files import journal, run_file_count
from mdwatch.repository.tables.ies import ie, ie_version
from mdwatch.rules.codes import Code


@dataclass(frozen=True, slots=True)
class RunChange:
    """An IE that a run changed: the first and the last version that the run made of it."""

    ie_id: int
    pid: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class LaterVersion:
    """A version of an IE that is newer than the first of a run; `undoes` is the run that it takes back, if any."""

    version: int
    at: int
    agent: str
    cause: str
    job: str | None
    file: str | None
    undoes: int | None


# The row of a file and the version that it made are written together, with the same moment.
_MADE: Final = and_(
    ie_version.c.ie_id == ie.c.id,
    ie_version.c.cause == "update",
    ie_version.c.job == journal.c.job,
    ie_version.c.file == journal.c.name,
    ie_version.c.at == journal.c.at,
)
_CHANGED: Final = (
    select(ie.c.id, ie.c.pid, func.min(ie_version.c.version), func.max(ie_version.c.version))
    .select_from(journal.join(ie, ie.c.pid == journal.c.pid).join(ie_version, _MADE))
    .where(journal.c.run_id == bindparam("of_run"), journal.c.code == Code.UPDATED.value)
    .group_by(ie.c.id, ie.c.pid)
    .order_by(ie.c.id)
)
_VERSIONS: Final = (
    select(ie_version)
    .where(ie_version.c.ie_id.in_(bindparam("ids", expanding=True)))
    .order_by(ie_version.c.ie_id, ie_version.c.version)
)


def removed(connection: Connection, run_id: int) -> int:
    """How many files of the run changed an IE and have no row any more, by their age."""
    query = select(run_file_count.c.files).where(
        run_file_count.c.run_id == run_id, run_file_count.c.code == Code.UPDATED.value
    )
    return connection.execute(query).scalar() or 0


def changed_in(connection: Connection, run_id: int) -> list[RunChange]:
    """Every IE that the run changed."""
    return [RunChange(*row) for row in connection.execute(_CHANGED, {"of_run": run_id})]


def later_versions(connection: Connection, some: Sequence[RunChange]) -> dict[int, list[LaterVersion]]:
    """The versions of each of these IEs that are newer than the run's first, oldest first; some hundred at a time."""
    first = {item.ie_id: item.first for item in some}
    found: dict[int, list[LaterVersion]] = {key: [] for key in first}
    for row in connection.execute(_VERSIONS, {"ids": list(first)}):
        if row.version > first[row.ie_id]:
            found[row.ie_id].append(
                LaterVersion(row.version, row.at, row.agent, row.cause, row.job, row.file, row.undoes)
            )
    return found
