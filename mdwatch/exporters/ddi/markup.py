"""Elements of a codebook as trees: their names in DDI, their words, and taking the markup away from the words."""

from collections.abc import Container
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


def unwrap_all(parent: etree._Element, unwanted: Container[etree._Element]) -> None:
    """Leaves the words of those of the children where they were; they are put together once, however many there are."""
    before: etree._Element | None = None
    words: list[str] = []
    for child in [*parent, None]:
        if child is not None and child in unwanted:
            words += words_in(child), child.tail or ""
            child.tail = None
            parent.remove(child)
            continue
        if words and before is None:
            parent.text = "".join([parent.text or "", *words])
        elif words and before is not None:
            before.tail = "".join([before.tail or "", *words])
        before, words = child, []
