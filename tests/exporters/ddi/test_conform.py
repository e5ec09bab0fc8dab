"""The tables of DDI Codebook 2.5 against its schema; whatever is made to fit them is valid and loses no word."""

import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from lxml import etree

from mdwatch.exporters.ddi import attributes, conform, schema
from mdwatch.exporters.ddi.exporter import export
from mdwatch.exporters.ddi.writer import NAMESPACE
from tests.exporters import samples
from tests.exporters.samples import SHARED, needs_shared

XS = "{http://www.w3.org/2001/XMLSchema}"
N = f"{{{NAMESPACE}}}"
SCHEMA = SHARED / "schemas" / "ddi-codebook-2.5" / "ddi_codebook_2_5.xsd"
TYPES = {
    "xs:string": "", "xs:NMTOKEN": "token", "xs:IDREF": "IDREF", "xs:IDREFS": "IDREFS", "xs:NCName": "name",
    "dateSimpleType": "date", "xs:boolean": "true|false|0|1", "xs:integer": "integer", "xs:anyURI": "URI",
    "xs:ID": "ID", "selectorType": "element path", "attributeType": "attribute path", "": "",
}  # fmt: skip
GROUPS = {
    "PHRASE": "ExtLink Link", "FORM": "div emph head hi list p", "xhtml:BlkNoForm.mix": "",
    "dc:elementsAndRefinementsGroup": "dc*",
}  # fmt: skip


class Schema:
    """The schema taken apart: for each element its content and its attributes, in the words of the tables."""

    def __init__(self) -> None:
        self.root = etree.parse(SCHEMA).getroot()
        self.named = {(child.tag, child.get("name")): child for child in self.root.iterchildren("*")}
        self.elements = {e.get("name", ""): e for e in self.root.iter(f"{XS}element") if e.get("name")}
        # Declared twice: as it is declared where it is used.
        self.elements["dataSrc"] = self.named[f"{XS}element", "dataSrc"]
        self.elements["codeListSchemeURN"] = next(
            self.root.iterfind(f".//{XS}sequence/{XS}element[@name='codeListSchemeURN']")
        )

    def base(self, name: str | None) -> Any:
        return self.named.get((f"{XS}complexType", name))

    def type_of(self, element: etree._Element) -> Any:
        inner = element.find(f"{XS}complexType")
        return inner if inner is not None else self.base(element.get("type"))

    def attributes(self, node: Any) -> dict[str, str]:
        found: dict[str, str] = {}
        if node is None:
            return found
        for derived in node.iter(f"{XS}extension", f"{XS}restriction"):
            found |= self.attributes(self.base(derived.get("base")))
        for group in node.iter(f"{XS}attributeGroup"):
            found |= self.attributes(self.named[f"{XS}attributeGroup", group.get("ref")]) if group.get("ref") else {}
        for item in node.iter(f"{XS}attribute"):
            name = str(item.get("name") or item.get("ref"))
            if item.get("use") == "prohibited":
                found.pop(name, None)
            else:
                found[name] = self.value(item) + ("!" if item.get("use") == "required" else "")
        return found

    def value(self, item: etree._Element) -> str:
        words = "|".join(found.get("value", "") for found in item.iter(f"{XS}enumeration"))
        if item.get("ref"):
            return "language"
        return item.get("fixed") or words or TYPES[item.get("type", "")]

    def content(self, node: Any) -> str:
        """Children with how many there may be."""
        found = []
        for child in node.iterchildren("*"):
            least, most = child.get("minOccurs", "1"), child.get("maxOccurs", "1")
            number = {"01": "?", "11": "1"}.get(least + most) or ("*" if least == "0" else "+")
            if child.tag == f"{XS}element":
                found.append((child.get("ref") or child.get("name", "")) + number)
            elif child.tag == f"{XS}group":
                found += GROUPS[child.get("ref")].split()
            elif child.tag == f"{XS}sequence":
                found.append(self.content(child))
            elif child.tag == f"{XS}choice":
                inner = self.content(child)
                apart = child.find(f"{XS}sequence") is None and most == "1"
                several = number == "+" and child.find(f"{XS}group") is None
                found.append("|".join(re.findall(r"[\w|]+(?=1)", inner)) + number if apart or several else inner)
        return " ".join(filter(None, found))

    def whole_content(self, node: Any) -> str:
        """The same with what the type is derived from."""
        derived = node.find(f"{XS}complexContent")
        if derived is None:
            return self.content(node)
        base = self.base(derived[0].get("base"))
        before = self.whole_content(base) if derived[0].tag == f"{XS}extension" else ""
        return " ".join(filter(None, [before, self.content(derived[0])]))

    def is_mixed(self, node: Any) -> bool:
        return bool(node.get("mixed") == "true")

    def simple(self, node: Any) -> str | None:
        """The type of text without elements."""
        content = node.find(f"{XS}simpleContent")
        if content is None:
            return None
        inner = content[0].find(f"{XS}simpleType/{XS}restriction")
        base = inner.get("base", "") if inner is not None else content[0].get("base", "")
        return TYPES[base] if base in TYPES else self.simple(self.base(base))


@pytest.fixture(scope="module")
def taken() -> Schema:
    return Schema()


@pytest.fixture(scope="module")
def validator() -> etree.XMLSchema:
    return etree.XMLSchema(file=str(SCHEMA))


NAMES = sorted({*schema.MIXED, *schema.SEQUENCES, *schema.TYPED, *schema.CHOICES})


@needs_shared
def test_every_element_has_a_row_and_no_other_has(taken: Schema) -> None:
    assert set(NAMES) == set(taken.elements)


@needs_shared
@pytest.mark.parametrize("name", NAMES)
def test_a_row_says_what_the_schema_says(name: str, taken: Schema) -> None:
    element = taken.elements[name]
    type_ = taken.type_of(element)
    found = taken.attributes(type_)
    assert attributes.allowed(name) == found.keys()
    assert attributes.required(name) == {key for key, value in found.items() if value.endswith("!")}
    for key, value in found.items():
        assert attributes.values(name, key) == value.rstrip("!"), key
    if type_ is None:
        assert name in schema.TYPED
    elif (text := taken.simple(type_)) is not None:
        assert schema.TYPED[name] == text
    elif taken.is_mixed(type_):
        assert set(schema.MIXED[name].split()) == set(re.sub(r"[1?*+]( |$)", " ", taken.whole_content(type_)).split())
    elif name in schema.CHOICES:
        assert set(schema.CHOICES[name].split()) == set(re.sub(r"[1?*+]( |$)", " ", taken.whole_content(type_)).split())
    else:
        assert schema.SEQUENCES[name] == taken.whole_content(type_)


DCTERMS = 'xmlns:d="http://purl.org/dc/terms/"'
STUDY = "<citation><titlStmt><titl>T</titl></titlStmt></citation>"


def codebook(content: str, study: str = STUDY) -> str:
    return f'<codeBook xmlns="{NAMESPACE}" version="2.5"><stdyDscr>{study}{content}</stdyDscr></codeBook>'


def _cited(content: str) -> str:
    """The study with more in its citation."""
    return STUDY.replace("</citation>", f"{content}</citation>")


def fitted(content: str) -> etree._Element:
    return etree.fromstring(export(samples.entity(None, ("ddi", content))))


def notes(root: etree._Element) -> dict[str | None, str | None]:
    found = root.findall(f"{N}stdyDscr/{N}notes")
    return {note.get("subject"): note.text for note in found if note.get("type") == conform.OUTSIDE}


ODD = {
    "a source of no name": (
        codebook("", _cited('<distStmt/><verStmt source="DVN"><version>1</version></verStmt>')),
        {"verStmt/@source": "DVN"},
    ),
    "out of order": (codebook("<method/><stdyInfo><abstract>A</abstract><subject/></stdyInfo>"), {}),
    "an element of nobody": (codebook("<stdyInfo><mood>good</mood></stdyInfo>"), {"stdyInfo/mood": "good"}),
    "another namespace": (codebook('<stdyInfo xmlns:x="urn:x"><x:a>b</x:a></stdyInfo>'), {"stdyInfo/a": "b"}),
    "two where there may be one": (
        codebook("<stdyInfo><sumDscr><geoBndBox><westBL>1</westBL></geoBndBox></sumDscr></stdyInfo>"),
        {"geoBndBox/westBL": "1"},
    ),
    "words between": (
        codebook("<stdyInfo>loose<subject>words</subject></stdyInfo>"),
        {"stdyInfo": "loose", "subject": "words"},
    ),
    "a reference to nothing": (
        codebook("<dataAccs/>").replace("</stdyDscr>", '</stdyDscr><dataDscr><var name="v" files="F1"/></dataDscr>'),
        {"var/@files": "F1"},
    ),
    "no name where one must be": (
        codebook("").replace("</stdyDscr>", "</stdyDscr><dataDscr><var><labl>age</labl></var></dataDscr>"),
        {"dataDscr/var": "age"},
    ),
    "one ID twice": (
        codebook('<stdyInfo ID="a"/><method ID="a"/><dataAccs ID="1 a"/>'),
        {"method/@ID": "a", "dataAccs/@ID": "1 a"},
    ),
    "a link to nothing": (codebook('<notes>See <Link refs="X">there</Link> now</notes>'), {"Link/@refs": "X"}),
    "Dublin Core": (
        codebook("", _cited(f"<d:title {DCTERMS}>D</d:title><d:rightsHolder {DCTERMS}>R</d:rightsHolder>")),
        {"citation/rightsHolder": "R"},
    ),
    "a wrong schema": (
        codebook("").replace("version", f'xmlns:x="{samples.XSI}" x:schemaLocation="a" version'), {},
    ),
    "white space that XML does not know": (
        codebook("\u00a0<stdyInfo>\u2028<subject/>\u3000<abstract>A</abstract></stdyInfo>"), {},
    ),
    "no date": (codebook('<studyAuthorization date="soon"/>'), {"studyAuthorization/@date": "soon"}),
}  # fmt: skip


@needs_shared
@pytest.mark.parametrize("name", ODD)
def test_what_does_not_fit_is_made_to_and_told(name: str, validator: etree.XMLSchema) -> None:
    content, told = ODD[name]
    root = fitted(content)
    validator.assertValid(root)
    assert notes(root) == told
    assert root.findtext(f"{N}stdyDscr/{N}citation/{N}titlStmt/{N}titl") == "T"


XHTML = 'xmlns:x="http://www.w3.org/1999/xhtml"'


@needs_shared
@pytest.mark.parametrize(
    ("markup", "kept"),
    [
        (
            '<x:p xmlns:x="http://www.w3.org/1999/xhtml">One <x:em>two</x:em><x:br/><x:a href="http://x.org">3</x:a></x:p>',
            1,
        ),
        ('<x:ul xmlns:x="http://www.w3.org/1999/xhtml"><x:li>One two</x:li><x:li><x:p>3</x:p></x:li></x:ul>', 1),
        ('<x:p xmlns:x="http://www.w3.org/1999/xhtml" class="c">One <x:a><x:a>two</x:a></x:a> 3</x:p>', 0),
        ('<x:table xmlns:x="http://www.w3.org/1999/xhtml"><x:tr><x:td>One two 3</x:td></x:tr></x:table>', 0),
        ("<p>One <em>two</em> 3</p>", 1),
        ("<list><itm>One two 3</itm></list>", 1),
    ],
)
def test_markup_stays_as_far_as_it_is_sure_to_fit(markup: str, kept: int, validator: etree.XMLSchema) -> None:
    root = fitted(codebook(f"<stdyInfo><abstract>{markup}</abstract></stdyInfo>"))
    validator.assertValid(root)
    abstract = root.find(f".//{N}abstract")
    assert abstract is not None
    assert len(abstract) == kept
    assert " ".join(" ".join(abstract.itertext()).split()).replace("two3", "two 3") == "One two 3"


def test_a_codebook_that_fits_comes_through_as_it_is() -> None:
    content = codebook(
        '<stdyInfo><abstract xml:lang="en">A <ExtLink URI="http://x.org">link</ExtLink>, and</abstract></stdyInfo>'
    )
    assert export(samples.entity(None, ("ddi", content))).decode() == content


def words_of(root: etree._Element) -> set[str]:
    return {word for text in root.itertext() for word in re.findall(r"w\d+", text)}


def _grown(random_: random.Random, depth: int = 0, name: str = "stdyDscr") -> Iterator[str]:
    """An element with children, attributes and words that are now right, now wrong."""
    row = schema.MIXED.get(name) or schema.SEQUENCES.get(name) or schema.CHOICES.get(name, "")
    right = [item.rstrip("1?*+") for part in row.split() for item in part.split("|")]
    keys = [*sorted(attributes.allowed(name)), "nonsense"]
    values = [
        "a",
        "ID1",
        "ID2",
        "2001",
        "2001-01-01",
        "yes",
        "start",
        "archive",
        "freq",
        "en",
        "-",
        "",
        "http://x.org",
        "N",
    ]
    chosen = {key: random_.choice(values) for key in random_.sample(keys, random_.randint(0, min(4, len(keys))))}
    shown = "".join(f' {key}="{value}"' for key, value in chosen.items())
    yield f"<{name}{shown}>"
    if random_.random() < 0.7:
        yield f"w{random_.randint(0, 10**9)}"
    for _ in range(random_.randint(0, 4) if depth < 6 else 0):
        child = random_.choice(right) if right and random_.random() < 0.8 else random_.choice(NAMES)
        yield from _grown(random_, depth + 1, "titl" if child in {"dc", ""} else child)
        if random_.random() < 0.3:
            yield random_.choice([f" w{random_.randint(0, 10**9)} ", "\u00a0"])
    yield f"</{name}>"


@needs_shared
@pytest.mark.parametrize("seed", [*range(4), *(pytest.param(seed, marks=pytest.mark.system) for seed in range(4, 40))])
def test_whatever_grows_is_made_to_fit_and_loses_no_word(seed: int, validator: etree.XMLSchema) -> None:
    random_ = random.Random(seed)
    for _ in range(25):
        content = "".join(part for _ in range(8) for part in _grown(random_, name=random_.choice(NAMES)))
        record = codebook(content)
        root = fitted(record)
        validator.assertValid(root)
        assert words_of(root) == words_of(etree.fromstring(record))
        ids = [item.get("ID") for item in root.iter() if item.get("ID")]
        assert len(ids) == len(set(ids))
