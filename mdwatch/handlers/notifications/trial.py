"""Somebody tries a table of settings: a message goes to each of its recipients at once, and past the queue."""

import secrets
import threading
from typing import Final

from mdwatch.errors import ConfigError, UsageError
from mdwatch.handlers.notifications import mail, webhook
from mdwatch.handlers.notifications.delivery import Letter, Undelivered
from mdwatch.handlers.notifications.reading import recipients, tables
from mdwatch.rules.notifying import HEADLINES, Happening
from mdwatch.runtime.context import Context
from mdwatch.shapes.notifications import OccurrenceShape, TrialShape

# A server that hangs has each of them wait for long, and whoever serves the page has threads for others to spare.
_trying: Final = threading.BoundedSemaphore(2)


def run(context: Context, name: str, asked_by: str) -> list[TrialShape]:
    """Sends to each recipient of the table; what came of each.

    Raises `UsageError` where there is no such table, and while others are tried.
    """
    if not _trying.acquire(blocking=False):
        raise UsageError("other notifications are being tried just now; try again when that is through")
    try:
        return _run(context, name, asked_by)
    finally:
        _trying.release()


def _run(context: Context, name: str, asked_by: str) -> list[TrialShape]:
    there = tables(context)
    table = there.get(name)
    if table is None:
        known = ", ".join(there) or "none"
        raise UsageError(f"there is no [notifications.{name}]; those there are: {known}")
    now = context.clock.now()
    about = OccurrenceShape(
        id=0,
        what=Happening.TEST.value,
        headline=HEADLINES[Happening.TEST],
        at=now,
        job=None,
        institution=None,
        reason=f"{asked_by} asked for it; notifications of [notifications.{name}] arrive here",
        details=(),
        run=None,
        files=(),
    )
    found = []
    for channel, recipient in recipients(table):
        letter = Letter(
            notification=name,
            recipient=recipient,
            message_id=f"mdwatch.{now}.{secrets.token_hex(8)}",
            made_at=now,
            occurrences=(about,),
            link=context.settings.http.base_url,
        )
        reason = None
        try:
            if channel == "mail":
                mail.send(context.settings.mail, letter, hasty=True)
            else:
                webhook.send(table, letter, now)
        except (Undelivered, ConfigError) as error:
            reason = str(error)
        found.append(TrialShape(recipient=recipient, reason=reason))
    return found
