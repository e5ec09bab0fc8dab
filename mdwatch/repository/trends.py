"""How much there was to do, day by day: verdicts on files from the journal, changed documents from the exports.

The journal has no index of moments, but its keys grow with them; so where a span of time begins is found by halving.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import Column, Connection, func, select

from mdwatch.repository.tables.exports import export
from mdwatch.repository.tables.files import file_count, journal
from mdwatch.repository.tables.ies import ie, of_institutions

DAY: Final = 86_400_000  # milliseconds


def files(connection: Connection, since: int, offset: int) -> list[tuple[str, str, int, int]]:
    """How many verdicts there were since a moment: by job, code and day.

    A day is the number of those since 1970 in the zone that is `offset` milliseconds ahead of UTC; what there was on
    one may come in several parts.
    """
    day = (journal.c.at + offset) // DAY
    query = (
        select(journal.c.job, journal.c.code, day.label("day"), func.count())
        .where(journal.c.id >= first_key(connection, since), journal.c.at >= since)
        .group_by(journal.c.job, journal.c.code, day)
    )
    # Those whose rows were removed by their age; a day begins with a quarter of an hour.
    day = (file_count.c.at + offset) // DAY
    summed = (
        select(file_count.c.job, file_count.c.code, day.label("day"), func.sum(file_count.c.files))
        .where(file_count.c.at >= since)
        .group_by(file_count.c.job, file_count.c.code, day)
    )
    found = [*connection.execute(query), *connection.execute(summed)]
    return [(row[0], row[1], int(row[2]), int(row[3])) for row in found]


def documents(
    connection: Connection, formats: Sequence[str], since: int, offset: int, institutions: Collection[str] | None = None
) -> list[tuple[int, int]]:
    """How many documents there are that came or changed since a moment, by the day on which they did.

    Those of the IEs of these institutions, or of all.
    """
    day = (export.c.datestamp + offset) // DAY
    query = (
        select(day.label("day"), func.count())
        .where(export.c.format.in_(formats), export.c.datestamp >= since)
        .group_by(day)
    )
    if institutions is not None:
        query = query.join(ie, ie.c.id == export.c.ie_id).where(of_institutions(institutions, by_index=False))
    return [(int(row[0]), int(row[1])) for row in connection.execute(query)]


def first_key(
    connection: Connection, since: int, key: Column[Any] = journal.c.id, moment: Column[Any] = journal.c.at
) -> int:
    """The key of the first verdict since a moment, or of one a little before; or of another row whose keys grow so."""
    low = connection.execute(select(func.min(key))).scalar() or 0
    high = (connection.execute(select(func.max(key))).scalar() or 0) + 1
    while low < high:
        middle = (low + high) // 2
        at = connection.execute(select(moment).where(key >= middle).order_by(key).limit(1)).scalar()
        if at is None or at >= since:
            high = middle
        else:
            low = middle + 1
    return low
