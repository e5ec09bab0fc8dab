"""Names for files put away: unique, never longer than a file system allows, and valid whatever the input."""

import os
from datetime import UTC, datetime
from itertools import islice

import pytest

from mdwatch.rules import naming

WHEN = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
LONGEST = 255


def first(name: str, count: int = 4, *, with_reason: bool = False) -> list[str]:
    return list(islice(naming.candidates(name, WHEN, with_reason=with_reason), count))


@pytest.mark.parametrize("with_reason", [False, True])
def test_the_name_itself_then_the_time_then_numbers(with_reason: bool) -> None:
    assert first("IE1-dc.xml", with_reason=with_reason) == [
        "IE1-dc.xml",
        "IE1-dc.20260304T050607Z.xml",
        "IE1-dc.20260304T050607Z.2.xml",
        "IE1-dc.20260304T050607Z.3.xml",
    ]


@pytest.mark.parametrize(
    ("name", "second"),
    [
        ("plain", "plain.20260304T050607Z"),
        ("a.b.xml", "a.b.20260304T050607Z.xml"),
        ("a.", "a.20260304T050607Z."),
        ("目録.xml", "目録.20260304T050607Z.xml"),
        ("byte\udcff.xml", "byte\udcff.20260304T050607Z.xml"),
    ],
)
def test_the_ending_stays_the_ending(name: str, second: str) -> None:
    assert first(name)[:2] == [name, second]


NAMES = {
    "ascii": "x" * 251 + ".xml",
    "no ending": "x" * 255,
    "two-byte": "é" * 125 + ".xml",
    "three-byte": "録" * 83 + ".xml",
    "four-byte": "😀" * 62 + "abc.xml",
    "not UTF-8": "\udcff" * 251 + ".xml",
    "mixed": "é\udce9" * 83 + ".xml",
    "long ending": "a." + "x" * 253,
    "all ending": "." + "x" * 254,
    "ending at the edge": "a" * 154 + "." + "x" * 100,
    "room for the name only": "x" * 240 + ".xml",
    "no room for a reason": "x" * 241 + ".xml",
}


@pytest.mark.parametrize("with_reason", [False, True])
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_every_candidate_fits_and_is_new(name: str, with_reason: bool) -> None:
    assert len(os.fsencode(name)) <= LONGEST
    candidates = first(name, 1_200, with_reason=with_reason)
    assert len(set(candidates)) == len(candidates)
    room = LONGEST - (len(naming.REASON_SUFFIX) if with_reason else 0)
    for candidate in candidates:
        on_disk = os.fsencode(candidate)
        assert 0 < len(on_disk) <= room
        assert os.fsdecode(on_disk) == candidate
        assert "/" not in candidate


@pytest.mark.parametrize("name", [name for name in NAMES.values() if name.endswith(".xml")])
def test_a_cut_name_keeps_its_ending_and_begins_as_before(name: str) -> None:
    for candidate in first(name, with_reason=True):
        assert candidate.endswith(".xml")
        assert name.startswith(candidate.split(".")[0])


def test_a_name_as_long_as_possible_is_kept_where_no_reason_comes_beside_it() -> None:
    assert first(NAMES["ascii"])[0] == NAMES["ascii"]
    assert first(NAMES["ascii"], with_reason=True)[0] != NAMES["ascii"]
    assert first(NAMES["room for the name only"], with_reason=True)[0] == NAMES["room for the name only"]
    assert first(NAMES["no room for a reason"], with_reason=True)[0] != NAMES["no room for a reason"]


def test_no_character_is_cut_in_two() -> None:
    for candidate in first(NAMES["three-byte"], with_reason=True):
        stem = candidate.split(".")[0]
        assert stem
        assert set(stem) == {"録"}
