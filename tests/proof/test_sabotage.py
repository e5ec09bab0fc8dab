"""What breaks each guarantee on purpose still finds what it breaks; else that shows in the long run only."""

import pytest

from tests.proof import tally
from tests.proof.sabotage import ALL, Sabotage


@pytest.mark.parametrize("sabotage", ALL, ids=[item.guarantee for item in ALL])
def test_what_it_breaks_is_there_and_so_are_the_tests_that_say_so(sabotage: Sabotage) -> None:
    assert sabotage.whole in (tally.ROOT / sabotage.path).read_text(encoding="utf-8")
    assert all((tally.ROOT / path).exists() for path in sabotage.tests)
