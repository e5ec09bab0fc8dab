"""Makes a MODS record fit MODS 3.8, touching only what does not.

Real records keep to older versions, to the habits of the system that wrote them, or to none. What MODS does not know is
taken out, and its words are kept as notes under its name; children are put in their order; an attribute with a value
that MODS does not know goes. A record that fits comes through as it is.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from lxml import etree

from mdwatch.exporters.mods import schema
from mdwatch.exporters.records.left_out import LeftOut
from mdwatch.exporters.records.mods.parts import NAMESPACE, name_of
from mdwatch.exporters.records.plain_text import clean
from mdwatch.exporters.xml_text import WHITE_SPACE, XSI, language, uri

SCHEMA: Final = "https://www.loc.gov/standards/mods/v3/mods-3-8.xsd"

_LOCATION: Final = f"{{{XSI}}}schemaLocation"
_PREFIXES: Final = {"http://www.w3.org/1999/xlink": "xlink", "http://www.w3.org/XML/1998/namespace": "xml"}
_NCNAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,18}")
_POSITIVE: Final = re.compile(r"0*[1-9][0-9]{0,17}")

# With `etal`, that some are not named, go only these.
_WITH_ETAL: Final = frozenset({"etal", "affiliation", "role", "description"})


def fit(record: etree._Element) -> bool:
    """Makes the record fit, in place. False if nothing is left of it."""
    return _ModsFitting(record).fits()


class _ModsValues:
    """The values of one record's attributes and of text that is of a type; it knows which identifiers were seen."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._types: dict[str, Callable[[str], str]] = {
            "ID": self._new_id,
            "IDREF": lambda value: value if _NCNAME.fullmatch(value) else "",
            "URI": uri,
            "language": language,
            "integer": lambda value: value if _INTEGER.fullmatch(value) else "",
            "positive integer": lambda value: value if _POSITIVE.fullmatch(value) else "",
        }

    def is_type(self, wanted: str) -> bool:
        """Whether it is a type, and not a list of words."""
        return wanted in self._types

    def fitting(self, value: str, wanted: str) -> str:
        """The value as it fits, or empty."""
        if not wanted:
            return value
        make = self._types.get(wanted)
        if make:
            return make(value.strip())
        return value if value in wanted.split("|") else ""

    def _new_id(self, value: str) -> str:
        if value in self._seen or not _NCNAME.fullmatch(value):
            return ""
        self._seen.add(value)
        return value


class _ModsFitting:
    """One record, and what had to be taken out of it."""

    def __init__(self, record: etree._Element) -> None:
        self.record = record
        self.values = _ModsValues()
        self.left = LeftOut()

    def fits(self) -> bool:
        """Makes all of it fit."""
        whole = self._element(self.record, "mods")
        for name, words in self.left.lines:
            note = etree.SubElement(self.record, f"{{{NAMESPACE}}}note", displayLabel=name)
            note.text = words
        self._drop_dangling()
        # It fits the newest version now; what it says of schemas for other namespaces stays.
        stated = self.record.get(_LOCATION, "").split()
        pairs = [pair for pair in zip(stated[::2], stated[1::2], strict=False) if pair[0] != NAMESPACE]
        self.record.set(_LOCATION, " ".join(part for pair in ((NAMESPACE, SCHEMA), *pairs) for part in pair))
        return whole or bool(self.left.lines)

    def _drop_dangling(self) -> None:
        """Drops references to what is not there, or no longer."""
        elements = list(self.record.iter(f"{{{NAMESPACE}}}*"))
        there = {element.get("ID") for element in elements}
        for element in elements:
            if element.get("IDREF") not in there:
                element.attrib.pop("IDREF", None)

    def _element(self, element: etree._Element, row: str) -> bool:
        """Makes an element fit its row; False if it cannot."""
        self._attributes(element, row)
        if row in schema.OPEN:
            for child in list(element):
                self._foreign(child)
            return True
        if row in schema.CHOICES or row in schema.SEQUENCES:
            self.left.take_out_stray_words(element, name_of(element))
            self._children(element, row)
            return len(element) > 0 or row not in schema.FILLED
        return self._text(element, row)

    def _attributes(self, element: etree._Element, row: str) -> None:
        allowed = schema.ATTRIBUTES[row]
        for key, value in list(element.attrib.items()):
            name = _prefixed(str(key))
            if str(key) == _LOCATION:
                if len(str(value).split()) % 2:
                    del element.attrib[key]
            elif name not in allowed:
                del element.attrib[key]
            else:
                self._value(element, str(key), schema.values(row, name))

    def _value(self, element: etree._Element, key: str, wanted: str) -> None:
        """Makes the value of an attribute fit, or takes the attribute away."""
        value = element.get(key, "")
        found = self.values.fitting(value, wanted)
        if wanted and not found:
            del element.attrib[key]
        elif found != value:
            element.set(key, found)

    def _text(self, element: etree._Element, row: str) -> bool:
        """Text without markup, and of the right kind."""
        if len(element):
            words = clean("".join(element.itertext()))
            element[:] = []
            element.text = words
        wanted = schema.values(row)
        if wanted:
            words = element.text or ""
            fitting = self.values.fitting(words.strip(), wanted)
            if not fitting:
                return False
            # Numbers and addresses may have white space about them, listed words may not.
            if fitting != (words.strip(WHITE_SPACE) if self.values.is_type(wanted) else words):
                element.text = fitting
        return True

    def _children(self, element: etree._Element, row: str) -> None:
        """Takes out children that may not be there, and puts the others into their order."""
        sequence = dict(_sequence(row))
        allowed = set(sequence) or set(schema.CHOICES[row].split())
        for child in list(element):
            name = name_of(child)
            if name not in allowed or not self._element(child, schema.row(name, row.rpartition("/")[2])):
                self.left.take_out(element, child, etree.QName(child).localname)
        if sequence:
            self._order(element, sequence)
        elif element.find(f"{{{NAMESPACE}}}etal") is not None:
            self._settle_etal(element)

    def _order(self, element: etree._Element, sequence: dict[str, str]) -> None:
        places = list(sequence)
        seen: set[str] = set()
        for child in list(element):
            name = name_of(child)
            if sequence[name] == "?" and name in seen:
                self.left.take_out(element, child, etree.QName(child).localname)
            seen.add(name)
        ordered = sorted(element, key=lambda child: places.index(name_of(child)))
        if ordered != list(element):
            element[:] = ordered
        required = [name for name, number in sequence.items() if number == "+"]
        if any(element.find(f"{{{NAMESPACE}}}{name}") is None for name in required):
            for child in list(element):
                self.left.take_out(element, child, etree.QName(child).localname)

    def _settle_etal(self, element: etree._Element) -> None:
        """A name or the words that stand for names, not both; the latter first, and once."""
        etal, *more = element.findall(f"{{{NAMESPACE}}}etal")
        is_named = any(name_of(child) in {"namePart", "displayForm"} for child in element)
        unwanted = [etal, *more] if is_named else more
        if not is_named:
            unwanted += [child for child in element if name_of(child) not in _WITH_ETAL]
        for child in unwanted:
            self.left.take_out(element, child, etree.QName(child).localname)
        if not is_named and element[0] is not etal:
            element.insert(0, etal)

    def _foreign(self, element: etree._Element) -> None:
        """Content of other schemas is not held against them, but MODS and links in it are held to theirs."""
        name = name_of(element)
        parent = element.getparent()
        # A collection is nowhere but at the root, and yet the schema holds one against its own wherever it finds it.
        is_collection = name == "modsCollection"
        if is_collection or (name and schema.row(name, "")):
            if parent is not None and (is_collection or not self._element(element, name)):
                self.left.take_out(parent, element, etree.QName(element).localname)
            return
        for key, value in list(element.attrib.items()):
            label = _prefixed(str(key))
            odd_location = str(key) == _LOCATION and len(str(value).split()) % 2
            if odd_location or (str(key).startswith(f"{{{XSI}}}") and str(key) != _LOCATION) or label == "xml:id":
                del element.attrib[key]
            # A link of another schema may be of any of the types that XLink has.
            elif ":" in label and label != "xlink:type":
                self._value(element, str(key), schema.values("", label))
        for child in list(element):
            self._foreign(child)


def _prefixed(key: str) -> str:
    """An attribute as the tables name it."""
    namespace, brace, name = key[1:].partition("}")
    if not brace or not key.startswith("{"):
        return key
    return f"{_PREFIXES[namespace]}:{name}" if namespace in _PREFIXES else key


def _sequence(row: str) -> Iterator[tuple[str, str]]:
    """The children of a row in order, each with how many there may be."""
    for item in schema.SEQUENCES.get(row, "").split():
        yield item[:-1], item[-1]
