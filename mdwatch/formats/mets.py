"""Rosetta METS: the document of one IE, into its nouns and back.

Reading cuts out what mdwatch manages (the descriptive record `ie-dmd`, the source records of `ie-amd`, the DNX events
and the DNX object characteristics) and keeps the rest, the remainder, in which each cut leaves its empty place behind.
Writing puts the current state into those places, or into a METS built afresh where there is no remainder.

Records go in and out as text, since lxml renames the prefixes of elements it moves into another document and so would
break qualified names in attribute values, such as xsi:type="dcterms:URI".
"""

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.formats import dnx, updatemd, xml
from mdwatch.formats.limits import ACCEPTED, DEEPEST, Limits
from mdwatch.formats.xml import Allowance
from mdwatch.model import IntellectualEntity, Record, RecordType, Status

NAMESPACE: Final = "http://www.loc.gov/METS/"
# What Ex Libris' own schemas and some of its exports have instead.
ROSETTA_NAMESPACE: Final = "http://www.exlibrisgroup.com/xsd/dps/rosettaMets"

# The values that METS defines for MDTYPE; any other subtype goes into OTHERMDTYPE.
_MDTYPES: Final = frozenset(
    ("MARC", "MODS", "EAD", "DC", "NISOIMG", "LC-AV", "VRA", "TEIHDR", "DDI", "FGDC", "LOM", "PREMIS", "OTHER")
)
_STATED: Final = frozenset({"institution", "characteristics", "events", "descriptive", "source"})
# Says of an address in the header that an export put it there; it is no part of the IE.
_LANDING_PAGE: Final = "landing page (mdwatch)"
_AMD_ORDER: Final = ("techMD", "rightsMD", "sourceMD", "digiprovMD")
_OWN_SOURCE: Final = "ie-amd-source"
_XSI_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"
# The elements around a source record; a record may be as deep as the limits say, wherever it stands.
_WRAPPERS: Final = 5

# The look-behind keeps the search linear in long words.
_PREFIX = re.compile(r"(?<![\w.-])([^\W\d][\w.-]*):(?=[^\W\d])")
_TAG = re.compile(r"<[^<>]+>")
_ROSETTA_DECLARATION = re.compile(rf'( xmlns(?::[^\s="]+)?=)"{re.escape(ROSETTA_NAMESPACE)}"')
_START = re.compile(r"<[^\s/>]+")
# Stands for a record until the document is text. The parser drops every processing instruction, so that no other is.
_PLACE: Final = "mdwatch-record"
_PLACES = re.compile(rf"<\?{_PLACE} ([0-9]+)\?>")


def read(data: bytes, limits: Limits) -> IntellectualEntity:
    """The IE that a METS describes; raises `Rejected` with what is wrong, where, and the remedy."""
    root = xml.parse(data, _around(limits))
    _check_root(root)
    _drop_landing_page(root)
    pid = _pid(root)
    amd = _required(root, "amdSec", "ie-amd")
    tech = _required_dnx(amd, "techMD", "ie-amd-tech")
    status = _status(tech)
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


def write(ie: IntellectualEntity) -> bytes:
    """The METS of an IE: its remainder brought up to date, or a new METS of the Rosetta profile."""
    root = _fresh(ie) if ie.mets is None else _remainder(ie.mets, ie.pid, ACCEPTED)
    amd = _required(root, "amdSec", "ie-amd")
    tech = _required_dnx(amd, "techMD", "ie-amd-tech")
    _put_characteristics(tech, ie)
    _put_status(tech, ie.status)
    contents: list[str] = []
    _put_descriptive(root, ie.descriptive, contents)
    _put_sources(amd, ie.sources, contents)
    _put_events(amd, ie.events)
    _indent(root, 0)
    text = _PLACES.sub(lambda match: contents[int(match[1])], xml.serialise(root))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def put_landing_page(root: etree._Element, address: str) -> None:
    """Tells in the header of a METS where people find the object, as an `altRecordID`; reading takes it out again."""
    header = next(iter(_children(root, "metsHdr")), None)
    if header is None:
        header = etree.Element(f"{{{NAMESPACE}}}metsHdr")
        root.insert(0, header)
    before = [*_children(header, "agent"), *_children(header, "altRecordID")]
    element = etree.Element(f"{{{NAMESPACE}}}altRecordID", TYPE=_LANDING_PAGE)
    element.text = address
    header.insert(max((header.index(child) + 1 for child in before), default=0), element)
    _indent(header, 1)
    if header.tail is None:
        header.tail = root.text


def _drop_landing_page(root: etree._Element) -> None:
    """Takes out of the header what `put_landing_page` put there, and a header that was made for it."""
    for header in _children(root, "metsHdr"):
        pages = [child for child in _children(header, "altRecordID") if child.get("TYPE") == _LANDING_PAGE]
        for page in pages:
            header.remove(page)
        if pages and not len(header) and not header.attrib:
            root.remove(header)


def check_remainder(text: str, pid: str, limits: Limits) -> None:
    """Refuses a text that is not the remainder of this IE's METS; raises `Rejected`."""
    _remainder(text, pid, _around(limits))


def _around(limits: Limits) -> Limits:
    """The caps on a METS, which holds records that keep the caps themselves, and describes files by the thousand."""
    return replace(limits, depth=min(limits.depth + _WRAPPERS, DEEPEST), elements=2 * limits.elements)


# Finding the way in a METS of either namespace.


def _children(parent: etree._Element, name: str) -> list[etree._Element]:
    """The children of this name in the METS namespace of the parent."""
    return list(parent.iterchildren(f"{{{etree.QName(parent).namespace}}}{name}"))


def _optional(parent: etree._Element, name: str, identifier: str) -> etree._Element | None:
    """The one child of this name and ID; raises `Rejected` where there are several."""
    found = [child for child in _children(parent, name) if child.get("ID") == identifier]
    if len(found) > 1:
        raise Rejected(f"{name} {identifier}: given {len(found)} times; an IE has one, so merge them")
    return found[0] if found else None


def _required(parent: etree._Element, name: str, identifier: str) -> etree._Element:
    """The one child of this name and ID; raises `Rejected` without it."""
    found = _optional(parent, name, identifier)
    if found is None:
        raise Rejected(f"no {name} with ID {identifier}; export the IE from Rosetta with its metadata")
    return found


def _required_dnx(amd: etree._Element, name: str, identifier: str) -> etree._Element:
    """The `dnx` of a part of the administrative metadata; raises `Rejected` without it."""
    found = _entry(_required(amd, name, identifier), identifier)[0]
    if found.tag != f"{{{dnx.NAMESPACE}}}dnx":
        raise Rejected(f"{identifier}: holds <{str(found.tag)[:100]}>, not dnx of the namespace {dnx.NAMESPACE}")
    return found


def _entry(section: etree._Element, place: str) -> etree._Element:
    """The `xmlData` of a metadata section, with one element in it; raises `Rejected` for any other form."""
    wrap = _children(section, "mdWrap")
    if len(wrap) != 1:
        raise Rejected(f"{place}: {len(wrap)} mdWrap; embed the record in one (mdRef is not supported)")
    data = _children(wrap[0], "xmlData")
    if len(data) != 1:
        raise Rejected(f"{place}: {len(data)} xmlData; embed the record as XML in one (binData is not supported)")
    if len(data[0]) != 1:
        raise Rejected(f"{place}: {len(data[0])} elements in xmlData; it holds one record")
    if (data[0].text or "").strip() or (data[0][0].tail or "").strip():
        raise Rejected(f"{place}: text beside the record in xmlData; remove it")
    return data[0]


# Reading.


def _check_root(root: etree._Element) -> None:
    """Refuses a document that is not a METS."""
    if root.tag not in {f"{{{NAMESPACE}}}mets", f"{{{ROSETTA_NAMESPACE}}}mets"}:
        raise Rejected(f"not a METS: its root is <{str(root.tag)[:100]}>; expected mets of the namespace {NAMESPACE}")


def _pid(root: etree._Element) -> str:
    """The PID among the internal identifiers of the IE."""
    tech = _required_dnx(_required(root, "amdSec", "ie-amd"), "techMD", "ie-amd-tech")
    identifiers = dnx.records(tech, "internalIdentifier")
    pids = [
        record.get("internalIdentifierValue", "").strip()
        for record in identifiers
        if record.get("internalIdentifierType", "").strip() == "PID"
    ]
    if len(pids) != 1:
        raise Rejected(f"ie-amd-tech: {len(pids)} internalIdentifier of type PID; an IE has exactly one")
    if not updatemd.valid_pid(pids[0]):
        raise Rejected(f"ie-amd-tech: the PID is {pids[0][:60]!r}; a PID is IE and digits, such as IE1234")
    return pids[0]


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


def _status(tech: etree._Element) -> Status | None:
    """The status of the IE where it is one that mdwatch knows; Rosetta has others, such as suppressed."""
    records = dnx.records(tech, "generalIECharacteristics") or [{}]
    stated = records[0].get("status", "").strip().lower()
    return next((status for status in Status if status.value == stated), None)


def _take_descriptive(root: etree._Element, allowance: Allowance) -> Iterator[Record]:
    """Cuts the descriptive record out; the other dmdSecs belong to files and representations."""
    section = _optional(root, "dmdSec", "ie-dmd")
    if section is not None:
        content = _take(section, "ie-dmd", allowance, descriptive=True)
        yield Record(type=RecordType.DESCRIPTIVE, sub_type="dc", mid="", content=content)


def _take_sources(amd: etree._Element, allowance: Allowance) -> Iterator[Record]:
    """Cuts the source records out."""
    seen: set[str] = set()
    for section in _sources(amd):
        mid = section.get("ID", "")
        if not mid.strip():
            raise Rejected("ie-amd: a sourceMD has no ID; it is the mid that names the record")
        if mid in seen:
            raise Rejected(f"sourceMD {mid}: given twice; a mid names one record")
        seen.add(mid)
        content = _take(section, f"sourceMD {mid}", allowance)
        sub_type = _sub_type(section)
        if not sub_type:
            raise Rejected(f"sourceMD {mid}: no MDTYPE; say on mdWrap what the record is")
        yield Record(type=RecordType.SOURCE, sub_type=sub_type, mid=mid, content=content)


def _sources(amd: etree._Element) -> list[etree._Element]:
    """The sections of source records: all but the repository's own DNX about its metadata."""
    return [
        section
        for section in _children(amd, "sourceMD")
        if section.get("ID") != _OWN_SOURCE or not _is_dnx(_sub_type(section))
    ]


def _is_dnx(sub_type: str) -> bool:
    return sub_type.lower() == "other:dnx"


def _sub_type(section: etree._Element) -> str:
    """The subtype that the `mdWrap` of a section states, or nothing."""
    wraps = _children(section, "mdWrap")
    kind = wraps[0].get("MDTYPE", "") if wraps else ""
    other = wraps[0].get("OTHERMDTYPE") if kind.upper() == "OTHER" else None
    return kind if other is None else f"OTHER:{other}"


def _take(section: etree._Element, place: str, allowance: Allowance, *, descriptive: bool = False) -> str:
    """Cuts the record out of a section and returns it as a document of its own."""
    data = _entry(section, place)
    content = _standalone(data[0], data.nsmap)
    try:
        record = allowance.parse(content)
        if descriptive:
            updatemd.check_dc(record)
    except Rejected as rejected:
        raise Rejected(f"{place}: {rejected.reason}") from None
    data[:] = []
    data.text = None
    return content


def _standalone(element: etree._Element, inherited: Mapping[str | None, str]) -> str:
    """The element as text, with those of the inherited namespaces that its names or its values use."""
    alone = copy.deepcopy(element)  # lxml takes along the namespaces of names only.
    missing = (_prefixes(alone) & inherited.keys()) - alone.nsmap.keys()
    return _declaring(xml.serialise(alone), {prefix: inherited[prefix] for prefix in missing})


def _prefixes(element: etree._Element) -> set[str | None]:
    """The prefixes that attribute values and texts may refer to; None for the default namespace."""
    found: set[str | None] = set()
    for part in element.iter():
        for value in (*part.attrib.values(), part.text, part.tail):
            found.update(_PREFIX.findall(value or ""))
        if ":" not in part.get(_XSI_TYPE, ":"):
            found.add(None)
    return found


def _declaring(text: str, namespaces: Mapping[str | None, str]) -> str:
    """The serialised element with namespaces declared in its start tag that it does not declare yet."""
    declarations = [
        f" xmlns{f':{prefix}' if prefix else ''}={quoteattr(uri)}"
        for prefix, uri in sorted(namespaces.items(), key=lambda item: item[0] or "")
    ]
    return _START.sub(lambda match: match[0] + "".join(declarations), text, count=1)


def _take_events(amd: etree._Element) -> list[dict[str, str]]:
    """Cuts the events of the IE out."""
    if _optional(amd, "digiprovMD", "ie-amd-digiprov") is None:
        return []
    digiprov = _required_dnx(amd, "digiprovMD", "ie-amd-digiprov")
    events = dnx.records(digiprov, "event")
    dnx.clear(digiprov, "event")
    return events


def _normalised(root: etree._Element) -> str:
    """The document as text, in the METS namespace.

    In serialised XML `<`, `>` and `"` are escaped wherever they are not markup, so that only declarations match.
    """
    text = xml.serialise(root)
    if ROSETTA_NAMESPACE not in text:
        return text
    return _TAG.sub(lambda tag: _ROSETTA_DECLARATION.sub(rf'\1"{NAMESPACE}"', tag[0]), text)


# Writing.


def _remainder(text: str, pid: str, limits: Limits) -> etree._Element:
    """The parsed remainder of this IE's METS; raises `Rejected` where it is something else."""
    root = xml.parse(text, limits)
    if root.tag != f"{{{NAMESPACE}}}mets":
        raise Rejected(f"not a METS: its root is <{str(root.tag)[:100]}>; expected mets of the namespace {NAMESPACE}")
    stated = _pid(root)
    if stated != pid:
        raise Rejected(f"the METS of {stated}, not of {pid}; give the one of this IE or none")
    return root


def _fresh(ie: IntellectualEntity) -> etree._Element:
    """A METS of the Rosetta profile with nothing in it but what names the IE."""
    root = etree.Element(f"{{{NAMESPACE}}}mets", nsmap={"mets": NAMESPACE})
    amd = etree.SubElement(root, f"{{{NAMESPACE}}}amdSec", ID="ie-amd")
    tech = _new_dnx(amd, "techMD", "ie-amd-tech")
    dnx.put(tech, "generalIECharacteristics", [{"status": ie.status.name}])
    dnx.put(tech, "internalIdentifier", [{"internalIdentifierType": "PID", "internalIdentifierValue": ie.pid}])
    _new_dnx(amd, "rightsMD", "ie-amd-rights")
    _new_dnx(amd, "digiprovMD", "ie-amd-digiprov")
    return root


def _new_dnx(amd: etree._Element, name: str, identifier: str) -> etree._Element:
    """An empty `dnx` in a new section, where METS wants a section of this name."""
    section = etree.Element(f"{{{NAMESPACE}}}{name}", ID=identifier)
    amd.insert(_place_of(amd, name), section)
    wrap = etree.SubElement(section, f"{{{NAMESPACE}}}mdWrap", MDTYPE="OTHER", OTHERMDTYPE="dnx")
    data = etree.SubElement(wrap, f"{{{NAMESPACE}}}xmlData")
    return etree.SubElement(data, f"{{{dnx.NAMESPACE}}}dnx", nsmap={None: dnx.NAMESPACE})


def _place_of(amd: etree._Element, name: str) -> int:
    """Where METS wants the next section of this name: behind those of its own name and of the names before it."""
    before = _AMD_ORDER[: _AMD_ORDER.index(name) + 1]
    last = [found[-1] for found in (_children(amd, earlier) for earlier in before) if found]
    return max((amd.index(section) for section in last), default=-1) + 1


def _put_characteristics(tech: etree._Element, ie: IntellectualEntity) -> None:
    """Puts the object characteristics back; a value with keys of its own is a DNX section of that name."""
    sections = {name: _as_records(value) for name, value in ie.characteristics.items()}
    flat = {name: value for name, value in ie.characteristics.items() if sections[name] is None}
    if ie.mets is None and "objectType" not in flat:
        flat = {"objectType": "INTELLECTUAL_ENTITY"} | flat
    dnx.put(tech, "objectCharacteristics", [flat | {"owner": _owner(flat.get("owner"), ie.institution)}])
    for name, records in sections.items():
        if records is not None:
            _put_section(tech, name, records)


def _as_records(value: Any) -> list[Mapping[str, Any]] | None:
    """The records that a value of the object characteristics stands for, or None if it is a plain value."""
    records = value if isinstance(value, list) and value else [value]
    return records if all(isinstance(record, Mapping) for record in records) else None


def _put_section(tech: etree._Element, name: str, records: list[Mapping[str, Any]]) -> None:
    """Puts a DNX section that the IE has among its characteristics."""
    if name in {"internalIdentifier", "objectCharacteristics"}:
        raise Rejected(f"characteristics.{name}: the repository's own section; remove it")
    if name == "generalIECharacteristics":
        stated = dnx.records(tech, name)
        records = [{**(stated[0] if stated else {}), **records[0]}]
    dnx.put(tech, name, records)


def _owner(owner: Any, institution: str) -> str:
    """An owner that names the institution, as near to the one given as can be."""
    parts = str(owner).split(".")
    if len(parts) == 3 and parts[1].strip() == institution:
        return str(owner)
    consortium, department = (parts[0], parts[2]) if len(parts) == 3 else ("CRS00", "DPR00")
    if "." in institution or dnx.writable(institution).strip() != institution:
        raise Rejected(f"institution {institution!r}: cannot be written as part of an owner; rename it")
    return f"{consortium}.{institution}.{department}"


def _put_status(tech: etree._Element, status: Status) -> None:
    """Brings the status up to date, and leaves one alone that says more than active."""
    if (_status(tech) or Status.ACTIVE) is not status:
        records = dnx.records(tech, "generalIECharacteristics") or [{}]
        dnx.put(tech, "generalIECharacteristics", [{**records[0], "status": status.name}, *records[1:]])


def _put_descriptive(root: etree._Element, record: Record | None, contents: list[str]) -> None:
    """Puts the descriptive record into its place, or takes the place away."""
    section = _optional(root, "dmdSec", "ie-dmd")
    if record is None:
        if section is not None:
            root.remove(section)
        return
    if section is None:
        section = etree.Element(f"{{{NAMESPACE}}}dmdSec", ID="ie-dmd")
        root.insert(len(_children(root, "metsHdr")), section)
    _put(section, "ie-dmd", record, contents)


def _put_sources(amd: etree._Element, records: Sequence[Record], contents: list[str]) -> None:
    """Makes the sections of source records those of the IE, in its order, each with what it had besides its record."""
    known = {section.get("ID"): section for section in _sources(amd)}
    for section in known.values():
        amd.remove(section)
    sections: list[etree._Element] = []
    for record in records:
        if record.mid == _OWN_SOURCE and _is_dnx(record.sub_type):
            raise Rejected(f"source record {record.mid}: the repository's own DNX; give it another mid")
        there = known.get(record.mid)
        new = etree.Element(f"{{{NAMESPACE}}}sourceMD", ID=dnx.writable(record.mid)) if there is None else there
        sections.append(new)
    place = _place_of(amd, "sourceMD")
    amd[place:place] = sections
    for section, record in zip(sections, records, strict=True):
        _put(section, f"source record {record.mid}", record, contents)


def _put(section: etree._Element, place: str, record: Record, contents: list[str]) -> None:
    """Leaves a place for the record in its section, and the text to go there in `contents`."""
    stated = _sub_type(section)
    wrap = _only_child(section, "mdWrap")
    if stated.lower() != record.sub_type.lower():
        _state_type(wrap, record.sub_type)
    data = _only_child(wrap, "xmlData")
    data[:] = [etree.ProcessingInstruction(_PLACE, str(len(contents)))]
    data.text = None
    try:
        element = xml.parse(record.content, ACCEPTED)
    except Rejected as rejected:
        raise Rejected(f"{place}: {rejected.reason}") from None
    # A record without a default namespace must not fall into that of the METS.
    bare = None in data.nsmap and None not in element.nsmap
    contents.append(_declaring(xml.serialise(element), {None: ""} if bare else {}))


def _state_type(wrap: etree._Element, sub_type: str) -> None:
    """States a subtype as MDTYPE, or as OTHERMDTYPE where METS does not know it."""
    wrap.attrib.pop("OTHERMDTYPE", None)
    if sub_type.upper() in _MDTYPES:
        wrap.set("MDTYPE", sub_type.upper())
        return
    family, colon, other = sub_type.partition(":")
    wrap.set("MDTYPE", "OTHER")
    wrap.set("OTHERMDTYPE", dnx.writable(other if colon and family.upper() == "OTHER" else sub_type))


def _only_child(parent: etree._Element, name: str) -> etree._Element:
    """The child of this name, made where it is missing."""
    found = _children(parent, name)
    return found[0] if found else etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")


def _put_events(amd: etree._Element, events: Sequence[Mapping[str, str]]) -> None:
    """Makes the events those of the IE."""
    if _optional(amd, "digiprovMD", "ie-amd-digiprov") is not None:
        dnx.put(_required_dnx(amd, "digiprovMD", "ie-amd-digiprov"), "event", events)
    elif events:
        dnx.put(_new_dnx(amd, "digiprovMD", "ie-amd-digiprov"), "event", events)


def _indent(element: etree._Element, depth: int) -> None:
    """Lays METS and DNX elements out, and leaves alone what white space might mean something to."""
    children = list(element)
    if not children or any((text or "").strip() for text in (element.text, *(child.tail for child in children))):
        return
    inner, outer = "\n" + "  " * (depth + 1), "\n" + "  " * depth
    element.text = inner
    for child in children:
        child.tail = inner
        if str(child.tag).startswith((f"{{{NAMESPACE}}}", f"{{{dnx.NAMESPACE}}}")):
            _indent(child, depth + 1)
    children[-1].tail = outer
