"""The small parts of MODS that occur in several places: titles, names, and values with their attributes."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from lxml import etree

from mdwatch.exporters.records import roles
from mdwatch.exporters.records.description import Name, NameKind, Text, Title, TitleKind
from mdwatch.exporters.records.plain_text import clean

NAMESPACE: Final = "http://www.loc.gov/mods/v3"
_NAMESPACE: Final = f"{{{NAMESPACE}}}"
_PREFIX: Final = len(_NAMESPACE)
HREF: Final = "{http://www.w3.org/1999/xlink}href"
_XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"

_NAME_KINDS: Final = {kind.value: kind for kind in NameKind}
_TITLE_KINDS: Final = {
    "": TitleKind.MAIN,
    "abbreviated": TitleKind.ABBREVIATED,
    "alternative": TitleKind.ALTERNATIVE,
    "translated": TitleKind.TRANSLATED,
    "uniform": TitleKind.UNIFORM,
}


def children(parent: etree._Element, *names: str) -> Sequence[etree._Element]:
    """The children of these names, in the order of the record."""
    # Most parts have none, and then nothing is to be looked for.
    if not len(parent):
        return ()
    tags = _tags(names)
    return [child for child in parent if child.tag in tags]


# The names are the program's own, some dozens of them.
@lru_cache(maxsize=256)
def _tags(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(f"{_NAMESPACE}{name}" for name in names)


Named = dict[str, list[etree._Element]]  # noqa: SLF001 - lxml's own name for the type.


def by_name(parent: etree._Element) -> Named:
    """The children by their names in MODS, for those who ask for several; no list for a name that none has."""
    found: Named = defaultdict(list)
    for child in parent:
        found[name_of(child)].append(child)
    return found


def name_of(element: etree._Element) -> str:
    """The element's name in MODS, or empty if it is of another namespace."""
    tag = element.tag
    return tag[_PREFIX:] if isinstance(tag, str) and tag.startswith(_NAMESPACE) else ""


def value(element: etree._Element) -> str:
    """The whole text of an element."""
    return clean("".join(element.itertext()) if len(element) else element.text or "")


def values(elements: Iterable[etree._Element]) -> list[str]:
    """The texts of these elements, without empty ones."""
    return [text for text in map(value, elements) if text]


def attribute(element: etree._Element, name: str) -> str:
    """An attribute, or empty."""
    found = element.get(name)
    return clean(found) if found else ""


def lang(element: etree._Element) -> str:
    """The language of a text."""
    return attribute(element, _XML_LANG) or attribute(element, "lang")


def text(element: etree._Element) -> Text:
    """The text of an element with its language."""
    return Text(value(element), lang(element))


def titles(info: etree._Element) -> Iterator[Title]:
    """The title of a titleInfo, and its subtitle if it is the main one. Parts follow what stands before them."""
    kind = _TITLE_KINDS.get(attribute(info, "type"), TitleKind.ALTERNATIVE)
    main, sub, parts = _title_parts(info)
    language = lang(info)
    if kind is not TitleKind.MAIN:
        main, sub = _joined(main, sub), ""
    if sub and main:
        yield Title(main, kind, language)
        yield Title(". ".join([sub, *parts]), TitleKind.SUBTITLE, language)
    elif main or sub or parts:
        yield Title(". ".join(filter(None, [main or sub, *parts])), kind, language)


def title(info: etree._Element) -> str:
    """The whole title of a titleInfo as one text, or empty."""
    main, sub, parts = _title_parts(info)
    return ". ".join(filter(None, [_joined(main, sub), *parts]))


def _title_parts(info: etree._Element) -> tuple[str, str, list[str]]:
    """The title with its article, the subtitle, the parts."""
    found = by_name(info)
    article = " ".join(values(found["nonSort"]))
    if article and not article.endswith(("'", "’", "-")):
        article += " "
    main = " ".join(values(found["title"]))
    parts = values(children(info, "partNumber", "partName")) if found["partNumber"] or found["partName"] else []
    return (article + main).strip(), " ".join(values(found["subTitle"])), parts


def _joined(main: str, sub: str) -> str:
    return f"{main.rstrip(' :')}: {sub}" if main and sub else main or sub


def person(element: etree._Element) -> Name | None:
    """A name, or None for one without any, as `etal` stands for.

    With family and given parts it reads `Family, Given, terms of address, dates`, else in the order of its parts.
    """
    found = by_name(element)
    name_parts = _name_parts(found)
    whole = _whole_name(element, found, name_parts)
    if not whole:
        return None
    terms, all_terms = _roles(found["role"])
    creator = roles.of_creator(all_terms) if all_terms else element.get("usage") == "primary"
    return Name(
        text=whole,
        creator=creator,
        roles=tuple(terms),
        kind=_NAME_KINDS.get(attribute(element, "type"), NameKind.UNKNOWN),
        uri=_name_uri(element, found["nameIdentifier"]),
        affiliations=tuple(values(found["affiliation"])),
        given=_joined_parts(name_parts["given"]),
        family=_joined_parts(name_parts["family"]),
        dates=_joined_parts(name_parts["date"]),
    )


def whole_name(element: etree._Element) -> str:
    """A name as one text, or empty."""
    found = by_name(element)
    return _whole_name(element, found, _name_parts(found))


_NameParts = dict[str, list[str]]  # the texts of each type, empty ones too


def _name_parts(found: Named) -> _NameParts:
    name_parts: _NameParts = defaultdict(list)
    for part in found["namePart"]:
        name_parts[part.get("type", "")].append(value(part))
    return name_parts


def _whole_name(element: etree._Element, found: Named, name_parts: _NameParts) -> str:
    named = _joined_parts(name_parts["family"]), _joined_parts(name_parts["given"])
    name = ", ".join(filter(None, named)) or _plain_name(element, name_parts[""])
    if not name:
        name = next(iter(values(found["displayForm"])), "")
    if not name:
        return ""
    more = _joined_parts(name_parts["termsOfAddress"]), _joined_parts(name_parts["date"])
    # Catalogues write the comma that leads on to the dates at the end of the name.
    return ", ".join([name.rstrip(" ,"), *filter(None, more)])


def _plain_name(element: etree._Element, plain: list[str]) -> str:
    """The parts of no type; the units of a corporate body follow one another as sentences do in MARC 110 $b."""
    is_corporate = element.get("type") == "corporate"
    plain = [part.rstrip(" ,") for part in plain]
    if is_corporate:
        plain = [*(part.rstrip(" .") for part in plain[:-1]), *plain[-1:]]
    return (". " if is_corporate else ", ").join(filter(None, plain))


def _joined_parts(texts: list[str]) -> str:
    return " ".join(filter(None, texts))


def _roles(found: Iterable[etree._Element]) -> tuple[list[str], list[str]]:
    """The roles to show, a term rather than its code; and all that may tell whether they are a creator's."""
    shown, all_terms = [], []
    for role in found:
        terms = [
            (attribute(term, "type"), value(term), attribute(term, "valueURI")) for term in children(role, "roleTerm")
        ]
        words = [word for kind, word, _ in terms if word and kind != "code"]
        shown += words or [word for _, word, _ in terms if word][:1]
        all_terms += [text for _, word, uri in terms for text in (word, uri) if text]
    return list(dict.fromkeys(shown)), all_terms


_ORCID: Final = re.compile(r"(?:https?://orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])")


def _name_uri(element: etree._Element, name_identifiers: Iterable[etree._Element]) -> str:
    """The ORCID if there is one, else the authority record, else any identifier that is a URI."""
    identifiers = [
        attribute(item, "typeURI") + found if attribute(item, "typeURI").endswith("/") and "://" not in found else found
        for item in name_identifiers
        if item.get("invalid") != "yes" and (found := value(item))
    ]
    authority = attribute(element, "valueURI")
    for found in filter(None, (*identifiers, authority)):
        if orcid := _ORCID.fullmatch(found):
            return f"https://orcid.org/{orcid[1]}"
    uris = (authority, attribute(element, HREF), *identifiers)
    return next((uri for uri in uris if "://" in uri), "")
