"""Names in a TEI header: who wrote, edited, published or paid, by the parts that are tagged."""

from collections.abc import Iterable, Iterator
from typing import Final

from lxml import etree

from mdwatch.exporters.records import authority_files
from mdwatch.exporters.records.description import Grant, Name, NameKind, Text
from mdwatch.exporters.records.outline import Part, Reader, attribute, children, lang, local, value
from mdwatch.exporters.records.plain_text import clean

_PEOPLE: Final = {"persName": NameKind.PERSONAL, "orgName": NameKind.CORPORATE}


def person(*, creator: bool, role: str = "") -> Reader:
    """A name, or several, by its parts where they are tagged; its role as the element states it, else this one."""

    def read(element: etree._Element) -> Iterator[Part]:
        stated = attribute(element, "role")
        told = stated if stated and not stated.startswith("#") else role
        inside = list(children(element, *_PEOPLE, "name"))
        bearers = inside if len(inside) > 1 and not clean(element.text or "") else [element]
        yield from _names(bearers, creator=creator, roles=(told,))

    return read


def _names(elements: Iterable[etree._Element], *, creator: bool, roles: tuple[str, ...]) -> Iterator[Part]:
    found = (_name(element, creator=creator, roles=roles) for element in elements)
    yield from (("names", name) for name in found if name.text)


def _name(element: etree._Element, *, creator: bool, roles: tuple[str, ...]) -> Name:
    """Whoever an element names; without a text where it names nobody."""
    inner = next(children(element, *_PEOPLE, "name"), None)
    family, given, link = (_below(element, part) for part in ("surname", "forename", "nameLink"))
    given = f"{given} {link}" if given and link else given  # `Goethe, Johann Wolfgang von`
    text = f"{family}, {given}" if family and given else _without_numbers(element if inner is None else inner)
    bearer = element if inner is None else inner
    kind = NameKind.PERSONAL if family else _PEOPLE.get(local(bearer), _kind(roles))
    uri = next((u for u in (attribute(e, "ref") for e in (element, bearer)) if "://" in u), "") or _number(element)
    affiliations = [part for part in element.iter("*") if local(part) == "affiliation" and value(part)]
    numbered = ((value(part), _address(part)) for part in affiliations)
    return Name(
        text, creator, tuple(filter(None, roles)), kind, uri, tuple(map(value, affiliations)), given, family,
        affiliation_uris=tuple(pair for pair in numbered if pair[1]),
    )  # fmt: skip


def _address(affiliation: etree._Element) -> str:
    """The address of an affiliation in a registry, of itself or of the body that it names."""
    told = (attribute(part, "ref") for part in (affiliation, *children(affiliation, "orgName")))
    return next((uri for uri in map(authority_files.told_by_itself, filter(None, told)) if uri), "")


def _number(element: etree._Element) -> str:
    """The address of someone by a number in a file (ORCID, ISNI, IdRef); empty for those of no file that is known."""
    numbers = [part for part in element.iter("*") if local(part) == "idno"]
    told = (authority_files.of_number(attribute(n, "type"), value(n)) or authority_files.told_by_itself(value(n))
            for n in numbers)  # fmt: skip
    found = [uri for uri in told if uri.startswith(_FILES)]
    return next((uri for uri in found if "orcid.org/" in uri), next(iter(found), ""))


_FILES: Final = ("https://orcid.org/", "https://isni.org/", "https://www.idref.fr/", "http://viaf.org/",
                 "https://d-nb.info/gnd/", "https://ror.org/")  # fmt: skip


_BESIDE_A_NAME: Final = ("idno", "affiliation", "address", "email")


def _without_numbers(element: etree._Element) -> str:
    """The text of a name but for the numbers, the affiliation and the address in it."""
    if next(children(element, *_BESIDE_A_NAME), None) is None:
        return value(element)
    told = [child.tail if local(child) in _BESIDE_A_NAME else f"{value(child)} {child.tail or ''}" for child in element]
    return clean(" ".join(filter(None, (element.text, *told)))).rstrip(" ,;:(")


def _body(element: etree._Element) -> str:
    """Who publishes: a body with its divisions, without its address."""
    names = [text for part in children(element, "orgName", "name") if (text := _without_numbers(part))]
    return ", ".join(names) if names and not (element.text or "").strip() else _without_numbers(element)


def publisher(element: etree._Element) -> Iterator[Part]:
    """Who published the text."""
    if text := _body(element):
        yield "publishers", Text(text, lang(element))


def distributor(element: etree._Element) -> Iterator[Part]:
    """Who gives it out."""
    if text := _body(element):
        yield "names", Name(text, False, ("distributor",))


def funder(element: etree._Element) -> Iterator[Part]:
    """Who paid: with the number of a grant a grant, else a name."""
    numbers = [number for number in map(value, children(element, "idno")) if number]
    if not numbers:
        yield from _names([element], creator=False, roles=("funder",))
        return
    funder = _name(element, creator=False, roles=("funder",)).text
    yield from (("grants", Grant(funder, number)) for number in numbers)


def _kind(roles: tuple[str, ...]) -> NameKind:
    return NameKind.UNKNOWN if {"sponsor", "funder"}.isdisjoint(roles) else NameKind.CORPORATE


def _below(element: etree._Element, wanted: str) -> str:
    return " ".join(value(part) for part in element.iter("*") if local(part) == wanted)


def responsible(element: etree._Element) -> Iterator[Part]:
    """Whoever is named in a respStmt, in the words of each `resp`."""
    roles = tuple(dict.fromkeys(map(value, children(element, "resp"))))
    yield from _names(children(element, "name", *_PEOPLE), creator=False, roles=roles)
