"""Who is told of what, over all there is; and when."""

from datetime import datetime, timedelta
from itertools import product

import pytest

from mdwatch.model import RunStatus
from mdwatch.rules import notifying
from mdwatch.rules.notifying import ASKED_BY, EVENTS, HEADLINES, OF_HARVEST, OF_RUN, Asking, Digest, Happening

NOON = datetime(2026, 3, 28, 12, 20, 30)  # noqa: DTZ001 - the rule goes by local times


def test_every_happening_has_its_row_and_every_word_asks_for_something() -> None:
    assert ASKED_BY.keys() == HEADLINES.keys() == set(Happening)
    assert OF_RUN.keys() == set(RunStatus)
    assert frozenset().union(*ASKED_BY.values()) == set(EVENTS)
    # Whoever asks for one outcome of runs is told of no other; "run" is all of them.
    assert {what for what, words in ASKED_BY.items() if "run" in words} == {*OF_RUN.values(), *OF_HARVEST.values()}
    assert all(len(words - {"run"}) <= 1 for words in ASKED_BY.values())


def test_over_the_whole_product_of_wishes_and_happenings() -> None:
    jobs: tuple[tuple[str, ...], ...] = ((), ("a",), ("a", "b"))
    places: tuple[tuple[str, ...], ...] = ((), ("X",), ("X", "Y"))
    about: tuple[frozenset[str] | None, ...] = (None, frozenset(), frozenset("X"), frozenset("XY"), frozenset("Z"))
    for event, what, wished, job, where, of in product(EVENTS, Happening, jobs, (None, "a", "c"), places, about):
        told = notifying.wanted(Asking((event,), wished, where), what, job, of)
        expected = event in ASKED_BY[what]
        expected &= job is None or not wished or job in wished
        # What is wider than what was asked for would tell of others.
        expected &= not where or (of is not None and len(of) > 0 and of.issubset(where))
        assert told == expected


@pytest.mark.parametrize(
    ("digest", "last", "minutes"),
    [
        ("none", None, 0),
        ("none", NOON - timedelta(hours=1), 0),
        ("none", NOON, 1),
        ("none", NOON + timedelta(days=400), 0),  # by a clock that was ahead
    ],
)
def test_at_once_but_a_minute_after_the_last(digest: Digest, last: datetime | None, minutes: int) -> None:
    assert notifying.sent_from(digest, NOON, last) == NOON + timedelta(minutes=minutes)


def test_digests_go_at_the_full_hour_and_at_seven() -> None:
    assert notifying.sent_from("hourly", NOON, NOON) == NOON.replace(hour=13, minute=0, second=0)
    seven = NOON.replace(hour=7, minute=0, second=0)
    assert notifying.sent_from("daily", NOON, None) == seven + timedelta(days=1)
    assert notifying.sent_from("daily", seven - timedelta(seconds=1), None) == seven
    assert notifying.sent_from("daily", seven, None) == seven + timedelta(days=1)


def test_pauses_grow_to_an_hour_and_two_days_are_enough() -> None:
    pauses = [notifying.pause_after(tries) for tries in range(1, 60)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[1], pauses[-1]) == (300_000, 600_000, 3_600_000)
    day = 86_400_000
    assert [notifying.given_up(0, at, 10, final=False) for at in (0, 2 * day - 1, 2 * day)] == [False, False, True]
    assert not notifying.given_up(0, 400 * day, 9, final=False), "the clock was set, or the machine was off"
    assert notifying.given_up(0, 0, 1, final=True)
