"""Reading a METS: what mdwatch manages is cut out, and the rest is kept with an empty place for each cut."""

import copy
import re
from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.formats import dnx, updatemd, xml
from mdwatch.formats.limits import Limits
from mdwatch.formats.mets.landing_page import drop_landing_page
from mdwatch.formats.mets.sections import (
    NAMESPACE,
    ROSETTA_NAMESPACE,
    caps,
    declaring,
    no_mets,
    optional,
    pid_of,
    required,
    required_dnx,
    source_sections,
    stated_sub_type,
    status_of,
    xml_data,
)
from mdwatch.formats.mets.set_aside import put_back, without_declarations
from mdwatch.formats.xml import Allowance
from mdwatch.model import IntellectualEntity, Record, RecordType, Status

_STATED: Final = frozenset({"institution", "characteristics", "events", "descriptive", "source"})
_XSI_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"

# The look-behind keeps the search linear in long words.
_PREFIX = re.compile(r"(?<![\w.-])([^\W\d][\w.-]*):(?=[^\W\d])")
_TAG = re.compile(r"<[^<>]+>")
_ROSETTA_DECLARATION = re.compile(rf'( xmlns(?::[^\s="]+)?=)"{re.escape(ROSETTA_NAMESPACE)}"')


def read(data: bytes, limits: Limits) -> IntellectualEntity:
    """The IE that a METS describes; raises `Rejected` with what is wrong, where, and the remedy."""
    root = xml.parse(data, caps(limits))
    _check_root(root)
    put_back(root, data, caps(limits))
    drop_landing_page(root)
    pid = pid_of(root)
    amd = required(root, "amdSec", "ie-amd")
    tech = required_dnx(amd, "techMD", "ie-amd-tech")
    status = status_of(tech)
    characteristics = _take_characteristics(tech)
    allowance = Allowance(limits, len(data))
    records = (*_take_descriptive(root, allowance), *_take_sources(amd, allowance))
    events = tuple(_take_events(amd))
    return IntellectualEntity(
        pid=pid,
        institution=_institution(characteristics),
        status=status or Status.ACTIVE,
        records=records,
        events=events,
        characteristics=characteristics,
        mets=_normalised(root),
        stated=_STATED | {"status"} if status else _STATED,
    )


def _check_root(root: etree._Element) -> None:
    """Refuses a document that is not a METS."""
    if root.tag not in {f"{{{NAMESPACE}}}mets", f"{{{ROSETTA_NAMESPACE}}}mets"}:
        raise no_mets(root)


def _take_characteristics(tech: etree._Element) -> dict[str, str]:
    """Cuts the keys of the one record of objectCharacteristics out."""
    records = dnx.records(tech, "objectCharacteristics")
    if len(records) != 1:
        raise Rejected(f"ie-amd-tech: {len(records)} records in objectCharacteristics; an IE has exactly one")
    dnx.clear(tech, "objectCharacteristics")
    return records[0]


def _institution(characteristics: Mapping[str, str]) -> str:
    """The institution that owns the IE."""
    if "owner" not in characteristics:
        raise Rejected("ie-amd-tech: no owner in objectCharacteristics; add CONSORTIUM.INSTITUTION.DEPARTMENT")
    try:
        return dnx.institution_of(characteristics["owner"])
    except Rejected as rejected:
        raise Rejected(f"ie-amd-tech: {rejected.reason}") from None


def _take_descriptive(root: etree._Element, allowance: Allowance) -> Iterator[Record]:
    """Cuts the descriptive record out; the other dmdSecs belong to files and representations."""
    section = optional(root, "dmdSec", "ie-dmd")
    if section is not None:
        content = _take(section, "ie-dmd", allowance, descriptive=True)
        yield Record(type=RecordType.DESCRIPTIVE, sub_type="dc", mid="", content=content)


def _take_sources(amd: etree._Element, allowance: Allowance) -> Iterator[Record]:
    """Cuts the source records out."""
    seen: set[str] = set()
    for section in source_sections(amd):
        mid = section.get("ID", "")
        if not mid.strip():
            raise Rejected("ie-amd: a sourceMD has no ID; it is the mid that names the record")
        if mid in seen:
            raise Rejected(f"sourceMD {mid}: given twice; a mid names one record")
        seen.add(mid)
        content = _take(section, f"sourceMD {mid}", allowance)
        sub_type = stated_sub_type(section)
        if not sub_type:
            raise Rejected(f"sourceMD {mid}: no MDTYPE; say on mdWrap what the record is")
        yield Record(type=RecordType.SOURCE, sub_type=sub_type, mid=mid, content=content)


def _take(section: etree._Element, place: str, allowance: Allowance, *, descriptive: bool = False) -> str:
    """Cuts the record out of a section and returns it as a document of its own."""
    data = xml_data(section, place)
    content = without_declarations(_standalone(data[0], data.nsmap))
    try:
        record = allowance.parse(content)
        if descriptive:
            updatemd.check_dc(str(record.tag))
    except Rejected as rejected:
        raise Rejected(f"{place}: {rejected.reason}") from None
    data[:] = []
    data.text = None
    return content


def _standalone(element: etree._Element, inherited: Mapping[str | None, str]) -> str:
    """The element as text, with those of the inherited namespaces that its names or its values use."""
    alone = copy.deepcopy(element)  # lxml takes along the namespaces of names only.
    missing = (_prefixes(alone) & inherited.keys()) - alone.nsmap.keys()
    return declaring(xml.serialise(alone), {prefix: inherited[prefix] for prefix in missing})


def _prefixes(element: etree._Element) -> set[str | None]:
    """The prefixes that attribute values and texts may refer to; None for the default namespace."""
    found: set[str | None] = set()
    for part in element.iter():
        for value in (*part.attrib.values(), part.text, part.tail):
            found.update(_PREFIX.findall(value or ""))
        if ":" not in part.get(_XSI_TYPE, ":"):
            found.add(None)
    return found


def _take_events(amd: etree._Element) -> list[dict[str, str]]:
    """Cuts the events of the IE out."""
    if optional(amd, "digiprovMD", "ie-amd-digiprov") is None:
        return []
    digiprov = required_dnx(amd, "digiprovMD", "ie-amd-digiprov")
    events = dnx.records(digiprov, "event")
    dnx.clear(digiprov, "event")
    return events


def _normalised(root: etree._Element) -> str:
    """The document as text, in the METS namespace.

    In serialised XML `<`, `>` and `"` are escaped wherever they are not markup, so that only declarations match.
    """
    text = without_declarations(xml.serialise(root))
    if ROSETTA_NAMESPACE not in text:
        return text
    return _TAG.sub(lambda tag: _ROSETTA_DECLARATION.sub(rf'\1"{NAMESPACE}"', tag[0]), text)
