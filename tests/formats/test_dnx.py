"""DNX: what of it can be kept as dicts, and that the rest is refused rather than lost."""

import re
from typing import Any

import pytest
from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.formats import dnx, xml

DNX = "http://www.exlibrisgroup.com/dps/dnx"


def parsed(inner: str) -> etree._Element:
    return xml.parse(f'<dnx xmlns="{DNX}">{inner}</dnx>', xml.Limits())


def section(inner: str) -> str:
    return f'<section id="event">{inner}</section>'


def test_modified_event_has_rosettas_keys_in_rosettas_order() -> None:
    assert list(dnx.modified_event("admin1", "2011-02-01 13:26:53", "").items()) == [
        ("eventDateTime", "2011-02-01 13:26:53"),
        ("eventType", "PROCESSING"),
        ("eventIdentifierType", "DPS"),
        ("eventIdentifierValue", "130"),
        ("eventOutcome1", "SUCCESS"),
        ("eventDescription", "Object's Metadata Record Modified"),
        ("linkingAgentIdentifierType1", "USER"),
        ("linkingAgentIdentifierValue1", "admin1"),
    ]


def test_modified_event_carries_its_detail_last() -> None:
    event = dnx.modified_event("a", "2011-02-01 13:26:53", "updateMD-IE1.xml")
    assert list(event.items())[-1] == ("eventOutcomeDetail1", "updateMD-IE1.xml")


@pytest.mark.parametrize(
    ("owner", "institution"),
    [
        ("CRS00.VUW00.LIBR", "VUW00"),
        ("CRS00.TESTINS.TESTDEP", "TESTINS"),
        (" CRS00 . INS00 . DPR00 ", "INS00"),
    ],
)
def test_institution_is_the_second_part_of_the_owner(owner: str, institution: str) -> None:
    assert dnx.institution_of(owner) == institution


@pytest.mark.parametrize(
    "owner", ["", "VUW00", "CRS00.VUW00", "CRS00..LIBR", "CRS00. .LIBR", "A.B.C.D", ".B.C", "A.B."]
)
def test_an_owner_of_another_form_is_refused(owner: str) -> None:
    with pytest.raises(Rejected, match=re.escape("CONSORTIUM.INSTITUTION.DEPARTMENT")):
        dnx.institution_of(owner)


def test_modification_keeps_the_order_of_keys_and_the_original() -> None:
    before = {"objectType": "INTELLECTUAL_ENTITY", "modificationDate": "old", "modifiedBy": "old", "owner": "A.B.C"}
    after = dnx.with_modification(before, "editor", "2024-01-01 00:00:00")
    assert list(after.items()) == [
        ("objectType", "INTELLECTUAL_ENTITY"),
        ("modificationDate", "2024-01-01 00:00:00"),
        ("modifiedBy", "editor"),
        ("owner", "A.B.C"),
    ]
    assert before["modifiedBy"] == "old"


def test_modification_adds_missing_keys() -> None:
    assert dnx.with_modification({}, "e", "w") == {"modifiedBy": "e", "modificationDate": "w"}


def test_records_keep_order_and_text() -> None:
    tree = parsed(section('<record><key id="b"> 2 </key><key id="a"/></record><record/>'))
    records = dnx.records(tree, "event")
    assert [list(record.items()) for record in records] == [[("b", " 2 "), ("a", "")], []]


def test_an_absent_section_has_no_records() -> None:
    assert dnx.records(parsed('<section id="producer"><record/></section>'), "event") == []


@pytest.mark.parametrize(
    ("inner", "reason"),
    [
        (section("") * 2, "section event: given twice"),
        (section("<key id='a'/>"), "record 1: unexpected element"),
        (section("<record/><record><value/></record>"), "record 2: unexpected element"),
        (section("<record><key>x</key></record>"), "keys with an id"),
        (section("<record><key id='a'/><key id='a'/></record>"), "key a: given twice"),
        (section("<record><key id='a'>x<b/></key></record>"), "key a: holds an element"),
        (section("<record no='1'/>"), "record 1: unexpected attribute no"),
        (section("<record><key id='a' lang='en'/></record>"), "key a: unexpected attribute lang"),
        ('<section id="event" version="1"/>', "section event: unexpected attribute version"),
    ],
)
def test_what_a_dict_cannot_hold_is_refused(inner: str, reason: str) -> None:
    with pytest.raises(Rejected, match=re.escape(reason)):
        dnx.records(parsed(inner), "event")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Ünïcode <&> \r\n", "Ünïcode <&> \r\n"),
        (1, "1"),
        (2.5, "2.5"),
        (True, "true"),
        (["ä", 1], '["ä", 1]'),
        ({"k": None}, '{"k": null}'),
        ("a\x00b\x0bc\ud800d\uffffe", "a\ufffdb\ufffdc\ufffdd\ufffde"),
    ],
)
def test_values_are_written_as_text(value: Any, text: str) -> None:
    tree = parsed("")
    dnx.put(tree, "s", [{"key": value}])
    assert dnx.records(xml.parse(xml.serialise(tree), xml.Limits()), "s") == [{"key": text}]


def test_null_is_not_written() -> None:
    tree = parsed("")
    dnx.put(tree, "s", [{"a": None, "b": ""}])
    assert dnx.records(tree, "s") == [{"b": ""}]


def test_put_replaces_in_place_and_appends_what_is_new() -> None:
    tree = parsed(
        '<section id="one"/><section id="event"><record><key id="old"/></record></section><section id="two"/>'
    )
    dnx.put(tree, "event", [{"new": "1"}, {"new": "2"}])
    dnx.put(tree, "three", [{"k": "v"}])
    assert [child.get("id") for child in tree] == ["one", "event", "two", "three"]
    assert dnx.records(tree, "event") == [{"new": "1"}, {"new": "2"}]


def test_a_section_without_records_goes_but_a_cleared_one_keeps_its_place() -> None:
    tree = parsed(section("<record/>"))
    dnx.clear(tree, "event")
    assert len(tree) == 1
    assert len(tree[0]) == 0
    dnx.put(tree, "event", [])
    assert len(tree) == 0
