"""Writes docs/crosswalks.md by asking the crosswalks themselves: `python docs/crosswalks.py`.

For every MARC field, MODS element and DCMI term a record is made that has nothing else in it but one word; every format
exports it, and where the word stands in the document is what the format does with it. So the page cannot say what the
code does not do. A test fails when it is not that of the code.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NamedTuple

from lxml import etree

from mdwatch.exporters import BUILT_IN
from mdwatch.exporters.interface import Exporter
from mdwatch.exporters.mods import schema
from mdwatch.exporters.records import datacite, dcmi, ddi_codebook, ddi_lifecycle, ead, etdms, lido, tei, vra
from mdwatch.exporters.records.outline import OutlineRow
from mdwatch.model import IntellectualEntity, Record, RecordType

PAGE: Final = Path(__file__).with_suffix(".md")
FORMATS: Final = ("oai_dc", "dcterms", "mods", "ddi", "schema_org", "datacite")
NOT_CARRIED: Final = "*not carried*"

# "MARC 21 Format for Bibliographic Data", tag and name; those not named are for local use.
MARC: Final = """
010 Library of Congress control number|013 Patent control information|015 National bibliography number
016 National bibliographic agency control number|017 Copyright or legal deposit number
018 Copyright article-fee code|020 ISBN|022 ISSN|024 Other standard identifier|025 Overseas acquisition number
026 Fingerprint identifier|027 Standard technical report number|028 Publisher or distributor number|030 CODEN
031 Musical incipits|032 Postal registration number|033 Date/time and place of an event
034 Coded cartographic mathematical data|035 System control number|036 Original study number
037 Source of acquisition|038 Record content licensor|040 Cataloging source|041 Language code
042 Authentication code|043 Geographic area code|044 Country of publishing entity|045 Time period of content
046 Special coded dates|047 Form of musical composition code|048 Number of instruments
050 Library of Congress call number|051 LC copy, issue, offprint statement|052 Geographic classification
055 Classification numbers assigned in Canada|060 National Library of Medicine call number|061 NLM copy statement
066 Character sets present|070 National Agricultural Library call number|071 NAL copy statement
072 Subject category code|074 GPO item number|080 Universal Decimal Classification number
082 Dewey Decimal Classification number|083 Additional Dewey number|084 Other classification number
085 Synthesized classification number components|086 Government document classification number|088 Report number
100 Main entry, personal name|110 Main entry, corporate name|111 Main entry, meeting name
130 Main entry, uniform title|210 Abbreviated title|222 Key title|240 Uniform title
242 Translation of title by cataloging agency|243 Collective uniform title|245 Title statement
246 Varying form of title|247 Former title|250 Edition statement|251 Version information
254 Musical presentation statement|255 Cartographic mathematical data|256 Computer file characteristics
257 Country of producing entity|258 Philatelic issue data|260 Publication, distribution, etc. (imprint)
263 Projected publication date|264 Production, publication, distribution, manufacture, copyright|270 Address
300 Physical description|306 Playing time|307 Hours|310 Current publication frequency
321 Former publication frequency|336 Content type|337 Media type|338 Carrier type|340 Physical medium
341 Accessibility content|342 Geospatial reference data|343 Planar coordinate data|344 Sound characteristics
345 Moving image characteristics|346 Video characteristics|347 Digital file characteristics
348 Notated music characteristics|351 Organization and arrangement|352 Digital graphic representation
355 Security classification control|357 Originator dissemination control
362 Dates of publication, sequential designation|363 Normalized date and sequential designation|365 Trade price
366 Trade availability information|370 Associated place|377 Associated language|380 Form of work
381 Other distinguishing characteristics|382 Medium of performance|383 Numeric designation of musical work|384 Key
385 Audience characteristics|386 Creator/contributor characteristics|388 Time period of creation
440 Series (obsolete)|490 Series statement|500 General note|501 With note|502 Dissertation note
504 Bibliography note|505 Formatted contents note|506 Restrictions on access note|507 Scale note
508 Creation/production credits note|510 Citation/references note|511 Participant or performer note
513 Type of report and period covered note|514 Data quality note|515 Numbering peculiarities note
516 Type of computer file or data note|518 Date/time and place of an event note|520 Summary|521 Target audience note
522 Geographic coverage note|524 Preferred citation note|525 Supplement note|526 Study program information note
530 Additional physical form available note|532 Accessibility note|533 Reproduction note|534 Original version note
535 Location of originals/duplicates note|536 Funding information note|538 System details note
540 Terms governing use and reproduction note|541 Immediate source of acquisition note
542 Information relating to copyright status|544 Location of other archival materials
545 Biographical or historical data|546 Language note|547 Former title complexity note|550 Issuing body note
552 Entity and attribute information note|555 Cumulative index/finding aids note
556 Information about documentation note|561 Ownership and custodial history
562 Copy and version identification note|563 Binding information|565 Case file characteristics note
567 Methodology note|580 Linking entry complexity note|581 Publications note|583 Action note
584 Accumulation and frequency of use note|585 Exhibitions note|586 Awards note|588 Source of description note
600 Subject, personal name|610 Subject, corporate name|611 Subject, meeting name|630 Subject, uniform title
647 Subject, named event|648 Subject, chronological term|650 Subject, topical term|651 Subject, geographic name
653 Index term, uncontrolled|654 Subject, faceted topical terms|655 Index term, genre/form
656 Index term, occupation|657 Index term, function|658 Index term, curriculum objective
662 Subject, hierarchical place name|700 Added entry, personal name|710 Added entry, corporate name
711 Added entry, meeting name|720 Added entry, uncontrolled name|730 Added entry, uniform title
740 Added entry, uncontrolled title|751 Added entry, geographic name|752 Added entry, hierarchical place name
753 System details access to computer files|754 Added entry, taxonomic identification|758 Resource identifier
760 Main series entry|762 Subseries entry|765 Original language entry|767 Translation entry|770 Supplement entry
772 Supplement parent entry|773 Host item entry|774 Constituent unit entry|775 Other edition entry
776 Additional physical form entry|777 Issued with entry|780 Preceding entry|785 Succeeding entry
786 Data source entry|787 Other relationship entry|800 Series added entry, personal name
810 Series added entry, corporate name|811 Series added entry, meeting name|830 Series added entry, uniform title
850 Holding institution|852 Location|856 Electronic location and access|881 Manifestation statements
882 Replacement record|883 Metadata provenance|884 Description conversion|885 Matching information
886 Foreign MARC information|887 Non-MARC information
"""

# What a reader takes for a value of its kind only, by field and subfield or by element; and what it may come out as.
_MARC_VALUES: Final = {
    "033": {"a": "1723"},
    "046": {"c": "1713", "e": "1714", "k": "1723", "l": "1724", "j": "1726", "m": "1727", "n": "1728"},
    "306": {"a": "172300"},
    "034": {"d": "E0193000", "e": "E0244500", "f": "N0604000", "g": "N0594800"},
    "041": dict.fromkeys("ad", "baq"),
    "043": {"a": "n-us---"},
    "020": {"a": "0306406152"},
    "022": {"a": "0378-5955"},
    "035": {"a": "(OCoLC)7654321"},
    "856": {"u": "https://x.example/17"},
}
_VALUES: Final = {
    "dateIssued": "1723", "dateCreated": "1723", "dateCaptured": "1723", "dateValid": "1723", "dateModified": "1723",
    "copyrightDate": "1723", "dateOther": "1723", "languageTerm": "baq", "language": "baq", "url": "https://x.example/17",
    "coordinates": "59.8, 19.5", "geographicCode": "n-us---", "typeOfResource": "still image",
    "internetMediaType": "image/x17",
    "digitalOrigin": "born digital", "issuance": "monographic", "reformattingQuality": "access", "date": "1723",
    "available": "1723", "created": "1723", "dateAccepted": "1723", "dateCopyrighted": "1723", "dateSubmitted": "1723",
    "issued": "1723", "modified": "1723", "valid": "1723", "type": "Dataset",
}  # fmt: skip
_OUTCOMES: Final = {
    "baq": ("baq", "eu"),
    "172300": ("17:23:00",),
    "E0193000": ("19.5", "E0193000", "E 19"),
    "E0244500": ("24.75", "E0244500", "E 24"),
    "N0604000": ("60.666", "60.667", "N 60"),
    "N0594800": ("59.8", "N 59"),
    "(OCoLC)7654321": ("7654321",),
    "n-us---": ("n-us---", "United States"),
    "still image": ("still image", "StillImage", "ImageObject", "Image"),
    "59.8, 19.5": ("59.8",),
    "Dataset": ("Dataset",),
}
_WORD: Final = "Quincunx"
_MANY: Final = 20


class Probe(NamedTuple):
    """A record of nothing but these words, and what each may come out as, by what it stands for."""

    content: str
    words: Mapping[str, tuple[str, ...]]


def page() -> str:
    """The text of the page."""
    exporters = [_exporter(name) for name in FORMATS]
    lines = [_HEAD.strip(), ""]
    for head, label, probes in (
        ("MARC 21 bibliographic", "field", _marc()),
        ("MODS 3.8", "element", _mods()),
        ("Dublin Core, elements and DCMI terms", "term", _dublin_core()),
    ):
        lines += [f"## From {head}", "", f"| {label} | {' | '.join(FORMATS)} |", "|---" * (len(FORMATS) + 1) + "|"]
        lines += [
            f"| {name} | {' | '.join(_told(exporter, probe) for exporter in exporters)} |" for name, probe in probes
        ]
        lines.append("")
    for head, rows in _OTHERS:
        lines += [f"## From {head}", "", "| element | Dublin Core |", "|---|---|"]
        lines += [f"| {row.path} | {row.term} |" for row in rows]
        lines.append("")
    return "\n".join(lines)


def _exporter(name: str) -> Exporter:
    found = import_module(f"mdwatch.exporters.{BUILT_IN[name]}").EXPORTER
    assert isinstance(found, Exporter)  # noqa: S101
    return found


def _told(exporter: Exporter, probe: Probe) -> str:
    """What a format does with the words of a probe: where it puts which."""
    source = RecordType.DESCRIPTIVE if probe.content.startswith("<dc:record") else RecordType.SOURCE
    record = Record(type=source, sub_type="any", mid="1", content=probe.content)
    document = exporter.export(IntellectualEntity(pid="IE1", institution="INS01", records=(record,)))
    texts = list(_texts(document, is_xml=exporter.is_xml))
    places: dict[str, list[str]] = {}
    for label, outcomes in probe.words.items():
        for place in dict.fromkeys(place for place, text in texts if any(word in text for word in outcomes)):
            places.setdefault(place, []).append(label)
    shown = [f"{place} {_codes(labels)}".strip() for place, labels in places.items()]
    return "; ".join(shown) or NOT_CARRIED


def _codes(labels: list[str]) -> str:
    """Subfields; of a text that takes them all only the first and the last."""
    return "".join(labels) if len(labels) < _MANY else f"{labels[0]} to {labels[-1]}"


def _texts(document: bytes, *, is_xml: bool) -> Iterator[tuple[str, str]]:
    if not is_xml:
        yield from _json_texts(json.loads(document), ())
        return
    for element in etree.fromstring(document).iter("*"):
        path = [etree.QName(part).localname for part in (element, *element.iterancestors())][:-1][::-1]
        if path[:1] == ["docDscr"]:
            continue
        kind = next((element.get(name, "") for name in _KINDS if element.get(name)), "")
        place = "/".join(path[-2:]) + (f" ({kind})" if kind else "")
        yield place, element.text or ""
        yield from (
            (f"{place}@{etree.QName(str(name)).localname}", str(value)) for name, value in element.attrib.items()
        )


# Attributes that say what an element is.
_KINDS: Final = ("type", "titleType", "dateType", "descriptionType", "contributorType", "relationType", "otherType")


def _json_texts(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    match value:
        case dict():
            for key, item in value.items():
                yield from _json_texts(item, (*path, str(key)))
        case list():
            for item in value:
                yield from _json_texts(item, path)
        case _:
            yield ".".join(path), str(value)


def _marc() -> Iterator[tuple[str, Probe]]:
    """Each field with all subfields that letters can name; in each its own word."""
    yield from _marc_positions()
    for item in MARC.replace("\n", "|").strip("|").split("|"):
        tag, name = item[:3], item[4:]
        values = _MARC_VALUES.get(tag) or {code: f"{_WORD} {tag}{code}" for code in "abcdefghijklmnopqrstvwxyz"}
        subfields = "".join(f'<subfield code="{code}">{value}</subfield>' for code, value in values.items())
        indicators = f'ind1="{_FIRST.get(tag, "1")}" ind2="{_SECOND.get(tag, " ")}"'
        field = f'<datafield tag="{tag}" {indicators}>{subfields}</datafield>'
        words = {f"${code}": _OUTCOMES.get(value, (value,)) for code, value in values.items()}
        yield f"{tag} {name}", Probe(_marc_record(field if tag == "245" else _TITLE + field), words)


def _marc_positions() -> Iterator[tuple[str, Probe]]:
    """What is told by position."""
    coded = '<controlfield tag="008">010101m17231729xx            000 0 baq d</controlfield>'
    map_ = _marc_record(_TITLE, "00000nem a2200000 a 4500")
    yield "Leader/06-07 Type of record, level", Probe(map_, {"": ("cartographic", "Image", "Map")})
    yield "008/07-14 Dates", Probe(_marc_record(coded + _TITLE), {"": ("1723",)})
    yield "008/35-37 Language", Probe(_marc_record(coded + _TITLE), {"": _OUTCOMES["baq"]})


_TITLE: Final = '<datafield tag="245"><subfield code="a">T</subfield></datafield>'


def _marc_record(fields: str, leader: str = "00000n m a2200000 a 4500") -> str:
    return f'<record xmlns="http://www.loc.gov/MARC21/slim"><leader>{leader}</leader>{fields}</record>'


_FIRST: Final = {"490": "0", "024": "8"}
_SECOND: Final = {"264": "1", "856": "0", "650": "0"}

# What an element says nothing without.
_BESIDE: Final = {
    "name": "<namePart>Someone</namePart>",
    "relatedItem": "<titleInfo><title>Other</title></titleInfo>",
    "titleInfo": "<title>T</title>",
}


def _mods() -> Iterator[tuple[str, Probe]]:
    """Each element below the top, and those within it as far as they hold words."""
    for name in schema.CHOICES["mods"].split():
        for path in _paths(name, ()):
            value = _VALUES.get(path[-1], f"{_WORD} {path[-1]}")
            base = "" if path[0] == "titleInfo" else "<titleInfo><title>T</title></titleInfo>"
            record = f'<mods xmlns="http://www.loc.gov/mods/v3">{base}{_nested(path, value)}</mods>'
            yield "/".join(path), Probe(record, {"": _OUTCOMES.get(value, (value,))})


def _nested(path: tuple[str, ...], value: str) -> str:
    """The elements of a path one in the other, with what they say nothing without."""
    part, *rest = path
    if not rest:
        return f"<{part}>{value}</{part}>"
    beside = "" if rest[0] in {"namePart", "title"} else _BESIDE.get(part, "")
    attributes = ' type="host"' if part == "relatedItem" else ""
    return f"<{part}{attributes}>{beside}{_nested(tuple(rest), value)}</{part}>"


def _paths(name: str, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The paths to elements that hold words; related items are not looked into for related items."""
    path = (*above, name)
    row = schema.row(name, above[-1] if above else "mods")
    inner = schema.CHOICES.get(row, "").split() or [item[:-1] for item in schema.SEQUENCES.get(row, "").split()]
    if not inner or name == "extension":
        yield path
        return
    for child in inner:
        if len(path) < _DEEPEST and (name != "relatedItem" or child in _OF_RELATED):
            yield from _paths(child, path)


_DEEPEST: Final = 4
_OF_RELATED: Final = frozenset(("titleInfo", "identifier", "part", "location"))


def _dublin_core() -> Iterator[tuple[str, Probe]]:
    """Each element, then each term that is none."""
    names = [("dc", name) for name in dcmi.ELEMENTS]
    names += [("dcterms", name) for name in sorted(dcmi.TERMS - {*dcmi.ELEMENTS})]
    namespaces = f'xmlns:dc="{dcmi.ELEMENTS_NAMESPACE}" xmlns:dcterms="{dcmi.TERMS_NAMESPACE}"'
    for prefix, name in names:
        value = _VALUES.get(name, f"{_WORD} {name}")
        content = f"<dc:record {namespaces}><{prefix}:{name}>{value}</{prefix}:{name}></dc:record>"
        yield f"{prefix}:{name}", Probe(content, {"": _OUTCOMES.get(value, (value,))})


_OTHERS: Final[tuple[tuple[str, Iterable[OutlineRow]], ...]] = (
    ("DDI Codebook", ddi_codebook.ROWS),
    ("DDI Lifecycle (below the study unit)", ddi_lifecycle.ROWS),
    ("EAD", ead.ROWS),
    ("LIDO", lido.ROWS),
    ("VRA Core", vra.ROWS),
    ("TEI (below the header)", tei.ROWS),
    ("ETD-MS", etdms.ROWS),
    ("DataCite, OpenAIRE", datacite.ROWS),
)
_HEAD: Final = """
# What becomes of each field

Made by `docs/crosswalks.py` from the crosswalks themselves; a test fails when it is not that of the code.

For each field of a source record, where each format puts its text: for XML the last two elements of the path, with the
type of the last one, for JSON the keys. Behind it, of MARC, the subfields ($a$b). *not carried*: the format does not
tell it. Some texts are told in another form (dates, languages, coordinates). `native_json` and `rosetta_mets` hold
every record whole; `mods` passes on a MODS record, and `ddi` a DDI Codebook, as far as the schema takes it. A record of
DSpace (DIM) is read as Dublin Core. Of EAD, LIDO, VRA Core, TEI, ETD-MS, DataCite and DDI the Dublin Core term that
each element amounts to is given; what formats do with it is what they do with that term.
"""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
