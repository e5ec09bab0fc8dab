"""Which old rows go: over the whole product of the facts, against the reasons for which a row is needed."""

from itertools import product

from mdwatch.rules import retention
from mdwatch.rules.codes import Effect
from mdwatch.rules.retention import DAY, Handled, RowFacts, RowFate

YES_NO = (False, True)


def test_a_row_goes_only_where_nothing_hangs_on_it() -> None:
    went = set()
    for values in product(Effect, YES_NO, YES_NO, YES_NO, YES_NO, YES_NO, Handled, YES_NO, YES_NO):
        facts = RowFacts(*values)
        done = facts.carried_out and not facts.unmoved and facts.run_over and not facts.newest
        match facts.effect:
            case Effect.UPDATE | Effect.WARNING:
                free = not facts.needed
            case Effect.ERROR:
                over = facts.handled is Handled.OVER
                free = over or (facts.handled is Handled.NOTHING and not facts.in_error)
            case Effect.SKIP | Effect.ABORT:
                free = not facts.waits
        assert (retention.fate(facts) is RowFate.GOES) == (done and free), facts
        if done and free:
            went.add(facts.effect)
    assert went == set(Effect)


def test_nothing_of_the_last_day_is_old_and_quarters_are_those_of_every_zone() -> None:
    assert retention.horizon(100 * DAY, 90) == 10 * DAY
    assert retention.horizon(100 * DAY, 0) == 99 * DAY
    # Nepal is five hours and three quarters ahead.
    midnight = 50 * DAY - (5 * 60 + 45) * 60_000
    assert retention.quarter(midnight) == midnight
    assert retention.quarter(midnight - 1) < midnight
