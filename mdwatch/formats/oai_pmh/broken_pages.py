"""What is left of a page of a list that is not well-formed: where the list goes on, and which records it named.

One character that XML does not have, in one record, makes all of its page unreadable. Nothing of such a record is
guessed: whoever harvests asks for each by its identifier. Pure.
"""

import re
from dataclasses import dataclass
from html import unescape
from typing import Final

from mdwatch.errors import Rejected
from mdwatch.formats.limits import Limits
from mdwatch.formats.oai_pmh import harvest
from mdwatch.formats.oai_pmh.harvest import RecordPage

# Records of formats, such as those of MARC, do not begin with a header.
_BEGINS: Final = re.compile(rb"<(?:([A-Za-z_][\w.-]*):)?record(?:\s[^<>]*)?>\s*<(?(1)\1:)header[\s>]")
_ENDS: Final = re.compile(rb"</(?:[A-Za-z_][\w.-]*:)?record\s*>")
_NAMED: Final = re.compile(
    rb"<(?:[A-Za-z_][\w.-]*:)?header(?:\s[^<>]*)?>\s*<(?:[A-Za-z_][\w.-]*:)?identifier(?:\s[^<>]*)?>([^<>]*)<"
)


@dataclass(frozen=True, slots=True)
class BrokenPage:
    """A page without its records, their identifiers, how many records have none, and what is wrong with it."""

    page: RecordPage
    identifiers: tuple[str, ...]
    nameless: int
    reason: str


def look(data: bytes, rejected: Rejected, limits: Limits) -> BrokenPage | None:
    """What is left of an answer that was rejected so; None where it is not its records alone that are broken."""
    if not rejected.malformed or b"\0" in data:
        return None
    begins = list(_BEGINS.finditer(data))
    if not begins:
        return None
    start = begins[0].start()
    end = max((match.end() for match in _ENDS.finditer(data, start)), default=None)
    if end is None:
        return None
    try:
        around = harvest.page(data[:start] + data[end:], limits)
    except Rejected:
        return None
    if not isinstance(around, RecordPage) or around.records:
        return None
    named = [unescape(text.decode("utf-8", "replace")).strip() for text in _NAMED.findall(data, start, end)]
    usable = [name for name in named if name and "\ufffd" not in name]
    return BrokenPage(around, tuple(dict.fromkeys(usable)), len(begins) - len(usable), rejected.reason)
