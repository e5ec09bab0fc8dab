"""IEs of which harvesters have yet to be told again, though nothing about themselves changed.

The header of a record names the sets that its IE belongs to. Where a set comes or goes, the headers of all its members
change at once, and of those of the sets below it; giving each record its new datestamp takes longer than a transaction
may. So the IEs are noted in the transaction that changes their headers, and told of piece by piece afterwards.

So are IEs that lose their publication: the datestamp of their tombstones is told before it is known how long the
transaction takes.
"""

from collections.abc import Collection, Iterable
from typing import Final

from sqlalchemy import Connection, bindparam, delete, select, text

from mdwatch.repository.bulk import execute_many
from mdwatch.repository.tables.exports import news

_NOTE: Final = text("INSERT INTO news (ie_id) VALUES (:ie_id) ON CONFLICT DO NOTHING")
_NOTE_MEMBERS: Final = text(
    "INSERT INTO news (ie_id) SELECT DISTINCT ie_id FROM set_member WHERE set_id IN :ids AND present "
    "ON CONFLICT DO NOTHING"
).bindparams(bindparam("ids", expanding=True))
_FORGET: Final = delete(news).where(news.c.ie_id == bindparam("of_ie"))


def note_members(connection: Connection, set_ids: Collection[int]) -> None:
    """Notes whoever belongs to one of these sets now."""
    if set_ids:
        connection.execute(_NOTE_MEMBERS, {"ids": list(set_ids)})


def note(connection: Connection, ids: Iterable[int]) -> None:
    """Notes these IEs."""
    rows = [{"ie_id": ie_id} for ie_id in ids]
    if rows:
        connection.execute(_NOTE, rows)


def first(connection: Connection, limit: int) -> list[int]:
    """So many of the IEs that are noted, by their keys."""
    return list(connection.execute(select(news.c.ie_id).order_by(news.c.ie_id).limit(limit)).scalars())


def forget(connection: Connection, ids: Iterable[int]) -> None:
    """Harvesters are told of these, in the same transaction."""
    execute_many(connection, _FORGET, [{"of_ie": ie_id} for ie_id in ids])
