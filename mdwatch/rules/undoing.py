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
    CHANGED = "changed since"
    DELETED = "deleted"
    LOCKED = "locked"
    IN_SIP = "in SIP processing"


@dataclass(frozen=True, slots=True)
class UndoFacts:
    """All that decides: whether a later version undoes the run, whether any is newer and not the run's, how it is."""

    undone: bool
    changed: bool
    status: Status
    locked: bool
    stage: Stage


class UndoRow(NamedTuple):
    """One row of the table: None stands for whatever it is."""

    undone: bool | None
    changed: bool | None
    status: Status | None
    locked: bool | None
    stage: Stage | None
    verdict: UndoVerdict


# The first that fits decides. That it is undone comes first, so that undoing twice does nothing more.
TABLE: Final = (
    UndoRow(True, None, None, None, None, UndoVerdict.ALREADY),
    UndoRow(None, True, None, None, None, UndoVerdict.CHANGED),
    UndoRow(None, None, Status.DELETED, None, None, UndoVerdict.DELETED),
    UndoRow(None, None, None, True, None, UndoVerdict.LOCKED),
    UndoRow(None, None, None, None, Stage.SIP, UndoVerdict.IN_SIP),
    UndoRow(False, False, Status.ACTIVE, False, Stage.PERMANENT, UndoVerdict.UNDO),
)


def decide(facts: UndoFacts) -> UndoVerdict:
    """What becomes of the IE."""
    have = (facts.undone, facts.changed, facts.status, facts.locked, facts.stage)
    return next(
        row.verdict
        for row in TABLE
        if all(wanted is None or wanted == fact for wanted, fact in zip(row[:5], have, strict=True))
    )
