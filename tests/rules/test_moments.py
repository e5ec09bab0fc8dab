"""Kept moments: those of the past are believed, those of a clock that was ahead are not."""

import pytest

from mdwatch.rules import moments

NOW = 1_700_000_000_000
SPAN = moments.AHEAD_SECONDS * 1000
TEN_YEARS = 10 * 365 * 86_400_000


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
