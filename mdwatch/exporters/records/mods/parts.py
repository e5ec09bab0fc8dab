"""The small parts of MODS that occur in several places: titles, names, and values with their attributes."""

import re
from collections.abc import Iterator
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


def children(parent: etree._Element, *names: str) -> Iterator[etree._Element]:
    """The children of these names, in the order of the record."""
    # Most parts have none, and then nothing is to be looked for.
    return parent.iterchildren(*_tags(names)) if len(parent) else iter(())


# The names are the program's own, some dozens of them.
@lru_cache(maxsize=256)
def _tags(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{{{NAMESPACE}}}{name}" for name in names)


def name_of(element: etree._Element) -> str:
    """The element's name in MODS, or empty if it is of another namespace."""
    tag = element.tag
    return tag[_PREFIX:] if isinstance(tag, str) and tag.startswith(_NAMESPACE) else ""


def value(element: etree._Element) -> str:
    """The whole text of an element."""
    return clean("".join(element.itertext()) if len(element) else element.text or "")


def values(parent: etree._Element, *names: str) -> list[str]:
    """The texts of the children of these names, without empty ones."""
    return [text for text in map(value, children(parent, *names)) if text]


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
    article = " ".join(values(info, "nonSort"))
    if article and not article.endswith(("'", "’", "-")):
        article += " "
    main = " ".join(values(info, "title"))
    return (article + main).strip(), " ".join(values(info, "subTitle")), values(info, "partNumber", "partName")


def _joined(main: str, sub: str) -> str:
    return f"{main.rstrip(' :')}: {sub}" if main and sub else main or sub


def person(element: etree._Element) -> Name | None:
    """A name, or None for one without any, as `etal` stands for.

    With family and given parts it reads `Family, Given, terms of address, dates`, else in the order of its parts.
    """
    name_parts = _name_parts(element)
    whole = _whole_name(element, name_parts)
    if not whole:
        return None
    terms, all_terms = _roles(element)
    creator = roles.of_creator(all_terms) or (not all_terms and element.get("usage") == "primary")
    return Name(
        text=whole,
        creator=creator,
        roles=tuple(terms),
        kind=_NAME_KINDS.get(attribute(element, "type"), NameKind.UNKNOWN),
        uri=_name_uri(element),
        affiliations=tuple(values(element, "affiliation")),
        given=_joined_parts(name_parts, "given"),
        family=_joined_parts(name_parts, "family"),
        dates=_joined_parts(name_parts, "date"),
    )


def whole_name(element: etree._Element) -> str:
    """A name as one text, or empty."""
    return _whole_name(element, _name_parts(element))


_NameParts = list[tuple[str, str]]  # of each its type and its text


def _name_parts(element: etree._Element) -> _NameParts:
    return [(part.get("type", ""), value(part)) for part in children(element, "namePart")]


def _whole_name(element: etree._Element, name_parts: _NameParts) -> str:
    dates = _joined_parts(name_parts, "date")
    address = _joined_parts(name_parts, "termsOfAddress")
    named = [_joined_parts(name_parts, "family"), _joined_parts(name_parts, "given")]
    structured = ", ".join(filter(None, named))
    plain = [text.rstrip(" ,") for kind, text in name_parts if not kind]
    # The units of a corporate body follow one another as sentences do in MARC 110 $b.
    if element.get("type") == "corporate":
        plain = [*(part.rstrip(" .") for part in plain[:-1]), *plain[-1:]]
    joined = (". " if element.get("type") == "corporate" else ", ").join(filter(None, plain))
    names = [structured or joined] if structured or joined else values(element, "displayForm")[:1]
    # Catalogues write the comma that leads on to the dates at the end of the name.
    return ", ".join([*(name.rstrip(" ,") for name in names), *filter(None, [address, dates])]) if names else ""


def _joined_parts(name_parts: _NameParts, wanted: str) -> str:
    return " ".join([text for kind, text in name_parts if kind == wanted and text])


def _roles(element: etree._Element) -> tuple[list[str], list[str]]:
    """The roles to show, a term rather than its code; and all that may tell whether they are a creator's."""
    shown, all_terms = [], []
    for role in children(element, "role"):
        terms = [
            (attribute(term, "type"), value(term), attribute(term, "valueURI")) for term in children(role, "roleTerm")
        ]
        words = [word for kind, word, _ in terms if word and kind != "code"]
        shown += words or [word for _, word, _ in terms if word][:1]
        all_terms += [text for _, word, uri in terms for text in (word, uri) if text]
    return list(dict.fromkeys(shown)), all_terms


_ORCID: Final = re.compile(r"(?:https?://orcid\.org/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])")


def _name_uri(element: etree._Element) -> str:
    """The ORCID if there is one, else the authority record, else any identifier that is a URI."""
    identifiers = [
        attribute(item, "typeURI") + found if attribute(item, "typeURI").endswith("/") and "://" not in found else found
        for item in children(element, "nameIdentifier")
        if item.get("invalid") != "yes" and (found := value(item))
    ]
    for found in (*identifiers, attribute(element, "valueURI")):
        if orcid := _ORCID.fullmatch(found):
            return f"https://orcid.org/{orcid[1]}"
    uris = (attribute(element, "valueURI"), attribute(element, HREF), *identifiers)
    return next((uri for uri in uris if "://" in uri), "")
