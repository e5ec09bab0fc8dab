"""By which identifiers an IE is known where it came from, as Rosetta's DNX keeps them.

DNX has a section objectIdentifier, whose records have an objectIdentifierType and an objectIdentifierValue; some who
deposit put such an identifier under a key of its own name instead.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.formats import dnx, xml
from mdwatch.formats.limits import ACCEPTED

_TYPE: Final = "objectIdentifierType"
_VALUE: Final = "objectIdentifierValue"
_DNX: Final = f"{{{dnx.NAMESPACE}}}"


def in_characteristics(text: str, type_: str) -> frozenset[str]:
    """Those of this type in the object characteristics of an IE, which are JSON."""
    given = json.loads(text)
    records = [given, *(record for value in given.values() for record in _records(value))]
    return frozenset(_values(records, type_))


def in_mets(remainder: str, type_: str) -> frozenset[str]:
    """Those of this type in the METS of an IE; identifiers of its files and representations are not its own."""
    try:
        root = xml.parse(remainder, ACCEPTED)
    except Rejected:
        # What cannot be read any more has no identifier.
        return frozenset()
    sections = (section for section in root.iterchildren("{*}amdSec") if section.get("ID") == "ie-amd")
    records = (
        {key.get("id", ""): " ".join((key.text or "").split()) for key in record.iterchildren(f"{_DNX}key")}
        for section in sections
        for record in _dnx_records(section)
    )
    return frozenset(_values(records, type_))


def _dnx_records(section: etree._Element) -> Iterator[etree._Element]:
    return section.iter(f"{_DNX}record")


def _records(value: Any) -> Iterator[Mapping[str, Any]]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, Mapping):
            yield item


def _values(records: Any, type_: str) -> Iterator[str]:
    for record in records:
        for value in (record.get(_VALUE) if record.get(_TYPE) == type_ else None, record.get(type_)):
            if isinstance(value, str) and value.strip():
                yield value.strip()
