"""Harvesters are told again of IEs: piece by piece, so that no job has to wait for all of them.

Of those whose sets came or went; of those that lost their publication, for that may have taken longer to be written
than until the second that it bears; and of those that were exported, where it did.

Whoever did so tells it at once; the daemon does what a crash left of it.
"""

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from contextlib import suppress
from typing import Final

from sqlalchemy import Connection

from mdwatch.errors import Deferred
from mdwatch.repository import news, server_clock
from mdwatch.repository.database_faults import repeated
from mdwatch.repository.exports import documents
from mdwatch.rules import exporting
from mdwatch.runtime.context import Context

_PIECE: Final = 500  # IEs in one transaction, a fraction of a second
_SECOND: Final = 1_000  # milliseconds
# Milliseconds into the second that a change bears: what is written later than this may not be there when it is over.
_SLOW: Final = 500


def tell(context: Context) -> int:
    """Gives the records of the IEs that are noted a new datestamp in every format; of how many IEs."""
    told, piece = 0, _PIECE
    while True:
        with context.repository.read() as connection:
            ids = news.first(connection, piece)
        if not ids:
            return told
        if _refresh(context, ids) or piece == 1:
            told += len(ids)
        else:
            _note_again(context, ids)
            piece = max(piece // 4, 1)


def tell_now_or_later(context: Context) -> None:
    """Tells all that is noted; where the database does not let it, that is left to the daemon."""
    with suppress(Deferred):
        tell(context)


def note_if_slow(context: Context, connection: Connection, ids: AbstractSet[int], moment: int) -> None:
    """Notes these IEs, which bear this moment, in the transaction that is about to write them, where it is slow.

    Whoever asks from a later second on would miss them, if nobody told of them after a crash.
    """
    if ids and server_clock.moment(connection, context.clock.now()) >= moment + _SLOW:
        news.note(connection, ids)


def tell_if_late(context: Context, ids: AbstractSet[int], moment: int) -> None:
    """Tells of these IEs again, which bear this moment, where some may ask from a later second on by now."""
    if ids and context.repository.moment(context.clock.now()) >= moment + _SECOND:
        tell_again(context, ids)


def tell_again(context: Context, ids: AbstractSet[int]) -> None:
    """Tells of these IEs again until that is done in time."""
    while not _refresh(context, ids):
        pass


@repeated
def _refresh(context: Context, ids: Collection[int]) -> bool:
    """Writes the new datestamps; whether that was done before anybody may have asked from a later second on."""
    with context.repository.write() as connection:
        # Only now is it known that nobody else writes.
        moment = exporting.datestamp(server_clock.datestamp_moment(connection, context.clock.now()))
        documents.refresh(connection, ids, moment)
        news.forget(connection, ids)
    return context.repository.moment(context.clock.now()) < moment + _SECOND


@repeated
def _note_again(context: Context, ids: list[int]) -> None:
    with context.repository.write() as connection:
        news.note(connection, ids)
