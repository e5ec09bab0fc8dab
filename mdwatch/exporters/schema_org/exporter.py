"""JSON-LD of schema.org: what an IE's description says, for search engines and the pages that show it.

The crosswalk is `table`. Keys stand in one order; what is not known has no key. `<`, `>` and `&` are written as
escapes, so that no text can end the script element that a page puts the document in.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from mdwatch.exporters.interface import Exporter
from mdwatch.exporters.records import access_rights
from mdwatch.exporters.records.describe import describe
from mdwatch.exporters.records.description import DateKind, Description, Name, Related, RightsKind, Text, TitleKind
from mdwatch.exporters.records.languages import is_none
from mdwatch.exporters.schema_org import json_ld, table
from mdwatch.exporters.schema_org.json_ld import Thing, alone, thing
from mdwatch.exporters.schema_org.parts import (
    funding,
    identifier,
    is_in_periodical,
    keyword,
    other_work,
    periodical,
    place,
)
from mdwatch.exporters.terms import agents, contributor_types, dcmi_names, iso_dates, kinds, language_codes, media
from mdwatch.exporters.terms.coordinates import once
from mdwatch.exporters.terms.global_identifiers import known
from mdwatch.exporters.terms.licences import licence
from mdwatch.exporters.terms.uris import is_uri, is_web
from mdwatch.model import IntellectualEntity

_Pair = tuple[str, Any]


def export(ie: IntellectualEntity) -> bytes:
    """The JSON-LD document of the IE, as UTF-8."""
    return write(ie.pid, describe(ie), publisher=ie.held_by, landing_page=ie.landing_page)


def write(pid: str, description: Description, *, publisher: str = "", landing_page: str = "") -> bytes:
    """The JSON-LD document of a description; `pid` is its name where it has no title.

    `publisher` is who makes the work available where the description names nobody.
    """
    return json_ld.document(_pairs(pid, description, publisher, landing_page))


def _pairs(pid: str, said: Description, holder: str, landing_page: str) -> Iterator[_Pair]:
    """The keys with their values, in the order of the document."""
    yield "@context", "https://schema.org"
    yield "@type", kinds.kind(text for text, _ in (*said.genres, *said.types)).schema_org
    yield "url", landing_page
    yield from _identifiers(pid, said)
    main = [title for title in said.titles if title.kind in table.NAMES] or said.titles[:1]
    yield from (("name", title.text) for title in main)
    yield "name", pid if not main else ""
    named = set(main)
    subs = (title for title in said.titles if title.kind is TitleKind.SUBTITLE and title not in named)
    yield from (("alternativeHeadline", title.text) for title in subs)
    yield from (("alternateName", t.text) for t in said.titles if t.kind in table.ALTERNATIVES and t not in named)
    yield from (("description", text) for text, _ in said.abstracts or _other_prose(said))
    yield from _names(said.names)
    yield from _publishers(said, holder)
    yield from (("creditText", text) for text, _ in said.responsibilities)
    yield from _places_of_origin(said)
    yield from _dates(said)
    yield from _languages(said)
    yield from (("genre", text) for text, _ in said.genres)
    yield from (("keywords", keyword(subject)) for subject in said.subjects)
    yield from (("spatialCoverage", place(found)) for found in once(said.places))
    for text, _ in said.periods:
        yield "temporalCoverage", iso_dates.span(text) or text
        yield "temporalCoverage", dcmi_names.name(text)
    yield from _rights(said)
    for work in said.works():
        yield from _related(work)
    yield from (("encodingFormat" if media.is_media_type(text) else "material", text) for text, _ in said.formats)
    yield from (("materialExtent", text) for text, _ in said.extents)
    yield from (("version", text) for text, _ in said.in_all_scripts("editions"))
    yield from (("audience", Thing(("@type", "Audience", "audienceType", text))) for text, _ in said.audiences)
    yield from (("funding", funding(grant)) for grant in said.grants)
    yield from (("provider", Thing(("@type", "Organization", "name", text))) for text, _ in said.locations)
    yield from (("thumbnailUrl", text) for text, _ in said.previews if is_web(text))


def _other_prose(said: Description) -> tuple[Text, ...]:
    """What stands in for an abstract."""
    return (*said.contents, *said.notes, *said.scales, *said.projections)


def _identifiers(pid: str, said: Description) -> Iterator[_Pair]:
    """@id of the first DOI, handle or ARK, sameAs of the others; url of web addresses; all of them as PropertyValue."""
    names: list[str] = []
    addresses: list[str] = []
    identifiers: list[Thing] = []
    for given in said.identifiers:
        found = known(given)
        identifiers.append(identifier(given, found))
        if found and found.address:
            (addresses if found.type == "URL" else names).append(found.address)
    yield "@id", names[0] if names else ""
    yield "identifier", Thing(("@type", "PropertyValue", "propertyID", "PID", "value", pid))
    yield from (("identifier", value) for value in identifiers)
    yield from (("sameAs", address) for address in names[1:] if address != names[0])
    yield from (("url", address) for address in addresses)


def _places_of_origin(said: Description) -> Iterator[_Pair]:
    """Where the work was published; where it was made, if nothing tells that it was published at all."""
    published = said.publishers or any(date.kind is DateKind.ISSUED for date in said.dates)
    for text, _ in said.in_all_scripts("places_published"):
        origin = Thing(("@type", "Place", "name", text))
        if published:
            yield "publication", Thing(("@type", "PublicationEvent", "location", origin))
        else:
            yield "locationCreated", origin


def _languages(said: Description) -> Iterator[_Pair]:
    """The languages by their tags, those without by their names; `und` and `zxx` are none."""
    for text, _ in said.languages:
        if not is_none(text):
            yield "inLanguage", language_codes.tag(text) or text


def _names(names: Iterable[Name]) -> Iterator[_Pair]:
    """Creators, then contributors by the part they had, inside a Role where only words can tell it."""
    listed = list(names)
    yield from (("creator", _agent(name)) for name in listed if name.creator)
    for name in listed:
        if name.creator:
            continue
        property_ = contributor_types.part(name.roles).property
        agent = _agent(name)
        if (property_ == "contributor" and name.roles) or len(name.roles) > 1:
            words = alone(contributor_types.word(role) for role in name.roles)
            agent = Thing(("@type", "Role", "roleName", words, property_, agent))
        yield property_, agent


def _agent(name: Name) -> Thing:
    """A person or an organization, by one name and whatever forms it has in other scripts."""
    kind, uri = agents.agent(name).value, name.uri if name.uri and is_uri(name.uri) else ""
    family, given = agents.parted(name)
    if not (name.affiliations or name.forms or uri or family or given):
        return Thing(("@type", kind, "name", name.text) if kind else ("name", name.text))
    known = dict(name.affiliation_uris)
    affiliations = alone(
        thing("@type", "Organization", "@id", known.get(text, ""), "name", text) for text in name.affiliations
    )
    forms = alone(form.text for form in name.forms)
    others = alone(filter(is_uri, name.other_uris)) if name.other_uris else ""
    return thing(
        "@type", kind, "@id", uri, "name", name.text, "alternateName", forms, "givenName", given,
        "familyName", family, "affiliation", affiliations, "sameAs", others,
    )  # fmt: skip


def _publishers(said: Description, holder: str) -> Iterator[_Pair]:
    """Who published the work, each with the forms of the name; else who makes it available."""
    if not said.publishers and holder:
        yield "publisher", Thing(("@type", "Organization", "name", holder))
    forms = said.forms("publishers") if said.parallels else {}
    for text, _ in said.publishers:
        other = alone(form.text for form in forms.get(text, ()))
        yield "publisher", thing("@type", "Organization", "name", text, "alternateName", other)


def _dates(said: Description) -> Iterator[_Pair]:
    """The dates in ISO 8601, of several for one property the best; one of another form by what it names.

    A span stands whole, without its mark where it goes on. A date with a time of day is of a file that was uploaded,
    and gives way to one without.
    """
    ranks = {kind: (rank, property_) for rank, (kind, property_) in enumerate(table.DATES)}
    known = [(*ranks[date.kind], date) for date in said.dates if date.kind in ranks]
    known.sort(key=lambda item: (iso_dates.has_time(item[2].text) and item[2].kind is not DateKind.ISSUED, item[0]))
    told: dict[str, str | int] = {}
    for _, property_, date in known:
        if property_ in told or not (text := iso_dates.told(date).rstrip("/")):
            continue
        if property_ != "copyrightYear":
            # ISO 8601-2 has two dots for a beginning that is not known.
            told[property_] = f"..{text}" if text.startswith("/") else text
        elif year := iso_dates.year(date.text):
            told[property_] = int(year)
    yield from told.items()


def _rights(said: Description) -> Iterator[_Pair]:
    """Licences and standard statements by their address, other statements in the words of the record."""
    for rights in said.rights:
        address = licence(rights.uri).uri
        access = access_rights.known(rights.uri or rights.text, words=True)
        if rights.kind is RightsKind.HOLDER:
            yield "copyrightHolder", Thing(("name", rights.text)) if rights.text else ""
        elif rights.kind is RightsKind.ACCESS and access:
            yield "conditionsOfAccess", rights.text or access.term
            yield "isAccessibleForFree", access.is_free
        elif is_web(address):
            yield "usageInfo" if table.RIGHTS_STATEMENTS in address else "license", address
            # What a licence is called goes without saying beside its address.
            yield table.RIGHTS[rights.kind], "" if rights.kind is RightsKind.LICENSE else rights.text
        else:
            yield table.RIGHTS[rights.kind], rights.text


def _related(work: Related) -> Iterator[_Pair]:
    """Another work, by title and identifiers; of a periodical the issue, and the pages in it."""
    if is_in_periodical(work):
        yield "isPartOf", periodical(work)
        yield "pageStart", work.place.first_page
        yield "pageEnd", work.place.last_page
    else:
        yield table.RELATIONS.get(work.relation, table.RELATED), other_work(work)


EXPORTER: Final = Exporter(
    name="schema_org",
    display_name="Schema.org JSON-LD",
    media_type="application/ld+json",
    version="7",
    export=export,
    reads_events=False,
)
