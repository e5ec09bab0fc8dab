"""Whether an error file may go back though its records were changed: both tables over the whole product."""

from itertools import product

import pytest

from mdwatch.rules import sequence, supersession
from mdwatch.rules.supersession import (
    Cause,
    ChangeFacts,
    Choice,
    Content,
    ErrorFileAge,
    Later,
    Novelty,
    RetryFacts,
    RetryVerdict,
    Timing,
)

CHANGES = [ChangeFacts(*values) for values in product(Cause, Novelty, Timing)]
RETRIES = [RetryFacts(*values) for values in product(Later, Content, Choice)]


@pytest.mark.parametrize("facts", CHANGES, ids=str)
def test_what_stands_against_an_older_file(facts: ChangeFacts) -> None:
    remedy = facts.cause is Cause.LOAD and facts.novelty is Novelty.BROUGHT
    assert supersession.stands(facts) is (facts.timing is Timing.LATER and not remedy)


@pytest.mark.parametrize("facts", RETRIES, ids=str)
def test_what_becomes_of_a_retry(facts: RetryFacts) -> None:
    if facts.later is Later.NONE or facts.content is not Content.DIFFERS:
        expected = RetryVerdict.PUT_BACK
    else:
        expected = RetryVerdict.PUT_BACK_ANYWAY if facts.choice is Choice.ANYWAY else RetryVerdict.REFUSED
    assert supersession.decide(facts) is expected


@pytest.mark.parametrize(
    ("said_at", "changed_at", "expected"),
    [
        (None, 4, Choice.ORDINARY),
        (5, 4, Choice.ANYWAY),
        (5, 5, Choice.ANYWAY),
        (5, 6, Choice.ORDINARY),
        (0, 0, Choice.ANYWAY),
    ],
)
def test_what_is_said_twice_is_said_of_what_there_was_by_then(
    said_at: int | None, changed_at: int, expected: Choice
) -> None:
    assert supersession.choice(said_at, changed_at) is expected


def test_no_row_is_dead() -> None:
    """The rows share the product among them, none in vain."""
    for facts in CHANGES:
        assert any(
            facts.cause in row.causes and facts.novelty in row.novelties and facts.timing in row.timings
            for row in supersession.CHANGES
        )
    assert {row.verdict for row in supersession.RETRIES} == set(RetryVerdict)
    assert all(row.why.endswith(".") for row in (*supersession.CHANGES, *supersession.RETRIES))


AGE = ErrorFileAge(sequence.key(5_000_000, 3, "b2.xml"), decided_at=9)


@pytest.mark.parametrize(
    ("key", "timing"),
    [
        ((5_000_001, 0, "a.xml"), Timing.LATER),
        ((4_999_999, 9, "z.xml"), Timing.EARLIER),
        ((5_000_000, 4, "a.xml"), Timing.LATER),
        ((5_000_000, 2, "z.xml"), Timing.EARLIER),
        ((5_000_000, 3, "c.xml"), Timing.LATER),
        ((5_000_000, 3, "b10.xml"), Timing.LATER),
        ((5_000_000, 3, "a.xml"), Timing.EARLIER),
        ((5_000_000, 3, "b2.xml"), Timing.EARLIER),
    ],
)
def test_files_stand_to_each_other_as_the_job_orders_them(key: tuple[int, int, str], timing: Timing) -> None:
    assert supersession.timing_of_file(sequence.key(*key), AGE) is timing


@pytest.mark.parametrize(
    ("at", "created_ns", "decided_at", "timing"),
    [
        (6, 5_000_000, 9, Timing.LATER),  # after it was created, though it was decided later still
        (10, 99_000_000, 9, Timing.LATER),  # after the verdict, though its server's clock was fast
        (5, 5_000_000, 9, Timing.EARLIER),
        (4, 5_000_000, 9, Timing.EARLIER),
    ],
)
def test_what_is_done_by_hand_is_later_by_either_clock(
    at: int, created_ns: int, decided_at: int, timing: Timing
) -> None:
    age = ErrorFileAge(sequence.key(created_ns, 0, "a.xml"), decided_at)
    assert supersession.timing_by_hand(at, age) is timing
