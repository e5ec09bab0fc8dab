"""Messages are tried until they went, or for two days.

Each try is noted before it is made, and what came of it right after. A crash between the two leaves a message that is
tried again though it may have gone: neither SMTP nor HTTP can tell. It has the same id then, by which the other side
can know it again.
"""

from collections.abc import Callable
from typing import Final

import structlog

from mdwatch.errors import ConfigError
from mdwatch.handlers.notifications import mail, webhook
from mdwatch.handlers.notifications.delivery import Letter, Undelivered
from mdwatch.handlers.notifications.reading import recipients, told
from mdwatch.repository import notifications, occurrences
from mdwatch.repository.database_faults import repeated
from mdwatch.repository.notifications import MessageState, Notification, WayOut
from mdwatch.rules import moments, notifying
from mdwatch.runtime import metrics
from mdwatch.runtime.context import Context

log = structlog.get_logger()

_AT_ONCE: Final = 20


def ways_out(context: Context) -> set[WayOut]:
    """The ways out of messages whose moment has come. Raises `Deferred`."""
    with context.repository.read() as connection:
        return notifications.ways_out(connection, context.clock.now())


def send_due(context: Context, way: WayOut | None = None, ends: Callable[[], bool] = lambda: False) -> int:
    """Tries messages whose moment has come, by this way or any; how many there are. Raises `Deferred`.

    `ends` says that none is begun any more.
    """
    with context.repository.read() as connection:
        found = notifications.due(connection, context.clock.now(), _AT_ONCE, way)
    for item in found:
        if ends():
            break
        _try(context, item)
    return len(found)


def _try(context: Context, item: Notification) -> None:
    now, tries = context.clock.now(), item.tries + 1
    if not _claim(context, item, now, now + notifying.pause_after(tries)):
        return
    try:
        _send(context, item, now)
    except (Undelivered, ConfigError) as error:
        reason = "; ".join(error.faults) if isinstance(error, ConfigError) else error.reason
        final = isinstance(error, Undelivered) and error.final
        _not_sent(context, item, reason, final=final)
    else:
        _end(context, item, "sent", None)
        log.info("notification_sent", notification=item.name, recipient=item.recipient, tries=tries)


def _send(context: Context, item: Notification, now: int) -> None:
    table = context.settings.notifications.get(item.name)
    if table is None or (item.channel, item.recipient) not in recipients(table):
        raise Undelivered(f"[notifications.{item.name}] does not name this recipient any more", final=True)
    with context.repository.read() as connection:
        what = told(connection, occurrences.of_notification(connection, item.id))
    letter = Letter(
        notification=item.name,
        recipient=item.recipient,
        message_id=item.message_id,
        made_at=item.made_at,
        occurrences=what,
        link=context.settings.http.base_url,
    )
    if item.channel == "mail":
        mail.send(context.settings.mail, letter)
    else:
        webhook.send(table, letter, now)


@repeated
def _claim(context: Context, item: Notification, now: int, next_at: int) -> bool:
    with context.repository.write() as connection:
        return notifications.claim(connection, item, now, next_at)


def _not_sent(context: Context, item: Notification, reason: str, *, final: bool) -> None:
    now = context.clock.now()
    first = moments.believed(item.first_try_at, now)
    metrics.NOTIFICATIONS.labels("failed").inc()
    if notifying.given_up(now if first is None else first, now, item.tries + 1, final=final):
        _end(context, item, "given-up", reason)
        log.error("notification_given_up", notification=item.name, recipient=item.recipient, reason=reason)
        return
    _note(context, item, reason)
    log.warning("notification_put_off", notification=item.name, recipient=item.recipient, reason=reason)


@repeated
def _note(context: Context, item: Notification, reason: str) -> None:
    with context.repository.write() as connection:
        notifications.failed(connection, item.id, reason)


@repeated
def _end(context: Context, item: Notification, state: MessageState, reason: str | None) -> None:
    with context.repository.write() as connection:
        notifications.end(connection, item.id, state, context.clock.now(), reason)
    metrics.NOTIFICATIONS.labels("sent" if state == "sent" else "given_up").inc()
