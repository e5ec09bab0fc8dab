"""What an export of METS set aside, so that the METS schema finds no fault with it, put back where it was."""

import base64
import binascii
import re
from typing import Final

from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.formats import xml
from mdwatch.formats.limits import Limits
from mdwatch.formats.mets.sections import NAMESPACE

# Holds the attributes that the METS schema would refuse where they stood, each under its local name.
SET_ASIDE: Final = "urn:mdwatch:set-aside"
# Attributes that refer to IDs.
REFERENCES: Final = ("ADMID", "DMDID", "STRUCTID", "FILEID", "TRANSFORMBEHAVIOR")

_XLINK: Final = "http://www.w3.org/1999/xlink"
_HOMES: Final = {
    "type": "{http://www.w3.org/2001/XMLSchema-instance}type",
    "id": "{http://www.w3.org/XML/1998/namespace}id",
    "href": f"{{{_XLINK}}}href",
    "show": f"{{{_XLINK}}}show",
    "actuate": f"{{{_XLINK}}}actuate",
    "ID": "ID",
}
_ASIDE: Final = f"{{{SET_ASIDE}}}"
# In serialised XML `<` and `>` are escaped wherever they are not markup.
_TAG: Final = re.compile(r"<[^<>]+>")
_DECLARATION: Final = re.compile(rf' xmlns:[^\s="]+="{SET_ASIDE}"')
_BINARY: Final = f"{{{NAMESPACE}}}binData"
_XML: Final = f"{{{NAMESPACE}}}xmlData"


def put_back(root: etree._Element, data: bytes, limits: Limits) -> None:
    """Gives attributes their names again, IDs what they were, and records that are METS themselves their place."""
    if SET_ASIDE.encode() in data:
        _put_back_attributes(root)
    if b"binData" in data:
        for binary in list(root.iter(_BINARY)):
            _put_back_record(binary, limits)


def without_declarations(text: str) -> str:
    """The document without declarations of the namespace, which nothing is in any more.

    libxml2 would take `xmlns=""` away along with them.
    """
    return _TAG.sub(lambda tag: _DECLARATION.sub("", tag[0]), text) if SET_ASIDE in text else text


def _put_back_attributes(root: etree._Element) -> None:
    was: dict[str, str] = {}
    for element in root.iter("*"):
        for name in [str(name) for name in element.attrib if str(name).startswith(_ASIDE)]:
            home = _HOMES.get(name.removeprefix(_ASIDE))
            if home is None:
                continue
            value = str(element.attrib.pop(name))
            if home == "ID":
                was[element.get("ID", "")] = value
            element.set(home, value)
    if was:
        _follow(root, was)


def _follow(root: etree._Element, was: dict[str, str]) -> None:
    """Makes references name the IDs as they are again."""
    for element in root.iter(f"{{{NAMESPACE}}}*"):
        for name in REFERENCES:
            if value := element.get(name):
                element.set(name, " ".join(was.get(part, part) for part in value.split()))


def _put_back_record(binary: etree._Element, limits: Limits) -> None:
    """A record that was written as base64, if this is one; anything else stays."""
    wrap = binary.getparent()
    try:
        record = xml.parse(base64.b64decode(binary.text or "", validate=True), limits)
    except (Rejected, binascii.Error):
        return
    if wrap is not None:
        data = etree.Element(_XML)
        data.append(record)
        data.tail = binary.tail
        wrap.replace(binary, data)
