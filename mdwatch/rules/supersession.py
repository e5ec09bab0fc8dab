"""Whether an error file may still be put back, though its records were changed since (design section 9, retry).

A file is as old as it was created. What a file created later wrote, or somebody put right by hand later, is not undone
by trying an older file again, unless an operator says so a second time, of what there was when it was said.
"""

from enum import Enum
from typing import Final, NamedTuple

from mdwatch.rules import sequence


class Cause(Enum):
    """How a change of a record came about."""

    UPDATE = "update"
    LOAD = "load"
    REVERT = "revert"


class Novelty(Enum):
    """Whether the IE had the record before the change, or got it by it."""

    REPLACED = "replaced"
    BROUGHT = "brought"


class Timing(Enum):
    """When the change was made, or its file created: not after the error file was, or later."""

    EARLIER = "earlier"
    LATER = "later"


class ChangeFacts(NamedTuple):
    """All that decides whether one change stands against an older file."""

    cause: Cause
    novelty: Novelty
    timing: Timing


class ChangeRow(NamedTuple):
    """One row of the table: changes of this kind stand against an older file or not, and why."""

    causes: tuple[Cause, ...]
    novelties: tuple[Novelty, ...]
    timings: tuple[Timing, ...]
    stands: bool
    why: str


CHANGES: Final = (
    ChangeRow(tuple(Cause), tuple(Novelty), (Timing.EARLIER,), False, "What is older, the file may replace."),
    ChangeRow(
        (Cause.LOAD,),
        (Novelty.BROUGHT,),
        (Timing.LATER,),
        False,
        "Loading what was missing is the remedy for an error; the file is then tried again.",
    ),
    ChangeRow(tuple(Cause), tuple(Novelty), (Timing.LATER,), True, "What came later is not undone unasked."),
)


def stands(facts: ChangeFacts) -> bool:
    """Whether a change stands against an older file."""
    return next(
        row.stands
        for row in CHANGES
        if facts.cause in row.causes and facts.novelty in row.novelties and facts.timing in row.timings
    )


class ErrorFileAge(NamedTuple):
    """How old an error file is: its place in the order of files, and when it was first decided (milliseconds)."""

    key: sequence.Key
    decided_at: int


_NANO: Final = 1_000_000  # nanoseconds in a millisecond


def timing_of_file(key: sequence.Key, age: ErrorFileAge) -> Timing:
    """Where a change by a file of this place in the order stands to an error file."""
    return Timing.LATER if key > age.key else Timing.EARLIER


def timing_by_hand(at: int, age: ErrorFileAge) -> Timing:
    """The same for a load or a revert (milliseconds).

    It is after the creation, or after the verdict: file servers have clocks of their own, that may be fast.
    """
    later = at * _NANO > age.key.created_ns or at > age.decided_at
    return Timing.LATER if later else Timing.EARLIER


class Later(Enum):
    """Whether some change stands against the file: one by a file created later, or one by hand."""

    NONE = "none"
    FILE = "file"
    HAND = "hand"


class Content(Enum):
    """Whether the file would change a record; UNREADABLE: it names no record."""

    DIFFERS = "differs"
    SAME = "same"
    UNREADABLE = "unreadable"


class Choice(Enum):
    """What the operator said: to put the file back, or to do so although something stands against it."""

    ORDINARY = "ordinary"
    ANYWAY = "anyway"


def choice(said_at: int | None, changed_at: int) -> Choice:
    """What the operator said of a change that was made then (milliseconds).

    That the file is to go back anyway, said at a moment, was said of what stood against it at that moment: nobody
    agreed to undo what came after, while a share was away or the file waited for its run.
    """
    return Choice.ORDINARY if said_at is None or changed_at > said_at else Choice.ANYWAY


class RetryVerdict(Enum):
    """What becomes of the wish to put a file back."""

    PUT_BACK = "put back"
    PUT_BACK_ANYWAY = "put back, and journalled that it was although something stands against it"
    REFUSED = "refused"


class RetryFacts(NamedTuple):
    """All that decides whether a file is put back."""

    later: Later
    content: Content
    choice: Choice


class RetryRow(NamedTuple):
    """One row of the table, the verdict and why."""

    laters: tuple[Later, ...]
    contents: tuple[Content, ...]
    choices: tuple[Choice, ...]
    verdict: RetryVerdict
    why: str


_SOME: Final = (Later.FILE, Later.HAND)
RETRIES: Final = (
    RetryRow((Later.NONE,), tuple(Content), tuple(Choice), RetryVerdict.PUT_BACK, "Nothing stands against it."),
    RetryRow(
        _SOME,
        (Content.SAME, Content.UNREADABLE),
        tuple(Choice),
        RetryVerdict.PUT_BACK,
        "It changes nothing, so that nothing is undone.",
    ),
    RetryRow(_SOME, (Content.DIFFERS,), (Choice.ANYWAY,), RetryVerdict.PUT_BACK_ANYWAY, "Somebody said so twice."),
    RetryRow(_SOME, (Content.DIFFERS,), (Choice.ORDINARY,), RetryVerdict.REFUSED, "It would undo what came later."),
)


def decide(facts: RetryFacts) -> RetryVerdict:
    """What becomes of the wish to put a file back."""
    return next(
        row.verdict
        for row in RETRIES
        if facts.later in row.laters and facts.content in row.contents and facts.choice in row.choices
    )
