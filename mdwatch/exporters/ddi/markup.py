"""Elements of a codebook as trees: their names in DDI, their words, and taking the markup away from the words."""

from typing import Final

from lxml import etree

from mdwatch.exporters.ddi.writer import NAMESPACE
from mdwatch.exporters.records.plain_text import clean

# The start of the name of each element of DDI, as lxml writes names.
DDI: Final = f"{{{NAMESPACE}}}"


def local_name(element: etree._Element) -> str:
    """The element's name in DDI, or empty if it is of another namespace."""
    tag = str(element.tag)
    return tag[len(DDI) :] if tag.startswith(DDI) else ""


def words_in(element: etree._Element) -> str:
    """All words in an element, whatever its markup."""
    return clean(" ".join(element.itertext()))


def unwrap(child: etree._Element) -> None:
    """Leaves the words of a child where it was."""
    parent = child.getparent()
    if parent is None:
        return
    words = f"{words_in(child)}{child.tail or ''}"
    before = child.getprevious()
    if before is None:
        parent.text = f"{parent.text or ''}{words}"
    else:
        before.tail = f"{before.tail or ''}{words}"
    child.tail = None
    parent.remove(child)
