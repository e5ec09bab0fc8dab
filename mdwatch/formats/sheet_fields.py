"""Between a Dublin Core record and the cells of a sheet: the values of fields by column, and edited cells put back.

A field's value is an element right below the root that holds text alone. Whatever else the record holds, and each
element's attributes, stay as they are.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.formats import dnx, table
from mdwatch.formats.sheet import FieldColumn

_NAMESPACES: Final = {"dc": "http://purl.org/dc/elements/1.1/", "dcterms": "http://purl.org/dc/terms/"}
_PREFIXES: Final = {namespace: prefix for prefix, namespace in _NAMESPACES.items()}
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"


def values(root: etree._Element, fields: Collection[str]) -> dict[FieldColumn, str]:
    """The values of these fields (`dc:title`), each by its column."""
    return {name: element.text or "" for name, element in _elements(root) if name.field in fields}


def without_guards(root: etree._Element, cells: Mapping[FieldColumn, str]) -> dict[FieldColumn, str]:
    """The cells without the apostrophes that a sheet in CSV had before values that were edited since.

    `'Map 1` may have become `'Map One`, which no longer shows whose apostrophe that is. Raises `Rejected` for such a
    cell; two stand for one that belongs to the value.
    """
    there = {name: element.text or "" for name, element in _elements(root)}
    found = dict(cells)
    for name, cell in cells.items():
        before = there.get(name, "")
        if cell == before or cell[:1] != "'" or before[:1] == "'" or not table.guards(before):
            continue
        if cell[:2] != "''":
            raise Rejected(
                f"{name}: {cell[:60]} begins with the apostrophe that a sheet in CSV has before {before[:60]}; "
                "take it out, or write two where the value is to begin with one"
            )
        found[name] = cell[1:]
    return found


def with_line_ends(root: etree._Element, cells: Mapping[FieldColumn, str]) -> dict[FieldColumn, str]:
    """The cells with the line ends that their values have: programs save those of a cell as their system has them."""
    there = {name: element.text or "" for name, element in _elements(root)}
    found = {}
    for name, cell in cells.items():
        before = there.get(name, "")
        plain = _plain_line_ends(cell)
        found[name] = before if plain == _plain_line_ends(before) else plain
    return found


def _plain_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def edit(root: etree._Element, cells: Mapping[FieldColumn, str]) -> bool:
    """Puts the cells into the record; whether that changed it. Raises `Rejected` for text that XML cannot hold.

    A value whose cell is the same stays as it is, one whose cell was emptied goes, and a new one comes after those of
    its field. Values that have no cell are left alone.
    """
    there = dict(_elements(root))
    changed = False
    for name, cell in sorted(cells.items()):
        element = there.get(name)
        if cell == ("" if element is None else element.text or ""):
            continue
        if dnx.writable(cell) != cell:
            raise Rejected(f"{name}: it holds a character that XML cannot have; take it out")
        changed = True
        if element is None:
            _add(root, name, cell)
        elif cell:
            element.text = cell
        else:
            _take_out(root, element)
    return changed


def _elements(root: etree._Element) -> Iterator[tuple[FieldColumn, etree._Element]]:
    seen: Counter[tuple[str, str]] = Counter()
    for element in root.iterchildren("*"):
        name = etree.QName(element)
        prefix = _PREFIXES.get(name.namespace or "")
        if prefix is None or len(element):
            continue
        key = (f"{prefix}:{name.localname}", element.get(_LANGUAGE, ""))
        seen[key] += 1
        yield FieldColumn(*key, seen[key]), element


def _add(root: etree._Element, name: FieldColumn, value: str) -> None:
    prefix, _, local = name.field.partition(":")
    namespace = _NAMESPACES[prefix]
    declared = namespace in root.nsmap.values()
    made = etree.SubElement(root, f"{{{namespace}}}{local}", nsmap=None if declared else {prefix: namespace})
    made.text = value
    if name.language:
        made.set(_LANGUAGE, name.language)
    others = root.findall(etree.QName(made))[:-1]
    if others:
        # It takes over what follows the one before it: white space is the same between the two, other text stands once.
        tail = others[-1].tail
        others[-1].addnext(made)
        made.tail, others[-1].tail = tail, tail if not (tail or "").strip() else None


def _take_out(root: etree._Element, element: etree._Element) -> None:
    """Removes an element; text that follows it is no part of it and stays."""
    tail, before = element.tail, element.getprevious()
    if tail is not None and tail.strip():
        if before is not None:
            before.tail = (before.tail or "") + tail
        else:
            root.text = (root.text or "") + tail
    root.remove(element)
