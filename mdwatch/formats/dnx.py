"""DNX, Rosetta's own metadata inside a METS: sections of records of keys, to and from plain dicts.

A section is named by its id and occurs once in a `dnx`; a record holds each key at most once, and a key holds text.
What a section holds beyond that could not be kept as a dict, so that `records` refuses it rather than lose it.
"""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.formats import names

NAMESPACE: Final = "http://www.exlibrisgroup.com/dps/dnx"
DETAIL: Final = "eventOutcomeDetail1"

_SECTION: Final = f"{{{NAMESPACE}}}section"
_RECORD: Final = f"{{{NAMESPACE}}}record"
_KEY: Final = f"{{{NAMESPACE}}}key"
# What XML 1.0 has no way to write, not even as a character reference.
_UNWRITABLE: Final = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"


def modified_event(agent: str, when: str, detail: str) -> dict[str, str]:
    """The event "Object's Metadata Record Modified"; `when` is local time as `YYYY-MM-DD HH:MM:SS`."""
    event = {
        "eventDateTime": when,
        "eventType": "PROCESSING",
        "eventIdentifierType": "DPS",
        "eventIdentifierValue": "130",
        "eventOutcome1": "SUCCESS",
        "eventDescription": "Object's Metadata Record Modified",
        "linkingAgentIdentifierType1": "USER",
        "linkingAgentIdentifierValue1": agent,
    }
    return event | {DETAIL: detail} if detail else event


def with_modification(characteristics: Mapping[str, Any], by: str, when: str) -> dict[str, Any]:
    """The object characteristics, saying that this user modified the object at this time."""
    return {**characteristics, "modifiedBy": by, "modificationDate": when}


def institution_of(owner: str) -> str:
    """The institution in an owner CONSORTIUM.INSTITUTION.DEPARTMENT; raises `Rejected`."""
    parts = [part.strip() for part in owner.split(".")]
    if len(parts) != 3 or not all(parts):
        raise Rejected(f"owner {owner[:100]!r} names no institution; write CONSORTIUM.INSTITUTION.DEPARTMENT")
    return parts[1]


def find(dnx: etree._Element, section: str) -> etree._Element | None:
    """The section of this id; raises `Rejected` where there are two."""
    found = [child for child in dnx.iterchildren(_SECTION) if child.get("id") == section]
    if len(found) > 1:
        raise _twice(section)
    return found[0] if found else None


def records(dnx: etree._Element, section: str) -> list[dict[str, str]]:
    """The records of a section, none where it is absent; raises `Rejected` for what a dict cannot hold."""
    place = f"DNX section {section}"
    element = find(dnx, section)
    if element is None:
        return []
    _expect(element, {"id"}, place)
    return [_record(child, f"{place}, record {number}") for number, child in enumerate(element, 1)]


def clear(dnx: etree._Element, section: str) -> None:
    """Takes the records out of a section and leaves it empty where it stands."""
    element = find(dnx, section)
    if element is not None:
        element[:] = []
        element.text = None


def put(dnx: etree._Element, section: str, new: Iterable[Mapping[str, Any]]) -> None:
    """Makes these the records of a section; see `put_all`."""
    put_all(dnx, {section: new})


def put_all(dnx: etree._Element, sections: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
    """Makes these the records of the sections: in their places, or at the end; a section without records goes.

    Values that are no text are written as JSON has them, and None not at all.
    """
    there: dict[str, etree._Element] = {}
    for child in dnx.iterchildren(_SECTION):
        identifier = child.get("id", "")
        if identifier in sections and there.setdefault(identifier, child) is not child:
            raise _twice(identifier)
    for section, new in sections.items():
        element = there.get(section)
        if element is None:
            element = etree.SubElement(dnx, _SECTION, id=writable(section))
        _fill(element, new)
        if not len(element):
            dnx.remove(element)


def _fill(section: etree._Element, new: Iterable[Mapping[str, Any]]) -> None:
    """Makes these the records of a section."""
    section[:] = []
    section.text = None
    for keys in new:
        record = etree.SubElement(section, _RECORD)
        for name, value in keys.items():
            if value is not None:
                etree.SubElement(record, _KEY, id=writable(name)).text = _text(value)


def _twice(section: str) -> Rejected:
    return Rejected(f"DNX section {section}: given twice; put its records into one")


def writable(text: str) -> str:
    """The text with U+FFFD for each character that XML cannot hold."""
    return _unwritable().sub("\ufffd", text)


@cache
def _unwritable() -> re.Pattern[str]:
    """Made when it is used first, for that takes longer than all else here."""
    return re.compile(_UNWRITABLE)


def _text(value: Any) -> str:
    """A value as the text of a key."""
    return writable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _record(record: etree._Element, place: str) -> dict[str, str]:
    """One record as a dict, in the order of its keys."""
    if record.tag != _RECORD:
        raise Rejected(f"{place}: unexpected element {names.as_written(record)}; a section holds records")
    _expect(record, set(), place)
    keys: dict[str, str] = {}
    for key in record:
        name = key.get("id")
        if key.tag != _KEY or not name:
            raise Rejected(f"{place}: unexpected element {names.as_written(key)}; a record holds keys with an id")
        _expect(key, {"id"}, f"{place}, key {name}")
        if len(key):
            raise Rejected(f"{place}, key {name}: holds an element; a key holds text, so escape it")
        if name in keys:
            raise Rejected(f"{place}, key {name}: given twice; keep one")
        keys[name] = key.text or ""
    return keys


def _expect(element: etree._Element, attributes: set[str], place: str) -> None:
    """Refuses attributes that DNX does not define."""
    unknown = sorted({str(name) for name in element.attrib} - attributes)
    if unknown:
        raise Rejected(f"{place}: unexpected attribute {unknown[0][:100]}; DNX has none but id, so remove it")
