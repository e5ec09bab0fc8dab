"""Who is told of what, as `[notifications.NAME]` has it; when a message is sent, and when it is sent again."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, Literal, NamedTuple, get_args

from mdwatch.model import RunStatus

Event = Literal["run", "error", "warning", "abort", "trouble", "healed", "export", "audit"]
Digest = Literal["none", "hourly", "daily"]
EVENTS: Final[tuple[str, ...]] = get_args(Event)

_FIRST_PAUSE: Final = 300_000  # milliseconds; longer than one try can take, for a try that a crash cut short counts too
LONGEST_PAUSE: Final = 3_600_000
GIVE_UP_AFTER: Final = 2 * 86_400_000  # milliseconds from the first try on: a weekend without a mail server
# And no sooner than so many tries: the machine may have been off for those days, or its clock was set.
_LEAST_TRIES: Final = 10
KEPT_FOR: Final = 90 * 86_400_000  # milliseconds that messages which are done with are shown for
# Milliseconds for which a part of the daemon does not work before somebody is told: most faults pass by themselves.
PASSING: Final = 10_000
GIVEN_UP_TOLD_FOR: Final = 7 * 86_400_000  # milliseconds for which a message that was given up needs attention
# Of what is not a digest: one message a minute to a recipient holds all there is, so that nobody is buried in them.
APART: Final = 60_000
_DAILY_HOUR: Final = 7


class Happening(Enum):
    """What somebody may be told of; the values are those kept in the database and shown to programs."""

    RUN_SUCCEEDED = "run-succeeded"
    RUN_WARNED = "run-warned"
    RUN_FAILED = "run-failed"
    RUN_ABORTED = "run-aborted"
    TROUBLE = "trouble"
    HEALED = "healed"
    PART_FAILED = "part-failed"
    PART_HEALED = "part-healed"
    EXPORT_FAILED = "export-failed"
    AUDIT_FAILED = "audit-failed"
    HARVEST_SUCCEEDED = "harvest-succeeded"
    HARVEST_WARNED = "harvest-warned"
    HARVEST_ABORTED = "harvest-aborted"
    TEST = "test"


OF_RUN: Final = {
    RunStatus.SUCCESS: Happening.RUN_SUCCEEDED,
    RunStatus.WARNINGS: Happening.RUN_WARNED,
    RunStatus.ERROR: Happening.RUN_FAILED,
    RunStatus.ABORTED: Happening.RUN_ABORTED,
}
# No record of a harvest is an error of ours: it could be used or not.
OF_HARVEST: Final = {
    RunStatus.SUCCESS: Happening.HARVEST_SUCCEEDED,
    RunStatus.WARNINGS: Happening.HARVEST_WARNED,
    RunStatus.ABORTED: Happening.HARVEST_ABORTED,
}
# By which words of `events` each is asked for. A test is told to whom it is for, whatever else they want.
ASKED_BY: Final[dict[Happening, frozenset[str]]] = {
    Happening.RUN_SUCCEEDED: frozenset({"run"}),
    Happening.RUN_WARNED: frozenset({"run", "warning"}),
    Happening.RUN_FAILED: frozenset({"run", "error"}),
    Happening.RUN_ABORTED: frozenset({"run", "abort"}),
    Happening.TROUBLE: frozenset({"trouble"}),
    Happening.HEALED: frozenset({"healed"}),
    Happening.PART_FAILED: frozenset({"trouble"}),
    Happening.PART_HEALED: frozenset({"healed"}),
    Happening.EXPORT_FAILED: frozenset({"export"}),
    Happening.AUDIT_FAILED: frozenset({"audit"}),
    Happening.HARVEST_SUCCEEDED: frozenset({"run"}),
    Happening.HARVEST_WARNED: frozenset({"run", "warning"}),
    Happening.HARVEST_ABORTED: frozenset({"run", "abort"}),
    Happening.TEST: frozenset(),
}


# What each is called in a message.
HEADLINES: Final = {
    Happening.RUN_SUCCEEDED: "run completed successfully",
    Happening.RUN_WARNED: "run completed with warnings",
    Happening.RUN_FAILED: "run completed with errors",
    Happening.RUN_ABORTED: "run aborted",
    Happening.TROUBLE: "somebody has to see to it",
    Happening.HEALED: "in order again",
    Happening.PART_FAILED: "a part of mdwatch does not work",
    Happening.PART_HEALED: "a part of mdwatch works again",
    Happening.EXPORT_FAILED: "exports failed",
    Happening.AUDIT_FAILED: "the nightly audit found something",
    Happening.HARVEST_SUCCEEDED: "harvest completed successfully",
    Happening.HARVEST_WARNED: "harvest completed with warnings",
    Happening.HARVEST_ABORTED: "harvest aborted",
    Happening.TEST: "a test",
}


class Asking(NamedTuple):
    """What a table of settings asks for; no jobs: all of them, no institutions: all of them."""

    events: Collection[str]
    jobs: Collection[str]
    institutions: Collection[str]


def wanted(wish: Asking, what: Happening, job: str | None, institutions: Collection[str] | None) -> bool:
    """Whether the wish asks for this.

    `job` is None for what is not about one, `institutions` None for what is about all. Who asks for some institutions
    is not told of what others share in: a job that works for several, or an audit of everything.
    """
    if not ASKED_BY[what] & set(wish.events):
        return False
    if wish.jobs and job is not None and job not in wish.jobs:
        return False
    if not wish.institutions:
        return True
    return institutions is not None and bool(institutions) and set(institutions) <= set(wish.institutions)


def sent_from(digest: Digest, now: datetime, last: datetime | None) -> datetime:
    """From when on a message begun now is sent; `last` is the same of the last one to that recipient. Local times."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    if digest == "hourly":
        return hour + timedelta(hours=1)
    if digest == "daily":
        morning = hour.replace(hour=_DAILY_HOUR)
        return morning if now < morning else morning + timedelta(days=1)
    if last is None or last > now + timedelta(milliseconds=APART):  # a clock that was ahead
        return now
    return max(now, last + timedelta(milliseconds=APART))


def pause_after(tries: int) -> int:
    """Milliseconds from a try that failed, the how-manieth it was, to the next one."""
    return min(_FIRST_PAUSE << min(tries - 1, 10), LONGEST_PAUSE)


def given_up(first_try: int, now: int, tries: int, *, final: bool) -> bool:
    """Whether nobody tries again (moments in milliseconds); `final`: the other side said that it will never take it."""
    return final or (now - first_try >= GIVE_UP_AFTER and tries >= _LEAST_TRIES)
