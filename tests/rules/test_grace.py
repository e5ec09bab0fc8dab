"""Time for files that are not well-formed: only for these, only while they are young."""

import pytest

from mdwatch.model import InvalidUpdate, UpdateMD
from mdwatch.rules import grace

WHOLE = UpdateMD("IE1", ())
WRONG = InvalidUpdate("it has no metadata element", "IE1")
BROKEN = InvalidUpdate("not well-formed: invalid token (line 1, column 1)", None, premature=False, malformed=True)
CUT = InvalidUpdate("not well-formed: no element found (line 1, column 9)", None, premature=True, malformed=True)


@pytest.mark.parametrize("unchanged", [0.0, 9.9, 10.0, 100.0])
@pytest.mark.parametrize("update", [WHOLE, WRONG, BROKEN, CUT, None])
def test_only_what_is_not_well_formed_has_time_and_only_while_it_is_young(
    update: UpdateMD | InvalidUpdate | None, unchanged: float
) -> None:
    expected = max(10 - unchanged, 0.0) if update in (BROKEN, CUT) else 0.0
    assert grace.seconds_left(update, unchanged, 10) == expected
    assert grace.seconds_left(update, unchanged, 0) == 0


def test_it_says_why() -> None:
    assert grace.why(CUT) == "it ends too early, as if it were still being written"
    assert grace.why(BROKEN) == f"it is {BROKEN.reason}; it may still be being written"


def test_what_cannot_be_moved_is_tried_again_after_pauses_that_grow_to_a_bound() -> None:
    now, tries = 0.0, []
    for _ in range(8):
        tries.append(now)
        now += grace.retry_after(now)
    assert tries == [0, 2, 4, 8, 16, 31, 46, 61]
