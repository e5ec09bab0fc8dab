"""Which rows of the journal, and which runs, may be summed up and removed when they are old (`[retention]`). Pure.

A row that something may still hang on stays, however old it is: a decided file is told again by it until its move is
seen, an error file is settled, tried again in its order and explained by it, a waiting file is told of once by it.
"""

from enum import Enum
from typing import Final, NamedTuple

from mdwatch.rules.codes import Effect

DAY: Final = 86_400_000  # milliseconds
QUARTER: Final = 900_000  # of an hour: the days of every time zone are made of whole ones
NEVER_WITHIN: Final = DAY  # whatever the settings say: of a file, that it may be one that was moved a moment ago


class Handled(Enum):
    """What an operator did with the file in `error/`."""

    NOTHING = "nothing"
    BEGUN = "begun"  # put back without a new verdict so far, or not seen to be moved
    OVER = "over"  # put back and decided anew, or dismissed


class RowFate(Enum):
    """What becomes of an old row."""

    STAYS = "stays"
    GOES = "goes"


class RowFacts(NamedTuple):
    """All that decides whether an old row of the journal goes.

    `carried_out` and `unmoved` as the journal has them; `run_over`: the run has ended, and its last line is logged.
    `newest`: no row is newer. `waits`: a file of this name waits in the drop folder. `handled` of an error file;
    `in_error`: there is a file of its name in `error/`. `needed`: there is an error file left, for the same IE or
    of the same name, which this row may settle.
    """

    effect: Effect
    carried_out: bool
    unmoved: bool
    run_over: bool
    newest: bool
    waits: bool
    handled: Handled
    in_error: bool
    needed: bool


class RowRule(NamedTuple):
    """One row of the table: None stands for whatever it is. The first that fits decides."""

    effects: tuple[Effect, ...] | None
    fact: str | None
    value: object
    fate: RowFate
    why: str


_FILED: Final = (Effect.UPDATE, Effect.WARNING)
TABLE: Final = (
    RowRule(None, "newest", True, RowFate.STAYS, "Keys go on from it; a database may give one again."),
    RowRule(None, "carried_out", False, RowFate.STAYS, "Recovery finishes it."),
    RowRule(None, "unmoved", True, RowFate.STAYS, "The file may show up again, and is told by it."),
    RowRule(None, "run_over", False, RowFate.STAYS, "The run goes on from it."),
    RowRule((Effect.SKIP, Effect.ABORT), "waits", True, RowFate.STAYS, "The file waits still."),
    RowRule((Effect.ERROR,), "handled", Handled.BEGUN, RowFate.STAYS, "The file is on its way to a new verdict."),
    RowRule((Effect.ERROR,), "handled", Handled.OVER, RowFate.GOES, "The file has another row, or needs none."),
    RowRule((Effect.ERROR,), "in_error", True, RowFate.STAYS, "The file is to be seen to."),
    RowRule(_FILED, "needed", True, RowFate.STAYS, "It may be what settles an error file."),
    RowRule(None, None, None, RowFate.GOES, "Nothing hangs on it any more."),
)


def fate(facts: RowFacts) -> RowFate:
    """What becomes of an old row."""
    return next(
        row.fate
        for row in TABLE
        if (row.effects is None or facts.effect in row.effects)
        and (row.fact is None or getattr(facts, row.fact) == row.value)
    )


def horizon(now: int, days: int) -> int:
    """Before which moment things are old, in milliseconds."""
    return now - max(days * DAY, NEVER_WITHIN)


def quarter(at: int) -> int:
    """The quarter of an hour in which a moment lies."""
    return at - at % QUARTER
