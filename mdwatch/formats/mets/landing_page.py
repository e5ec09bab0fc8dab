"""Where people find the object, told in the header of a METS; it is no part of the IE."""

from typing import Final

from lxml import etree

from mdwatch.formats import dnx
from mdwatch.formats.mets.sections import NAMESPACE, children

# Says of an address in the header that an export put it there; it is no part of the IE.
LANDING_PAGE: Final = "landing page (mdwatch)"


def put_landing_page(root: etree._Element, address: str) -> None:
    """Tells in the header of a METS where people find the object, as an `altRecordID`; reading takes it out again."""
    header = next(iter(children(root, "metsHdr")), None)
    if header is None:
        header = etree.Element(f"{{{NAMESPACE}}}metsHdr")
        root.insert(0, header)
    before = [*children(header, "agent"), *children(header, "altRecordID")]
    element = etree.Element(f"{{{NAMESPACE}}}altRecordID", TYPE=LANDING_PAGE)
    element.text = address
    header.insert(max((header.index(child) + 1 for child in before), default=0), element)
    indent(header, 1)
    if header.tail is None:
        header.tail = root.text


def drop_landing_page(root: etree._Element) -> None:
    """Takes out of the header what `put_landing_page` put there, and a header that was made for it."""
    for header in children(root, "metsHdr"):
        pages = [child for child in children(header, "altRecordID") if child.get("TYPE") == LANDING_PAGE]
        for page in pages:
            header.remove(page)
        if pages and not len(header) and not header.attrib:
            root.remove(header)


def indent(element: etree._Element, depth: int) -> None:
    """Lays METS and DNX elements out, and leaves alone what white space might mean something to."""
    children = list(element)
    if not children or any((text or "").strip() for text in (element.text, *(child.tail for child in children))):
        return
    inner, outer = "\n" + "  " * (depth + 1), "\n" + "  " * depth
    element.text = inner
    for child in children:
        child.tail = inner
        if str(child.tag).startswith((f"{{{NAMESPACE}}}", f"{{{dnx.NAMESPACE}}}")):
            indent(child, depth + 1)
    children[-1].tail = outer
