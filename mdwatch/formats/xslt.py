"""XSLT 1.0 stylesheets: a record is transformed, with no way out of it to a file or the network.

A stylesheet stands alone: `xsl:include` and `xsl:import` are refused, and whatever would read or write is denied as it
runs. How long it takes is not limited here: see `runtime.confinement`.
"""

from typing import Final

from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.formats import gate, xml
from mdwatch.formats.limits import ACCEPTED, Limits

_XSL: Final = "{http://www.w3.org/1999/XSL/Transform}"


def compiled(stylesheet: bytes, limits: Limits) -> etree.XSLT:
    """The stylesheet, ready to use; raises `Rejected`."""
    root = xml.parse(stylesheet, limits)
    for name in ("include", "import"):
        if root.find(f".//{_XSL}{name}") is not None:
            raise Rejected(f"it has xsl:{name}; put all of it into one stylesheet")
    try:
        return etree.XSLT(root, access_control=etree.XSLTAccessControl.DENY_ALL)
    except etree.XSLTError as error:
        raise Rejected(f"not a stylesheet of XSLT 1.0: {gate.in_short(error)}") from None


def transform(stylesheet: etree.XSLT, content: str) -> str:
    """What the stylesheet makes of a record; raises `Rejected`."""
    try:
        made = stylesheet(xml.parse(content, ACCEPTED))
    except etree.XSLTError as error:
        raise Rejected(f"the stylesheet fails: {gate.in_short(error)}") from None
    root = made.getroot()
    if root is None:
        raise Rejected("the stylesheet makes no element of it")
    return xml.serialise(root)
