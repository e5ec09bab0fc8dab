"""Undoing a run."""

from collections.abc import Sequence
from typing import NamedTuple


class UndoItemShape(NamedTuple):
    """An IE that is left as it is: why, in a word and in words."""

    pid: str
    outcome: str
    reason: str


class UndoShape(NamedTuple):
    """What undoing a run came to, or (`dry_run`) would come to: IEs in all, undone, undone before, and those left."""

    run: int
    job: str
    dry_run: bool
    total: int
    undone: int
    already: int
    left: Sequence[UndoItemShape]
