"""Vocabularies and authority files: their proper names and addresses, by the code or the URIs that records use."""

from typing import Final, NamedTuple

from mdwatch.exporters.terms.uris import is_web


class Authority(NamedTuple):
    """A vocabulary or authority file; `uri` is empty where it has no address."""

    name: str
    uri: str


# By code, as MODS `authority`, MARC `$2` and the DCMI encoding schemes have it.
VOCABULARIES: Final = {
    "aat": Authority("Art & Architecture Thesaurus", "http://vocab.getty.edu/aat/"),
    "ddc": Authority("Dewey Decimal Classification", "http://dewey.info/"),
    "fast": Authority("Faceted Application of Subject Terminology", "http://id.worldcat.org/fast/"),
    "geonames": Authority("GeoNames", "http://sws.geonames.org/"),
    "gnd": Authority("Gemeinsame Normdatei", "https://d-nb.info/gnd/"),
    "lcc": Authority("Library of Congress Classification", "http://id.loc.gov/authorities/classification"),
    "lcgft": Authority("Library of Congress Genre/Form Terms", "http://id.loc.gov/authorities/genreForms"),
    "lcsh": Authority("Library of Congress Subject Headings", "http://id.loc.gov/authorities/subjects"),
    "lctgm": Authority("Thesaurus for Graphic Materials", "http://id.loc.gov/vocabulary/graphicMaterials"),
    "tgm": Authority("Thesaurus for Graphic Materials", "http://id.loc.gov/vocabulary/graphicMaterials"),
    "mesh": Authority("Medical Subject Headings", "http://id.nlm.nih.gov/mesh/"),
    "naf": Authority("Library of Congress Name Authority File", "http://id.loc.gov/authorities/names"),
    "tgn": Authority("Getty Thesaurus of Geographic Names", "http://vocab.getty.edu/tgn/"),
    "udc": Authority("Universal Decimal Classification", "http://udcdata.info/"),
}

# By how the URIs of names begin, without http(s)://. The name is that of a nameIdentifierScheme.
NAMES: Final = (
    ("orcid.org/", Authority("ORCID", "https://orcid.org/")),
    ("www.orcid.org/", Authority("ORCID", "https://orcid.org/")),
    ("isni.org/", Authority("ISNI", "https://isni.org/")),
    ("www.isni.org/", Authority("ISNI", "https://isni.org/")),
    ("ror.org/", Authority("ROR", "https://ror.org/")),
    ("viaf.org/", Authority("VIAF", "http://viaf.org/")),
    ("id.loc.gov/authorities/names/", Authority("LCNAF", "http://id.loc.gov/authorities/names/")),
    ("d-nb.info/gnd/", Authority("GND", "https://d-nb.info/gnd/")),
    ("www.wikidata.org/", Authority("Wikidata", "https://www.wikidata.org/")),
    ("www.idref.fr/", Authority("IdRef", "https://www.idref.fr/")),
    ("vocab.getty.edu/ulan/", Authority("ULAN", "http://vocab.getty.edu/ulan/")),
)
# A name identifier must have a scheme; of an address this much is certain.
_ELSEWHERE: Final = Authority("URL", "")


def vocabulary(scheme: str) -> Authority:
    """The vocabulary of this code, or one of this name, which has an address only if it is one."""
    return VOCABULARIES.get(scheme.strip().lower()) or Authority(scheme, scheme if is_web(scheme) else "")


def of_name(uri: str) -> Authority:
    """The authority file that the URI of a name belongs to."""
    bare = uri.removeprefix("http://").removeprefix("https://").lower()
    return next((authority for start, authority in NAMES if bare.startswith(start)), _ELSEWHERE)
