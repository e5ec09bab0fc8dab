"""Makes a DDI Codebook of any version fit version 2.5, touching only what does not.

Codebooks come from earlier versions, whose elements 2.5 still has, and from systems that write what no version knows.
Children are put in their order; what stands where it may not is taken out, or its words stay where its markup goes; a
value that the schema does not know goes. What was taken out is told in a note of the study, each under its name, so
that no word is lost. A codebook that fits comes through as it is.
"""

from typing import Final

from lxml import etree

from mdwatch.exporters.ddi import attributes, references, schema, xhtml
from mdwatch.exporters.ddi.markup import DDI, local_name, unwrap_all, words_in
from mdwatch.exporters.ddi.values import DdiValues, is_typed
from mdwatch.exporters.ddi.writer import NAMESPACE, SCHEMA
from mdwatch.exporters.records import dcmi
from mdwatch.exporters.records.left_out import LeftOut
from mdwatch.exporters.xml_text import WHITE_SPACE, XSI, language

# The type of the notes that tell of what was taken out.
OUTSIDE: Final = "outside DDI Codebook 2.5"

_XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_LOCATION: Final = f"{{{XSI}}}schemaLocation"
_DC: Final = (f"{{{dcmi.ELEMENTS_NAMESPACE}}}", f"{{{dcmi.TERMS_NAMESPACE}}}")

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
    """One codebook, and what had to be taken out of it."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.values = DdiValues()
        self.left = LeftOut()

    def fits(self) -> bool:
        """Makes all of it fit."""
        if self.root.get("version") != "2.5":
            self.root.set("version", "2.5")
        if not self._element(self.root, "codeBook"):
            return False
        references.drop_dangling(self.root, self.left)
        study = self.root.find(f"{DDI}stdyDscr")
        if study is None:
            return False
        words: dict[str, dict[str, None]] = {}
        for name, line in self.left.lines:
            words.setdefault(name, {})[line] = None
        for name, lines in words.items():
            note = etree.SubElement(study, f"{DDI}notes", type=OUTSIDE, subject=name)
            note.text = "; ".join(lines)
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
            self.left.take_out_stray_words(element, name)
            return self._children(element, name)
        if name in _CHOICES:
            self.left.take_out_stray_words(element, name)
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
                self.left.leave(f"{name}/@{label.rpartition('}')[2]}", value)
                del element.attrib[key]
            elif wanted := attributes.values(name, label):
                found = self.values.fitting(value.strip(), wanted)
                if not found:
                    self.left.leave(f"{name}/@{label}", value)
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

    def _typed(self, element: etree._Element, name: str) -> bool:
        """Text without markup, and of the right type."""
        if len(element):
            words = words_in(element)
            element[:] = []
            element.text = words
        words = (element.text or "").strip()
        if words != (element.text or "").strip(WHITE_SPACE):
            element.text = words
        return is_typed(words, schema.TYPED[name])

    def _mixed(self, element: etree._Element, name: str) -> None:
        """Words with elements among them; of those that may not be there the words stay."""
        allowed = _MIXED[name]
        unwanted = set()
        for child in list(element):
            local = local_name(child)
            if local in allowed and self._element(child, local):
                continue
            if name not in schema.WITHOUT_XHTML and xhtml.fits(child):
                continue
            unwanted.add(child)
        if unwanted:
            unwrap_all(element, unwanted)

    def _choice(self, element: etree._Element, name: str) -> None:
        for child in list(element):
            local = local_name(child)
            if local not in _CHOICES[name] or not self._element(child, local):
                self.left.take_out(element, child, f"{name}/{etree.QName(child).localname}")

    def _children(self, element: etree._Element, name: str) -> bool:
        """Takes out children that may not be there, and orders the others; False without one that must be there."""
        places, required = _SEQUENCES[name]
        seen: set[int] = set()
        order: list[int] = []
        for child in list(element):
            local = "dc" if "dc" in places and _dublin_core(child) else local_name(child)
            place, number = places.get(local, (-1, ""))
            taken = number in {"1", "?"} and place in seen
            if place < 0 or taken or (local != "dc" and not self._element(child, local)):
                self.left.take_out(element, child, f"{name}/{etree.QName(child).localname}")
                continue
            seen.add(place)
            order.append(place)
        if order != sorted(order):
            ranked = sorted(zip(order, range(len(order)), element, strict=True), key=lambda item: item[:2])
            element[:] = [child for _, _, child in ranked]
        if all(any(places[one][0] in seen for one in needed) for needed in required):
            return True
        for child in list(element):
            self.left.take_out(element, child, f"{name}/{etree.QName(child).localname}")
        return False


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
        words = words_in(element)
        element[:] = []
        element.text = words
    for key, value in list(element.attrib.items()):
        if key != _XML_LANG or language(str(value)) != value:
            del element.attrib[key]
    return True
