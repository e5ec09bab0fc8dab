"""The small parts of MODS that occur in several places: titles, names, and values with their attributes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from lxml import etree

from mdwatch.exporters.records import authority_files, relators, roles
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
    # A type that MODS does not list (`cover`) stands in an attribute of its own.
    kind = _TITLE_KINDS.get(attribute(info, "type") or attribute(info, "otherType"), TitleKind.ALTERNATIVE)
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
    articles: list[str] = []
    mains: list[str] = []
    subs: list[str] = []
    parts: list[str] = []
    found = {"nonSort": articles, "title": mains, "subTitle": subs, "partNumber": parts, "partName": parts}
    for child in info:
        texts = found.get(name_of(child))
        if texts is not None and (said := without_marks(value(child))):
            texts.append(said)
    article = " ".join(articles)
    if article and not article.endswith(("'", "’", "-")):
        article += " "
    return (article + " ".join(mains)).strip(), " ".join(subs), parts


# What ISBD puts behind a part of a description, and those who make MODS of MARC leave there.
_MARKS: Final = "/:;=,"


def without_marks(text: str) -> str:
    """The text without the mark that leads on to what follows it in ISBD: a comma, or any behind a blank."""
    if text[-1:] not in _MARKS:
        return text
    return text.rstrip(",").rstrip() if text[-1:] == "," else text[:-1].rstrip() if text[-2:-1] == " " else text


def _joined(main: str, sub: str) -> str:
    return f"{main.rstrip(' :')}: {sub}" if main and sub else main or sub


def person(element: etree._Element) -> Name | None:
    """A name, or None for one without any, as `etal` stands for.

    With family and given parts it reads `Family, Given, terms of address, dates`, else in the order of its parts.
    """
    found = by_name(element)
    plain, typed = _name_parts(found["namePart"])
    whole = _whole_name(element, found, plain, typed)
    if not whole:
        return None
    terms, all_terms = _roles(found["role"])
    creator = roles.of_creator(all_terms) if all_terms else element.get("usage") == "primary"
    uri, *others = _name_uris(element, found["nameIdentifier"]) or ("",)
    return Name(
        text=whole,
        creator=creator,
        roles=tuple(terms),
        kind=_NAME_KINDS.get(attribute(element, "type"), NameKind.UNKNOWN),
        uri=uri,
        affiliations=tuple(values(found["affiliation"])),
        affiliation_uris=tuple(_addresses(found["affiliation"])) if found["affiliation"] else (),
        given=typed.get("given", ""),
        family=typed.get("family", ""),
        dates=typed.get("date", ""),
        other_uris=tuple(others),
    )


def _addresses(affiliations: Iterable[etree._Element]) -> Iterator[tuple[str, str]]:
    """The affiliations that have an address in a registry (MODS 3.8), each with it."""
    for found in affiliations:
        if (uri := authority_files.told_by_itself(attribute(found, "valueURI"))) and (said := value(found)):
            yield said, uri


def whole_name(element: etree._Element) -> str:
    """A name as one text, or empty."""
    found = by_name(element)
    return _whole_name(element, found, *_name_parts(found["namePart"]))


def _name_parts(elements: Iterable[etree._Element]) -> tuple[list[str], dict[str, str]]:
    """The parts of a name that have no type, each by itself and empty ones too; those of each type as one."""
    plain: list[str] = []
    typed: dict[str, list[str]] = defaultdict(list)
    for part in elements:
        kind = part.get("type")
        (typed[kind] if kind else plain).append(value(part))
    return plain, {kind: " ".join(filter(None, texts)) for kind, texts in typed.items()}


def _whole_name(element: etree._Element, found: Named, plain: Sequence[str], typed: dict[str, str]) -> str:
    name = ", ".join(filter(None, [typed.get("family"), typed.get("given")])) or _plain_name(element, plain)
    if not name:
        name = next(iter(values(found["displayForm"])), "")
    if not name:
        return ""
    # Catalogues write the comma that leads on to the dates at the end of the name.
    return ", ".join([name.rstrip(" ,"), *filter(None, [typed.get("termsOfAddress"), typed.get("date")])])


def _plain_name(element: etree._Element, plain: Sequence[str]) -> str:
    """The parts of no type; the units of a corporate body follow one another as sentences do in MARC 110 $b."""
    is_corporate = element.get("type") == "corporate"
    plain = [part.rstrip(" ,") for part in plain]
    if is_corporate:
        plain = [*(part.rstrip(" .") for part in plain[:-1]), *plain[-1:]]
    return (". " if is_corporate else ", ").join(filter(None, plain))


def _roles(found: Iterable[etree._Element]) -> tuple[list[str], list[str]]:
    """The roles to show, a term rather than its code; and all that may tell whether they are a creator's."""
    shown: list[str] = []
    all_terms: list[str] = []
    for role in found:
        words: list[str] = []
        codes: list[str] = []
        for term in children(role, "roleTerm"):
            word = value(term)
            if word:
                (codes if attribute(term, "type") == "code" else words).append(word)
            all_terms += filter(None, (word, attribute(term, "valueURI")))
        shown += relators.shown(words, codes[:1]) if words else codes[:1]
    return list(dict.fromkeys(shown)), all_terms


_SOURCES: Final = "id.loc.gov/vocabulary/identifiers/"  # of the codes of identifiers, as addresses


def _name_uris(element: etree._Element, name_identifiers: Iterable[etree._Element]) -> tuple[str, ...]:
    """The ORCID first if there is one, then the authority record, then the other identifiers that have a URI."""
    identifiers = [_identifier_uri(item) for item in name_identifiers if item.get("invalid") != "yes"]
    authority = authority_files.told_by_itself(attribute(element, "valueURI"))
    uris = [uri for uri in (authority, attribute(element, HREF), *identifiers) if "://" in uri]
    if len(uris) < 2:
        return tuple(uris)
    return authority_files.distinct(sorted(uris, key=lambda uri: not uri.startswith("https://orcid.org/")))


def _identifier_uri(item: etree._Element) -> str:
    """The URI of an identifier of a name, which may say whose it is by a code or by an address; or empty."""
    number, kind, address = value(item), attribute(item, "type"), attribute(item, "typeURI")
    if _SOURCES in address:
        kind, address = address.rpartition("/")[2], ""
    begun = f"{address.rstrip('/')}/{number}" if "://" in address and "://" not in number else ""
    return authority_files.of_number(kind, number) or authority_files.told_by_itself(number) or begun
