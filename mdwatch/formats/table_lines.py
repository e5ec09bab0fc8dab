"""A line of a table, and how much of a table is taken."""

from typing import Final, NamedTuple

from mdwatch.errors import Rejected

# So many cells are taken, empty ones among them: what is in memory has an end.
MOST_CELLS: Final = 5_000_000


class TableLine(NamedTuple):
    """A line: its number from 1, its cells, and why they cannot be taken where that is so."""

    number: int
    cells: list[str]
    fault: str = ""


def too_many_cells() -> Rejected:
    """What a table with more than `MOST_CELLS` is refused with."""
    return Rejected(f"the sheet has more than {MOST_CELLS} cells; export fewer IEs or fields at a time")
