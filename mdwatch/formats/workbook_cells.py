"""What a cell of a workbook (XLSX) says, as text; or why that is not sure.

Spreadsheet programs make numbers and dates of what people type into cells that are not formatted as text. What then
stands in the cell is taken where there is one way to read it: a whole number, a decimal number, a day with its year.
Anything else is not sure: a formula, a truth value, a 7 that is shown as 007.
"""

import re
from datetime import date, datetime, time
from typing import Any, Final

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import from_excel

_MOST_DIGITS: Final = 15  # of a number that a spreadsheet keeps
_FIRST_SURE_DAY: Final = 61  # 1 March 1900; before it, programs count days differently
# How a character is written that XML cannot hold, or would read otherwise (ST_Xstring, ISO/IEC 29500-1, 22.9.2.19).
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
# What a number format shows besides the parts of a date: text in quotation marks or after a backslash, a locale.
_BESIDE_DATE = re.compile(r'"[^"]*"|\\.|_.|\[[^\]]*\]')
_PLAIN_NUMBER: Final = frozenset({"General", "@"})
_REMEDY: Final = "format it as text and write what you mean"


class CellReader:
    """Reads the cells of one workbook."""

    def __init__(self, book: Any) -> None:
        """`book` is openpyxl's: it knows how cells are shown, and since when days are counted."""
        self._book = book

    def text(self, cell: dict[str, Any]) -> tuple[str, str]:
        """What a cell says; or why that is not sure, in words that follow its name."""
        kind, value = cell["data_type"], cell["value"]
        if kind == "f":
            return "", "holds a formula; put its value there as text"
        if value is None:
            return "", ""
        if kind == "s":
            return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), value), ""
        if kind == "b":
            return "", f"holds the truth value {str(value).upper()}; {_REMEDY}"
        if kind == "e":
            return "", f"holds the error {str(value)[:20]}; {_REMEDY}"
        if isinstance(value, date | time):
            return _day(value)
        return self._number(value, self._shown_as(cell["style_id"]))

    def _shown_as(self, style: int) -> str:
        """The number format of a style."""
        number = self._book._cell_styles[style].numFmtId  # noqa: SLF001 - as openpyxl's own cells find it
        known = BUILTIN_FORMATS.get(number)
        return str(known if known is not None else self._book._number_formats[number - 164])  # noqa: SLF001

    def _number(self, value: float, shown_as: str) -> tuple[str, str]:
        if is_date_format(shown_as):
            return self._date(value, shown_as)
        whole = value == int(value)
        text = str(int(value)) if whole else repr(value)
        plain = shown_as in _PLAIN_NUMBER or (shown_as == "0" and whole)
        if not plain or "e" in text or sum(character.isdigit() for character in text) > _MOST_DIGITS:
            how = "" if plain else f" that is shown as {shown_as[:30]}"
            return "", f"holds the number {value:.15g}{how}; {_REMEDY}"
        return text, ""

    def _date(self, value: float, shown_as: str) -> tuple[str, str]:
        parts = set(_BESIDE_DATE.sub("", shown_as.partition(";")[0]).lower())
        whole_day = {"y", "m", "d"} <= parts and not parts & {"h", "s"}
        day = from_excel(value, self._book.epoch) if whole_day and value >= _FIRST_SURE_DAY else None
        if not isinstance(day, datetime):
            return "", f"holds a date or time that is shown as {shown_as[:30]}; {_REMEDY}"
        return _day(day)


def _day(value: date | time) -> tuple[str, str]:
    """A day as ISO 8601 has it, which Dublin Core recommends for dates (W3C-DTF)."""
    if isinstance(value, time) or (isinstance(value, datetime) and value.time() != time()):
        return "", f"holds a time ({value}); {_REMEDY}"
    return value.isoformat()[:10], ""
