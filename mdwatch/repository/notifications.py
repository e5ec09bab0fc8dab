"""Messages to people and programs: made, claimed before each try, and marked as sent or given up.

A try is claimed in a transaction of its own, which plans the next one: whoever crashes while sending leaves a message
that is tried again, and two daemons never try one at once. From the first try on nothing is added to a message.
"""

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, insert, or_, select, update

from mdwatch.repository.tables.notices import notification, notification_occurrence, occurrence
from mdwatch.rules.moments import AHEAD_SECONDS, believed
from mdwatch.rules.notifying import LONGEST_PAUSE

Channel = Literal["mail", "webhook"]
MessageState = Literal["waiting", "sent", "given-up"]


class Notification(NamedTuple):
    """A message; moments in milliseconds, `name` that of its table of settings, `reason` why the last try failed."""

    id: int
    name: str
    channel: Channel
    recipient: str
    message_id: str
    made_at: int
    due_at: int
    next_at: int
    occurrences: int
    tries: int
    first_try_at: int | None
    ended_at: int | None
    state: MessageState
    reason: str | None


class WayOut(NamedTuple):
    """The mail server, or the address of one webhook: what does not answer one message answers no other either."""

    channel: Channel
    address: str = ""


class MessagesOf(NamedTuple):
    """Messages for tables of these names that are about these institutions and jobs, and about nobody else."""

    names: frozenset[str]
    institutions: frozenset[str]
    jobs: frozenset[str]


def add(connection: Connection, name: str, channel: Channel, recipient: str, occurrences: list[int]) -> bool:
    """Adds to the message to this recipient that no try was made of yet; whether there is one."""
    open_one = select(notification.c.id).where(
        notification.c.name == name,
        notification.c.channel == channel,
        notification.c.recipient == recipient,
        notification.c.state == "waiting",
        notification.c.tries == 0,
    )
    # Put in order by a sum: by the key itself, all messages there ever were would be passed over in its order.
    key = connection.execute(open_one.order_by(notification.c.id + 0).limit(1)).scalar()
    if key is None:
        return False
    # Also where nothing else is to be written: whoever claims it at the same moment fails, or this does.
    connection.execute(
        update(notification)
        .where(notification.c.id == key)
        .values(occurrences=notification.c.occurrences + len(occurrences))
    )
    _link(connection, key, occurrences)
    return True


def make(
    connection: Connection,
    name: str,
    channel: Channel,
    recipient: str,
    occurrences: list[int],
    *,
    message_id: str,
    at: int,
    due_at: int,
) -> None:
    """Makes a message."""
    values = {
        "name": name,
        "channel": channel,
        "recipient": recipient,
        "message_id": message_id,
        "made_at": at,
        "due_at": due_at,
        "next_at": due_at,
        "occurrences": len(occurrences),
        "state": "waiting",
    }
    key = connection.execute(insert(notification).values(values).returning(notification.c.id)).scalar_one()
    _link(connection, key, occurrences)


def _link(connection: Connection, key: int, occurrences: Iterable[int]) -> None:
    rows = [{"notification_id": key, "occurrence_id": item} for item in occurrences]
    connection.execute(insert(notification_occurrence), rows)


def last_due(connection: Connection, name: str, channel: Channel, recipient: str) -> int | None:
    """When the last message to this recipient was due."""
    query = select(func.max(notification.c.due_at)).where(
        notification.c.name == name, notification.c.channel == channel, notification.c.recipient == recipient
    )
    return connection.execute(query).scalar()


def ways_out(connection: Connection, now: int) -> set[WayOut]:
    """The ways out of messages that are to be tried now."""
    query = select(notification.c.channel, notification.c.recipient).distinct()
    query = query.where(_is_due(now))
    return {WayOut(row[0], row[1] if row[0] == "webhook" else "") for row in connection.execute(query)}


def due(connection: Connection, now: int, limit: int, way: WayOut | None = None) -> list[Notification]:
    """Messages to be tried now, by this way or any: those never tried first, then by when they are to be."""
    query = select(notification).where(_is_due(now))
    if way is not None:
        query = query.where(notification.c.channel == way.channel)
    if way is not None and way.address:
        query = query.where(notification.c.recipient == way.address)
    query = query.order_by(notification.c.tries > 0, notification.c.next_at, notification.c.id).limit(limit)
    return [_notification(row) for row in connection.execute(query)]


def _is_due(now: int) -> ColumnElement[bool]:
    """That a message waits and its moment has come; one that a clock planned which was ahead counts as come."""
    ahead, planned = now + AHEAD_SECONDS * 1000, notification.c.next_at
    by_a_wrong_clock = or_(
        and_(notification.c.tries == 0, planned > ahead, notification.c.made_at > ahead),
        and_(notification.c.tries > 0, planned > ahead + LONGEST_PAUSE),
    )
    return and_(notification.c.state == "waiting", or_(planned <= now, by_a_wrong_clock))


def claim(connection: Connection, item: Notification, now: int, next_at: int) -> bool:
    """Notes that a try begins, and when the next one is if nobody says how this one ended; whether it is ours."""
    query = update(notification).where(
        notification.c.id == item.id, notification.c.state == "waiting", notification.c.tries == item.tries
    )
    first = believed(item.first_try_at, now)
    first = now if first is None else first
    values = {"tries": item.tries + 1, "next_at": next_at, "first_try_at": first}
    return connection.execute(query.values(values)).rowcount == 1


def end(connection: Connection, key: int, state: MessageState, at: int, reason: str | None) -> None:
    """Notes that a message went, or that it is given up."""
    values = {"state": state, "ended_at": at, "reason": reason}
    connection.execute(update(notification).where(notification.c.id == key).values(values))


def failed(connection: Connection, key: int, reason: str) -> None:
    """Notes why a try failed."""
    connection.execute(update(notification).where(notification.c.id == key).values(reason=reason))


def try_again(connection: Connection, key: int, now: int) -> bool:
    """Has a message tried again that did not go, at once and as if for the first time; whether there is one."""
    query = update(notification).where(notification.c.id == key, notification.c.state != "sent")
    values = {"state": "waiting", "next_at": now, "first_try_at": None, "ended_at": None}
    return connection.execute(query.values(values)).rowcount == 1


def get(connection: Connection, key: int, whose: MessagesOf | None = None) -> Notification | None:
    """The message of this key."""
    query = select(notification).where(notification.c.id == key)
    if whose is not None:
        query = query.where(_concerns(whose))
    row = connection.execute(query).one_or_none()
    return None if row is None else _notification(row)


def latest(
    connection: Connection, state: str | None, before: int | None, limit: int, whose: MessagesOf | None = None
) -> list[Notification]:
    """Messages, newest first; only those of one state, and older than the one of the key `before`."""
    query = select(notification).order_by(notification.c.id.desc()).limit(limit)
    if state is not None:
        query = query.where(notification.c.state == state)
    if before is not None:
        query = query.where(notification.c.id < before)
    if whose is not None:
        query = query.where(_concerns(whose))
    return [_notification(row) for row in connection.execute(query)]


def _concerns(whose: MessagesOf) -> ColumnElement[bool]:
    """That a message is for these tables of settings, and tells of these institutions and jobs alone."""
    told = exists().where(
        notification_occurrence.c.notification_id == notification.c.id,
        occurrence.c.id == notification_occurrence.c.occurrence_id,
    )
    # Never NULL, for neither that nor its contrary would count as true.
    no_job, some_job = occurrence.c.job.is_(None), occurrence.c.job.is_not(None)
    theirs = or_(
        and_(some_job, occurrence.c.job.in_(sorted(whose.jobs))),
        and_(no_job, occurrence.c.institution.is_not(None), occurrence.c.institution.in_(sorted(whose.institutions))),
    )
    return and_(notification.c.name.in_(sorted(whose.names)), told, ~told.where(~theirs))


def counts(connection: Connection) -> dict[str, int]:
    """How many messages are in each state."""
    query = select(notification.c.state, func.count()).group_by(notification.c.state)
    return {row[0]: row[1] for row in connection.execute(query)}


def given_up_since(connection: Connection, moment: int, whose: MessagesOf | None = None) -> int:
    """How many messages were given up since this moment, and not tried again."""
    query = select(func.count()).select_from(notification)
    if whose is not None:
        query = query.where(_concerns(whose))
    return connection.execute(
        query.where(notification.c.state == "given-up", notification.c.ended_at >= moment)
    ).scalar_one()


def forget_before(connection: Connection, moment: int) -> None:
    """Forgets messages that ended before this moment, and what happened before it and nobody has to be told of."""
    old = select(notification.c.id).where(notification.c.ended_at < moment)
    connection.execute(delete(notification_occurrence).where(notification_occurrence.c.notification_id.in_(old)))
    connection.execute(delete(notification).where(notification.c.ended_at < moment))
    told = exists().where(notification_occurrence.c.occurrence_id == occurrence.c.id)
    connection.execute(delete(occurrence).where(occurrence.c.taken, occurrence.c.at < moment, ~told))


def _notification(row: Any) -> Notification:
    return Notification(**{name: getattr(row, name) for name in Notification._fields})
