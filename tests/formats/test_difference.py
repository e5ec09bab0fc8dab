"""Differences between two versions of a record, as people see them."""

import pytest

from mdwatch.formats import difference, xml
from mdwatch.formats.difference import Difference, Field
from mdwatch.formats.xml import Limits

DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'


def compare(stored: str | None, submitted: str) -> Difference:
    limits = Limits()
    there = None if stored is None else xml.parse(stored, limits)
    return difference.compare(there, xml.parse(submitted, limits), limits)


def record(*titles: str) -> str:
    return f"<dc:record {DC}>{''.join(f'<dc:title>{title}</dc:title>' for title in titles)}</dc:record>"


TITLE = "dc:record/dc:title"


def test_equal_records_have_no_difference() -> None:
    assert compare(record("a", "b"), record("a", "b")) == Difference((), (), reordered=False)


def test_a_changed_field_is_one_removed_and_one_added() -> None:
    assert compare(record("a", "b"), record("a", "c")) == Difference(
        (Field(TITLE, "b"),), (Field(TITLE, "c"),), reordered=False
    )


def test_repeated_fields_are_counted() -> None:
    assert compare(record("a", "a", "b"), record("a", "b", "b")) == Difference(
        (Field(TITLE, "a"),), (Field(TITLE, "b"),), reordered=False
    )


def test_differences_come_in_document_order() -> None:
    found = compare(record("z", "same", "y", "x"), record("c", "b", "same", "a"))
    assert [field.value for field in found.removed] == ["z", "y", "x"]
    assert [field.value for field in found.added] == ["c", "b", "a"]


def test_another_order_alone_is_told() -> None:
    assert compare(record("a", "b"), record("b", "a")) == Difference((), (), reordered=True)


def test_another_order_beside_a_difference_is_not_told() -> None:
    assert not compare(record("a", "b", "c"), record("b", "a", "d")).reordered


def test_without_a_stored_record_everything_is_added() -> None:
    assert compare(None, record("a", "b")) == Difference((), (Field(TITLE, "a"), Field(TITLE, "b")), reordered=False)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<r><a>1</a></r>", "<r>\n <a> 1 </a>\n</r>"),
        (
            f"<dc:record {DC}><dc:title/></dc:record>",
            '<record xmlns="http://purl.org/dc/elements/1.1/"><title/></record>',
        ),
        ('<r a="1" b="2"/>', '<r b="2" a="1"/>'),
        ("<r><![CDATA[&]]></r>", "<r>&amp;</r>"),
    ],
)
def test_layout_and_prefixes_are_no_difference(one: str, other: str) -> None:
    assert compare(one, other) == Difference((), (), reordered=False)


@pytest.mark.parametrize(
    ("document", "path", "value"),
    [
        ('<mods xmlns="http://www.loc.gov/mods/v3"><a><b>1</b></a></mods>', "mods:mods/mods:a/mods:b", "1"),
        ('<r xmlns="http://www.loc.gov/MARC21/slim"><d tag="245">1</d></r>', 'marc:r/marc:d[@tag="245"]', "1"),
        ('<r xmlns="urn:own">1</r>', "{urn:own}r", "1"),
        ("<r>1</r>", "r", "1"),
        ("<r/>", "r", ""),
        ('<r xml:lang="de" a="1"/>', 'r[@a="1"][@xml:lang="de"]', ""),
        ('<r xmlns:x="http://www.w3.org/1999/xlink" x:href="u"/>', 'r[@xlink:href="u"]', ""),
    ],
)
def test_paths_have_the_prefixes_people_know(document: str, path: str, value: str) -> None:
    assert compare(None, document).added == (Field(path, value),)


def test_attributes_of_a_parent_are_part_of_the_path() -> None:
    found = compare('<r><n t="a"><p>1</p></n></r>', '<r><n t="b"><p>1</p></n></r>')
    assert found.removed == (Field('r/n[@t="a"]/p', "1"),)
    assert found.added == (Field('r/n[@t="b"]/p', "1"),)


def test_an_attribute_of_the_root_is_a_field_of_its_own() -> None:
    found = compare('<r v="3.5"><a>1</a><b>2</b></r>', '<r v="3.8"><a>1</a><b>3</b></r>')
    assert found.removed == (Field("r/@v", "3.5"), Field("r/b", "2"))
    assert found.added == (Field("r/@v", "3.8"), Field("r/b", "3"))


@pytest.mark.parametrize("name", ["schemaLocation", "noNamespaceSchemaLocation"])
def test_where_a_schema_lies_is_a_field_of_its_own(name: str) -> None:
    declared = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    documents = [
        f'<r {declared}><e lang="de" xsi:{name}="{place}"><a>1</a></e><n xsi:{name}="{place}">2</n></r>'
        for place in ("urn:x old.xsd", "urn:x new.xsd")
    ]
    found = compare(*documents)
    paths = (f'r/e[@lang="de"]/@xsi:{name}', f"r/n/@xsi:{name}")
    assert found.removed == tuple(Field(path, "urn:x old.xsd") for path in paths)
    assert found.added == tuple(Field(path, "urn:x new.xsd") for path in paths)


def test_a_namespace_that_few_know_has_the_prefix_of_the_document() -> None:
    found = compare(None, '<r xmlns:p="urn:own" p:x="1"><p:a p:b="2">3</p:a></r>')
    assert found.added == (Field("r/@p:x", "1"), Field('r/p:a[@p:b="2"]', "3"))


def test_a_prefix_stands_for_one_namespace() -> None:
    found = compare('<p:r xmlns:p="urn:a">1</p:r>', '<p:r xmlns:p="urn:b">1</p:r>')
    assert (found.removed, found.added) == ((Field("p:r", "1"),), (Field("{urn:b}r", "1"),))
    taken = compare(None, '<mods:r xmlns:mods="urn:a">1</mods:r>')
    assert taken.added == (Field("{urn:a}r", "1"),)


def test_prefixes_of_two_documents_are_no_difference() -> None:
    one, other = '<p:r xmlns:p="urn:a"><p:b>1</p:b></p:r>', '<q:r xmlns:q="urn:a"><q:b>2</q:b></q:r>'
    found = compare(one, other)
    assert (found.removed, found.added) == ((Field("p:r/p:b", "1"),), (Field("p:r/p:b", "2"),))


def test_text_beside_elements_is_a_field_of_its_own() -> None:
    found = compare("<r>one<b>x</b>two</r>", "<r>one<b>x</b>three</r>")
    assert (found.removed, found.added) == ((Field("r", "onetwo"),), (Field("r", "onethree"),))


def test_a_changed_namespace_shows() -> None:
    found = compare('<r xmlns="urn:a">1</r>', '<r xmlns="urn:b">1</r>')
    assert (found.removed, found.added) == ((Field("{urn:a}r", "1"),), (Field("{urn:b}r", "1"),))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<r><n><a>1</a><b>2</b></n><n><b>3</b></n></r>", "<r><n><a>1</a></n><n><b>2</b><b>3</b></n></r>"),
        ("<r>a<b/>c</r>", "<r>ac<b/></r>"),
        ('<r xml:space="preserve"> a</r>', '<r xml:space="preserve">a</r>'),
        ("<r><a>\u00a0x</a></r>", "<r><a>x</a></r>"),
    ],
)
def test_whatever_makes_records_unequal_shows(one: str, other: str) -> None:
    assert compare(one, other) != Difference((), (), reordered=False)
