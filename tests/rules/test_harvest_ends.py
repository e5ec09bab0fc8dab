"""How a harvest ends, over the product of what can be known."""

from itertools import product

from mdwatch.model import RunStatus
from mdwatch.rules import harvest_ends


def test_what_is_left_out_is_a_warning() -> None:
    assert [harvest_ends.status(number) for number in (0, 1, 99)] == [
        RunStatus.SUCCESS, RunStatus.WARNINGS, RunStatus.WARNINGS,
    ]  # fmt: skip


def test_nothing_after_the_beginning_of_the_list_is_certain_and_nothing_is_taken_back() -> None:
    for reached, began_at, before in product((None, 1, 5, 9), (None, 4), (None, 2, 8)):
        last = harvest_ends.last_moment(reached, began_at, before)
        if reached is None:
            assert last == before
        else:
            assert last == max(min(reached, began_at if began_at is not None else reached), before or 0)
