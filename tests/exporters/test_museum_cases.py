"""Objects of museums and finding aids of archives as they describe them, and what each format must hold of them.

By LIDO 1.1 and its mapping to Dublin Core, the EAD Tag Libraries (2002, EAD3), and the Guidelines of TEI.
"""

from typing import Final

from mdwatch.model import IntellectualEntity
from tests.exporters.cases import Case, two_tests
from tests.exporters.samples import entity
from tests.exporters.test_archive_cases import ead

_EAD3: Final = (
    '<ead xmlns="http://ead3.archivists.org/schema/"><archdesc level="fonds"><did><unittitle>T</unittitle>{}</did>{}'
    "</archdesc></ead>"
)


def ead3(did: str, more: str = "") -> IntellectualEntity:
    """An IE of a finding aid in EAD3 with these elements."""
    return entity(None, ("ead", _EAD3.format(did, more)))


def identity(inner: str) -> IntellectualEntity:
    """An IE of an object that is identified by these elements."""
    return lido(f"<objectIdentificationWrap>{inner}</objectIdentificationWrap>")


def shown(inner: str) -> IntellectualEntity:
    """An IE of an object that shows this."""
    wrapped = f"<subjectWrap><subjectSet>{inner}</subjectSet></subjectWrap>"
    return lido(f"<objectRelationWrap>{wrapped}</objectRelationWrap>")


def lido(inner: str) -> IntellectualEntity:
    """An IE of an object of a museum."""
    return entity(None, ("lido", f"<lido><descriptiveMetadata>{inner}</descriptiveMetadata></lido>"))


def titles(*sets: str) -> str:
    """Sets of titles, each title after its language, or after none."""
    told = (
        f"<titleSet><appellationValue{f' xml:lang={lang!r}' if lang else ''}>{text}</appellationValue></titleSet>"
        for lang, _, text in (each.rpartition(":") for each in sets)
    )
    return f"<titleWrap>{''.join(told)}</titleWrap>"


def measured(*sizes: str, of: str = "", displayed: str = "") -> str:
    """Sizes of an object by type, number and unit, in words too if there are any."""
    told = "".join(
        f"<measurementSet><measurementType>{what}</measurementType><measurementUnit>{unit}</measurementUnit>"
        f"<measurementValue>{number}</measurementValue></measurementSet>"
        for what, number, unit in map(str.split, sizes)
    )
    words = f"<displayObjectMeasurements>{displayed}</displayObjectMeasurements>" if displayed else ""
    of = f"<extentMeasurements>{of}</extentMeasurements>" if of else ""
    return (
        f"<objectMeasurementsWrap><objectMeasurementsSet>{words}<objectMeasurements>{told}{of}</objectMeasurements>"
        "</objectMeasurementsSet></objectMeasurementsWrap>"
    )


def keeper(name: str, of: str) -> str:
    """Who keeps an object, or kept it."""
    return (
        f'<repositorySet type="{of}"><repositoryName><legalBodyName><appellationValue>{name}</appellationValue>'
        "</legalBodyName></repositoryName></repositorySet>"
    )


_ATTRIBUTED: Final = (
    "<eventWrap><eventSet><event><eventType><term>Production</term></eventType><eventActor><actorInRole><actor>"
    "<nameActorSet><appellationValue>Roe, Ann</appellationValue></nameActorSet></actor><roleActor><term>painter</term>"
    "</roleActor><attributionQualifierActor>attributed to</attributionQualifierActor></actorInRole></eventActor>"
    "</event></eventSet></eventWrap>"
)
_ALL_SHOWN: Final = (
    "<displaySubject>A walk</displaySubject><subject><subjectEvent><event><eventName><appellationValue>Easter walk"
    "</appellationValue></eventName></event></subjectEvent><subjectObject><displayObject>Stick</displayObject>"
    "</subjectObject></subject>"
)

ROWS: Final[dict[str, Case]] = {
    "what an object was called before": Case(
        identity(titles("de:Turm", "en:Tower", "de:Bergfried")),
        {"datacite": ('<title xml:lang="de">Turm<', '<title titleType="TranslatedTitle" xml:lang="en">Tower<',
                      '<title titleType="AlternativeTitle" xml:lang="de">Bergfried<')},
    ),
    "sizes that are not in words": Case(
        identity(measured("Height 94,8 cm", "Width 74,8 cm", of="image")),
        {"oai_dc": (">Height 94,8 cm; Width 74,8 cm (image)<",)},
    ),
    "sizes that are in words": Case(
        identity(measured("Height 9 cm", displayed="9 cm high")), {"oai_dc": (">9 cm high<", "-Height")},
    ),
    "who kept an object before": Case(
        identity(f"<repositoryWrap>{keeper('Museum', 'current')}{keeper('Somebody', 'former')}</repositoryWrap>"),
        {"datacite": ('"Organizational">Museum<', '-"Organizational">Somebody<'),
         "dcterms": ("<dcterms:provenance>Somebody<",)},
    ),
    "what an object is but attributed to": Case(
        lido(_ATTRIBUTED), {"mods": (">painter<", ">attributed to<"), "oai_dc": ("<dc:creator>Roe, Ann<",)},
    ),
    "events and objects that are shown": Case(
        shown(_ALL_SHOWN), {"oai_dc": ("<dc:subject>Easter walk<", "<dc:subject>Stick<", "-A walk")},
    ),
    "what is shown in words": Case(
        shown("<displaySubject>A walk</displaySubject>"), {"oai_dc": ("<dc:subject>A walk<",)},
    ),
    "names and places in the form of an authority file": Case(
        ead('<origination><persname normal="Curie, Marie (1867-1934)">M. Curie</persname></origination>',
            '<controlaccess><geogname normal="Varsovie (Pologne)">Varsovie</geogname></controlaccess>'),
        {"oai_dc": ("<dc:creator>Curie, Marie (1867-1934)<", "<dc:coverage>Varsovie (Pologne)<"),
         "datacite": ("<familyName>Curie<",)},
    ),
    "a beginning that nobody knows, and an end that has not come": Case(
        ead('<unitdate normal="0000/1867">avant 1867</unitdate><unitdate normal="1990/9999">1990 on</unitdate>'),
        {"oai_dc": ("<dc:date>avant 1867<", "-0000", "-9999", "1990"), "mods": ("-0000", "-9999"),
         "datacite": (">1990/<",)},
    ),
    "a licence that the words link to": Case(
        ead("", '<userestrict><p>Free: <extref href="https://creativecommons.org/publicdomain/zero/1.0/">CC0</extref>'
            "</p></userestrict>"),
        {"datacite": ('rightsIdentifier="CC0-1.0"',), "dcterms": ("<dcterms:license>Free: CC0<",)},
    ),
    "dates of EAD3 in words": Case(
        ead3('<unitdatestructured><dateset><datesingle standarddate="1920">circa 1920</datesingle><daterange><fromdate '
             'standarddate="1930">1930</fromdate><todate standarddate="1940-06">June 1940</todate></daterange>'
             '</dateset></unitdatestructured><unitdate unitdatetype="bulk" normal="1935/1938">1935-1938</unitdate>'),
        {"mods": ('qualifier="approximate">1920<', "<dateCreated>circa 1920<", "<dateCreated>1930-June 1940<",
                  "<dateCreated>bulk 1935-1938<")},
    ),
    "extent, material and coordinates of EAD3": Case(
        ead3("<physdescstructured><quantity>2</quantity><unittype>boxes</unittype><physfacet>paper</physfacet>"
             "<dimensions>20 cm</dimensions></physdescstructured>",
             "<controlaccess><geogname><part>London</part><geographiccoordinates coordinatesystem='WGS84'>51.5, -0.12"
             "</geographiccoordinates></geogname></controlaccess>"),
        {"dcterms": (">2 boxes<", ">20 cm<", "<dcterms:medium>paper<", ">London<"),
         "datacite": ("<pointLatitude>51.5<",)},
    ),
    "resources that EAD3 relates to": Case(
        ead3("", '<relations><relation relationtype="resourcerelation" href="https://x.example/r"><relationentry>Other '
             'papers</relationentry></relation><relation relationtype="cpfrelation"><relationentry>Poe</relationentry>'
             "</relation></relations>"),
        {"oai_dc": ("<dc:relation>Other papers; https://x.example/r<", "-Poe")},
    ),
}  # fmt: skip


test_what_stands_in_a_document, test_every_document_is_valid = two_tests(ROWS)
