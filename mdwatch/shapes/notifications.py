"""Notifications: what happened, and the messages that tell of it."""

from typing import NamedTuple

from mdwatch.shapes.runs import RunFileShape, RunShape
from mdwatch.shapes.values import Moment


class OccurrenceShape(NamedTuple):
    """Something that happened: `what` it is, `headline` in words, `reason` why, `details` line by line.

    `run` is there where it is the end of a run, with the first of its `files` that need somebody.
    """

    id: int
    what: str
    headline: str
    at: Moment
    job: str | None
    institution: str | None
    reason: str
    details: tuple[str, ...]
    run: RunShape | None
    files: tuple[RunFileShape, ...]


class WebhookShape(NamedTuple):
    """What is sent to a webhook: the message's id, the same at each try, the table it is sent for, what happened."""

    id: str
    notification: str
    occurrences: tuple[OccurrenceShape, ...]


class NotificationShape(NamedTuple):
    """A message and what became of it: `state` is waiting, sent or given-up, `reason` why its last try failed.

    `notification` is the name of its table of settings, `occurrences` how many it tells of, `next_at` when it is tried.
    """

    id: int
    notification: str
    channel: str
    recipient: str
    message_id: str
    made_at: Moment
    state: str
    occurrences: int
    tries: int
    next_at: Moment | None
    ended_at: Moment | None
    reason: str | None


class WishShape(NamedTuple):
    """A table `[notifications.NAME]`: who is told of what; empty lists stand for everything."""

    notification: str
    events: tuple[str, ...]
    jobs: tuple[str, ...]
    institutions: tuple[str, ...]
    recipients: tuple[str, ...]
    digest: str


class TrialShape(NamedTuple):
    """What came of a message that was sent to try a recipient; `reason` is None where it was taken."""

    recipient: str
    reason: str | None
