"""Qualified names in values: `xsi:type="dcterms:URI"` names what the prefix stands for where it stands."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"


def resolved(element: etree._Element, value: str) -> tuple[str | None, str]:
    """The namespace of a qualified name where this element stands, or None, and the local name.

    It costs as much as there are namespaces in scope: see `types` for many.
    """
    prefix, colon, local = value.strip().rpartition(":")
    return element.nsmap.get(prefix if colon else None) or None, local


def types(root: etree._Element) -> Iterator[tuple[etree._Element, str | None, str]]:
    """Each element with an xsi:type, in document order: with the namespace of its prefix, or None, and the local name.

    One pass, whose cost does not grow with the namespaces in scope.
    """
    scopes: dict[str, list[str]] = defaultdict(list)
    parent = root.getparent()
    if parent is not None:
        for prefix, uri in parent.nsmap.items():
            scopes[prefix or ""].append(uri)
    opened: list[str] = []
    what: Any
    for event, what in etree.iterwalk(root, events=("start", "start-ns", "end-ns")):
        if event == "start-ns":
            prefix, uri = what
            scopes[prefix or ""].append(uri)
            opened.append(prefix or "")
        elif event == "end-ns":
            scopes[opened.pop()].pop()
        elif (value := what.get(TYPE)) is not None:
            prefix, colon, local = value.strip().rpartition(":")
            scope = scopes.get(prefix) if bool(prefix) == bool(colon) else None
            yield what, (scope[-1] or None) if scope else None, local
