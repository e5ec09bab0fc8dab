"""JSON-LD of schema.org: what an IE's description says, for search engines and the pages that show it.

The crosswalk is `schema_org_table`. Keys stand in one order; one value stands alone, several in a list, none twice;
what is not known has no key. `<`, `>` and `&` are written as escapes, so that no text can end the script element that a
page puts the document in.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from mdwatch.exporters.interface import Exporter
from mdwatch.exporters.records import access_rights
from mdwatch.exporters.records.describe import describe
from mdwatch.exporters.records.description import DateKind, Description, Name, NameKind, Related, RightsKind
from mdwatch.exporters.schema_org import table
from mdwatch.exporters.schema_org.parts import funding, identifier, keyword, place, thing
from mdwatch.exporters.terms import contributor_types, iso_dates, kinds, language_codes, media
from mdwatch.exporters.terms.global_identifiers import known
from mdwatch.exporters.terms.licences import licence
from mdwatch.exporters.terms.uris import is_uri, is_web
from mdwatch.model import IntellectualEntity

_TYPES: Final = {
    NameKind.PERSONAL: "Person",
    NameKind.FAMILY: "Person",
    NameKind.CORPORATE: "Organization",
    NameKind.CONFERENCE: "Organization",
    # A guess would be worse than none: nothing is said then.
    NameKind.UNKNOWN: "",
}
# What may end a script element, or begin a comment in one.
_ESCAPED: Final = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})

_Pair = tuple[str, Any]


def export(ie: IntellectualEntity) -> bytes:
    """The JSON-LD document of the IE, as UTF-8."""
    return write(ie.pid, describe(ie), publisher=ie.held_by, landing_page=ie.landing_page).encode()


def write(pid: str, description: Description, *, publisher: str = "", landing_page: str = "") -> str:
    """The JSON-LD document of a description; `pid` is its name where it has no title.

    `publisher` is who makes the work available where the description names nobody.
    """
    document: dict[str, list[str]] = {}
    for key, value in _pairs(pid, description, publisher, landing_page):
        said = document.setdefault(key, [])
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        if value and text not in said:
            said.append(text)
    keys = [f'"{key}": {_joined(said)}' for key, said in document.items() if said]
    return f"{{{', '.join(keys)}}}".translate(_ESCAPED)


def _joined(values: list[str]) -> str:
    """JSON values as the value of one key."""
    return values[0] if len(values) == 1 else f"[{', '.join(values)}]"


def _pairs(pid: str, said: Description, holder: str, landing_page: str) -> Iterator[_Pair]:
    """The keys with their values, in the order of the document."""
    yield "@context", "https://schema.org"
    yield "@type", kinds.kind(text for text, _ in (*said.genres, *said.types)).schema_org
    yield "url", landing_page
    yield from _identifiers(pid, said)
    main = [title for title in said.titles if title.kind in table.NAMES] or said.titles[:1]
    yield from (("name", title.text) for title in main)
    yield "name", pid if not main else ""
    yield from (("alternateName", t.text) for t in said.titles if t.kind in table.ALTERNATIVES and t not in main)
    yield from (("description", text) for text, _ in said.abstracts or (*said.contents, *said.notes))
    yield from _names(said.names)
    publishers = [text for text, _ in said.publishers] or [holder]
    yield from (("publisher", {"@type": "Organization", "name": text} if text else "") for text in publishers)
    yield from _places_of_origin(said)
    yield from _dates(said)
    yield from (("inLanguage", language_codes.tag(text) or text) for text, _ in said.languages)
    yield from (("genre", text) for text, _ in said.genres)
    yield from (("keywords", keyword(subject)) for subject in said.subjects)
    yield from (("spatialCoverage", place(found)) for found in said.places)
    yield from (("temporalCoverage", iso_dates.span(text) or text) for text, _ in said.periods)
    yield from _rights(said)
    yield from (_related(work) for work in said.related)
    yield from (("encodingFormat" if media.is_media_type(text) else "material", text) for text, _ in said.formats)
    yield from (("materialExtent", text) for text, _ in said.extents)
    yield from (("version", text) for text, _ in said.editions)
    yield from (("audience", {"@type": "Audience", "audienceType": text}) for text, _ in said.audiences)
    yield from (("funding", funding(grant)) for grant in said.grants)
    yield from (("provider", {"@type": "Organization", "name": text}) for text, _ in said.locations)
    yield from (("thumbnailUrl", text) for text, _ in said.previews if is_web(text))


def _identifiers(pid: str, said: Description) -> Iterator[_Pair]:
    """@id of the first DOI, handle or ARK, sameAs of the others; url of web addresses; all of them as PropertyValue."""
    found = [item for item in map(known, said.identifiers) if item and item.address]
    names = [item.address for item in found if item.type != "URL"]
    yield "@id", names[0] if names else ""
    yield "identifier", {"@type": "PropertyValue", "propertyID": "PID", "value": pid}
    yield from (("identifier", identifier(given)) for given in said.identifiers)
    yield from (("sameAs", address) for address in names[1:] if address != names[0])
    yield from (("url", item.address) for item in found if item.type == "URL")


def _places_of_origin(said: Description) -> Iterator[_Pair]:
    """Where the work was published; where it was made, if nothing tells that it was published at all."""
    published = said.publishers or any(date.kind is DateKind.ISSUED for date in said.dates)
    for text, _ in said.places_published:
        origin = {"@type": "Place", "name": text}
        if published:
            yield "publication", {"@type": "PublicationEvent", "location": origin}
        else:
            yield "locationCreated", origin


def _names(names: Iterable[Name]) -> Iterator[_Pair]:
    """Creators, then contributors by the part they had, inside a Role where only words can tell it."""
    listed = list(names)
    yield from (("creator", _agent(name)) for name in listed if name.creator)
    for name in listed:
        if name.creator:
            continue
        property_ = contributor_types.part(name.roles).property
        agent = _agent(name)
        if property_ == "contributor" and name.roles:
            words = [contributor_types.word(role) for role in name.roles]
            agent = {"@type": "Role", "roleName": words[0] if len(words) == 1 else words, "contributor": agent}
        yield property_, agent


def _agent(name: Name) -> dict[str, Any]:
    """A person or an organization."""
    affiliations = [{"@type": "Organization", "name": text} for text in name.affiliations]
    agent = {
        "@type": _TYPES[name.kind],
        "@id": name.uri if is_uri(name.uri) else "",
        "name": name.text,
        "givenName": name.given,
        "familyName": name.family,
        "affiliation": affiliations[0] if len(affiliations) == 1 else affiliations,
    }
    return {key: value for key, value in agent.items() if value}


def _dates(said: Description) -> Iterator[_Pair]:
    """The dates in ISO 8601, of a span its beginning; one of another form by its year."""
    told: set[str] = set()
    for kind, property_ in table.DATES:
        for date in said.dates:
            if date.kind is not kind or property_ in told:
                continue
            begin = next(filter(None, iso_dates.span(date.text).split("/")), "") or iso_dates.year(date.text)
            if begin:
                told.add(property_)
                yield property_, int(begin[:4]) if property_ == "copyrightYear" else begin


def _rights(said: Description) -> Iterator[_Pair]:
    """Licences and standard statements by their address, other statements in the words of the record."""
    for rights in said.rights:
        address = licence(rights.uri).uri
        access = access_rights.known(rights.uri or rights.text, words=True)
        if rights.kind is RightsKind.HOLDER:
            yield "copyrightHolder", {"name": rights.text} if rights.text else ""
        elif rights.kind is RightsKind.ACCESS and access:
            yield "conditionsOfAccess", rights.text or access.term
            yield "isAccessibleForFree", access.is_free
        elif is_web(address):
            yield "usageInfo" if table.RIGHTS_STATEMENTS in address else "license", address
            # What a licence is called goes without saying beside its address.
            yield table.RIGHTS[rights.kind], "" if rights.kind is RightsKind.LICENSE else rights.text
        else:
            yield table.RIGHTS[rights.kind], rights.text


def _related(work: Related) -> _Pair:
    """Another work, by title and identifiers."""
    return table.RELATIONS.get(work.relation, table.RELATED), thing(work)


EXPORTER: Final = Exporter(
    name="schema_org",
    display_name="Schema.org JSON-LD",
    media_type="application/ld+json",
    version="2",
    export=export,
)
