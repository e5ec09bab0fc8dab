"""Finding the way in a METS of either namespace: its sections, what is in them, and what names the IE."""

import re
from collections.abc import Mapping
from typing import Final
from xml.sax.saxutils import quoteattr

from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.formats import dnx, names
from mdwatch.formats.limits import DEEPEST, Limits
from mdwatch.formats.pids import valid_pid
from mdwatch.model import Status

NAMESPACE: Final = "http://www.loc.gov/METS/"
# What Ex Libris' own schemas and some of its exports have instead.
ROSETTA_NAMESPACE: Final = "http://www.exlibrisgroup.com/xsd/dps/rosettaMets"

OWN_SOURCE: Final = "ie-amd-source"
# The elements around a source record; a record may be as deep as the limits say, wherever it stands.
_WRAPPERS: Final = 5
_START = re.compile(r"<[^\s/>]+")


def no_mets(root: etree._Element) -> Rejected:
    """What is to be said of a document that is no METS."""
    return Rejected(
        f"not a METS: its root is {names.with_namespace(str(root.tag))}; expected mets of the namespace {NAMESPACE}"
    )


def children(parent: etree._Element, name: str) -> list[etree._Element]:
    """The children of this name in the METS namespace of the parent."""
    return list(parent.iterchildren(f"{{{etree.QName(parent).namespace}}}{name}"))


def optional(parent: etree._Element, name: str, identifier: str) -> etree._Element | None:
    """The one child of this name and ID; raises `Rejected` where there are several."""
    found = [child for child in children(parent, name) if child.get("ID") == identifier]
    if len(found) > 1:
        raise Rejected(f"{name} {identifier}: given {len(found)} times; an IE has one, so merge them")
    return found[0] if found else None


def required(parent: etree._Element, name: str, identifier: str) -> etree._Element:
    """The one child of this name and ID; raises `Rejected` without it."""
    found = optional(parent, name, identifier)
    if found is None:
        raise Rejected(f"no {name} with ID {identifier}; export the IE from Rosetta with its metadata")
    return found


def required_dnx(amd: etree._Element, name: str, identifier: str) -> etree._Element:
    """The `dnx` of a part of the administrative metadata; raises `Rejected` without it."""
    found = xml_data(required(amd, name, identifier), identifier)[0]
    if found.tag != f"{{{dnx.NAMESPACE}}}dnx":
        raise Rejected(
            f"{identifier}: holds {names.with_namespace(str(found.tag))}, not dnx of the namespace {dnx.NAMESPACE}"
        )
    return found


def xml_data(section: etree._Element, place: str) -> etree._Element:
    """The `xmlData` of a metadata section, with one element in it; raises `Rejected` for any other form."""
    wrap = children(section, "mdWrap")
    if len(wrap) != 1:
        raise Rejected(f"{place}: {len(wrap)} mdWrap; embed the record in one (mdRef is not supported)")
    data = children(wrap[0], "xmlData")
    if len(data) != 1:
        raise Rejected(f"{place}: {len(data)} xmlData; embed the record as XML in one (binData is not supported)")
    if len(data[0]) != 1:
        raise Rejected(f"{place}: {len(data[0])} elements in xmlData; it holds one record")
    if (data[0].text or "").strip() or (data[0][0].tail or "").strip():
        raise Rejected(f"{place}: text beside the record in xmlData; remove it")
    return data[0]


def source_sections(amd: etree._Element) -> list[etree._Element]:
    """The sections of source records: all but the repository's own DNX about its metadata."""
    return [
        section
        for section in children(amd, "sourceMD")
        if section.get("ID") != OWN_SOURCE or not is_dnx(stated_sub_type(section))
    ]


def is_dnx(sub_type: str) -> bool:
    """Whether a subtype is that of DNX."""
    return sub_type.lower() == "other:dnx"


def stated_sub_type(section: etree._Element) -> str:
    """The subtype that the `mdWrap` of a section states, or nothing."""
    wraps = children(section, "mdWrap")
    kind = wraps[0].get("MDTYPE", "") if wraps else ""
    other = wraps[0].get("OTHERMDTYPE") if kind.upper() == "OTHER" else None
    return kind if other is None else f"OTHER:{other}"


def pid_of(root: etree._Element) -> str:
    """The PID among the internal identifiers of the IE."""
    tech = required_dnx(required(root, "amdSec", "ie-amd"), "techMD", "ie-amd-tech")
    identifiers = dnx.records(tech, "internalIdentifier")
    pids = [
        record.get("internalIdentifierValue", "").strip()
        for record in identifiers
        if record.get("internalIdentifierType", "").strip() == "PID"
    ]
    if len(pids) != 1:
        raise Rejected(f"ie-amd-tech: {len(pids)} internalIdentifier of type PID; an IE has exactly one")
    if not valid_pid(pids[0]):
        raise Rejected(f"ie-amd-tech: the PID is {pids[0][:60]!r}; a PID is IE and digits, such as IE1234")
    return pids[0]


def status_of(tech: etree._Element) -> Status | None:
    """The status of the IE where it is one that mdwatch knows; Rosetta has others, such as suppressed."""
    records = dnx.records(tech, "generalIECharacteristics") or [{}]
    stated = records[0].get("status", "").strip().lower()
    return next((status for status in Status if status.value == stated), None)


def caps(limits: Limits) -> Limits:
    """The caps on a METS, which holds records that keep the caps themselves, and describes files by the thousand."""
    return limits._replace(depth=min(limits.depth + _WRAPPERS, DEEPEST), elements=2 * limits.elements)


def declaring(text: str, namespaces: Mapping[str | None, str]) -> str:
    """The serialised element with namespaces declared in its start tag that it does not declare yet."""
    declarations = [
        f" xmlns{f':{prefix}' if prefix else ''}={quoteattr(uri)}"
        for prefix, uri in sorted(namespaces.items(), key=lambda item: item[0] or "")
    ]
    return _START.sub(lambda match: match[0] + "".join(declarations), text, count=1)
