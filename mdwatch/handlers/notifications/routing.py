"""Messages are made of what happened, in the transaction that notes that it is taken: none is lost, none made twice."""

import secrets
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from mdwatch.handlers.notifications.reading import institutions_of, recipients
from mdwatch.repository import notifications, occurrences
from mdwatch.repository.database_faults import repeated
from mdwatch.repository.notifications import Channel
from mdwatch.rules import notifying
from mdwatch.rules.notifying import Asking, Digest
from mdwatch.runtime.context import Context

_AT_ONCE: Final = 200


@repeated
def route(context: Context) -> int:
    """Makes messages of what nobody was told of yet; of how many occurrences. Raises `Deferred`."""
    with context.repository.read() as connection:
        if not occurrences.untaken(connection, 1):
            return 0
    with context.repository.write() as connection:
        found = occurrences.untaken(connection, _AT_ONCE)
        occurrences.take(connection, [item.id for item in found])
        for name, table in context.settings.notifications.items():
            wish = Asking(table.events, table.jobs, table.institutions)
            keys = [
                item.id for item in found if notifying.wanted(wish, item.what, item.job, institutions_of(context, item))
            ]
            if keys:
                for channel, recipient in recipients(table):
                    _tell(context, connection, keys, name, channel, recipient, table.digest)
    return len(found)


def _tell(
    context: Context,
    connection: Connection,
    keys: list[int],
    name: str,
    channel: Channel,
    recipient: str,
    digest: Digest,
) -> None:
    if notifications.add(connection, name, channel, recipient, keys):
        return
    now = context.clock.now()
    last = notifications.last_due(connection, name, channel, recipient)
    due = notifying.sent_from(digest, _local(now), None if last is None else _local(last))
    notifications.make(
        connection,
        name,
        channel,
        recipient,
        keys,
        message_id=f"mdwatch.{now}.{secrets.token_hex(8)}",
        at=now,
        due_at=int(due.astimezone().timestamp() * 1000),
    )


def _local(at: int) -> datetime:
    """The moment on this host's clock, to the millisecond."""
    return datetime.fromtimestamp(at / 1000).astimezone().replace(tzinfo=None)
