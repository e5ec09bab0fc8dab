"""Reads DIM, DSpace's own form of qualified Dublin Core: `field` elements by schema, element and qualifier.

After DSpace's crosswalk to qualified Dublin Core (QDC.properties) and the scope notes of its registry of fields, which
say what qualifiers mean that DCMI does not have. Only the schemas `dc`, `dcterms` and `thesis` are read: others are
local. What speaks of the record and not of the work (accession, provenance) is left out.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from lxml import etree

from mdwatch.exporters.records import dcmi, dublin_core
from mdwatch.exporters.records.description import (
    Date,
    DateKind,
    Description,
    Name,
    NameKind,
    Related,
    Rights,
    RightsKind,
    Subject,
    SubjectKind,
    Text,
)
from mdwatch.exporters.records.dublin_core_fields import DublinCoreField
from mdwatch.exporters.records.identifier_types import identified, rights_kind
from mdwatch.exporters.records.outline import Part, attribute, described, local, value

# `element.qualifier` of DSpace that DCMI has another term for; an empty one is left out.
_TERMS: Final = {
    "contributor.author": "creator",
    "date.accessioned": "",
    "date.updated": "",
    "date.copyright": "dateCopyrighted",
    "description.provenance": "",
    "identifier.citation": "bibliographicCitation",
    "relation.ispartof": "isPartOf",
    "relation.haspart": "hasPart",
    "relation.isversionof": "isVersionOf",
    "relation.hasversion": "hasVersion",
    "relation.isreferencedby": "isReferencedBy",
    "description.tableofcontents": "tableOfContents",
    "rights.license": "license",
    "rights.holder": "rightsHolder",
    "rights.access": "accessRights",
}
# Qualifiers of `contributor` that are a role, and the role.
_ROLES: Final = {
    name: name
    for name in (
        "compiler", "composer", "director", "editor", "funder", "illustrator", "interviewee", "interviewer",
        "photographer", "producer", "sponsor", "supervisor", "translator",
    )
} | {"advisor": "thesis advisor"}  # fmt: skip
# Qualifiers of `subject` that are a vocabulary.
_VOCABULARIES: Final = frozenset((
    "acm", "agrovoc", "ddc", "eurovoc", "gnd", "jel", "lcc", "lcsh", "mesh", "msc", "udc",
))  # fmt: skip
_CLASSES: Final = frozenset(("ddc", "lcc", "udc"))
# Qualifiers of `identifier` that are a type.
_NUMBERS: Final = frozenset(("arxiv", "doi", "eissn", "handle", "isbn", "ismn", "issn", "pmid", "sici", "uri", "urn"))
# Qualifiers of `description` that are no abstract, but for those that are a note.
_PROSE: Final = {"statementofresponsibility": "responsibilities", "version": "editions"}


class _DimField(NamedTuple):
    """A field by the path that DSpace has it at, schema, element and qualifier in lower case; and its DCMI term."""

    path: tuple[str, str, str]
    term: str
    text: str
    lang: str


def read(root: etree._Element) -> Description:
    """What the record says."""
    fields = [field for field in map(_field, root.iter("*")) if field]
    licence = _licence(fields)
    return described([part for field in fields for part in _parts(field, licence)] + list(_degree(fields)))


def _field(element: etree._Element) -> _DimField | None:
    text = value(element) if local(element) == "field" else ""
    schema = attribute(element, "mdschema").lower()
    if not text or schema not in {"dc", "dcterms", "thesis"}:
        return None
    name, qualifier = attribute(element, "element"), attribute(element, "qualifier")
    language = attribute(element, "lang") or attribute(element, "language")
    return _DimField((schema, name.lower(), qualifier.lower()), _term(name, qualifier), text, language)


def _term(element: str, qualifier: str) -> str:
    """The DCMI term of a field: by the table, by its qualifier, or by its element."""
    path = f"{element}.{qualifier}".lower()
    if path in _TERMS:
        return _TERMS[path]
    return next((name for name in (qualifier, element) if name in dcmi.TERMS), "")


def _parts(field: _DimField, licence: Rights | None) -> Iterator[Part]:
    """What a field fills in; `licence` is the one that the fields of rights amount to."""
    (schema, element, qualifier), term, text, language = field
    match element, qualifier:
        case _ if schema == "thesis":
            pass
        case "contributor", _ if qualifier in _ROLES:
            yield "names", Name(text, creator=False, roles=(_ROLES[qualifier],))
        case "subject", _ if qualifier in _VOCABULARIES:
            kind = SubjectKind.CLASSIFICATION if qualifier in _CLASSES else SubjectKind.TOPIC
            yield "subjects", Subject(text, kind, qualifier, lang=language)
        case "identifier", _ if qualifier in _NUMBERS:
            yield "identifiers", identified(text, qualifier)
        case "description", _ if qualifier and term == "description":
            yield _PROSE.get(qualifier, "notes"), Text(text, language)
        case "date", "embargo":
            yield "dates", Date(text, DateKind.EMBARGO_END)
        case "relation", "ispartofseries":
            # DSpace puts the number behind a semicolon.
            name, _, number = text.partition(";")
            yield "related", Related("isPartOf", name.strip(), part=number.strip(), series=True)
        case "rights", "" | "uri" if licence:
            yield "rights", licence
        case _ if term:
            family = "dc" if term in dcmi.ELEMENTS else "dcterms"
            if said := dublin_core.read_field(DublinCoreField((family, term), text, language)):
                yield said


def _licence(fields: list[_DimField]) -> Rights | None:
    """A licence that is told by its name and by its address, as one; None where it is told otherwise."""
    names = [field for field in fields if field.path[1:] == ("rights", "")]
    addresses = [field for field in fields if field.path[1:] == ("rights", "uri")]
    if len(names) != 1 or len(addresses) != 1:
        return None
    uri = addresses[0].text
    return Rights(names[0].text, rights_kind(RightsKind.PLAIN, uri), uri, names[0].lang)


def _degree(fields: list[_DimField]) -> Iterator[Part]:
    """Degree, level and discipline as one note, and who granted it, as ETD-MS has them."""
    told = {field.path[2]: field.text for field in fields if field.path[:2] == ("thesis", "degree")}
    if about := ", ".join(filter(None, (told.get(part) for part in ("name", "level", "discipline")))):
        yield "notes", Text(f"Thesis ({about})")
    if grantor := told.get("grantor"):
        yield "names", Name(grantor, creator=False, roles=("degree granting institution",), kind=NameKind.CORPORATE)
    if told:
        yield "genres", Text("thesis")
