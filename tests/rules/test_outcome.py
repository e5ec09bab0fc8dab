"""How a run ends: every subset of codes against the sentence of the design."""

from itertools import combinations

import pytest

from mdwatch.model import RunStatus
from mdwatch.rules import outcome
from mdwatch.rules.codes import MEANINGS, Code, Effect

OF_FILES = [code for code in Code if MEANINGS[code].effect is not Effect.ABORT]
SUBSETS = [set(subset) for size in range(len(OF_FILES) + 1) for subset in combinations(OF_FILES, size)]
ERRORS = {
    Code.INVALID_XML,
    Code.UNSUPPORTED_TYPE,
    Code.UNKNOWN_IE,
    Code.DELETED_IE,
    Code.OTHER_INSTITUTION,
    Code.LOCKED,
    Code.UNKNOWN_MID,
    Code.SUPERSEDED,
}


def by_the_design(codes: set[Code]) -> RunStatus:
    if codes & ERRORS:
        return RunStatus.ERROR
    return RunStatus.WARNINGS if Code.NO_CHANGE in codes else RunStatus.SUCCESS


def test_every_set_of_codes_ends_as_the_design_says() -> None:
    assert len(SUBSETS) == 2048
    for codes in SUBSETS:
        assert outcome.run_status(dict.fromkeys(codes, 1)) is by_the_design(codes), codes


@pytest.mark.parametrize("count", [1, 2, 100_000])
def test_how_many_does_not_matter(count: int) -> None:
    assert outcome.run_status({Code.UPDATED: 5, Code.LOCKED: count}) is RunStatus.ERROR


def test_a_code_counted_zero_times_is_not_there() -> None:
    assert outcome.run_status(dict.fromkeys(Code, 0)) is RunStatus.SUCCESS


def test_an_empty_run_is_a_success() -> None:
    assert outcome.run_status({}) is RunStatus.SUCCESS
