"""Native JSON: what is exported loads again as it was, and its JSON Schema says what reading takes and refuses."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from mdwatch.errors import Rejected
from mdwatch.exporters.native_json import EXPORTER
from mdwatch.formats import native, xml
from tests.exporters import samples

LIMITS: Final = xml.Limits()
SCHEMA: Final = Path(native.__file__).parents[1] / "exporters" / "native.schema.json"
SHAPE: Final[dict[str, Any]] = json.loads(SCHEMA.read_text(encoding="utf-8"))
VALIDATOR: Final = Draft202012Validator(SHAPE)

DESCRIPTIVE: Final = samples.dc("<dc:title>T</dc:title>")
SOURCE: Final = {"mid": "1", "subType": "mods", "content": "<mods/>"}
LEAST: Final[dict[str, Any]] = {"pid": "IE1", "institution": "INS01"}
REMAINDER: Final = (
    '<mets xmlns="http://www.loc.gov/METS/"><amdSec ID="ie-amd"><techMD ID="ie-amd-tech"><mdWrap><xmlData>'
    '<dnx xmlns="http://www.exlibrisgroup.com/dps/dnx"><section id="internalIdentifier"><record>'
    '<key id="internalIdentifierType">PID</key><key id="internalIdentifierValue">IE1</key></record></section></dnx>'
    "</xmlData></mdWrap></techMD></amdSec></mets>"
)
# Every key with a value that is not its default.
FULL: Final = LEAST | {
    "stage": "sip",
    "status": "deleted",
    "published": True,
    "harvested": True,
    "lockedBy": "ann",
    "descriptive": DESCRIPTIVE,
    "source": [SOURCE],
    "events": [{"eventType": "PROCESSING", "count": 1, "good": True}],
    "characteristics": {"owner": "A.B.C", "deep": {"list": [1, None]}},
    "mets": REMAINDER,
}

TAKEN: Final[dict[str, dict[str, Any]]] = {
    "the least": LEAST,
    "all": FULL,
    "a long pid": LEAST | {"pid": "IE" + "9" * 30},
    "nobody's lock": LEAST | {"lockedBy": None},
    "no descriptive record": LEAST | {"descriptive": None},
    "names with inner white space": LEAST | {"institution": " A\tB\n", "lockedBy": "Ä 日本"},
    "empty lists": LEAST | {"source": [], "events": [], "characteristics": {}},
    "an empty event": LEAST | {"events": [{}]},
    **{f"without {key}": {name: value for name, value in FULL.items() if name != key} for key in FULL.keys() - LEAST},
}
REFUSED: Final[dict[str, Any]] = {
    "no object": [],
    "no pid": {"institution": "INS01"},
    "no institution": {"pid": "IE1"},
    "an unknown key": LEAST | {"titel": "T"},
    "an unknown key of a source": LEAST | {"source": [SOURCE | {"type": "x"}]},
    **{f"{key} null": FULL | {key: None} for key in FULL.keys() - {"lockedBy", "descriptive"}},
    **{f"{key} a number": FULL | {key: 7} for key in FULL},
    **{f"{pid!r} for a pid": LEAST | {"pid": pid} for pid in ("", "IE", "1", "ie1", "IE1a", "REP1", "IE" + "9" * 31)},
    **{f"{name!r} for a name": LEAST | {"institution": name} for name in ("", " \t\n", "a\x00", "a\x1f", "a\ufffe")},
    "a blank lock": LEAST | {"lockedBy": " "},
    "an unknown stage": LEAST | {"stage": "SIP"},
    "an unknown status": LEAST | {"status": "gone"},
    "published in words": LEAST | {"published": "true"},
    "an event in words": LEAST | {"events": ["x"]},
    **{f"an event with {text}": LEAST | {"events": [{"a": json.loads(text)}]} for text in ("null", "[]", "{}")},
    **{
        f"a source without {key}": LEAST | {"source": [{k: v for k, v in SOURCE.items() if k != key}]} for key in SOURCE
    },
    **{f"a source with {key} null": LEAST | {"source": [SOURCE | {key: None}]} for key in SOURCE},
    "a source with a blank mid": LEAST | {"source": [SOURCE | {"mid": ""}]},
}

IES: Final = samples.real() | samples.hard()
# Nothing that holds these is ever stored.
BROKEN: Final = ("a broken descriptive record", "a MODS subtype holding something else")


def test_export_is_one_line_that_the_schema_describes() -> None:
    for ie in IES.values():
        document = EXPORTER.export(ie)
        assert b"\n" not in document
        VALIDATOR.validate(json.loads(document))


def test_what_is_exported_loads_as_it_was() -> None:
    for name, ie in IES.items():
        if name not in BROKEN:
            again = native.read(EXPORTER.export(ie), LIMITS)
            assert replace(again, stated=ie.stated) == ie


@pytest.mark.parametrize("name", TAKEN)
def test_schema_and_reading_take(name: str) -> None:
    VALIDATOR.validate(TAKEN[name])
    native.read(json.dumps(TAKEN[name]), LIMITS)


@pytest.mark.parametrize("name", REFUSED)
def test_schema_and_reading_refuse(name: str) -> None:
    assert not VALIDATOR.is_valid(REFUSED[name])
    with pytest.raises(Rejected):
        native.read(json.dumps(REFUSED[name]), LIMITS)


def test_schema_is_one() -> None:
    Draft202012Validator.check_schema(SHAPE)


def test_schema_describes_every_key_with_the_default_it_has() -> None:
    assert SHAPE["properties"].keys() == FULL.keys() | {"landingPage"}
    for part in (SHAPE, *SHAPE["$defs"].values()):
        assert part["description"]
        assert all(described["description"] for described in part.get("properties", {}).values())
    defaults = {key: said["default"] for key, said in SHAPE["properties"].items() if "default" in said}
    assert native.read(json.dumps(LEAST | defaults), LIMITS) == replace(
        native.read(json.dumps(LEAST), LIMITS),
        stated=native.read(json.dumps(LEAST | defaults), LIMITS).stated,
    )
    assert defaults.keys() == FULL.keys() - LEAST.keys() - {"mets"}
