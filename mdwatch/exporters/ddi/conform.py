"""Makes a DDI Codebook of any version fit version 2.5, touching only what does not.

Codebooks come from earlier versions, whose elements 2.5 still has, and from systems that write what no version knows.
Children are put in their order; what stands where it may not is taken out, or its words stay where its markup goes; a
value that the schema does not know goes. What was taken out is told in a note of the study, each under its name, so
that no word is lost. A codebook that fits comes through as it is. Most of the length is
tables.
"""

import re
from collections.abc import Callable, Iterable
from typing import Final

from lxml import etree

from mdwatch.exporters.ddi import attributes, schema, xhtml
from mdwatch.exporters.ddi.dates import iso
from mdwatch.exporters.ddi.writer import NAMESPACE, SCHEMA
from mdwatch.exporters.records import dcmi
from mdwatch.exporters.records.plain_text import clean
from mdwatch.exporters.xml_text import XSI, language, uri

# The type of the notes that tell of what was taken out.
OUTSIDE: Final = "outside DDI Codebook 2.5"

_DDI: Final = f"{{{NAMESPACE}}}"
_XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_LOCATION: Final = f"{{{XSI}}}schemaLocation"
_DC: Final = (f"{{{dcmi.ELEMENTS_NAMESPACE}}}", f"{{{dcmi.TERMS_NAMESPACE}}}")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_TOKEN: Final = re.compile(r"[A-Za-z0-9_.:-]+")
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,18}")
_STEP: Final = r"(?:(?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*|\*|[A-Za-z_][\w.-]*:\*)"
_ELEMENT_PATH: Final = re.compile(rf"(?://?{_STEP})+", re.ASCII)
_ATTRIBUTE_PATH: Final = re.compile(rf"@{_STEP}", re.ASCII)


def _whole(pattern: re.Pattern[str]) -> Callable[[str], str]:
    return lambda value: value if pattern.fullmatch(value) else ""


_TYPES: Final[dict[str, Callable[[str], str]]] = {
    "name": _whole(_NAME),
    "token": _whole(_TOKEN),
    "integer": _whole(_INTEGER),
    "element path": _whole(_ELEMENT_PATH),
    "attribute path": _whole(_ATTRIBUTE_PATH),
    "date": iso,
    "language": language,
    "URI": uri,
}
_REFERENCES: Final = frozenset(("IDREF", "IDREFS"))

# The children of an element in order: the place of each name, how many there may be, and what must be there.
_Sequence = tuple[dict[str, tuple[int, str]], tuple[frozenset[str], ...]]


def _sequence(row: str) -> _Sequence:
    places, required = {}, []
    for place, item in enumerate(row.split()):
        names, number = item[:-1].split("|"), item[-1]
        places.update(dict.fromkeys(names, (place, number)))
        if number in "1+":
            required.append(frozenset(names))
    return places, tuple(required)


_SEQUENCES: Final = {name: _sequence(row) for name, row in schema.SEQUENCES.items()}
_MIXED: Final = {name: frozenset(row.split()) for name, row in schema.MIXED.items()}
_CHOICES: Final = {name: frozenset(row.split()) for name, row in schema.CHOICES.items()}


def fit(root: etree._Element) -> bool:
    """Makes the codebook fit, in place. False if it has no study with a title."""
    return _DdiFitting(root).fits()


class _DdiFitting:
    """One codebook: the IDs in it, and what had to be taken out, by its name."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.ids: set[str] = set()
        self.left: dict[str, dict[str, None]] = {}

    def fits(self) -> bool:
        """Makes all of it fit."""
        if self.root.get("version") != "2.5":
            self.root.set("version", "2.5")
        if not self._element(self.root, "codeBook"):
            return False
        self._drop_dangling()
        study = self.root.find(f"{_DDI}stdyDscr")
        if study is None:
            return False
        for name, words in self.left.items():
            note = etree.SubElement(study, f"{_DDI}notes", type=OUTSIDE, subject=name)
            note.text = "; ".join(words)
        return True

    def _element(self, element: etree._Element, name: str) -> bool:
        """Makes an element fit; False if it cannot."""
        if element.attrib and not self._attributes(element, name):
            return False
        if not element.attrib and attributes.required(name):
            return False
        if name in _MIXED:
            if len(element):
                self._mixed(element, name)
            return True
        if name in _SEQUENCES:
            self._stray_words(element, name)
            return self._children(element, name)
        if name in _CHOICES:
            self._stray_words(element, name)
            self._choice(element, name)
            return True
        return self._typed(element, name)

    def _attributes(self, element: etree._Element, name: str) -> bool:
        """Makes the attributes fit; False without one that must be there."""
        allowed = attributes.allowed(name)
        for key, value in list(element.attrib.items()):
            key, value = str(key), str(value)  # noqa: PLW2901
            label = "xml:lang" if key == _XML_LANG else key
            if key.startswith(f"{{{XSI}}}"):
                self._schema_location(element, key)
            elif label not in allowed:
                self._leave(f"{name}/@{label.rpartition('}')[2]}", value)
                del element.attrib[key]
            elif wanted := attributes.values(name, label):
                found = self._fitting(value.strip(), wanted)
                if not found:
                    self._leave(f"{name}/@{label}", value)
                    del element.attrib[key]
                elif found != value:
                    element.set(key, found)
        return all(needed in element.attrib for needed in attributes.required(name))

    def _schema_location(self, element: etree._Element, key: str) -> None:
        """Where the schema is, is said of 2.5 at the root and nowhere else; no type is but what the schema says."""
        if key == _LOCATION and element is self.root:
            element.set(key, f"{NAMESPACE} {SCHEMA}")
        else:
            del element.attrib[key]

    def _fitting(self, value: str, wanted: str) -> str:
        """The value as it fits, or empty."""
        if wanted == "ID":
            if value in self.ids or not _NAME.fullmatch(value):
                return ""
            self.ids.add(value)
            return value
        if wanted in _REFERENCES:
            return " ".join(part for part in value.split() if _NAME.fullmatch(part))
        make = _TYPES.get(wanted)
        if make:
            return make(value)
        return value if value in wanted.split("|") else ""

    def _typed(self, element: etree._Element, name: str) -> bool:
        """Text without markup, and of the right type."""
        if len(element):
            words = _words(element)
            element[:] = []
            element.text = words
        make = _TYPES.get(schema.TYPED[name])
        return make is None or bool(make((element.text or "").strip()))

    def _mixed(self, element: etree._Element, name: str) -> None:
        """Words with elements among them; of those that may not be there the words stay."""
        allowed = _MIXED[name]
        for child in list(element):
            local = _local(child)
            if local in allowed and self._element(child, local):
                continue
            if name not in schema.WITHOUT_XHTML and xhtml.fits(child):
                continue
            _unwrap(child)

    def _choice(self, element: etree._Element, name: str) -> None:
        for child in list(element):
            local = _local(child)
            if local not in _CHOICES[name] or not self._element(child, local):
                self._take_out(element, child, name)

    def _children(self, element: etree._Element, name: str) -> bool:
        """Takes out children that may not be there, and orders the others; False without one that must be there."""
        places, required = _SEQUENCES[name]
        seen: set[int] = set()
        order: list[int] = []
        for child in list(element):
            local = "dc" if "dc" in places and _dublin_core(child) else _local(child)
            place, number = places.get(local, (-1, ""))
            taken = number in {"1", "?"} and place in seen
            if place < 0 or taken or (local != "dc" and not self._element(child, local)):
                self._take_out(element, child, name)
                continue
            seen.add(place)
            order.append(place)
        if order != sorted(order):
            ranked = sorted(zip(order, range(len(order)), element, strict=True), key=lambda item: item[:2])
            element[:] = [child for _, _, child in ranked]
        if all(any(places[one][0] in seen for one in needed) for needed in required):
            return True
        for child in list(element):
            self._take_out(element, child, name)
        return False

    def _stray_words(self, element: etree._Element, name: str) -> None:
        """Takes out words between elements."""
        if element.text and element.text.strip():
            self._leave(name, element.text)
            element.text = None
        for child in element:
            if child.tail and child.tail.strip():
                self._leave(name, child.tail)
                child.tail = None

    def _take_out(self, parent: etree._Element, child: etree._Element, name: str) -> None:
        """Takes a child out and keeps its words."""
        self._leave(f"{name}/{etree.QName(child).localname}", _words(child))
        parent.remove(child)

    def _leave(self, name: str, words: str) -> None:
        if line := clean(words):
            self.left.setdefault(name, {})[line] = None

    def _drop_dangling(self) -> None:
        """Drops references to what is not there, or no longer, and what is nothing without its reference."""
        there = {identifier for element in self.root.iter(f"{_DDI}*") if (identifier := element.get("ID"))}
        for element in list(self.root.iter(f"{_DDI}*")):
            if not element.attrib:
                continue
            name = _local(element)
            for key in list(element.attrib):
                if attributes.values(name, str(key)) in _REFERENCES:
                    self._keep_references(element, name, str(key), there)

    def _keep_references(self, element: etree._Element, name: str, key: str, there: Iterable[str]) -> None:
        value = element.get(key, "")
        found = " ".join(part for part in value.split() if part in there)
        if found == value:
            return
        if found:
            element.set(key, found)
            return
        self._leave(f"{name}/@{key}", value)
        del element.attrib[key]
        parent = element.getparent()
        if key not in attributes.required(name) or parent is None:
            return
        if name == "Link":
            _unwrap(element)
        else:
            # A mi of its mrow, which may be empty; or what a controlled vocabulary is used for, which may not.
            for ancestor in element.iterancestors(f"{_DDI}controlledVocabUsed"):
                element, parent = ancestor, ancestor.getparent()
            if parent is not None:
                self._take_out(parent, element, _local(parent))


def _local(element: etree._Element) -> str:
    """The element's name in DDI, or empty if it is of another namespace."""
    tag = str(element.tag)
    return tag[len(_DDI) :] if tag.startswith(_DDI) else ""


def _words(element: etree._Element) -> str:
    return clean(" ".join(element.itertext()))


def _unwrap(child: etree._Element) -> None:
    """Leaves the words of a child where it was."""
    parent = child.getparent()
    if parent is None:
        return
    words = f"{_words(child)}{child.tail or ''}"
    before = child.getprevious()
    if before is None:
        parent.text = f"{parent.text or ''}{words}"
    else:
        before.tail = f"{before.tail or ''}{words}"
    child.tail = None
    parent.remove(child)


def _dublin_core(element: etree._Element) -> bool:
    """Makes an element of Dublin Core fit, as the schema of 2003 knows it; False if it is none."""
    tag = str(element.tag)
    namespace, _, name = tag.rpartition("}")
    if f"{namespace}}}" not in _DC or not (name in dcmi.ELEMENTS or name in schema.REFINEMENTS):
        return False
    right = f"{_DC[0] if name in dcmi.ELEMENTS else _DC[1]}{name}"
    if tag != right:
        element.tag = right
    if len(element):
        words = _words(element)
        element[:] = []
        element.text = words
    for key, value in list(element.attrib.items()):
        if key != _XML_LANG or language(str(value)) != value:
            del element.attrib[key]
    return True
