"""METS documents to read, IEs to write as such, and what is the same in both."""

from typing import Any

from lxml import etree

from mdwatch.formats import mets, xml
from mdwatch.model import IntellectualEntity, Record, RecordType

METS = "http://www.loc.gov/METS/"
ROSETTA = "http://www.exlibrisgroup.com/xsd/dps/rosettaMets"
DNX = "http://www.exlibrisgroup.com/dps/dnx"
DC = "http://purl.org/dc/elements/1.1/"
LIMITS = xml.Limits()

DESCRIPTIVE = f'<dc:record xmlns:dc="{DC}"><dc:title>A</dc:title></dc:record>'
MODS = '<mods xmlns="http://www.loc.gov/mods/v3"><note>B</note></mods>'
IDENTIFIER = "<record><key id='internalIdentifierType'>{}</key><key id='internalIdentifierValue'>{}</key></record>"
OWNER = "<key id='owner'>CRS00.INS01.DPR00</key>"


def wrapped(content: str, attributes: str = 'MDTYPE="OTHER" OTHERMDTYPE="dnx"') -> str:
    return f"<mets:mdWrap {attributes}><mets:xmlData>{content}</mets:xmlData></mets:mdWrap>"


def sections(inner: str) -> str:
    return wrapped(f'<dnx xmlns="{DNX}">{inner}</dnx>')


def source(mid: str, content: str = MODS, attributes: str = 'MDTYPE="MODS"') -> str:
    return f'<mets:sourceMD ID="{mid}">{wrapped(content, attributes)}</mets:sourceMD>'


DMD = '<mets:dmdSec ID="ie-dmd">' + wrapped(DESCRIPTIVE, 'MDTYPE="DC"') + "</mets:dmdSec>"


def document(
    *,
    namespace: str = METS,
    declarations: str = "",
    dmd: str = DMD,
    general: str = "<key id='status'>ACTIVE</key>",
    identifiers: str = IDENTIFIER.format("SIPID", "7") + IDENTIFIER.format("PID", "IE1"),
    characteristics: str = f"<record><key id='modifiedBy'>me</key>{OWNER}</record>",
    sources: str = source("1436"),
    events: str = "<record><key id='eventType'>X</key></record>",
    rest: str = "",
) -> bytes:
    """A small METS in the shape that Rosetta exports."""
    tech = sections(
        f"<section id='generalIECharacteristics'><record>{general}</record></section>"
        f"<section id='internalIdentifier'>{identifiers}</section>"
        f"<section id='objectCharacteristics'>{characteristics}</section>"
        "<section id='CMS'><record><key id='system'>Alma</key></record></section>"
    )
    own = sections("<section id='metaData'><record><key id='MID'>DNX_IE1</key></record></section>")
    digiprov = sections(
        "<section id='producer'><record><key id='firstName'>P</key></record></section>"
        f"<section id='event'>{events}</section>"
    )
    return (
        f'<mets:mets xmlns:mets="{namespace}" {declarations}>{dmd}<mets:amdSec ID="ie-amd">'
        f'<mets:techMD ID="ie-amd-tech">{tech}</mets:techMD>'
        f'<mets:rightsMD ID="ie-amd-rights">{sections("")}</mets:rightsMD>'
        f'<mets:sourceMD ID="ie-amd-source">{own}</mets:sourceMD>{sources}'
        f'<mets:digiprovMD ID="ie-amd-digiprov">{digiprov}</mets:digiprovMD></mets:amdSec>{rest}</mets:mets>'
    ).encode()


def entity(**changes: Any) -> IntellectualEntity:
    """An IE that never was in a METS."""
    records = (
        Record(type=RecordType.DESCRIPTIVE, sub_type="dc", mid="", content=DESCRIPTIVE),
        Record(type=RecordType.SOURCE, sub_type="MODS", mid="1436", content=MODS),
    )
    facts = {"pid": "IE12", "institution": "INS01", "records": records, "events": ({"eventType": "X"},)}
    return IntellectualEntity(**(facts | changes))


def record(mid: str, sub_type: str = "MODS", content: str = MODS) -> Record:
    return Record(type=RecordType.SOURCE, sub_type=sub_type, mid=mid, content=content)


def canonical(text: str | bytes) -> bytes:
    return etree.tostring(xml.parse(text, LIMITS), method="c14n", exclusive=True)


def bare(data: bytes) -> bytes:
    """The document in canonical form, without the white space between METS elements."""
    root = xml.parse(data, LIMITS)
    for element in root.iter(f"{{{METS}}}*"):
        if not (element.text or "").strip():
            element.text = None
        for child in element:
            child.tail = (child.tail or "").strip()
    return canonical(xml.serialise(root))


def canonical_records(ie: IntellectualEntity) -> list[tuple[RecordType, str, str, bytes]]:
    return [(r.type, r.mid, r.sub_type, canonical(r.content)) for r in ie.records]


def reloaded(ie: IntellectualEntity) -> IntellectualEntity:
    return mets.read(mets.write(ie), LIMITS)


def section_ids(data: bytes) -> list[tuple[str, str | None]]:
    """The sections of the METS and of its IE's administrative part, in order."""
    root = xml.parse(data, LIMITS)
    amd = root.find(f"{{{METS}}}amdSec[@ID='ie-amd']")
    assert amd is not None
    return [(etree.QName(child).localname, child.get("ID")) for part in (root, amd) for child in part]


def resolved(content: str) -> list[tuple[str | None, str]]:
    """The names that xsi:type attributes of a record resolve to, as (namespace, local name)."""
    found = []
    for element in xml.parse(content, LIMITS).iter():
        value = element.get("{http://www.w3.org/2001/XMLSchema-instance}type")
        if value is not None:
            prefix, _, name = value.rpartition(":")
            found.append((element.nsmap.get(prefix or None), name))
    return found
