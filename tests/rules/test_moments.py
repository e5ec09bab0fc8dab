"""Kept moments: those of the past are believed, those of a clock that was ahead are not."""

import pytest

from mdwatch.rules import moments

NOW = 1_700_000_000_000
SPAN = moments.AHEAD_SECONDS * 1000
DAY = 86_400_000
TEN_YEARS = 10 * 365 * DAY


@pytest.mark.parametrize(
    ("kept", "believed"),
    [(None, False), (0, True), (NOW, True), (NOW + SPAN, True), (NOW + SPAN + 1, False), (NOW + TEN_YEARS, False)],
)
def test_what_lies_far_ahead_is_as_if_it_were_not_there(kept: int | None, believed: bool) -> None:
    assert moments.believed(kept, NOW) == (kept if believed else None)


@pytest.mark.parametrize(
    ("until", "holds"),
    [
        (0, False),
        (NOW, False),
        (NOW + 1, True),
        (NOW + 60_000, True),
        (NOW + 60_000 + SPAN, True),
        (NOW + 60_000 + SPAN + 1, False),
        (NOW + TEN_YEARS, False),
    ],
)
def test_nothing_holds_for_longer_than_it_can_have_been_taken(until: int, holds: bool) -> None:
    assert moments.holds_until(until, NOW, 60_000) is holds


@pytest.mark.parametrize(
    ("planned", "come"),
    [
        (0, True),
        (NOW, True),
        (NOW + 1, False),
        (NOW + 1000 + SPAN, False),
        (NOW + 1000 + SPAN + 1, True),
        (NOW + TEN_YEARS, True),
    ],
)
def test_what_was_planned_further_ahead_than_can_be_has_come(planned: int, come: bool) -> None:
    assert moments.has_come(planned, NOW, 1000) is come


@pytest.mark.parametrize(
    ("noted", "ahead", "told"),
    [
        (None, None, NOW),
        (NOW - 20_000, None, NOW),
        (NOW, None, NOW),
        (NOW + 1, None, NOW + 60_001),
        (NOW + DAY, None, NOW + DAY + 60_000),
        # Nothing goes back behind what it came to, neither while the clock is behind nor when it has caught up.
        (NOW + DAY, NOW + DAY + 60_000, NOW + DAY + 60_000),
        (NOW - 20_000, NOW + 40_000, NOW + 40_000),
        (NOW - DAY, NOW - DAY, NOW),
        # Years ahead, it was wrong.
        (NOW + 400 * DAY, NOW + 400 * DAY, NOW),
    ],
)
def test_what_is_new_comes_after_all_that_was_told(noted: int | None, ahead: int | None, told: int) -> None:
    assert moments.not_told_yet(NOW, noted, ahead) == told


@pytest.mark.parametrize(
    ("noted", "again"), [(NOW - 1_000, False), (NOW - 10_000, True), (NOW + DAY, False), (NOW + 400 * DAY, True)]
)
def test_a_moment_is_noted_now_and_then_and_no_earlier_one(noted: int, *, again: bool) -> None:
    assert moments.is_to_be_noted(NOW, noted) is again
