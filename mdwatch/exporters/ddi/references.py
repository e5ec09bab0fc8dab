"""References of a codebook to its own elements (IDREF, IDREFS): what leads nowhere is taken out, its words kept."""

from collections.abc import Container

from lxml import etree

from mdwatch.exporters.ddi import attributes
from mdwatch.exporters.ddi.markup import DDI, local_name, unwrap_all
from mdwatch.exporters.ddi.values import REFERENCES
from mdwatch.exporters.records.left_out import LeftOut


def drop_dangling(root: etree._Element, left: LeftOut) -> None:
    """Drops references to what is not there, or no longer, and what is nothing without its reference."""
    links = _Links()
    there = {identifier for element in root.iter(f"{DDI}*") if (identifier := element.get("ID"))}
    for element in list(root.iter(f"{DDI}*")):
        if not element.attrib:
            continue
        name = local_name(element)
        for key in list(element.attrib):
            if attributes.values(name, str(key)) in REFERENCES and not _keep(element, name, str(key), there, left):
                _take_out_bare(element, name, left, links)
    links.unwrap()


class _Links:
    """Links that lead nowhere, of one parent: their words are left where they were, for many at once."""

    def __init__(self) -> None:
        self._parent: etree._Element | None = None
        self._links: set[etree._Element] = set()

    def add(self, parent: etree._Element, link: etree._Element) -> None:
        """Adds one, in the order of the document."""
        if parent is not self._parent:
            self.unwrap()
        self._parent = parent
        self._links.add(link)

    def unwrap(self) -> None:
        """Unwraps those that were added."""
        if self._parent is not None:
            unwrap_all(self._parent, self._links)
        self._parent, self._links = None, set()


def _keep(element: etree._Element, name: str, key: str, there: Container[str], left: LeftOut) -> bool:
    """Keeps of the references those that lead somewhere; False where none does and the element needs one."""
    value = element.get(key, "")
    found = " ".join(part for part in value.split() if part in there)
    if found:
        if found != value:
            element.set(key, found)
        return True
    if value:
        left.leave(f"{name}/@{key}", value)
        del element.attrib[key]
    return not value or key not in attributes.required(name)


def _take_out_bare(element: etree._Element, name: str, left: LeftOut, links: _Links) -> None:
    """Takes out what is nothing without its reference."""
    parent = element.getparent()
    if parent is None:
        return
    if name == "Link":
        links.add(parent, element)
        return
    links.unwrap()
    # A mi of its mrow, which may be empty; or what a controlled vocabulary is used for, which may not.
    for ancestor in element.iterancestors(f"{DDI}controlledVocabUsed"):
        element, parent = ancestor, ancestor.getparent()
    if parent is not None:
        left.take_out(parent, element, f"{local_name(parent)}/{etree.QName(element).localname}")
