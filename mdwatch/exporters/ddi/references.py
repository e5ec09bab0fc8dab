"""References of a codebook to its own elements (IDREF, IDREFS): what leads nowhere is taken out, its words kept."""

from collections.abc import Container

from lxml import etree

from mdwatch.exporters.ddi import attributes
from mdwatch.exporters.ddi.markup import DDI, local_name, unwrap
from mdwatch.exporters.ddi.values import REFERENCES
from mdwatch.exporters.records.left_out import LeftOut


def drop_dangling(root: etree._Element, left: LeftOut) -> None:
    """Drops references to what is not there, or no longer, and what is nothing without its reference."""
    there = {identifier for element in root.iter(f"{DDI}*") if (identifier := element.get("ID"))}
    for element in list(root.iter(f"{DDI}*")):
        if not element.attrib:
            continue
        name = local_name(element)
        for key in list(element.attrib):
            if attributes.values(name, str(key)) in REFERENCES and not _keep(element, name, str(key), there, left):
                _take_out_bare(element, name, left)


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


def _take_out_bare(element: etree._Element, name: str, left: LeftOut) -> None:
    """Takes out what is nothing without its reference."""
    parent = element.getparent()
    if parent is None:
        return
    if name == "Link":
        unwrap(element)
        return
    # A mi of its mrow, which may be empty; or what a controlled vocabulary is used for, which may not.
    for ancestor in element.iterancestors(f"{DDI}controlledVocabUsed"):
        element, parent = ancestor, ancestor.getparent()
    if parent is not None:
        left.take_out(parent, element, f"{local_name(parent)}/{etree.QName(element).localname}")
