"""Whether what a run did to an IE can be undone: the rule of `mdwatch job undo`. Pure.

A run is undone IE by IE: each that nobody changed since gets the records back that it had before the run. What came
later is never undone along with it.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple

from mdwatch.model import Stage, Status


class UndoVerdict(Enum):
    """What becomes of one IE that the run changed."""

    UNDO = "undone"
    ALREADY = "undone already"
    OTHERS = "of another institution"
    CHANGED = "changed since"
    DELETED = "deleted"
    LOCKED = "locked"
    IN_SIP = "in SIP processing"


@dataclass(frozen=True, slots=True)
class UndoFacts:
    """All that decides: whether a later version undoes the run, whether any is newer and not the run's, how it is.

    `covered`: whoever undoes it covers the institution that the IE belongs to by now.
    """

    undone: bool
    covered: bool
    changed: bool
    status: Status
    locked: bool
    stage: Stage


class UndoRow(NamedTuple):
    """One row of the table: None stands for whatever it is."""

    undone: bool | None
    covered: bool | None
    changed: bool | None
    status: Status | None
    locked: bool | None
    stage: Stage | None
    verdict: UndoVerdict


# The first that fits decides. That it is undone comes first, so that undoing twice does nothing more.
TABLE: Final = (
    UndoRow(True, None, None, None, None, None, UndoVerdict.ALREADY),
    UndoRow(None, False, None, None, None, None, UndoVerdict.OTHERS),
    UndoRow(None, None, True, None, None, None, UndoVerdict.CHANGED),
    UndoRow(None, None, None, Status.DELETED, None, None, UndoVerdict.DELETED),
    UndoRow(None, None, None, None, True, None, UndoVerdict.LOCKED),
    UndoRow(None, None, None, None, None, Stage.SIP, UndoVerdict.IN_SIP),
    UndoRow(False, True, False, Status.ACTIVE, False, Stage.PERMANENT, UndoVerdict.UNDO),
)


def decide(facts: UndoFacts) -> UndoVerdict:
    """What becomes of the IE."""
    have = (facts.undone, facts.covered, facts.changed, facts.status, facts.locked, facts.stage)
    return next(
        row.verdict
        for row in TABLE
        if all(wanted is None or wanted == fact for wanted, fact in zip(row[:-1], have, strict=True))
    )
