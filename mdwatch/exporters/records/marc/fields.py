"""MARCXML as fields of subfields, and texts without the punctuation that MARC keeps between them."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.exporters.records.plain_text import clean
from mdwatch.exporters.records.stored import root_of

NAMESPACE: Final = "http://www.loc.gov/MARC21/slim"

# Subfields that link and number, and say nothing of the work.
_CONTROL: Final = frozenset("0123456789")

_ISBD: Final = " /:;,="
# A full stop ends a heading, but belongs to initials and abbreviations: those are short, or have another one inside.
_FULL_STOP: Final = re.compile(r"(?:(?<=[^\W\d_]{4})|(?<=\d)|(?<=[)\]?!»\"”]))\.$")
_INNER_STOP: Final = re.compile(r"\.[^\W\d_]+\.$")


class DataField(NamedTuple):
    """A field: its tag, its two indicators (a blank for none) and its subfields as (code, text), none empty."""

    tag: str
    first: str
    second: str
    subfields: tuple[tuple[str, str], ...]

    def all(self, codes: str) -> list[str]:
        """The texts of the subfields with one of these codes, trimmed, in the order of the field.

        Addresses ($u) are whole as they are: a slash at their end belongs to them.
        """
        found = ((code, text) for code, text in self.subfields if code in codes)
        return [whole for code, text in found if (whole := text.strip() if code == "u" else trim(text))]

    def one(self, codes: str) -> str:
        """The first such text, or empty."""
        return next(iter(self.all(codes)), "")

    def joined(self, codes: str = "") -> str:
        """Such subfields as one text with their punctuation, only the last trimmed; of all codes if none is given."""
        return trim(self.prose(codes))

    def prose(self, codes: str = "") -> str:
        """The same, not trimmed."""
        return " ".join(text for code, text in self.subfields if (code in codes if codes else code not in _CONTROL))

    @property
    def uri(self) -> str:
        """The URI of what the field names, or empty; $1 is the thing itself, $0 its authority record."""
        found = (text for wanted in "10" for code, text in self.subfields if code == wanted and "://" in text)
        return next(found, "").rpartition(")")[2]


class MarcRecord(NamedTuple):
    """A record: leader, control fields by tag, data fields in order."""

    leader: str
    control: dict[str, str]
    fields: tuple[DataField, ...]


def trim(text: str) -> str:
    """The text without the punctuation that only leads on to the next subfield or ends the field."""
    text = text.rstrip(_ISBD)
    return text if _INNER_STOP.search(text) else _FULL_STOP.sub("", text)


def sentences(*parts: str) -> str:
    """The parts that are there, with full stops between."""
    whole = ""
    for part in filter(None, parts):
        stop = "" if not whole else " " if whole.endswith((".", "?", "!")) else ". "
        whole += stop + part
    return whole


def record_in(content: str) -> MarcRecord:
    """The first `record` element, which may be in a `collection`; raises `Rejected` if there is none."""
    root = root_of(content)
    found = root if root.tag == f"{{{NAMESPACE}}}record" else next(root.iterchildren(f"{{{NAMESPACE}}}record"), None)
    if found is None:
        raise Rejected("not a MARCXML record")
    leader = next((element.text or "" for element in found.iterchildren(f"{{{NAMESPACE}}}leader")), "")
    # Positions count in control fields: their white space stays.
    control = {
        element.get("tag", ""): element.text or "" for element in found.iterchildren(f"{{{NAMESPACE}}}controlfield")
    }
    return MarcRecord(leader, control, tuple(_fields(found)))


def _fields(record: etree._Element) -> Iterator[DataField]:
    for element in record.iterchildren(f"{{{NAMESPACE}}}datafield"):
        subfields = tuple(
            (subfield.get("code", " "), text)
            for subfield in element.iterchildren(f"{{{NAMESPACE}}}subfield")
            if (text := clean("".join(subfield.itertext())))
        )
        if subfields:
            yield DataField(element.get("tag", ""), element.get("ind1", " "), element.get("ind2", " "), subfields)
