"""The fields of a Dublin Core record, out of its tree.

Fields of other namespaces are not Dublin Core and are passed over, as an application profile asks of those who do not
know it. A field may hold markup; its text is what counts.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from lxml import etree

from mdwatch.exporters.records import dcmi
from mdwatch.exporters.records.plain_text import clean
from mdwatch.formats import qualified

Term = tuple[str, str]

_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_TYPE: Final = qualified.TYPE
_RDF: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}RDF"
_ABOUT: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"

# Every tag that is a field. A bare `record` may have bare fields.
_TAGS: Final[dict[object, Term]] = {
    **{name: ("dc", name) for name in dcmi.ELEMENTS},
    **{f"{{{dcmi.ELEMENTS_NAMESPACE}}}{name}": ("dc", name) for name in dcmi.ELEMENTS},
    **{f"{{{dcmi.TERMS_NAMESPACE}}}{name}": ("dcterms", name) for name in sorted(dcmi.TERMS)},
}


# In place of what was not made yet.
UNMADE: Final = object()


class _FieldTexts(NamedTuple):
    term: Term
    text: str
    lang: str = ""
    scheme: str = ""


class DublinCoreField(_FieldTexts):
    """A field: its term as (`dc` or `dcterms`, name), its text, and its language and encoding scheme or empty.

    A scheme of DCMI is named without prefix (`URI`), any other as the record has it (`my:list`). What it comes to in a
    description (`part`) and in unqualified Dublin Core (`element`) is kept with it once it was made: a field that many
    records have is one object.
    """

    part: Any = UNMADE
    element: Any = UNMADE


# Terms whose values are names and words of lists, not prose.
_LISTED: Final = frozenset((
    "contributor", "coverage", "creator", "date", "format", "language", "medium", "publisher", "spatial", "subject",
    "temporal", "type",
))  # fmt: skip
_REFERENCE: Final = re.compile(r"&#?\w+;$")


def with_lists_apart(found: Iterable[DublinCoreField]) -> Iterator[DublinCoreField]:
    """The fields, those that hold a list once for each value of it.

    CONTENTdm ends each value with a semicolon, also a single one. Structured values of DCMI have such an end too.
    """
    for field in found:
        text = field.text
        if text[-1] == ";" and field.term[1] in _LISTED and "=" not in text and not _REFERENCE.search(text):
            values = filter(None, map(str.strip, text.split(";")))
            yield from (DublinCoreField(field.term, value, field.lang, field.scheme) for value in values)
        else:
            yield field


def of_root(root: etree._Element) -> Iterator[DublinCoreField]:
    """The fields that hold text, in their order; of RDF those of the first thing that it describes."""
    if root.tag == _RDF and len(root):
        root = root[0]
        if (about := root.get(_ABOUT, "")).startswith(("http://", "https://")):
            yield DublinCoreField(("dc", "identifier"), clean(about), scheme="URI")
    inherited = clean(root.get(_LANG, ""))
    schemes: dict[etree._Element, str] = {}
    for element in root:
        # What is no element has no text for its tag.
        term = _TAGS.get(element.tag)
        if not term or not (text := clean((_text(element) if len(element) else element.text) or "")):
            continue
        attributes = element.items()
        if not attributes:
            yield DublinCoreField(term, text, inherited)
            continue
        values = dict(attributes)
        if _TYPE in values and not schemes:
            schemes = dict(_schemes(root))
        scheme = schemes[element] if _TYPE in values else ""
        yield DublinCoreField(term, text, clean(values[_LANG]) if _LANG in values else inherited, scheme)


def _text(element: etree._Element) -> str:
    """The text of a field with markup; parts of a structured one are kept apart, markup within a sentence is not."""
    mixed = any((part or "").strip() for part in (element.text, *(child.tail for child in element)))
    return ("" if mixed else " ").join(element.itertext())


def _schemes(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """What each xsi:type of the record names."""
    for element, namespace, local in qualified.types(root):
        name = clean(element.get(_TYPE, ""))
        known = namespace == dcmi.TERMS_NAMESPACE or (namespace is None and name.startswith("dcterms:"))
        yield element, clean(local) if known else name
