"""Reads a record by a table of paths: each row says what the elements at one path fill in.

Names are local names, so that one table reads all versions of a schema, whatever namespace each of them has. The record
is gone through once, however many rows there are.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from lxml import etree

from mdwatch.exporters.records import written_dates
from mdwatch.exporters.records.description import (
    Date,
    DateKind,
    Description,
    Name,
    NameKind,
    Place,
    Related,
    Rights,
    RightsKind,
    Subject,
    SubjectKind,
    Text,
    Title,
    TitleKind,
)
from mdwatch.exporters.records.identifier_types import identified, licence_in, names_itself, rights_kind
from mdwatch.exporters.records.plain_text import clean

_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"

Part = tuple[str, object]
Reader = Callable[[etree._Element], Iterator[Part]]  # noqa: SLF001 - lxml's own name for the type of its elements.


class OutlineRow(NamedTuple):
    """The path below the root, the Dublin Core term that it amounts to by the published mapping, and its reader."""

    path: str
    term: str
    read: Reader


class Outline:
    """A table ready to read records by."""

    def __init__(self, rows: Iterable[OutlineRow]) -> None:
        self._steps: dict[str, _Step] = {}
        for row in rows:
            steps = self._steps
            *parents, last = row.path.split("/")
            for name in parents:
                steps = steps.setdefault(name, _Step({}, [])).below
            steps.setdefault(last, _Step({}, [])).readers.append(row.read)

    def parts(self, root: etree._Element) -> Iterator[Part]:
        """What the record fills in, in its order."""
        yield from self._walk(root, self._steps)

    def _walk(self, parent: etree._Element, steps: Mapping[str, "_Step"]) -> Iterator[Part]:
        for child in parent:
            step = steps.get(local(child))
            if step is not None:
                for read in step.readers:
                    yield from read(child)
                if step.below:
                    yield from self._walk(child, step.below)


class _Step(NamedTuple):
    below: dict[str, "_Step"]
    readers: list[Reader]


def described(parts: Iterable[Part]) -> Description:
    """The parts as a description, equal ones once."""
    found: dict[str, dict[object, None]] = {}
    for part, said in parts:
        found.setdefault(part, {})[_hyphenated(said) if isinstance(said, Date) else said] = None
    return Description(**{part: tuple(said) for part, said in found.items()})  # type: ignore[arg-type]


def _hyphenated(date: Date) -> Date:
    """A date whose days are written as other formats have them."""
    return date._replace(text=written_dates.hyphenated(date.text), end=written_dates.hyphenated(date.end))


def local(element: etree._Element) -> str:
    """The element's name without its namespace; empty for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def value(element: etree._Element | None) -> str:
    """The whole text of an element, blocks in it kept apart."""
    if element is None:
        return ""
    if not len(element):
        return clean(element.text or "")
    mixed = any((part or "").strip() for part in (element.text, *(child.tail for child in element)))
    return clean(("" if mixed else " ").join(element.itertext()))


def attribute(element: etree._Element, name: str) -> str:
    """An attribute, or empty."""
    return clean(element.get(name, ""))


def lang(element: etree._Element) -> str:
    """The language of a text: what the element says, or else the nearest one around it (XML 1.0, 2.12)."""
    found = element.get(_LANG)
    if found is None:
        around = (parent.get(_LANG) for parent in element.iterancestors())
        found = next((said for said in around if said is not None), "")
    return clean(found)


def children(parent: etree._Element, *names: str) -> Iterator[etree._Element]:
    """The children of these names."""
    return (child for child in parent if local(child) in names)


def at(parent: etree._Element, path: str) -> Iterator[etree._Element]:
    """The elements at a path below the parent."""
    name, _, rest = path.partition("/")
    for child in children(parent, name):
        if rest:
            yield from at(child, rest)
        else:
            yield child


def first(parent: etree._Element, *paths: str) -> str:
    """The first text at one of the paths, the first path first; or empty."""
    texts = (value(element) for path in paths for element in at(parent, path))
    return next(filter(None, texts), "")


# Readers that any schema has use for.


def texts(part: str) -> Reader:
    """The element's text, with its language."""

    def read(element: etree._Element) -> Iterator[Part]:
        if text := value(element):
            yield part, Text(text, lang(element))

    return read


def always(part: str, said: object) -> Reader:
    """What is so wherever the element is."""
    return lambda _element: iter([(part, said)])


def title(kind: TitleKind = TitleKind.MAIN) -> Reader:
    """A title of the work."""

    def read(element: etree._Element) -> Iterator[Part]:
        if text := value(element):
            yield "titles", Title(text, kind, lang(element))

    return read


def name(*, creator: bool, role: str = "", kind: NameKind = NameKind.UNKNOWN, of: str = "") -> Reader:
    """A name, with the affiliation that the element states; `of` names the attribute that states the role."""

    def read(element: etree._Element) -> Iterator[Part]:
        if text := value(element):
            affiliation = attribute(element, "affiliation")
            roles = tuple(filter(None, [attribute(element, of) if of else "", role]))[:1]
            yield "names", Name(text, creator, roles, kind, affiliations=(affiliation,) if affiliation else ())

    return read


def date(kind: DateKind, *attributes: str) -> Reader:
    """A date: what an attribute states for machines, else the words. Words that say more than that stand beside it."""

    def read(element: etree._Element) -> Iterator[Part]:
        stated = next(filter(None, (attribute(element, name) for name in attributes)), "")
        text = stated or value(element)
        if text:
            begin, _, end = text.partition("/")
            yield "dates", Date(begin, kind, end)

    return read


def identifier(of: str = "", kind: str = "") -> Reader:
    """An identifier; `of` names the attribute that states its type."""

    def read(element: etree._Element) -> Iterator[Part]:
        if text := value(element):
            yield "identifiers", identified(text, kind or (attribute(element, of) if of else ""))

    return read


def address(*attributes: str) -> Reader:
    """The web address that an attribute states, else the text."""

    def read(element: etree._Element) -> Iterator[Part]:
        found = next(filter(None, (attribute(element, name) for name in attributes)), "") or value(element)
        if found and names_itself(found):
            yield "identifiers", identified(found, "uri")

    return read


def subject(kind: SubjectKind = SubjectKind.TOPIC, scheme: str = "", uri: str = "") -> Reader:
    """A subject; `scheme` and `uri` name the attributes that state its vocabulary and its address."""

    def read(element: etree._Element) -> Iterator[Part]:
        if text := value(element):
            vocabulary = attribute(element, scheme).lower() if scheme else ""
            yield "subjects", Subject(text, kind, vocabulary, attribute(element, uri) if uri else "", lang(element))

    return read


def place(element: etree._Element) -> Iterator[Part]:
    """A place by name."""
    if text := value(element):
        yield "places", Place(text)


def rights(kind: RightsKind = RightsKind.PLAIN, *attributes: str) -> Reader:
    """A statement of rights, with the address that an attribute or the text has."""

    def read(element: etree._Element) -> Iterator[Part]:
        text = value(element)
        uri = next(filter(None, (attribute(element, name) for name in attributes)), "") or licence_in(text)
        if text or uri:
            yield "rights", Rights("" if text == uri else text, rights_kind(kind, uri), uri, lang(element))

    return read


def related(relation: str, *, series: bool = False) -> Reader:
    """Another work, by its title or by its identifier."""

    def read(element: etree._Element) -> Iterator[Part]:
        text = value(element)
        if names_itself(text):
            yield "related", Related(relation, identifiers=(identified(text, "uri"),), series=series)
        elif text:
            yield "related", Related(relation, text, series=series)

    return read
