"""What the texts of a description turn out to be, whichever reader they came from.

Licences and access rights by their names, grants among the relations, identifiers that are one under two spellings.
Nothing is added that the texts do not say.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from mdwatch.exporters.records import access_rights, grants, licence_names
from mdwatch.exporters.records.description import (
    Description,
    Grant,
    Identifier,
    Related,
    Rights,
    RightsKind,
    Subject,
    Text,
    Title,
    TitleKind,
)
from mdwatch.exporters.records.identifier_types import canonical
from mdwatch.exporters.records.imprints import is_unknown
from mdwatch.exporters.records.languages import is_none
from mdwatch.exporters.records.plain_text import without_markup
from mdwatch.exporters.remembered import Answers, characters


def refined(said: Description) -> Description:
    """The description with what its texts turn out to be."""
    found: dict[str, Any] = {}
    if any(map(_SAYS_NOTHING.__getitem__, said.publishers)):
        found["publishers"] = tuple(text for text in said.publishers if not _SAYS_NOTHING[text])
    if any(map(_SAYS_NOTHING.__getitem__, said.places_published)):
        found["places_published"] = tuple(text for text in said.places_published if not _SAYS_NOTHING[text])
    if any(map(_SEVERAL.search, (language.text for language in said.languages))):
        found["languages"] = tuple(
            dict.fromkeys(one for language in said.languages for one in _each_language(language))
        )
    if len(said.titles) > 1 and len({title.lang for title in said.titles}) > 1:
        said = said._replace(titles=tuple(_in_their_languages(said.titles)))
    if _has_tags(said.titles):
        found["titles"] = tuple(map(_without_tags, said.titles))
    if _has_tags(said.abstracts):
        found["abstracts"] = tuple(map(_without_tags, said.abstracts))
    if said.formats and any(map(_IS_AMOUNT.__getitem__, said.formats)):
        amounts = (text for text in said.formats if _IS_AMOUNT[text])
        found["extents"] = tuple(dict.fromkeys((*said.extents, *amounts)))
        found["formats"] = tuple(text for text in said.formats if not _IS_AMOUNT[text])
    if said.rights:
        found["rights"] = _once_by_address(tuple(dict.fromkeys(map(_RIGHTS.__getitem__, said.rights))))
    if len({subject.text for subject in said.subjects}) < len(said.subjects):
        found["subjects"] = _once_by_their_terms(said.subjects)
    if said.related or said.grants:
        agreed = [*said.grants]
        found["related"] = tuple(_without_grants(said.related, agreed))
        found["grants"] = tuple(dict.fromkeys(agreed))
    if said.identifiers:
        found["identifiers"] = tuple(_once(said.identifiers))
    others = {name: values for name, values in found.items() if values != getattr(said, name)}
    return said._replace(**others) if others else said


# Of a publisher or a place of publication.
_SAYS_NOTHING: Final[Answers[Text, bool]] = Answers(lambda said: is_unknown(said.text), characters)


# How much there is of a work, or how large or long it is, which Dublin Core has among formats (`123 pages`); the gauge
# of a film (`35 mm`) and the lines of a picture (`1080p`) are none.
_AMOUNT: Final = re.compile(
    r"(?:ca?\. ?)?[0-9][0-9.,]*\s*(?:(?:[x×]\s*[0-9][0-9.,]*\s*)+(?:cm|mm|in\b|px|pixels)|pages?\b|pp?\.|(?<!\d)p\b|"
    r"leaves\b|Seiten\b|S\.|Bl\.|volumes?\b|vols?\b|[KMG]i?B\b|bytes\b|min(?:ut\w+)?\b|hours\b|seconds\b).*",
    re.IGNORECASE | re.DOTALL,
)
_IS_AMOUNT: Final[Answers[Text, bool]] = Answers(
    lambda said: said.text[:1] in "0123456789c" and _AMOUNT.fullmatch(said.text) is not None, characters
)


def _has_tags(values: tuple[Any, ...]) -> bool:
    """Whether one of the texts may have tags of HTML in it, as systems keep what they show on a page."""
    # Most works have one of each.
    return "<" in values[0].text if len(values) == 1 else any("<" in value.text for value in values)


def _without_tags(value: Any) -> Any:
    return value._replace(text=without_markup(value.text) or value.text)


def _once_by_their_terms(subjects: tuple[Subject, ...]) -> tuple[Subject, ...]:
    """The subjects but for bare words that are terms of a vocabulary elsewhere in the record."""
    terms = {subject.text for subject in subjects if subject.scheme or subject.uri}
    return tuple([subject for subject in subjects if subject[2:] != _BARE or subject.text not in terms])


_BARE: Final = Subject("")[2:]
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?![A-Za-z])")


def _in_their_languages(titles: Iterable[Title]) -> Iterator[Title]:
    """The titles; of two main ones in two languages the second is a translation, or as good as one.

    Names are the same in many languages: what is in other words is translated.
    """
    main, language = "", ""
    for title in titles:
        found = _LANGUAGE.match(title.lang) if title.kind is TitleKind.MAIN else None
        lang = found[0].lower() if found else ""
        if lang and language and lang != language and title.text != main:
            yield title._replace(kind=TitleKind.TRANSLATED)
            continue
        if lang and not language:
            main, language = title.text, lang
        yield title


# No code or name of a language has a semicolon in it; names may have commas: `English, Middle (1100-1500)`.
_SEVERAL: Final = re.compile("[;,]")
_CODE: Final = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4})*")


def _each_language(language: Text) -> Iterator[Text]:
    """The languages that one text names: `ger ; fre`, `German; French`, `ger,fre`."""
    parts = [part.strip() for part in language.text.split(";")]
    codes = [part.strip() for part in _SEVERAL.split(language.text)]
    texts = codes if all(map(_CODE.fullmatch, filter(None, codes))) else parts
    return (language._replace(text=text) for text in texts if text and not is_none(text))


def _right(rights: Rights) -> Rights:
    """A statement of rights: of access, or of a licence by its name."""
    if rights.kind is RightsKind.HOLDER:
        return rights
    said = rights.uri or rights.text
    if access_rights.known(said, words=rights.kind is RightsKind.ACCESS):
        return rights._replace(kind=RightsKind.ACCESS)
    if not rights.uri and rights.kind is not RightsKind.ACCESS and (uri := licence_names.named(rights.text)):
        return rights._replace(kind=RightsKind.LICENSE, uri=uri)
    return rights


_RIGHTS: Final = Answers(_right, characters)


def _once_by_address(rights: tuple[Rights, ...]) -> tuple[Rights, ...]:
    """The statements but for addresses alone that another one has beside its words."""
    if len(rights) == 1:
        return rights
    known = {right.uri for right in rights if right.text and right.uri}
    return tuple(right for right in rights if right.text or right.uri not in known) if known else rights


def _without_grants(related: Iterable[Related], found: list[Grant]) -> Iterator[Related]:
    """The other works; what is a grant agreement goes to `found`."""
    for work in related:
        texts = [identifier.text for identifier in work.identifiers] or [work.title]
        agreed = [grant for grant in map(grants.agreement, texts) if grant]
        if len(agreed) == len(texts) and not (work.identifiers and work.title):
            found += agreed
        else:
            yield work


def _once(identifiers: Iterable[Identifier]) -> Iterator[Identifier]:
    """Each identifier in the first of its spellings."""
    seen: dict[tuple[str, str], None] = {}
    for identifier in identifiers:
        key = canonical(identifier)
        if key not in seen:
            seen[key] = None
            # An OCLC number is a number; what stands before it tells of the catalogue it came through.
            yield Identifier(key[1], "oclc") if identifier.type == "oclc" else identifier
