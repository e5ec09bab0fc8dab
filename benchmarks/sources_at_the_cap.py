"""What source records at the cap are full of: many of one value, or one that holds as much as many."""

from collections.abc import Callable
from typing import Final, NamedTuple

Piece = Callable[[int], str]


class SourceKind(NamedTuple):
    """The record around the values, which stand for the asterisk; a value by number, and of how many elements it is."""

    root: str
    piece: Piece
    elements: int


def _within(root: str, path: str, piece: Piece, elements: int = 1) -> SourceKind:
    """The values inside a path of elements, each of which may have attributes."""
    steps = path.split("/") if path else []
    starts = "".join(f"<{step}>" for step in steps)
    ends = "".join(f"</{step.split(maxsplit=1)[0]}>" for step in reversed(steps))
    return SourceKind(root.replace("*", f"{starts}*{ends}"), piece, elements)


def _root(start: str, inside: str = "*") -> str:
    return f"<{start}>{inside}</{start.split(maxsplit=1)[0]}>"


def _mods(path: str, piece: Piece, elements: int = 1) -> SourceKind:
    start = 'mods xmlns="http://www.loc.gov/mods/v3"'
    return _within(_root(start, "<titleInfo><title>T</title></titleInfo>*"), path, piece, elements)


def _marc(path: str, piece: Piece, elements: int = 1) -> SourceKind:
    start = 'record xmlns="http://www.loc.gov/MARC21/slim"'
    return _within(_root(start, "<leader>00000nam a2200000 a 4500</leader>*"), path, piece, elements)


def _unimarc(piece: Piece, elements: int = 1) -> SourceKind:
    """Fields of a UNIMARC record, which has its title in 200."""
    return _marc("", lambda k: ("" if k else _field("200", lambda _: _sub("a", "T"))(k)) + piece(k), elements)


def _field(tag: str, subfields: Piece, indicators: str = "  ") -> Piece:
    attributes = f'tag="{tag}" ind1="{indicators[0]}" ind2="{indicators[1]}"'
    return lambda k: f"<datafield {attributes}>{subfields(k)}</datafield>"


def _sub(code: str, text: object) -> str:
    return f'<subfield code="{code}">{text}</subfield>'


def _ead(path: str, piece: Piece, elements: int = 1) -> SourceKind:
    inside = '<archdesc level="fonds"><did><unittitle>F</unittitle></did>*</archdesc>'
    return _within(_root('ead xmlns="urn:isbn:1-931666-22-9"', inside), path, piece, elements)


def _tei(path: str, piece: Piece, elements: int = 1) -> SourceKind:
    inside = "<teiHeader><fileDesc><titleStmt><title>T</title></titleStmt></fileDesc></teiHeader>*"
    return _within(_root('TEI xmlns="http://www.tei-c.org/ns/1.0"', inside), path, piece, elements)


def _lido(path: str, piece: Piece, elements: int = 1) -> SourceKind:
    start = 'lido xmlns="http://www.lido-schema.org"'
    return _within(_root(start, "<descriptiveMetadata>*</descriptiveMetadata>"), path, piece, elements)


def _ddi(path: str, piece: Piece, elements: int = 1, start: str = 'codeBook xmlns="ddi:codebook:2_5"') -> SourceKind:
    study = "<stdyDscr><citation><titlStmt><titl>T</titl></titlStmt></citation>"
    inside = f"{study}*</stdyDscr>" if path.startswith(("stdyInfo", "citation", "othr")) else f"{study}</stdyDscr>*"
    return _within(_root(start, inside), path, piece, elements)


def _persons(k: int) -> str:
    return f"<persName><surname>F{k}</surname><forename>G</forename></persName>"


def _actor(k: int) -> str:
    name = f"<nameActorSet><appellationValue>A {k}</appellationValue></nameActorSet>"
    return f"<eventActor><actorInRole><actor>{name}</actor></actorInRole></eventActor>"


def _record_in_mets(k: int) -> str:
    record = f'<record xmlns="http://purl.org/dc/elements/1.1/"><title>T{k}</title></record>'
    return f'<dmdSec ID="d{k}"><mdWrap MDTYPE="DC"><xmlData>{record}</xmlData></mdWrap></dmdSec>'


_DC: Final = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
_METS: Final = 'mets xmlns="http://www.loc.gov/METS/"'
_DATACITE: Final = 'resource xmlns="http://datacite.org/schema/kernel-4"'
_LIFECYCLE: Final = 'StudyUnit xmlns="ddi:studyunit:3_3"'

SOURCES: Final[dict[str, SourceKind]] = {
    "MODS titles": _mods("", lambda k: f"<titleInfo><title>Title {k}</title></titleInfo>", 2),
    "MODS subjects": _mods(
        "", lambda k: f'<subject authority="lcsh"><topic>T {k}</topic><geographic>P {k}</geographic></subject>', 3
    ),
    "MODS names": _mods(
        "", lambda k: f"<name><namePart>Family{k}, Given</namePart><role><roleTerm>author</roleTerm></role></name>", 4
    ),
    "MODS notes": _mods("", lambda k: f"<note>Note {k}</note>"),
    "MODS dates": _mods(
        "", lambda k: f"<originInfo><dateIssued>[ca. {k % 2000:04}, no. {k}]</dateIssued></originInfo>", 2
    ),
    "MODS works": _mods(
        "", lambda k: f'<relatedItem type="host"><titleInfo><title>Host {k}</title></titleInfo></relatedItem>', 3
    ),
    "MODS identifiers": _mods("", lambda k: f'<identifier type="uri">https://example.org/{k}</identifier>'),
    "MODS groups": _mods("", lambda k: f'<name altRepGroup="{k // 2}"><namePart>T {k}</namePart></name>', 2),
    "MODS of what no schema knows": _mods(
        "", lambda k: f'<strange colour="red" ID="i{k % 7}">words {k}<note odd="1">x</note></strange>', 2
    ),
    "MODS collection": _within(
        _root('modsCollection xmlns="http://www.loc.gov/mods/v3"'), "", lambda k: f"<mods><note>N {k}</note></mods>", 2
    ),
    "one MODS subject": _mods("subject", lambda k: f"<geographic>Place {k}</geographic>"),
    "one MODS heading": _mods('subject authority="lcsh"', lambda k: f"<topic>Topic {k}</topic>"),
    "one MODS name": _mods("name", lambda k: f'<namePart type="given">G{k}</namePart>'),
    "one MODS name of many roles": _mods(
        "name", lambda k: f"<namePart>N{k}</namePart><role><roleTerm>r{k}</roleTerm></role>", 3
    ),
    "one MODS title": _mods("titleInfo", lambda k: f"<partName>Part {k}</partName>"),
    "one MODS origin": _mods("originInfo", lambda k: f'<dateIssued point="start">{1000 + k % 900}</dateIssued>'),
    "one MODS work": _mods('relatedItem type="host"', lambda k: f"<identifier>10.1000/{k}</identifier>"),
    "one MODS location": _mods("location", lambda k: f"<url>https://example.org/{k}</url>"),
    "one MODS extent": _mods("part/extent", lambda k: f"<start>{k}</start>"),
    "one MODS group": _mods("", lambda k: f'<titleInfo altRepGroup="1"><title>T {k}</title></titleInfo>', 2),
    "MARC subjects": _marc("", _field("650", lambda k: _sub("a", f"Topic {k}") + _sub("z", "Place"), " 0"), 3),
    "MARC names": _marc("", _field("700", lambda k: _sub("a", f"Family{k}, Given,") + _sub("e", "author."), "1 "), 3),
    "MARC notes": _marc("", _field("500", lambda k: _sub("a", f"Note {k}.")), 2),
    "MARC titles": _marc("", _field("246", lambda k: _sub("a", f"Title {k} /"), "1 "), 2),
    "MARC in two scripts": _marc(
        "",
        lambda k: (
            _field("700", lambda k: _sub("6", f"880-{k:02}") + _sub("a", f"Shan {k}"), "1 ")(k)
            + _field("880", lambda k: _sub("6", f"700-{k:02}") + _sub("a", f"山 {k}"), "1 ")(k)
        ),
        6,
    ),
    "MARC publications": _marc(
        "",
        _field(
            "264",
            lambda k: _sub("a", f"Town {k} :") + _sub("b", f"House {k},") + _sub("c", f"[ca. {k % 2000:04}?] {k}"),
            " 1",
        ),
        4,
    ),
    "MARC works": _marc("", _field("773", lambda k: _sub("t", f"Host {k}"), "0 "), 2),
    "MARC series": _marc("", _field("490", lambda k: _sub("a", f"Series {k} ;"), "1 "), 2),
    "MARC addresses": _marc("", _field("856", lambda k: _sub("u", f"https://example.org/{k}"), "40"), 2),
    "one MARC subject": _marc('datafield tag="650" ind1=" " ind2="0"', lambda k: _sub("x", f"S {k}")),
    "one MARC name": _marc('datafield tag="700" ind1="1" ind2=" "', lambda k: _sub("e", f"role {k}")),
    "one MARC publication": _marc('datafield tag="260" ind1=" " ind2=" "', lambda k: _sub("c", 1000 + k % 900)),
    "one MARC title": _marc('datafield tag="245" ind1=" " ind2=" "', lambda k: _sub("b", f"T {k}")),
    "EAD components": _ead("dsc", lambda k: f"<c><did><unittitle>File {k}</unittitle></did></c>", 3),
    "EAD headings": _ead("controlaccess", lambda k: f"<subject>Topic {k}</subject>"),
    "EAD names": _ead("did", lambda k: f"<origination><persname>Family{k}, Given</persname></origination>", 2),
    "EAD notes": _ead("", lambda k: f"<scopecontent><p>Words of {k}</p></scopecontent>", 2),
    "one EAD origination": _ead("did/origination", lambda k: f"<persname>N {k}</persname>"),
    "one EAD language": _ead("did/langmaterial", lambda k: f"<language>L {k}</language>"),
    "one EAD heading": _ead("controlaccess/subject", lambda k: f"<part>P {k}</part>"),
    "one EAD bibliography": _ead("bibliography", lambda k: f"<bibref>B {k}</bibref>"),
    "one EAD note": _ead("scopecontent", lambda k: f"<p>P {k}</p>"),
    "one EAD date": _ead("did/unitdatestructured", lambda k: f"<datesingle>{k}</datesingle>"),
    "TEI words": _tei("text/body", lambda k: f"<p>Words {k}</p>"),
    "TEI terms": _tei("teiHeader/profileDesc/textClass/keywords", lambda k: f"<term>Term {k}</term>"),
    "TEI authors": _tei("teiHeader/fileDesc/titleStmt", lambda k: f"<author>{_persons(k)}</author>", 4),
    "one TEI author": _tei("teiHeader/fileDesc/titleStmt/author", lambda k: f"<persName>N {k}</persName>"),
    "one TEI statement": _tei(
        "teiHeader/fileDesc/titleStmt/respStmt", lambda k: f"<resp>R {k}</resp><name>N {k}</name>", 2
    ),
    "LIDO subjects": _lido(
        "objectRelationWrap/subjectWrap",
        lambda k: f"<subjectSet><subject><subjectConcept><term>T {k}</term></subjectConcept></subject></subjectSet>",
        4,
    ),
    "LIDO events": _lido("eventWrap", lambda k: f"<eventSet><event>{_actor(k)}</event></eventSet>", 7),
    "one LIDO event": _lido("eventWrap/eventSet/event", _actor, 5),
    "one LIDO title": _lido(
        "objectIdentificationWrap/titleWrap/titleSet", lambda k: f"<appellationValue>T {k}</appellationValue>"
    ),
    "one LIDO subject": _lido(
        "objectRelationWrap/subjectWrap/subjectSet/subject",
        lambda k: f"<subjectConcept><term>T {k}</term></subjectConcept>",
        2,
    ),
    "DDI variables": _ddi("dataDscr", lambda k: f'<var name="v{k}" ID="V{k}" files="F1"><labl>L {k}</labl></var>', 2),
    "DDI variables of version 1": _ddi(
        "dataDscr",
        lambda k: f'<var name="v{k}" wrong="x"><catgry><labl>L {k}</labl><catValu>{k}</catValu></catgry></var>',
        4,
        'codeBook version="1.2"',
    ),
    "DDI keywords": _ddi("stdyInfo/subject", lambda k: f"<keyword>Word {k}</keyword>"),
    "DDI grants": _ddi("citation/prodStmt", lambda k: f"<fundAg>Agency {k}</fundAg><grantNo>{k}</grantNo>", 2),
    "DDI of strange markup": _ddi("stdyInfo/abstract", lambda k: f"words <strange>{k}</strange>"),
    "DDI of markup": _ddi("stdyInfo/abstract", lambda k: f"words <emph>{k}</emph>"),
    "DDI out of order": _ddi("stdyInfo", lambda k: f"<notes>N {k}</notes><abstract>A {k}</abstract>", 2),
    "DDI of strange elements": _ddi("stdyInfo", lambda k: f'<strange a="{k}">N {k}</strange>'),
    "DDI of strange attributes": _ddi("stdyInfo", lambda k: f'<abstract strange="{k}">N</abstract>'),
    "DDI of references": _ddi("stdyInfo/abstract", lambda k: f'<Link refs="r{k}">L</Link>'),
    "one DDI work": _ddi("othrStdyMat/relMat/citation", lambda k: f"<titlStmt><IDNo>{k}</IDNo></titlStmt>", 2),
    "one DDI summary": _ddi("stdyInfo/sumDscr", lambda k: f'<timePrd event="start">{k}</timePrd>'),
    "one DDI author": _ddi("citation/rspStmt/AuthEnty", lambda k: f'<ExtLink URI="u{k}"/>'),
    "Lifecycle keywords": _within(
        _root(_LIFECYCLE), "Coverage/TopicalCoverage", lambda k: f"<Keyword>Word {k}</Keyword>"
    ),
    "Lifecycle studies": _within(
        _root('DDIInstance xmlns="ddi:instance:3_3"'),
        "",
        lambda k: f"<StudyUnit><Citation><Title>T {k}</Title></Citation></StudyUnit>",
        3,
    ),
    "Lifecycle references": _within(
        _root(_LIFECYCLE),
        "Citation",
        lambda k: f"<Creator><CreatorReference><ID>{k}</ID></CreatorReference></Creator>",
        3,
    ),
    "theses": _within(
        _root('thesis xmlns="http://www.ndltd.org/standards/metadata/etdms/1.1/"'),
        "",
        lambda k: f"<subject>Topic {k}</subject>",
    ),
    "DIM fields": _within(
        _root('dim xmlns="http://www.dspace.org/xmlns/dspace/dim"'),
        "",
        lambda k: f'<field mdschema="dc" element="subject">Topic {k}</field>',
    ),
    "DIM of rights": _within(
        _root('dim xmlns="http://www.dspace.org/xmlns/dspace/dim"'),
        "",
        lambda k: f'<field mdschema="dc" element="rights">Words {k}</field>',
    ),
    "DataCite subjects": _within(_root(_DATACITE), "subjects", lambda k: f"<subject>Topic {k}</subject>"),
    "DataCite years": _within(
        _root(_DATACITE), "", lambda k: f"<publicationYear>{k}</publicationYear><dates><date>{k}</date></dates>", 3
    ),
    "DataCite works": _within(
        _root(_DATACITE), "relatedIdentifiers", lambda k: f"<relatedIdentifier>10.1000/{k}</relatedIdentifier>"
    ),
    "DataCite hosts": _within(_root(_DATACITE), "", lambda k: f"<citationTitle>Host {k}</citationTitle>"),
    "one DataCite creator": _within(
        _root(_DATACITE),
        "creators/creator",
        lambda k: f"<creatorName>N {k}</creatorName><affiliation>A</affiliation>",
        2,
    ),
    "UNIMARC series": _unimarc(_field("225", lambda k: _sub("a", f"Series {k}")), 2),
    "UNIMARC links": _unimarc(_field("410", lambda k: _sub("1", "2001 ") + _sub("a", f"Series {k}")), 3),
    "UNIMARC names": _unimarc(
        _field("701", lambda k: _sub("a", f"Family{k}") + _sub("b", "Given") + _sub("4", "070")), 4
    ),
    "UNIMARC in two scripts": _unimarc(
        _field("701", lambda k: _sub("6", f"{k:02}") + _sub("7", "ba" if k % 2 else "ca") + _sub("a", f"F{k}")), 4
    ),
    "one MARC name of many titles": _marc('datafield tag="700" ind1="1" ind2=" "', lambda k: _sub("c", f"title {k}.")),
    "one MARC chain": _marc('datafield tag="689" ind1="0" ind2="0"', lambda k: _sub("a", f"term {k}")),
    "MODS inside METS": SourceKind(
        _root(_METS, f"<dmdSec><mdWrap><xmlData>{_mods('', str).root}</xmlData></mdWrap></dmdSec>"),
        lambda k: f"<note>Note {k}</note>",
        1,
    ),
    "records in METS": _within(_root(_METS), "", _record_in_mets, 5),
    "Dublin Core as a source": _within(_root(f"dc:record {_DC}"), "", lambda k: f"<dc:subject>s {k}</dc:subject>"),
    "nothing that is known": _within(_root("unknown"), "", lambda k: f"<part>Part {k}</part>"),
}
