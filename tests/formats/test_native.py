"""Native JSON: an exact round trip, one line an IE, and every fault named by its place."""

import json
import pickle
import re
from dataclasses import replace
from typing import Any

import pytest

from mdwatch.errors import Rejected
from mdwatch.formats import mets, native, xml
from mdwatch.formats.event_history import EventHistory
from mdwatch.model import IntellectualEntity, Record, RecordType, Stage, Status

LIMITS = xml.Limits()
DESCRIPTIVE = '<dc:record xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Ä</dc:title></dc:record>'
SOURCE = {"mid": "1436", "subType": "mods", "content": "<mods/>"}


def line(**changes: Any) -> str:
    """A line with the least an IE needs, and these keys."""
    return json.dumps({"pid": "IE1", "institution": "INS01"} | changes)


def full(**changes: Any) -> IntellectualEntity:
    """An IE in which no fact has its default."""
    facts: dict[str, Any] = {
        "pid": "IE1",
        "institution": "INS01",
        "stage": Stage.SIP,
        "status": Status.DELETED,
        "published": True,
        "harvested": True,
        "locked_by": "ann",
        "records": (
            Record(type=RecordType.DESCRIPTIVE, sub_type="dc", mid="", content=DESCRIPTIVE),
            Record(
                type=RecordType.SOURCE, sub_type="OTHER:Article", mid="b", content="<?xml version='1.0'?>\n<a> </a>\n"
            ),
            Record(type=RecordType.SOURCE, sub_type="mods", mid="a", content="<!-- c --><a><![CDATA[<]]></a>"),
        ),
        "events": ({"z": "1", "a": "2"}, {}),
        "characteristics": {"z": "1", "a": {"n": [1, 2.5, True, None]}},
        "stated": frozenset(
            {
                "institution",
                "stage",
                "status",
                "published",
                "harvested",
                "locked_by",
                "descriptive",
                "source",
                "events",
                "characteristics",
            }
        ),
    }
    return IntellectualEntity(**(facts | changes))


def test_the_least_line_has_the_defaults_of_the_model() -> None:
    expected = IntellectualEntity(pid="IE1", institution="INS01", stated=frozenset({"institution"}))
    assert native.read(line(), LIMITS) == expected


@pytest.mark.parametrize(
    ("key", "value", "fact"),
    [
        ("stage", "sip", "stage"),
        ("status", "deleted", "status"),
        ("published", True, "published"),
        ("harvested", False, "harvested"),
        ("lockedBy", None, "locked_by"),
        ("descriptive", None, "descriptive"),
        ("source", [], "source"),
        ("events", [], "events"),
        ("characteristics", {}, "characteristics"),
    ],
)
def test_stated_is_what_the_line_really_has(key: str, value: Any, fact: str) -> None:
    assert native.read(line(**{key: value}), LIMITS).stated == {"institution", fact}


def test_the_keys_come_in_the_order_of_the_shape() -> None:
    keys = ["pid", "institution", "stage", "status", "published", "harvested", "lockedBy", "descriptive", "source"]
    keys += ["events", "characteristics"]
    assert list(json.loads(native.write(full()))) == keys
    assert list(json.loads(native.write(full(mets="<mets/>")))) == [*keys, "mets"]
    assert list(json.loads(native.write(full()))["source"][0]) == ["mid", "subType", "content"]


def test_the_round_trip_is_exact() -> None:
    ie = full()
    again = native.read(native.write(ie), LIMITS)
    assert again == ie
    assert [list(event.items()) for event in again.events] == [list(event.items()) for event in ie.events]
    assert list(again.characteristics) == ["z", "a"]
    assert native.write(again) == native.write(ie)


def test_an_ie_without_anything_goes_round() -> None:
    ie = IntellectualEntity(pid="IE1", institution="I")
    again = native.read(native.write(ie), LIMITS)
    assert (again.records, again.events, again.locked_by, again.mets) == ((), (), None, None)


@pytest.mark.parametrize("character", ["\n", "\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"])
def test_no_text_breaks_the_line(character: str) -> None:
    ie = full(characteristics={f"k{character}": f"a{character}b"})
    text = native.write(ie)
    assert text.splitlines() == [text]
    assert native.read(text, LIMITS) == ie


def test_other_scripts_are_written_as_they_are() -> None:
    assert "Ä" in native.write(full())
    assert "𝄞" in native.write(full(locked_by="𝄞"))


@pytest.mark.parametrize(
    "form", [str.encode, lambda s: "\ufeff" + s, lambda s: b"\xef\xbb\xbf" + s.encode(), str.strip]
)
def test_bytes_text_and_byte_order_marks_are_read_alike(form: Any) -> None:
    assert native.read(form(line(lockedBy="Ä")), LIMITS).locked_by == "Ä"


def test_numbers_and_booleans_in_events_are_kept() -> None:
    events: list[dict[str, Any]] = [{"a": 1, "b": 2.5, "c": True}]
    assert list(native.read(line(events=events), LIMITS).events) == events


def test_a_bare_record_is_dublin_core_too() -> None:
    ie = native.read(line(descriptive="<record/>"), LIMITS)
    assert ie.records == (Record(type=RecordType.DESCRIPTIVE, sub_type="dc", mid="", content="<record/>"),)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"pid": 1}, "pid: a number; expected a string"),
        ({"pid": "IE"}, "pid: 'IE' is none"),
        ({"pid": "ie1"}, "pid: 'ie1' is none"),
        ({"pid": "IE1\n"}, "pid: "),
        ({"pid": "IE١"}, "pid: "),
        ({"institution": " "}, "institution: empty"),
        ({"institution": None}, "institution: null; expected a string"),
        ({"institution": "a\tb\x00"}, "institution: holds a control character"),
        ({"stage": "SIP"}, "stage: 'SIP'; expected one of sip, permanent"),
        ({"stage": ["sip"]}, "stage: a list; expected one of"),
        ({"status": None}, "status: null; expected one of active, deleted"),
        ({"published": "yes"}, "published: a string; expected true or false"),
        ({"published": 1}, "published: a number; expected true or false"),
        ({"harvested": None}, "harvested: null; expected true or false"),
        ({"lockedBy": ""}, "lockedBy: empty"),
        ({"lockedBy": False}, "lockedBy: a boolean; expected a string"),
        ({"descriptive": {}}, "descriptive: an object; expected a string"),
        ({"descriptive": "<mods/>"}, "descriptive: its root is <mods> without a namespace, not dc:record"),
        ({"descriptive": "<record>"}, "descriptive: not well-formed"),
        ({"descriptive": '<!DOCTYPE record [<!ENTITY e "x">]><record/>'}, "document type declaration"),
        ({"source": {}}, "source: an object; expected a list"),
        ({"source": [SOURCE, 1]}, "source[1]: a number; expected an object"),
        ({"source": [SOURCE, SOURCE]}, "source[1].mid: given twice (1436); a mid names one record"),
        ({"source": [SOURCE | {"mid": ""}]}, "source[0].mid: empty"),
        ({"source": [SOURCE | {"mid": 1436}]}, "source[0].mid: a number; expected a string"),
        ({"source": [SOURCE | {"mid": "a\x00"}]}, "source[0].mid: holds a control character"),
        ({"source": [SOURCE | {"subType": "\t"}]}, "source[0].subType: empty"),
        ({"source": [SOURCE | {"content": "<a"}]}, "source[0].content: not well-formed"),
        ({"source": [SOURCE | {"content": ""}]}, "source[0].content: not well-formed"),
        ({"source": [SOURCE | {"content": None}]}, "source[0].content: null"),
        ({"source": [SOURCE | {"extra": 1}]}, "source[0].extra: unknown key; the keys are mid, subType, content"),
        ({"source": [{"mid": "1", "content": "<a/>"}]}, "source[0].subType: missing"),
        ({"events": {}}, "events: an object; expected a list"),
        ({"events": [{}, "x"]}, "events[1]: a string; expected an object"),
        ({"events": [{"a": None}]}, "events[0].a: null; expected a string"),
        ({"events": [{"a": {"b": "c"}}]}, "events[0].a: an object; expected a string"),
        ({"characteristics": []}, "characteristics: a list; expected an object"),
        ({"characteristics": {"a": [{"b": "\ud800"}]}}, "characteristics.a[0].b: holds half of a surrogate pair"),
        ({"characteristics": {"\udfff": 1}}, "characteristics: holds half of a surrogate pair"),
        ({"mets": "<mets/>"}, "mets: not a METS"),
        ({"mets": None}, "mets: null; expected a string"),
        ({"lockedby": "ann"}, "lockedby: unknown key; the keys are pid, institution"),
    ],
)
def test_a_fault_is_named_by_its_place(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(Rejected, match=re.escape(reason)):
        native.read(line(**changes), LIMITS)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[]", "the line: a list; expected an object"),
        ("{}", "pid: missing"),
        ('{"pid": "IE1"}', "institution: missing"),
        ('{"pid": "IE1", "pid": "IE2"}', "pid: given twice"),
        ('{"pid": "IE1", "events": [{"a": {"b": 1, "c": 2, "b": 1}}]}', "events[0].a.b: given twice"),
        ('{"pid": NaN}', "the number NaN is none that JSON has"),
        ('{"pid": -Infinity}', "the number -Infinity"),
        ('{"pid": 1e999}', "the number 1e999"),
        ('{"pid": ' + "9" * 5000 + "}", "not readable as JSON"),
        ('{"pid": "\n"}', "not JSON"),
        (b'{"pid": "\xff"}', "not UTF-8 at byte 10"),
        ("[" * 100_000, "nested too deeply"),
        ('{"characteristics":' + '{"a":' * 150 + "1" + "}" * 151, "nested too deeply"),
        ('{"pid":"IE1","institution":"I"} {}', "not JSON: Extra data"),
    ],
)
def test_what_is_no_line_of_native_json_is_refused(text: str | bytes, reason: str) -> None:
    with pytest.raises(Rejected, match=re.escape(reason)):
        native.read(text, LIMITS)


def test_the_limits_hold_for_each_record() -> None:
    deep = SOURCE | {"content": "<a><b><c/></b></a>"}
    assert native.read(line(source=[deep]), xml.Limits(depth=3)).sources
    with pytest.raises(Rejected, match=r"source\[0\]\.content: nested deeper than 2"):
        native.read(line(source=[deep]), xml.Limits(depth=2))


def test_many_keys_one_of_them_twice_are_read_in_linear_time() -> None:
    keys = ",".join(f'"k{number}": 1' for number in range(100_000))
    with pytest.raises(Rejected, match=r"characteristics\.z: given twice"):
        native.read(f'{{"characteristics": {{{keys}, "z": 1, "z": 2}}}}', LIMITS)


def test_the_remainder_of_a_mets_goes_along_and_must_be_of_this_ie() -> None:
    remainder = mets.read(mets.write(full()), LIMITS).mets
    ie = full(mets=remainder)
    assert native.read(native.write(ie), LIMITS) == ie
    with pytest.raises(Rejected, match="mets: the METS of IE1, not of IE2"):
        native.read(native.write(full(mets=remainder, pid="IE2")), LIMITS)


def test_values_by_the_million_are_refused_before_they_are_made() -> None:
    head = '{"pid": "IE1", "institution": "INS01", "characteristics": {"a": '
    for values in (
        "[" + "[]," * 1_000_000 + "[]]",
        "[" + "1," * 1_000_000 + "1]",
        '{"b": "\\"", "c": [' + "{}," * 1_000_000,
    ):
        with pytest.raises(Rejected, match="more than 200000 values"):
            native.read(head + values + "}}", LIMITS)
    text = json.dumps('{"[,' * 200_000)
    assert native.read(f"{head}{text}}}}}", LIMITS).characteristics == {"a": '{"[,' * 200_000}


def test_events_that_are_kept_as_json_are_written_as_they_would_be_otherwise() -> None:
    told: tuple[dict[str, Any], ...] = ({"eventType": "a\u2028\u00e4<", "n": 5}, {}, {"x": "y"})
    kept = EventHistory([json.dumps(event, ensure_ascii=False) for event in told])
    passed = pickle.loads(pickle.dumps(kept))
    assert (len(passed), passed[0], passed[1:], tuple(passed)) == (3, told[0], told[1:], told)
    assert not EventHistory(())
    assert passed == told
    assert passed != told[:2]
    ie = IntellectualEntity(pid="IE1", institution="I", characteristics={"k": "v"}, landing_page="https://x.org/1")
    written = native.write(replace(ie, events=passed))
    assert written == native.write(replace(ie, events=told))
    assert native.read(written, LIMITS).events == told
