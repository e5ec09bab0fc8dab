"""Somebody looks at messages, at what they tell of, and at who is told of what."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection

from mdwatch.config import NotificationSettings
from mdwatch.errors import UsageError
from mdwatch.handlers.jobs import public
from mdwatch.repository import notifications, occurrences, past_files, run_entries
from mdwatch.repository.notifications import MessagesOf, Notification
from mdwatch.repository.occurrences import Occurrence
from mdwatch.rules.codes import MEANINGS, Code, Effect
from mdwatch.rules.notifying import GIVEN_UP_TOLD_FOR, HEADLINES
from mdwatch.runtime.context import Context
from mdwatch.shapes.notifications import NotificationShape, OccurrenceShape, WishShape

_FILES: Final = 20  # of a run that a message names
_TO_SEE_TO: Final = tuple(code.value for code, row in MEANINGS.items() if row.effect is Effect.ERROR)


def listed(context: Context, state: str | None, before: int | None, limit: int) -> list[NotificationShape]:
    """Messages, newest first; only those of one state."""
    with context.repository.read() as connection:
        return [_shape(item) for item in notifications.latest(connection, state, before, limit, _whose(context))]


def given_up(context: Context) -> int:
    """How many messages of the last days reached nobody."""
    with context.repository.read() as connection:
        return notifications.given_up_since(connection, context.clock.now() - GIVEN_UP_TOLD_FOR, _whose(context))


def shown(context: Context, key: int) -> tuple[NotificationShape, tuple[OccurrenceShape, ...]]:
    """A message and what it tells of; raises `UsageError` where there is none of this key."""
    with context.repository.read() as connection:
        found = notifications.get(connection, key, _whose(context))
        if found is None:
            raise UsageError(f"there is no notification {key}")
        return _shape(found), told(connection, occurrences.of_notification(connection, key))


def send_again(context: Context, key: int) -> NotificationShape:
    """Has a message tried again at once; raises `UsageError` for one that went, and where there is none of this key."""
    found, _ = shown(context, key)
    now = context.clock.now()
    if not context.repository.carry_out(lambda connection: notifications.try_again(connection, key, now)):
        raise UsageError(f"notification {key} was sent to {found.recipient}; it is not sent twice")
    return shown(context, key)[0]


def wishes(context: Context) -> list[WishShape]:
    """The tables of settings that whoever asks may see: who is told of what."""
    return [
        WishShape(
            notification=name,
            events=table.events,
            jobs=table.jobs,
            institutions=table.institutions,
            recipients=tuple(recipient for _, recipient in recipients(table)),
            digest=table.digest,
        )
        for name, table in tables(context).items()
    ]


def tables(context: Context) -> dict[str, NotificationSettings]:
    """The tables of settings that whoever asks may see: those that ask for nothing but their jobs or institutions."""
    there, codes = context.settings.notifications, context.institutions
    if codes is None:
        return dict(there)
    jobs = context.settings.jobs.keys()
    return {
        name: table
        for name, table in there.items()
        if (table.institutions and codes >= set(table.institutions)) or (table.jobs and jobs >= set(table.jobs))
    }


def _whose(context: Context) -> MessagesOf | None:
    """Which messages whoever asks may see; None for all."""
    if context.institutions is None:
        return None
    return MessagesOf(frozenset(tables(context)), context.institutions, frozenset(context.settings.jobs))


def recipients(table: NotificationSettings) -> Iterable[tuple[notifications.Channel, str]]:
    """Whom a table tells, and how."""
    for address in table.mail:
        yield "mail", address
    if table.webhook:
        yield "webhook", table.webhook


def institutions_of(context: Context, item: Occurrence) -> frozenset[str] | None:
    """The institutions that something is about; None for all of them."""
    if item.institution is not None:
        return frozenset({item.institution})
    job = context.settings.jobs.get(item.job) if item.job is not None else None
    if job is None:
        return None
    return context.user(job).codes


def told(connection: Connection, items: Iterable[Occurrence]) -> tuple[OccurrenceShape, ...]:
    """What happened, with the runs that it is about."""
    return tuple(_occurrence(connection, item) for item in items)


def _occurrence(connection: Connection, item: Occurrence) -> OccurrenceShape:
    entry = run_entries.run_of(connection, item.run_id) if item.run_id is not None else None
    files = past_files.files_of_codes(connection, entry.id, _TO_SEE_TO, _FILES) if entry is not None else []
    return OccurrenceShape(
        id=item.id,
        what=item.what.value,
        headline=HEADLINES[item.what],
        at=item.at,
        job=item.job,
        institution=item.institution,
        reason=item.reason,
        details=item.details,
        run=None if entry is None else public.run(entry, run_entries.counts(connection, entry.id)),
        files=tuple(public.run_file(file, MEANINGS[Code(file.code)].remedy) for file in files),
    )


def _shape(item: Notification) -> NotificationShape:
    return NotificationShape(
        id=item.id,
        notification=item.name,
        channel=item.channel,
        recipient=item.recipient,
        message_id=item.message_id,
        made_at=item.made_at,
        state=item.state,
        occurrences=item.occurrences,
        tries=item.tries,
        next_at=item.next_at if item.state == "waiting" else None,
        ended_at=item.ended_at,
        reason=item.reason,
    )
