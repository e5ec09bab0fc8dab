"""Records inside a METS, made harmless to the METS schema, which looks into them (`processContents="lax"`).

What it might refuse is not lost: an attribute keeps its name and value in the namespace `SET_ASIDE`, a record that is
METS itself is there as base64, and one that is no XML as text.
"""

import base64
from collections.abc import Iterable
from dataclasses import replace
from typing import Final
from xml.sax.saxutils import escape

from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.exporters.records import stored
from mdwatch.exporters.terms import uris
from mdwatch.formats import dnx, mets, xml
from mdwatch.model import Record

SET_ASIDE: Final = mets.SET_ASIDE
XML_DATA: Final = f"{{{mets.NAMESPACE}}}xmlData"

_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_XLINK: Final = "http://www.w3.org/1999/xlink"
_XML_ID: Final = "{http://www.w3.org/XML/1998/namespace}id"

# The values that the METS schema allows, by the attributes it looks at in a record.
_SHOW: Final = frozenset(("new", "replace", "embed", "other", "none"))
_ACTUATE: Final = frozenset(("onLoad", "onRequest", "other", "none"))

PREFIXES: Final = {"mets": mets.NAMESPACE, "xsi": _XSI, "xlink": _XLINK}
_HOLDS_METS: Final = etree.XPath("boolean(descendant::mets:*)", namespaces=PREFIXES)
# The elements with attributes that `_refused` knows.
_SUSPECTS: Final = etree.XPath(
    "descendant::*[@xsi:type or @xml:id or @xlink:href or @xlink:show or @xlink:actuate]", namespaces=PREFIXES
)

etree.register_namespace("mdwatch", SET_ASIDE)


def embed_all(root: etree._Element) -> None:
    """Makes every record in the METS harmless."""
    for data in list(root.iter(XML_DATA)):
        # A record that was replaced by its base64 takes what is below it along.
        if data.getroottree().getroot() is root:
            _embed(data)


def readable(record: Record) -> Record:
    """The record, or its text inside an element of our own if it is no XML."""
    if _parsed(record) is not None:
        return record
    text = escape(dnx.writable(record.content))
    return replace(record, content=f'<mdwatch:text xmlns:mdwatch="{SET_ASIDE}">{text}</mdwatch:text>')


def _parsed(record: Record) -> etree._Element | None:
    """The root of the record, if it is XML."""
    try:
        return stored.root_of(record.content)
    except Rejected:
        return None


def without_ids(record: Record) -> Record:
    """The record with its xml:id set aside."""
    root = _parsed(record) if "xml:id" in record.content else None
    if root is None:
        return record
    for element in root.iter():
        _set_aside(element, (_XML_ID,))
    return replace(record, content=xml.serialise(root))


def _set_aside(element: etree._Element, names: Iterable[str]) -> None:
    """Moves those of the attributes that the element has to the namespace of what is set aside."""
    for name in names:
        value = element.attrib.pop(name, None)
        if value is not None:
            element.set(f"{{{SET_ASIDE}}}{etree.QName(name).localname}", value)


def _embed(data: etree._Element) -> None:
    """Makes what an xmlData holds harmless to the METS schema."""
    if _HOLDS_METS(data):
        _encode(data)
        return
    for element in _SUSPECTS(data):
        _set_aside(element, [str(name) for name, value in element.attrib.items() if _refused(str(name), str(value))])


def _refused(name: str, value: str) -> bool:
    """Whether the METS schema may find fault with this attribute of a record."""
    if name in {f"{{{_XSI}}}type", _XML_ID}:
        return True
    if name == f"{{{_XLINK}}}href":
        return not uris.is_uri(value)
    return (name == f"{{{_XLINK}}}show" and value not in _SHOW) or (
        name == f"{{{_XLINK}}}actuate" and value not in _ACTUATE
    )


def _encode(data: etree._Element) -> None:
    """Puts binData in the place of an xmlData, holding the record as a document."""
    record = "".join(xml.serialise(child) for child in data)
    wrap = data.getparent()
    if wrap is None:
        return
    encoded = etree.Element(f"{{{mets.NAMESPACE}}}binData")
    encoded.text = base64.b64encode(record.encode()).decode("ascii")
    encoded.tail = data.tail
    wrap.replace(data, encoded)
