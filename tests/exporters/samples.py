"""IEs to export: real records where their folder is there, and records made to be hard on an exporter."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from mdwatch.formats import mets, xml
from mdwatch.model import IntellectualEntity, Record, RecordType

SHARED: Final = Path(__file__).parents[2].parent / "shared"
DC: Final = "http://purl.org/dc/elements/1.1/"
DCTERMS: Final = "http://purl.org/dc/terms/"
MODS: Final = "http://www.loc.gov/mods/v3"
MARC: Final = "http://www.loc.gov/MARC21/slim"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"

needs_shared = pytest.mark.skipif(not (SHARED / "data").is_dir(), reason="the shared real data and schemas are absent")


def dc(fields: str, root: str = "") -> str:
    """A descriptive record around the fields; `root` are more attributes of its root."""
    return (
        f'<dc:record xmlns:dc="{DC}" xmlns:dcterms="{DCTERMS}" xmlns:xsi="{XSI}"{root and " " + root}>'
        f"{fields}</dc:record>"
    )


def mods(fields: str, root: str = "") -> str:
    """A MODS record around the fields, which need no prefix."""
    return f'<mods xmlns="{MODS}" xmlns:xlink="http://www.w3.org/1999/xlink"{root and " " + root}>{fields}</mods>'


def marc(fields: str, leader: str = "00000nam a2200000 a 4500") -> str:
    """A MARCXML record around the fields, which need no prefix."""
    return f'<record xmlns="{MARC}"><leader>{leader}</leader>{fields}</record>'


def entity(descriptive: str | None = None, *sources: tuple[str, str], pid: str = "IE1") -> IntellectualEntity:
    """A published IE with this descriptive record and these source records (subtype and content)."""
    records = [
        Record(type=RecordType.SOURCE, sub_type=sub_type, mid=str(number), content=content)
        for number, (sub_type, content) in enumerate(sources, 1)
    ]
    if descriptive is not None:
        records.insert(0, Record(type=RecordType.DESCRIPTIVE, sub_type="dc", mid="", content=descriptive))
    return IntellectualEntity(pid=pid, institution="INS01", published=True, records=tuple(records))


def real() -> dict[str, IntellectualEntity]:
    """The real records of the shared folder, none where it is absent.

    Each MODS record is once the source of an IE that has a descriptive record too, and once the only record.
    """
    data = SHARED / "data"
    found = {
        f"mets {path.name}": mets.read(path.read_bytes(), xml.Limits()) for path in (data / "rosetta-mets").glob("*")
    }
    for path in sorted((data / "mods").glob("*.xml")):
        content = xml.without_declaration(path.read_text(encoding="utf-8"))
        found[f"mods {path.stem}"] = entity(None, ("mods", content), pid="IE2")
        title = dc(f"<dc:title>{path.stem}</dc:title><dc:date>2019</dc:date>")
        found[f"dc and mods {path.stem}"] = entity(title, ("MODS", content), pid="IE3")
    return found


def hard() -> dict[str, IntellectualEntity]:
    """IEs that every exporter must make a valid document of, by what is hard about them."""
    return {name: make() for name, make in _HARD.items()}


def _many() -> str:
    return dc("".join(f"<dc:creator>Author, Number {number}</dc:creator>" for number in range(500)))


_EVERY_TERM: Final = (
    "abstract accessRights accrualMethod accrualPeriodicity accrualPolicy alternative audience available "
    "bibliographicCitation conformsTo contributor coverage created creator date dateAccepted dateCopyrighted "
    "dateSubmitted description educationLevel extent format hasFormat hasPart hasVersion identifier "
    "instructionalMethod isFormatOf isPartOf isReferencedBy isReplacedBy isRequiredBy issued isVersionOf language "
    "license mediator medium modified provenance publisher references relation replaces requires rights rightsHolder "
    "source spatial subject tableOfContents temporal title type valid"
)
_FIFTEEN: Final = (
    "title creator subject description publisher contributor date type format identifier source language relation "
    "coverage rights"
)


def _every_term() -> str:
    fifteen = "".join(f"<dc:{name}>dc {name}</dc:{name}>" for name in _FIFTEEN.split())
    return dc(fifteen + "".join(f"<dcterms:{name}>terms {name}</dcterms:{name}>" for name in _EVERY_TERM.split()))


_LANGUAGES: Final = ("", "not a lang", "en_US", "123456789", "x", "de-Latn-DE-1996", "--", "日本")
_SCHEMES: Final = (
    ("dc:identifier", "dcterms:URI", "http://[not a uri"),
    ("dc:identifier", "dcterms:URI", "http://example.org/a b%zz"),
    ("dc:identifier", "dcterms:URI", "hdl:10063/32"),
    ("dc:date", "dcterms:W3CDTF", "last summer"),
    ("dc:date", "dcterms:W3CDTF", "2019-02-30"),
    ("dc:date", "dcterms:W3CDTF", "2019-02-28T25:00:00Z"),
    ("dc:date", "dcterms:W3CDTF", "2019-02-28"),
    ("dc:type", "dcterms:DCMIType", "Novel"),
    ("dc:type", "dcterms:DCMIType", "MovingImage"),
    ("dc:language", "dcterms:RFC3066", "Old English"),
    ("dc:language", "dcterms:ISO639-2", "eng"),
    ("dc:subject", "dcterms:MARSDEN", "280199"),
    ("dc:subject", "unbound:LCSH", "Cats"),
    ("dc:subject", "dcterms:LCSH", "Cats"),
    ("dc:subject", "", "Dogs"),
    ("dcterms:spatial", "dcterms:Box", "northlimit=5; southlimit=2; eastlimit=9; westlimit=4"),
    ("dcterms:spatial", "dcterms:Point", "east=148.26218; north=-36.45746; name=Mt Kosciusko"),
    ("dcterms:temporal", "dcterms:Period", "start=1914; end=1918"),
)


def _schemes() -> str:
    return dc("".join(f'<{name} xsi:type="{type_}" xml:lang="en">{text}</{name}>' for name, type_, text in _SCHEMES))


_MODS_OF: Final = "<m:mods><m:titleInfo><m:title>{}</m:title></m:titleInfo></m:mods>"

_INVALID_MODS: Final = mods(
    "<publisher>Misplaced</publisher><titleInfo type='strange' colour='red'><title>T</title><heading/></titleInfo>"
    "<typeOfResource>novel</typeOfResource><language/><name type='robot'><namePart type='first'>R2</namePart>"
    "<role/><etal>and others</etal></name><originInfo><dateIssued encoding='roman' point='middle'>MM</dateIssued>"
    "<place/></originInfo><identifier invalid='no' ID='1'>x</identifier><identifier ID='a'>y</identifier>"
    "<note ID='a'>z</note><location><url>http://[</url><shelfLocator>S 1</shelfLocator>"
    "<physicalLocation>Attic</physicalLocation></location><subject><topic>A<b xmlns='urn:x'>B</b></topic></subject>"
    "stray words<part><extent><end>9</end><start>1</start></extent></part><relatedItem type='cousin'>"
    "<titleInfo><title>Kin</title></titleInfo></relatedItem>"
    "<recordInfo><recordIdentifier>r</recordIdentifier></recordInfo>",
    'version="9.9" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="none"',
)

_HARD: Final[dict[str, Callable[[], IntellectualEntity]]] = {
    "no records at all": lambda: entity(None),
    "an empty record": lambda: entity(dc("")),
    "a bare record": lambda: entity(f'<record xmlns:dc="{DC}"><dc:title>Bare</dc:title></record>'),
    "a record of another prefix": lambda: entity(f'<record xmlns="{DC}"><title>Default</title></record>'),
    "no title": lambda: entity(dc("<dc:creator>Nobody</dc:creator>")),
    "a title only": lambda: entity(dc("<dc:title>Alone</dc:title>")),
    "empty fields": lambda: entity(dc("<dc:title/><dc:creator> \n </dc:creator><dc:date></dc:date><dcterms:issued/>")),
    "every term": lambda: entity(_every_term()),
    "five hundred authors": lambda: entity(_many()),
    "only unknown namespaces": lambda: entity(dc('<x:title xmlns:x="urn:x">X</x:title><y xmlns="">Y</y>')),
    "mixed content": lambda: entity(
        dc(
            '<dc:title>A <b xmlns="urn:h">bold</b> title<!-- really --></dc:title><dc:creator><n xmlns="urn:h">N</n>'
            '<a xmlns="urn:h">A</a></dc:creator><dc:description><![CDATA[<p>1 & 2 < 3</p>]]></dc:description>stray'
        )
    ),
    "rubbish languages": lambda: entity(
        dc("".join(f'<dc:title xml:lang="{lang}">In {number}</dc:title>' for number, lang in enumerate(_LANGUAGES)))
    ),
    "an inherited language": lambda: entity(dc("<dc:title>Titel</dc:title>", 'xml:lang="de"')),
    "encoding schemes": lambda: entity(_schemes()),
    "strange characters": lambda: entity(
        dc(
            "<dc:title>next\u0085line \u2028 emoji \U0001f600\U0001f468\u200d\U0001f469 שלום עולם مرحبا \u202eabc\u202c"
            " &amp;amp; &lt;b&gt; ]]&gt; \"quotes\" 'n' such &#13; &#9; \u00a0 \ufffd \ufdd0</dc:title>"
            '<dc:rights>© 2020 &amp; on</dc:rights><dc:identifier>http://example.org/?a=1&amp;b="2"</dc:identifier>'
        )
    ),
    "very long text": lambda: entity(
        dc(f"<dc:title>{'long ' * 40_000}</dc:title><dc:subject>{'x' * 70_000}</dc:subject>")
    ),
    "odd dates and places": lambda: entity(
        dc(
            "<dc:date>[ca. 1900?]</dc:date><dc:date>1914/1918</dc:date><dcterms:issued>2019-02-30</dcterms:issued>"
            "<dcterms:created>-0044-03-15</dcterms:created><dc:date>2011-07-28T21:18:40Z</dc:date>"
            "<dc:coverage>18th century</dc:coverage><dc:coverage>Wellington</dc:coverage>"
            "<dc:coverage>1899-1902</dc:coverage><dc:coverage>-41.28, 174.77</dc:coverage>"
            "<dcterms:spatial>northlimit=95; southlimit=x; eastlimit=9; westlimit=4</dcterms:spatial>"
        )
    ),
    "a MODS subtype holding something else": lambda: entity(
        dc("<dc:title>Fine</dc:title>"), ("mods", "<html>not MODS</html>"), ("MODS", "<broken"), ("marc", "<record/>")
    ),
    "MODS alone": lambda: entity(None, ("mods", mods("<titleInfo><title>M</title></titleInfo>"))),
    "MODS by way of OTHER": lambda: entity(
        dc("<dc:title>M</dc:title>"), ("OTHER:mods", mods("<titleInfo><title>M</title></titleInfo><genre>g</genre>"))
    ),
    "empty MODS": lambda: entity(None, ("mods", mods(""))),
    "a MODS collection": lambda: entity(
        None,
        (
            "mods",
            f'<m:modsCollection xmlns:m="{MODS}">{_MODS_OF.format(1)}{_MODS_OF.format(2)}</m:modsCollection>',
        ),
    ),
    "invalid MODS": lambda: entity(None, ("mods", _INVALID_MODS)),
    "invalid MODS beside dc": lambda: entity(dc("<dc:title>T</dc:title>"), ("mods", _INVALID_MODS)),
    "rights": lambda: entity(
        dc(
            "<dcterms:license>https://creativecommons.org/licenses/by/4.0/</dcterms:license>"
            "<dcterms:license>Licensed CC BY: http://creativecommons.org/licenses/by/4.0/.</dcterms:license>"
            "<dcterms:accessRights>Closed</dcterms:accessRights><dcterms:rightsHolder>Me</dcterms:rightsHolder>"
        )
    ),
    "MARC": lambda: entity(
        None,
        (
            "MARC",
            marc(
                '<controlfield tag="001">99</controlfield>'
                '<controlfield tag="008">150116s2011    nz a   sbm    000 0 eng d</controlfield>'
                '<datafield tag="020" ind1=" " ind2=" "><subfield code="a">0123456789 (pbk.)</subfield></datafield>'
                '<datafield tag="100" ind1="1" ind2=" "><subfield code="a">Doe, Jane,</subfield>'
                '<subfield code="d">1950-</subfield><subfield code="e">author.</subfield></datafield>'
                '<datafield tag="245" ind1="1" ind2="4"><subfield code="a">The title :</subfield>'
                '<subfield code="b">a subtitle /</subfield><subfield code="c">by Jane Doe.</subfield></datafield>'
                '<datafield tag="264" ind1=" " ind2="1"><subfield code="a">Wellington :</subfield>'
                '<subfield code="b">VUW,</subfield><subfield code="c">[2011]</subfield></datafield>'
                '<datafield tag="650" ind1=" " ind2="0"><subfield code="a">Cats</subfield>'
                '<subfield code="x">Behavior</subfield><subfield code="z">Peru.</subfield></datafield>'
                '<datafield tag="245"/><datafield/><controlfield/>'
                '<datafield tag="999"><subfield>x</subfield></datafield>'
            ),
        ),
    ),
}
