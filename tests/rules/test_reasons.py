"""The sentence of each code: it names what is wrong, on its own, and is never as long as someone's input."""

import pytest

from mdwatch.model import (
    Digests,
    IeState,
    InvalidUpdate,
    Metadata,
    RecordState,
    RecordType,
    Stage,
    Status,
    UpdateMD,
)
from mdwatch.rules import reasons, subtypes
from mdwatch.rules.codes import Code
from mdwatch.rules.evidence import find

DIGESTS = Digests(b"o", b"u")
STATE = IeState(
    pid="IE1",
    institution="INS02",
    stage=Stage.PERMANENT,
    status=Status.ACTIVE,
    locked_by="ann",
    version=1,
    records={(RecordType.SOURCE, "7"): RecordState("MODS", DIGESTS)},
)


def update(type_: str = "source", sub_type: str = "mods", mid: str = "7") -> UpdateMD:
    fine = Metadata("descriptive", "dc", "", "<record/>", DIGESTS)
    return UpdateMD("IE1", (fine, Metadata(type_, sub_type, mid, "<mods/>", DIGESTS)))


def reason(code: Code, given: UpdateMD, ie: IeState | None) -> str:
    found = find(given, ie, subtypes.ROSETTA_SOURCE, ignore_field_sequence=True)
    return reasons.reason(code, given, ie, found)


@pytest.mark.parametrize(
    ("code", "given", "ie", "expected"),
    [
        (Code.INSUFFICIENT_ROLE, update(), None, "The job's user needs the role editor-full or editor-typical"),
        (Code.INVALID_XML, update(), None, "XML is not well-formed or invalid"),
        (Code.UNKNOWN_IE, update(), None, "IE does not exist"),
        (Code.DELETED_IE, update(), STATE, "IE is deleted"),
        (Code.OTHER_INSTITUTION, update(), STATE, "IE belongs to another institution (INS02)"),
        (
            Code.IN_SIP,
            update(),
            STATE._replace(stage=Stage.SIP),
            "IE is in SIP processing, the file waits until it has left it",
        ),
        (Code.IN_SIP, update(), STATE, "An earlier file for this IE waits, so this one waits behind it"),
        (Code.LOCKED, update(), STATE, "IE is locked by ann"),
        (Code.UNKNOWN_MID, update(mid="8"), STATE, "IE has no source record with mid 8"),
        (Code.UNKNOWN_MID, update(sub_type="marc"), STATE, "Source record 7 is of subtype MODS, not marc"),
        (
            Code.UNSUPPORTED_TYPE,
            update(type_="admin"),
            STATE,
            "Type admin is not supported, only descriptive and source are",
        ),
        (
            Code.UNSUPPORTED_TYPE,
            update(sub_type="lido"),
            STATE,
            "Subtype lido is not supported for type source",
        ),
        (Code.NO_CHANGE, update(), STATE, "No change in metadata"),
        (Code.UPDATED, update(), STATE, "The submitted metadata differs from the stored"),
    ],
)
def test_each_code_says_what_is_wrong(code: Code, given: UpdateMD, ie: IeState | None, expected: str) -> None:
    assert reason(code, given, ie) == expected


def test_an_unreadable_file_says_its_own_reason() -> None:
    assert reasons.reason(Code.INVALID_XML, InvalidUpdate("not well-formed: x"), None) == "not well-formed: x"


def test_every_code_has_a_sentence_whatever_is_known() -> None:
    for code in Code:
        assert reason(code, update(), None)


LONG = "x" * 1_000_000


@pytest.mark.parametrize(
    ("code", "given"),
    [
        (Code.UNSUPPORTED_TYPE, update(type_=LONG)),
        (Code.UNSUPPORTED_TYPE, update(sub_type=LONG)),
        (Code.UNSUPPORTED_TYPE, update(type_=LONG, sub_type=LONG)),
        (Code.UNKNOWN_MID, update(mid=LONG)),
        (Code.UNKNOWN_MID, update(sub_type=LONG)),
    ],
)
def test_no_reason_is_as_long_as_the_input(code: Code, given: UpdateMD) -> None:
    assert len(reason(code, given, STATE)) < 250


def test_the_first_record_that_is_unsupported_is_named() -> None:
    items = tuple(Metadata("source", name, "7", "<a/>", DIGESTS) for name in ("mods", "first", "second"))
    given = UpdateMD("IE1", items)
    found = find(given, STATE, iter(["mods"]), ignore_field_sequence=True)
    assert "first" in reasons.reason(Code.UNSUPPORTED_TYPE, given, STATE, found)
