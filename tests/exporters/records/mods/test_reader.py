"""Reading MODS records."""

import pytest

from mdwatch.errors import Rejected
from mdwatch.exporters.records import roles
from mdwatch.exporters.records.description import (
    Date,
    DateKind,
    Description,
    Identifier,
    Name,
    NameKind,
    PartOfHost,
    Place,
    PlaceKind,
    Related,
    Rights,
    RightsKind,
    Subject,
    SubjectKind,
    Text,
    Title,
    TitleKind,
)
from mdwatch.exporters.records.mods import reader
from tests.exporters.samples import MODS, mods

AUTHOR = "<role><roleTerm type='text'>Author</roleTerm><roleTerm type='code'>aut</roleTerm></role>"
LCSH = "http://id.loc.gov/authorities/subjects/"

CASES: dict[str, tuple[str, Description]] = {
    "an article before its title": (
        "<titleInfo><nonSort>L'</nonSort><title>enfant</title></titleInfo>",
        Description(titles=(Title("L'enfant"),)),
    ),
    "subtitle and parts": (
        (
            "<titleInfo xml:lang='en'><nonSort>The</nonSort><title>T</title><subTitle>S</subTitle>"
            "<partNumber>2</partNumber>"
            "<partName>P</partName></titleInfo>"
        ),
        Description(titles=(Title("The T", lang="en"), Title("S. 2. P", TitleKind.SUBTITLE, "en"))),
    ),
    "parts of a title in the order of the record": (
        "<titleInfo><partName>P</partName><title>T</title><partNumber>2</partNumber><partName/></titleInfo>",
        Description(titles=(Title("T. P. 2"),)),
    ),
    "other titles": (
        (
            "<titleInfo type='translated' lang='fre'><title>F</title><subTitle>s</subTitle></titleInfo>"
            "<titleInfo type='uniform'><title>U</title></titleInfo><titleInfo type='odd'><title>O</title></titleInfo>"
        ),
        Description(
            titles=(
                Title("F: s", TitleKind.TRANSLATED, "fre"),
                Title("U", TitleKind.UNIFORM),
                Title("O", TitleKind.ALTERNATIVE),
            )
        ),
    ),
    "a person in parts": (
        (
            "<name type='personal' valueURI='http://id.loc.gov/authorities/names/n1'>"
            "<namePart type='given'>Jane</namePart>"
            "<namePart type='family'>Doe</namePart><namePart type='date'>1950-</namePart>"
            f"<namePart type='termsOfAddress'>Dr.</namePart>{AUTHOR}<affiliation>VUW</affiliation></name>"
        ),
        Description(
            names=(
                Name(
                    "Doe, Jane, Dr., 1950-",
                    creator=True,
                    roles=("Author",),
                    kind=NameKind.PERSONAL,
                    uri="http://id.loc.gov/authorities/names/n1",
                    affiliations=("VUW",),
                    given="Jane",
                    family="Doe",
                    dates="1950-",
                ),
            )
        ),
    ),
    "an ORCID before the authority record": (
        (
            "<name valueURI='http://x.org/1'><namePart>A</namePart>"
            "<nameIdentifier type='orcid'>0000-0002-1825-0097</nameIdentifier></name>"
        ),
        Description(
            names=(Name("A", False, uri="https://orcid.org/0000-0002-1825-0097", other_uris=("http://x.org/1",)),)
        ),
    ),
    "a corporate body, main entry": (
        "<name type='corporate' usage='primary'><namePart>United States</namePart><namePart>Congress</namePart></name>",
        Description(names=(Name("United States. Congress", creator=True, kind=NameKind.CORPORATE),)),
    ),
    "a corporate body, its last unit empty": (
        "<name type='corporate'><namePart>Congress.</namePart><namePart/></name>",
        Description(names=(Name("Congress", creator=False, kind=NameKind.CORPORATE),)),
    ),
    "a code for a role": (
        "<name><namePart>E</namePart><role><roleTerm type='code'>edt</roleTerm></role></name>",
        Description(names=(Name("E", creator=False, roles=("edt",)),)),
    ),
    "of several codes for a role the first, and an address that tells a creator": (
        (
            "<name><namePart>E</namePart><role><roleTerm type='code'>edt</roleTerm><roleTerm type='code'>trl</roleTerm>"
            "</role><role><roleTerm valueURI='http://id.loc.gov/vocabulary/relators/aut'>Verfasser</roleTerm></role></name>"
        ),
        Description(names=(Name("E", creator=True, roles=("edt", "Verfasser")),)),
    ),
    "a display form only, and et al.": (
        "<name><displayForm>D</displayForm></name><name><etal>et al.</etal></name><name><etal/></name>",
        Description(names=(Name("D", creator=False),)),
    ),
    "publication": (
        (
            "<originInfo><place><placeTerm type='code' authority='marccountry'>nz</placeTerm>"
            "<placeTerm type='text'>Wellington</placeTerm></place><publisher>VUW</publisher><edition>2nd</edition>"
            "<dateIssued point='start' encoding='marc'>1990</dateIssued>"
            "<dateIssued encoding='marc' point='end'>9999</dateIssued>"
            "<dateIssued>1990-</dateIssued><dateCreated point='start'>1</dateCreated>"
            "<dateCreated point='end'>2</dateCreated>"
            "<copyrightDate>c1990</copyrightDate><dateOther>x</dateOther></originInfo>"
        ),
        Description(
            places_published=(Text("Wellington"),),
            publishers=(Text("VUW"),),
            editions=(Text("2nd"),),
            dates=(
                Date("1", DateKind.CREATED, "2"),
                Date("1990", DateKind.ISSUED, words="1990-"),
                Date("c1990", DateKind.COPYRIGHTED),
                Date("x", DateKind.OTHER),
            ),
        ),
    ),
    "languages": (
        (
            "<language><languageTerm type='code'>eng</languageTerm>"
            "<languageTerm type='text'>English</languageTerm></language>"
            "<language><languageTerm type='code' authority='iso639-2b'>mao</languageTerm>"
            "<languageTerm type='code' authority='rfc3066'>mi</languageTerm></language>"
        ),
        Description(languages=(Text("English"), Text("mao"))),
    ),
    "form": (
        (
            "<typeOfResource collection='yes'>text</typeOfResource><genre>letters</genre>"
            "<physicalDescription><form>f</form>"
            "<internetMediaType>image/tiff</internetMediaType><extent unit='pages'>5</extent><note>torn</note>"
            "<digitalOrigin>born digital</digitalOrigin></physicalDescription>"
        ),
        Description(
            types=(Text("collection"), Text("text")),
            genres=(Text("letters"),),
            formats=(Text("f"), Text("image/tiff")),
            extents=(Text("5 pages"),),
            notes=(Text("torn"),),
        ),
    ),
    "texts": (
        (
            "<abstract lang='eng'>A</abstract><abstract shareable='no'>secret</abstract>"
            "<tableOfContents>C</tableOfContents>"
            "<note>N</note><note type='ownership'>O</note><targetAudience>T</targetAudience>"
        ),
        Description(
            abstracts=(Text("A", "eng"),),
            contents=(Text("C"),),
            notes=(Text("N"),),
            provenances=(Text("O"),),
            audiences=(Text("T"),),
        ),
    ),
    "single topics, whose authority and language may be the subject's": (
        (
            f"<subject authority='lcsh' valueURI='{LCSH}1' lang='eng'><topic>A</topic></subject>"
            "<subject authority='lcsh'><topic authority='GND' valueURI='http://g/1' lang='ger'>B</topic></subject>"
            "<subject><topic/></subject><subject><topic point='start'>of a time</topic></subject>"
        ),
        Description(
            subjects=(
                Subject("A", scheme="lcsh", uri=f"{LCSH}1", lang="eng"),
                Subject("B", scheme="gnd", uri="http://g/1", lang="ger"),
            )
        ),
    ),
    "a chain of topics": (
        f"<subject authority='lcsh' valueURI='{LCSH}1'><topic>A</topic><topic>B</topic></subject>",
        Description(subjects=(Subject("A--B", scheme="lcsh", uri=f"{LCSH}1", parts=(("topic", "A"), ("topic", "B"))),)),
    ),
    "a heading of topic and place, whose URI is that of the whole": (
        f"<subject authority='lcsh' valueURI='{LCSH}1'><topic>A</topic><geographic>Peru</geographic></subject>",
        Description(
            subjects=(
                Subject("A--Peru", scheme="lcsh", uri=f"{LCSH}1", parts=(("topic", "A"), ("geographic", "Peru"))),
            ),
            places=(Place("Peru", scheme="lcsh"),),
        ),
    ),
    "a topic beside an empty one, whose URI is not its own": (
        f"<subject authority='lcsh' valueURI='{LCSH}1'><topic>A</topic><topic/></subject>",
        Description(subjects=(Subject("A", scheme="lcsh"),)),
    ),
    "a place with its coordinates": (
        (
            "<subject authority='geonames' valueURI='http://g/1'><geographic>P</geographic>"
            "<cartographics><scale>1:5</scale><coordinates>1.5, -2</coordinates></cartographics></subject>"
        ),
        Description(
            places=(Place("P", scheme="geonames", uri="http://g/1"), Place("1.5, -2", PlaceKind.POINT)),
            scales=(Text("1:5"),),
        ),
    ),
    "places in levels": (
        (
            "<subject><hierarchicalGeographic><city>W</city><country>NZ</country></hierarchicalGeographic></subject>"
            "<subject><hierarchicalGeographic><country>Fiji</country></hierarchicalGeographic></subject>"
            "<subject><geographicCode authority='iso3166'>fj</geographicCode></subject>"
        ),
        Description(
            places=(Place("NZ--W"), Place("Fiji", PlaceKind.COUNTRY), Place("fj", PlaceKind.COUNTRY, "iso3166")),
        ),
    ),
    "times": (
        (
            "<subject><temporal point='start'>1914</temporal><temporal point='end'>1918</temporal></subject>"
            "<subject><temporal>1960s</temporal></subject>"
        ),
        Description(periods=(Text("1914/1918"), Text("1960s"))),
    ),
    "other subjects": (
        (
            "<subject><name><namePart>N</namePart></name></subject><subject><titleInfo><title>T</title>"
            "</titleInfo></subject>"
            "<subject><occupation>O</occupation></subject><subject><genre>G</genre></subject>"
            "<classification authority='DDC' edition='22'>5</classification>"
        ),
        Description(
            subjects=(
                Subject("N", SubjectKind.NAME),
                Subject("T", SubjectKind.TITLE),
                Subject("O", SubjectKind.OCCUPATION),
                Subject("G", SubjectKind.GENRE),
                Subject("5", SubjectKind.CLASSIFICATION, "ddc"),
            )
        ),
    ),
    "identifiers": (
        (
            "<identifier type='DOI'>10.1000/1</identifier><identifier invalid='yes'>no</identifier>"
            "<identifier>A 1</identifier>"
            "<location><physicalLocation>Attic</physicalLocation><url>http://x.org/1</url>"
            "<url access='preview'>http://x.org/2</url></location>"
        ),
        Description(
            identifiers=(Identifier("10.1000/1", "doi"), Identifier("A 1"), Identifier("http://x.org/1", "uri")),
            locations=(Text("Attic"),),
            previews=(Text("http://x.org/2"),),
        ),
    ),
    "related works": (
        (
            "<relatedItem type='host'><titleInfo><title>J</title></titleInfo>"
            "<identifier type='issn'>0028-0836</identifier>"
            "<part><detail type='volume'><caption>vol.</caption><number>3</number></detail>"
            "<extent unit='pages'><start>5</start><end>9</end></extent><date>1999</date></part></relatedItem>"
            "<relatedItem type='series'><titleInfo><title>S</title></titleInfo></relatedItem>"
            "<relatedItem type='original'><titleInfo><title>O</title></titleInfo></relatedItem>"
            "<relatedItem xlink:href='http://x.org/3'/><relatedItem/>"
        ),
        Description(
            related=(
                Related(
                    "isPartOf",
                    "J",
                    (Identifier("0028-0836", "issn"),),
                    "vol. 3, p. 5-9, 1999",
                    place=PartOfHost("3", "", "5", "9", "1999"),
                ),
                Related("isPartOf", "S", series=True),
                Related("source", "O"),
                Related("relation", identifiers=(Identifier("http://x.org/3", "uri"),)),
            )
        ),
    ),
    "rights": (
        (
            "<accessCondition type='restriction on access'>Closed</accessCondition>"
            "<accessCondition>Ask</accessCondition>"
            "<accessCondition type='useAndReproduction'/>"
            "<accessCondition type='use and reproduction' xlink:href='http://l.org/1'>Free</accessCondition>"
            "<accessCondition><c xmlns='urn:c'><h>Holder</h><y>1999</y></c></accessCondition>"
        ),
        Description(
            rights=(
                Rights("Closed", RightsKind.ACCESS),
                Rights("Ask"),
                Rights("Free", RightsKind.LICENSE, "http://l.org/1"),
                Rights("Holder 1999"),
            )
        ),
    ),
    "what speaks of the record": (
        (
            "<recordInfo><recordIdentifier>1</recordIdentifier></recordInfo><extension><note>x</note></extension>"
            "<title xmlns='urn:x'>x</title>"
        ),
        Description(),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_reading(case: str) -> None:
    inner, expected = CASES[case]
    assert reader.read(mods(inner)) == expected


def test_the_first_of_a_collection_counts() -> None:
    inner = "".join(f"<mods><note>{number}</note></mods>" for number in (1, 2))
    assert reader.read(f'<modsCollection xmlns="{MODS}">{inner}</modsCollection>').notes == (Text("1"),)


@pytest.mark.parametrize("content", ["<mods/>", "<html/>", "<broken", f'<modsCollection xmlns="{MODS}"/>'])
def test_what_is_not_mods_is_rejected(content: str) -> None:
    with pytest.raises(Rejected):
        reader.read(content)


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        *((code, True) for code in roles.CREATORS),
        *((term, True) for term in roles.CREATORS.values()),
        ("Author.", True),
        ("http://id.loc.gov/vocabulary/relators/aut", True),
        ("Interviewee", False),
        ("http://id.loc.gov/vocabulary/relators/ivr", False),
        ("editor", False),
        ("co-author of nothing", False),
        ("", False),
    ],
)
def test_whose_role_is_a_creators(role: str, *, expected: bool) -> None:
    assert roles.of_creator([role]) is expected
