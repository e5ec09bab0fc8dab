"""Writing a METS: the current state goes into the places that reading left, or into a METS built afresh."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.formats import dnx, xml
from mdwatch.formats.limits import ACCEPTED, Limits
from mdwatch.formats.mets.landing_page import indent
from mdwatch.formats.mets.sections import (
    NAMESPACE,
    OWN_SOURCE,
    caps,
    children,
    declaring,
    is_dnx,
    no_mets,
    optional,
    pid_of,
    required,
    required_dnx,
    source_sections,
    stated_sub_type,
    status_of,
)
from mdwatch.model import IntellectualEntity, Record, Status

# The values that METS defines for MDTYPE; any other subtype goes into OTHERMDTYPE.
_MDTYPES: Final = frozenset(
    ("MARC", "MODS", "EAD", "DC", "NISOIMG", "LC-AV", "VRA", "TEIHDR", "DDI", "FGDC", "LOM", "PREMIS", "OTHER")
)
_AMD_ORDER: Final = ("techMD", "rightsMD", "sourceMD", "digiprovMD")
# Stands for a record until the document is text. The parser drops every processing instruction, so that no other is.
_PLACE: Final = "mdwatch-record"
_PLACES = re.compile(rf"<\?{_PLACE} ([0-9]+)\?>")


def write(ie: IntellectualEntity) -> bytes:
    """The METS of an IE: its remainder brought up to date, or a new METS of the Rosetta profile."""
    root = _fresh(ie) if ie.mets is None else _remainder(ie.mets, ie.pid, ACCEPTED)
    amd = required(root, "amdSec", "ie-amd")
    tech = required_dnx(amd, "techMD", "ie-amd-tech")
    _put_characteristics(tech, ie)
    _put_status(tech, ie.status)
    contents: list[str] = []
    _put_descriptive(root, ie.descriptive, contents)
    _put_sources(amd, ie.sources, contents)
    _put_events(amd, ie.events)
    indent(root, 0)
    text = _PLACES.sub(lambda match: contents[int(match[1])], xml.serialise(root))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def check_remainder(text: str, pid: str, limits: Limits) -> None:
    """Refuses a text that is not the remainder of this IE's METS; raises `Rejected`."""
    _remainder(text, pid, caps(limits))


def _remainder(text: str, pid: str, limits: Limits) -> etree._Element:
    """The parsed remainder of this IE's METS; raises `Rejected` where it is something else."""
    root = xml.parse(text, limits)
    if root.tag != f"{{{NAMESPACE}}}mets":
        raise no_mets(root)
    stated = pid_of(root)
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
    last = [found[-1] for found in (children(amd, earlier) for earlier in before) if found]
    return max((amd.index(section) for section in last), default=-1) + 1


def _put_characteristics(tech: etree._Element, ie: IntellectualEntity) -> None:
    """Puts the object characteristics back; a value with keys of its own is a DNX section of that name."""
    sections = {name: _as_records(value) for name, value in ie.characteristics.items()}
    flat = {name: value for name, value in ie.characteristics.items() if sections[name] is None}
    if ie.mets is None and "objectType" not in flat:
        flat = {"objectType": "INTELLECTUAL_ENTITY"} | flat
    dnx.put(tech, "objectCharacteristics", [flat | {"owner": owner(flat.get("owner"), ie.institution)}])
    dnx.put_all(tech, {name: _section(tech, name, given) for name, given in sections.items() if given is not None})


def _as_records(value: Any) -> list[Mapping[str, Any]] | None:
    """The records that a value of the object characteristics stands for, or None if it is a plain value."""
    records = value if isinstance(value, list) and value else [value]
    return records if all(isinstance(record, Mapping) for record in records) else None


def _section(tech: etree._Element, name: str, records: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The records of a DNX section that the IE has among its characteristics."""
    if name in {"internalIdentifier", "objectCharacteristics"}:
        raise Rejected(f"characteristics.{name}: the repository's own section; remove it")
    if name == "generalIECharacteristics":
        stated = dnx.records(tech, name)
        return [{**(stated[0] if stated else {}), **records[0]}]
    return records


def owner(given: Any, institution: str) -> str:
    """An owner that names the institution, as near to the one given as can be."""
    parts = str(given).split(".")
    if len(parts) == 3 and parts[1].strip() == institution:
        return str(given)
    consortium, department = (parts[0], parts[2]) if len(parts) == 3 else ("CRS00", "DPR00")
    if "." in institution or dnx.writable(institution).strip() != institution:
        raise Rejected(f"institution {institution!r}: cannot be written as part of an owner; rename it")
    return f"{consortium}.{institution}.{department}"


def _put_status(tech: etree._Element, status: Status) -> None:
    """Brings the status up to date, and leaves one alone that says more than active."""
    if (status_of(tech) or Status.ACTIVE) is not status:
        records = dnx.records(tech, "generalIECharacteristics") or [{}]
        dnx.put(tech, "generalIECharacteristics", [{**records[0], "status": status.name}, *records[1:]])


def _put_descriptive(root: etree._Element, record: Record | None, contents: list[str]) -> None:
    """Puts the descriptive record into its place, or takes the place away."""
    section = optional(root, "dmdSec", "ie-dmd")
    if record is None:
        if section is not None:
            root.remove(section)
        return
    if section is None:
        section = etree.Element(f"{{{NAMESPACE}}}dmdSec", ID="ie-dmd")
        root.insert(len(children(root, "metsHdr")), section)
    _put(section, "ie-dmd", record, contents)


def _put_sources(amd: etree._Element, records: Sequence[Record], contents: list[str]) -> None:
    """Makes the sections of source records those of the IE, in its order, each with what it had besides its record."""
    known = {section.get("ID"): section for section in source_sections(amd)}
    for section in known.values():
        amd.remove(section)
    sections: list[etree._Element] = []
    for record in records:
        if record.mid == OWN_SOURCE and is_dnx(record.sub_type):
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
    stated = stated_sub_type(section)
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
    contents.append(declaring(xml.serialise(element), {None: ""} if bare else {}))


def _state_type(wrap: etree._Element, sub_type: str) -> None:
    """States a subtype on its wrap."""
    wrap.attrib.pop("OTHERMDTYPE", None)
    for name, value in stated_as(sub_type).items():
        wrap.set(name, value)


def stated_as(sub_type: str) -> dict[str, str]:
    """The attributes that state a subtype: as MDTYPE, or as OTHERMDTYPE where METS does not know it."""
    if sub_type.upper() in _MDTYPES:
        return {"MDTYPE": sub_type.upper()}
    family, colon, other = sub_type.partition(":")
    return {"MDTYPE": "OTHER", "OTHERMDTYPE": dnx.writable(other if colon and family.upper() == "OTHER" else sub_type)}


def _only_child(parent: etree._Element, name: str) -> etree._Element:
    """The child of this name, made where it is missing."""
    found = children(parent, name)
    return found[0] if found else etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")


def _put_events(amd: etree._Element, events: Sequence[Mapping[str, str]]) -> None:
    """Makes the events those of the IE."""
    if optional(amd, "digiprovMD", "ie-amd-digiprov") is not None:
        dnx.put(required_dnx(amd, "digiprovMD", "ie-amd-digiprov"), "event", events)
    elif events:
        dnx.put(_new_dnx(amd, "digiprovMD", "ie-amd-digiprov"), "event", events)
