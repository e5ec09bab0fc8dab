"""What becomes of an edited sheet."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple

from mdwatch.shapes.files import RecordDifferenceShape


class SheetRowShape(NamedTuple):
    """A row of a sheet: its line, its IE, what becomes of it, why, and what it changes."""

    line: int
    pid: str
    effect: Annotated[str, "`changed`, `same` or `refused`."]
    reason: str
    records: Sequence[RecordDifferenceShape]


class SheetShape(NamedTuple):
    """The rows in their order, as they ended, and the files that were written."""

    job: str
    rows: Sequence[SheetRowShape]
    written: Annotated[Sequence[str], "Names of the files put into the drop folder, in order."]
