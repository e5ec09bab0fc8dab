"""Other works in DataCite 4.5: by identifier, as an item, or in words where DataCite has no such relation."""

from collections.abc import Iterable, Iterator
from typing import Final

from mdwatch.exporters.datacite import table
from mdwatch.exporters.records.datacite_terms import STATED
from mdwatch.exporters.records.description import Related
from mdwatch.exporters.terms import iso_dates
from mdwatch.exporters.terms.global_identifiers import Global, known
from mdwatch.exporters.xml_text import element, wrap


def identifiers(related: Iterable[Related]) -> Iterator[str]:
    """A relatedIdentifier for each identifier of a type that DataCite knows."""
    for work in related:
        if relation := _relation(work):
            for found in filter(None, map(known, work.identifiers)):
                values = {"relatedIdentifierType": found.type, "relationType": relation}
                yield element("relatedIdentifier", found.text, values)


def _relation(work: Related) -> str:
    """The relation in DataCite's words; empty where it has none."""
    return work.stated if work.stated in STATED else table.RELATIONS.get(work.relation, "")


def items(related: Iterable[Related]) -> Iterator[str]:
    """A relatedItem for each work that has a title. What kind of work it is only a host's standard number tells."""
    for work in related:
        if work.title and (relation := _relation(work)):
            found = next(filter(None, map(known, work.identifiers)), None)
            kind = _HOSTS.get(found.type, "Other") if found and _is_host(work) else "Other"
            yield wrap("relatedItem", "".join(_item(work, found)), {"relatedItemType": kind, "relationType": relation})


def _is_host(work: Related) -> bool:
    return work.relation == "isPartOf" and not work.series


# What a work with such a number is, of which others are parts.
_HOSTS: Final = {"ISSN": "Journal", "EISSN": "Journal", "ISBN": "Book"}


def _item(work: Related, found: Global | None) -> Iterator[str]:
    """What is known of the work, in the order of the schema."""
    if found:
        yield element("relatedItemIdentifier", found.text, {"relatedItemIdentifierType": found.type})
    elif work.identifiers:
        yield element("relatedItemIdentifier", work.identifiers[0].text)
    yield wrap("titles", element("title", work.title))
    volume, issue, first, last, year = work.place
    published = iso_dates.year(year)
    parts = (
        ("publicationYear", published),
        ("volume", volume),
        ("issue", issue),
        ("firstPage", first),
        ("lastPage", last),
    )
    if any((volume, issue, first)):
        yield from (element(tag, text) for tag, text in parts if text)
    elif work.part:
        yield element("number", work.part, {"numberType": "Other"})


def sentences(related: Iterable[Related]) -> Iterator[str]:
    """What can be told neither way: a relation that DataCite does not have, or an identifier of no known type."""
    for work in related:
        if _relation(work) and (work.title or any(map(known, work.identifiers))):
            continue
        names = (work.title, *(identifier.text for identifier in work.identifiers), work.part)
        yield f"{work.relation[:1].upper()}{work.relation[1:]}: {'; '.join(filter(None, names))}"
