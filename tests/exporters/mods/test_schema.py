"""The tables of MODS 3.8 against its schema, and that whatever is made to fit them is valid."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from lxml import etree

from mdwatch.exporters.mods import conform
from mdwatch.exporters.mods import schema as mods_schema
from tests.exporters.samples import MODS, SHARED, needs_shared

XS = "{http://www.w3.org/2001/XMLSchema}"
SCHEMA = SHARED / "schemas" / "mods-3.8" / "mods-3-8.xsd"
BY_TYPE = {
    "xs:anyURI": "URI",
    "xs:ID": "ID",
    "xs:IDREF": "IDREF",
    "xs:integer": "integer",
    "xs:positiveInteger": "positive integer",
}
# Attributes that the schema leaves free in one place, and calls URIs in another: the stricter holds for both.
STRICTER = {"relatedItem@otherTypeAuthURI", "relatedItem@otherTypeURI"}

pytestmark = needs_shared


class Schema:
    """The schema taken apart: for each element, named as in the tables, its children, attributes and values."""

    def __init__(self) -> None:
        self.root = etree.parse(SCHEMA).getroot()
        self.named = {(child.tag, child.get("name")): child for child in self.root.iterchildren("*")}
        self.elements: dict[str, etree._Element] = {}
        for element in self.root.iter(f"{XS}element"):
            if element.get("name"):
                self.elements[self.row(element)] = element

    def row(self, element: etree._Element) -> str:
        name = element.get("name", "")
        if element.getparent() is self.root:
            return name
        owner = next(a for a in element.iterancestors() if a.getparent() is self.root)
        users = [
            e.get("name", "") for e in self.root.iterchildren(f"{XS}element") if e.get("type") == owner.get("name")
        ]
        return f"{users[0]}/{name}"

    def type_of(self, element: etree._Element) -> etree._Element | None:
        inner = element.find(f"{XS}complexType")
        return inner if inner is not None else self.named.get((f"{XS}complexType", element.get("type")))

    def attributes(self, node: etree._Element | None) -> Iterator[tuple[str, str]]:
        """Names and what their values must be."""
        for child in () if node is None else node.iterchildren("*"):
            if child.tag == f"{XS}attribute":
                yield child.get("name") or str(child.get("ref")), self.value(child)
            elif child.tag == f"{XS}attributeGroup":
                if child.get("ref") == "xlink:simpleLink":
                    names = ("type", "href", "role", "arcrole", "title", "show", "actuate")
                    yield from ((f"xlink:{name}", "xlink") for name in names)
                else:
                    yield from self.attributes(self.named[XS + "attributeGroup", child.get("ref")])
            else:
                base = self.named.get((f"{XS}complexType", child.get("base")))
                if child.tag == f"{XS}extension":
                    yield from self.attributes(base)
                if child.tag not in {f"{XS}sequence", f"{XS}choice", f"{XS}group"}:
                    yield from self.attributes(child)

    def value(self, node: etree._Element) -> str:
        words = [item.get("value", "") for item in node.iter(f"{XS}enumeration")]
        named = self.named.get((f"{XS}simpleType", node.get("type")))
        if named is not None:
            words = [item.get("value", "") for item in named.iter(f"{XS}enumeration")]
        return "|".join(words) or BY_TYPE.get(node.get("type", ""), "")

    def children(self, node: etree._Element | None) -> Iterator[tuple[str, str]]:
        """Names, each with how many there may be."""
        for child in () if node is None else node.iterchildren("*"):
            if child.tag == f"{XS}element":
                least, most = child.get("minOccurs", "1"), child.get("maxOccurs", "1")
                yield (
                    str(child.get("ref") or child.get("name")),
                    {"01": "?", "11": "1"}.get(least + most) or ("*" if least == "0" else "+"),
                )
            elif child.tag == f"{XS}group":
                yield from self.children(self.named[XS + "group", child.get("ref")])
            else:
                yield from self.children(child)


@pytest.fixture(scope="module")
def schema() -> Schema:
    return Schema()


@pytest.fixture(scope="module")
def validator() -> etree.XMLSchema:
    return etree.XMLSchema(file=str(SCHEMA))


def test_every_element_has_a_row_and_no_other_has(schema: Schema) -> None:
    assert set(mods_schema.ATTRIBUTES) == set(schema.elements) - {"modsCollection"}


@pytest.mark.parametrize("row", sorted(mods_schema.ATTRIBUTES))
def test_a_row_says_what_the_schema_says(row: str, schema: Schema) -> None:
    element = schema.elements[row]
    kind = schema.type_of(element)
    attributes = dict(schema.attributes(kind))
    children = dict(schema.children(kind))

    assert mods_schema.ATTRIBUTES[row] == set(attributes)
    for name, wanted in attributes.items():
        if ":" not in name and f"{row}@{name}" not in STRICTER:
            assert (mods_schema.values(row, name), name) == (wanted, name)
    if row in mods_schema.SEQUENCES:
        assert mods_schema.SEQUENCES[row].split() == [name + number for name, number in children.items()]
    elif row in mods_schema.CHOICES:
        assert set(mods_schema.CHOICES[row].split()) == set(children)
    else:
        assert not children
        assert mods_schema.values(row) in {schema.value(element), "URI" if row == "url" else ""}


def invented(dice: random.Random, row: str, depth: int) -> etree._Element:
    """An element with attributes, children and words, of which some fit and some do not."""
    element = etree.Element(f"{{{MODS}}}{row.rpartition('/')[2]}")
    for name in dice.sample(ATTRIBUTES, dice.randrange(4)) + dice.sample(
        sorted(mods_schema.ATTRIBUTES[row]), min(2, len(mods_schema.ATTRIBUTES[row]))
    ):
        wanted = mods_schema.values(row, name).split("|")
        element.set(qualified(name), dice.choice([*wanted, *WORDS]))
    if dice.random() < 0.5:
        about = dice.choice(["", "", "", "\n ", NO_BREAK])
        element.text = about + dice.choice([*mods_schema.values(row).split("|"), *WORDS]) + about
    if depth < 5:
        own = [
            item.rstrip("?*+") for item in (mods_schema.SEQUENCES.get(row) or mods_schema.CHOICES.get(row, "")).split()
        ]
        likely = [(mods_schema.row(name, row.rpartition("/")[2]), 5) for name in own]
        rows = [*likely, (dice.choice(ROWS), 1), (dice.choice(ROWS), 1)]
        for child in dice.choices([one for one, _ in rows], [weight for _, weight in rows], k=dice.randrange(5)):
            element.append(invented(dice, child, depth + 1))
            element[-1].tail = dice.choice([None, None, " ", "stray", NO_BREAK])
        if dice.random() < 0.1:
            foreign = etree.SubElement(element, dice.choice(["{urn:x}y", "z", f"{{{MODS}}}unheard"]), {"a": "b"})
            foreign.set("{http://www.w3.org/2001/XMLSchema-instance}type", "none:such")
            foreign.append(invented(dice, dice.choice(ROWS), depth + 1))
    return element


NO_BREAK = "\u00a0"  # white space to Python, and a word like any other to XML
ROWS = sorted(mods_schema.ATTRIBUTES)
WORDS = ["", "x", "1", "-3", "a b", "http://[", "http://a:b/", "%", "ä", "en_US", "#a#b", "1:2", "//x:99999999", "xml"]
ATTRIBUTES = sorted(
    {name for names in mods_schema.ATTRIBUTES.values() for name in names} | {"colour", "xsi:nil", "xsi:type"}
)
NAMESPACES: dict[str, str] = {
    "xlink": "http://www.w3.org/1999/xlink",
    "xml": "http://www.w3.org/XML/1998/namespace",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}


def qualified(name: str) -> str:
    prefix, colon, local = name.rpartition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}" if colon else name


@pytest.mark.parametrize("seed", range(300))
def test_whatever_is_made_to_fit_is_valid_and_keeps_its_words(seed: int, validator: Any) -> None:
    record = invented(random.Random(seed), "mods", 0)
    whole = etree.fromstring(etree.tostring(record))
    words = " ".join(whole.itertext()).split()
    if not conform.fit(record):
        assert not words
        return
    again = etree.fromstring(etree.tostring(record))
    assert validator.validate(again), validator.error_log
    said = etree.tostring(again, encoding="unicode")
    for word in set(words) - {"%", "#a#b", "http://["}:
        assert word in said
    unchanged = etree.tostring(again)
    assert conform.fit(again)
    assert etree.tostring(again) == unchanged
