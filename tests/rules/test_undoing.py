"""Undoing a run, over the whole product of what decides on an IE."""

from itertools import product

from mdwatch.model import Stage, Status
from mdwatch.rules.undoing import UndoFacts, UndoVerdict, decide


def test_the_first_reason_to_leave_an_ie_decides() -> None:
    seen = set()
    either = (True, False)
    for undone, covered, changed, status, locked, stage in product(either, either, either, Status, either, Stage):
        expected = UndoVerdict.UNDO
        for holds, verdict in (
            (stage is Stage.SIP, UndoVerdict.IN_SIP),
            (locked, UndoVerdict.LOCKED),
            (status is Status.DELETED, UndoVerdict.DELETED),
            (changed, UndoVerdict.CHANGED),
            (not covered, UndoVerdict.OTHERS),
            (undone, UndoVerdict.ALREADY),
        ):
            expected = verdict if holds else expected
        assert decide(UndoFacts(undone, covered, changed, status, locked, stage)) is expected
        seen.add(expected)
    assert seen == set(UndoVerdict)
