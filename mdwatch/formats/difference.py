"""The difference between two versions of a record, field by field, for people."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from lxml import etree

from mdwatch.formats import canonical
from mdwatch.formats.xml import Limits

_LONGEST_PATH: Final = 600
_LONGEST_STEP: Final = 400

# Prefixes a metadata librarian knows, whatever the document calls them; others have those of the document.
_PREFIXES: Final = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://www.openarchives.org/OAI/2.0/oai_dc/": "oai_dc",
    "http://www.loc.gov/mods/v3": "mods",
    "http://www.loc.gov/MARC21/slim": "marc",
    "http://www.loc.gov/METS/": "mets",
    "urn:isbn:1-931666-22-9": "ead",
    "http://www.lido-schema.org": "lido",
    "http://www.tei-c.org/ns/1.0": "tei",
    "ddi:codebook:2_5": "ddi",
    "http://datacite.org/schema/kernel-4": "datacite",
    "http://www.w3.org/1999/xlink": "xlink",
    "http://www.w3.org/2001/XMLSchema-instance": "xsi",
    "http://www.w3.org/XML/1998/namespace": "xml",
}
# They say where a schema lies, and nothing of the element that they stand at.
_HINTS: Final = tuple(
    f"{{http://www.w3.org/2001/XMLSchema-instance}}{name}" for name in ("schemaLocation", "noNamespaceSchemaLocation")
)


@dataclass(frozen=True, slots=True)
class Field:
    """One leaf of a record: the path of elements (and its own attributes) that leads to it, and its text."""

    path: str
    value: str


@dataclass(frozen=True, slots=True)
class Difference:
    """The fields only the stored record has, and those only the submitted one has.

    Where neither has any and the records still differ, it is in the order or grouping of fields, or in white space:
    `reordered` tells.
    """

    removed: tuple[Field, ...]
    added: tuple[Field, ...]
    reordered: bool


def compare(stored: etree._Element | None, submitted: etree._Element, limits: Limits) -> Difference:
    """What the submitted record changes of the stored one; raises `Rejected` where one is over a cap."""
    names = _PathNames()
    old = _fields(stored, names) if stored is not None else []
    new = _fields(submitted, names)
    gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
    return Difference(
        removed=tuple(_pick(old, gone)),
        added=tuple(_pick(new, come)),
        reordered=stored is not None and not gone and not come and _differ(stored, submitted, limits),
    )


def _differ(stored: etree._Element, submitted: etree._Element, limits: Limits) -> bool:
    return canonical.digests(stored, limits).ordered != canonical.digests(submitted, limits).ordered


def _pick(fields: list[Field], wanted: Counter[Field]) -> Iterator[Field]:
    """The wanted fields in document order, as often as wanted."""
    left = wanted.copy()
    for field in fields:
        if left[field] > 0:
            left[field] -= 1
            yield field


class _PathNames:
    """Names of elements and attributes in the paths of two records, alike in both."""

    def __init__(self) -> None:
        self._prefixes = dict(_PREFIXES)

    def of(self, tag: str, element: etree._Element) -> str:
        """The name with the usual prefix of its namespace, else with that of the document, else in full."""
        namespace, brace, local = tag[1:].rpartition("}") if tag.startswith("{") else ("", "", tag)
        if not brace:
            return local
        prefix = self._prefixes.get(namespace)
        if prefix is None:
            prefix = self._prefixes[namespace] = self._of_document(namespace, element)
        return f"{prefix}:{local}" if prefix else tag

    def _of_document(self, namespace: str, element: etree._Element) -> str:
        """A prefix of the namespace here that stands for no other one; empty where there is none."""
        taken = set(self._prefixes.values())
        return next((own for own, of in element.nsmap.items() if of == namespace and own and own not in taken), "")


def _fields(root: etree._Element, names: _PathNames) -> list[Field]:
    """Every field of the record: leaves, and elements that have text of their own beside children.

    Attributes of a root above fields are fields of their own: where they lead to every field, one that differs has all
    fields differ.
    """
    found: list[Field] = []
    apart = list(map(str, root.attrib)) if len(root) else []
    _add_fields(root, "", apart, names, found)
    return found


def _add_fields(element: etree._Element, above: str, apart: list[str], names: _PathNames, found: list[Field]) -> None:
    """The fields of an element and all below; its attributes `apart`, and hints of schemas, each a field of its own."""
    attributes = {str(key): str(value) for key, value in element.attrib.items()} if element.attrib else {}
    told = [(key, attributes.pop(key)) for key in (*apart, *_HINTS) if key in attributes]
    path = _shortened(above + _step(element, attributes, names), _LONGEST_PATH)
    found.extend(Field(f"{path}/@{names.of(key, element)}", value) for key, value in told)
    children = list(element)
    text = "".join([element.text or "", *(child.tail or "" for child in children)]).strip()
    if text or not children:
        found.append(Field(path, text))
    for child in children:
        _add_fields(child, f"{path}/", [], names, found)


def _step(element: etree._Element, attributes: Mapping[str, str], names: _PathNames) -> str:
    """An element as a step of a path: its name and its attributes."""
    name = names.of(str(element.tag), element)
    if not attributes:
        return name
    said = "".join(f'[@{names.of(key, element)}="{value}"]' for key, value in sorted(attributes.items()))
    return _shortened(name + said, _LONGEST_STEP)


def _shortened(path: str, longest: int) -> str:
    """The path; of a long one both ends, and a sign between them that tells it from others with the same ends.

    What is above a field is told with each field, so that it must not be long.
    """
    if len(path) <= longest:
        return path
    sign = blake2b(path.encode(), digest_size=4).hexdigest()
    return f"{path[: longest // 2]}...{sign}...{path[-longest // 4 :]}"
