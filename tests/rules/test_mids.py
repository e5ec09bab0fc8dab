"""A source record is found by the ID of its sourceMD and by the number at its end."""

import pytest

from mdwatch.model import Digests, IeState, InvalidUpdate, Metadata, RecordState, RecordType, Stage, Status, UpdateMD
from mdwatch.rules.mids import addressed

DIGESTS = Digests(b"", b"")


def state(*records: tuple[str, str]) -> IeState:
    return IeState(
        pid="IE1",
        institution="INS01",
        stage=Stage.PERMANENT,
        status=Status.ACTIVE,
        locked_by=None,
        version=1,
        records={(RecordType.SOURCE, mid): RecordState(sub_type, DIGESTS) for mid, sub_type in records},
    )


def update(*parts: tuple[str, str]) -> UpdateMD:
    return UpdateMD("IE1", tuple(Metadata("source", sub_type, mid, "<a/>", DIGESTS) for mid, sub_type in parts))


MARC_AND_MODS = state(("ie-amd-source-MARC-1", "MARC"), ("ie-amd-source-MODS-1", "MODS"))


@pytest.mark.parametrize(
    ("ie", "parts", "mids"),
    [
        (MARC_AND_MODS, [("1", "marc")], ["ie-amd-source-MARC-1"]),
        (MARC_AND_MODS, [("1", "mods")], ["ie-amd-source-MODS-1"]),
        (MARC_AND_MODS, [("1", "mods"), ("1", "marc")], ["ie-amd-source-MODS-1", "ie-amd-source-MARC-1"]),
        (MARC_AND_MODS, [("ie-amd-source-MODS-1", "mods")], ["ie-amd-source-MODS-1"]),
        (MARC_AND_MODS, [("1", "dc")], ["1"]),
        (MARC_AND_MODS, [("2", "marc")], ["2"]),
        (MARC_AND_MODS, [("other-1", "marc")], ["other-1"]),
        (MARC_AND_MODS, [("1", "marc"), ("ie-amd-source-MARC-1", "marc")], ["1", "ie-amd-source-MARC-1"]),
        (state(("302517", "other:premis")), [("ie-amd-source-302517", "other:premis")], ["302517"]),
        (state(("a-1", "mods"), ("b-1", "mods")), [("1", "mods")], ["1"]),
        (state(("a-1", "mods"), ("1", "mods")), [("1", "mods")], ["1"]),
        (state(("a-11", "mods")), [("1", "mods")], ["1"]),
        (state(("a", "mods")), [("", "mods")], [""]),
    ],
)
def test_a_mid_finds_its_record(ie: IeState, parts: list[tuple[str, str]], mids: list[str]) -> None:
    found = addressed(update(*parts), ie)
    assert isinstance(found, UpdateMD)
    assert [item.mid for item in found.metadata] == mids


def test_what_is_no_update_of_an_ie_stays_as_it_is() -> None:
    invalid = InvalidUpdate("why")
    assert addressed(invalid, MARC_AND_MODS) is invalid
    assert addressed(update(("1", "marc")), None) == update(("1", "marc"))


def test_the_descriptive_record_has_no_mid() -> None:
    plain = UpdateMD("IE1", (Metadata("descriptive", "dc", "1", "<a/>", DIGESTS),))
    assert addressed(plain, MARC_AND_MODS) is plain
