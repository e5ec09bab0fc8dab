"""Types and subtypes: which pairs may be updated, and when two subtypes are the same."""

import pytest

from mdwatch.model import RecordType
from mdwatch.rules import subtypes

BUILT_IN = [
    "marc",
    "dc",
    "mods",
    "text_md",
    "image_niso",
    "video_md",
    "audio_md",
    "copyrights",
    "rights",
    "ead",
    "other",
]


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("descriptive", RecordType.DESCRIPTIVE),
        ("Descriptive", RecordType.DESCRIPTIVE),
        ("SOURCE", RecordType.SOURCE),
        ("source ", None),
        ("", None),
        ("mets_section", None),
        ("administrative", None),
    ],
)
def test_a_type_is_read_in_any_case(text: str, type_: RecordType | None) -> None:
    assert subtypes.record_type(text) is type_


@pytest.mark.parametrize("sub_type", BUILT_IN)
def test_rosettas_source_subtypes_are_allowed_in_any_case(sub_type: str) -> None:
    for shown in (sub_type, sub_type.upper(), sub_type.title()):
        assert subtypes.allowed("source", shown, subtypes.ROSETTA_SOURCE)


@pytest.mark.parametrize("sub_type", [item for item in BUILT_IN if item != "dc"])
def test_descriptive_is_dc_only(sub_type: str) -> None:
    assert not subtypes.allowed("descriptive", sub_type, subtypes.ROSETTA_SOURCE)


@pytest.mark.parametrize(
    ("type_", "sub_type", "settings", "expected"),
    [
        ("descriptive", "dc", (), True),
        ("descriptive", "DC", (), True),
        ("descriptive", "", (), False),
        ("source", "dc", (), False),
        ("source", "lido", subtypes.ROSETTA_SOURCE, False),
        ("source", "lido", ("LIDO",), True),
        ("source", "", subtypes.ROSETTA_SOURCE, False),
        ("source", "other:article", subtypes.ROSETTA_SOURCE, True),
        ("source", "OTHER:Article", subtypes.ROSETTA_SOURCE, True),
        ("source", "other:", subtypes.ROSETTA_SOURCE, False),
        ("source", ":article", subtypes.ROSETTA_SOURCE, False),
        ("source", "mods:article", subtypes.ROSETTA_SOURCE, False),
        ("source", "other:a:b", subtypes.ROSETTA_SOURCE, True),
        ("source", "other:article", ("other",), False),
        ("source", "other:article", ("other:article",), True),
        ("source", "other:book", ("other:article",), False),
        ("source", "other", ("other:*",), False),
        ("mets_section", "structMap", ("structMap",), False),
        ("", "dc", ("dc",), False),
    ],
)
def test_pairs(type_: str, sub_type: str, settings: tuple[str, ...], expected: bool) -> None:
    assert subtypes.allowed(type_, sub_type, settings) is expected
    assert subtypes.allowed(type_, sub_type, iter(settings)) is expected


@pytest.mark.parametrize(("sub_type", "expected"), [("other:" + "x" * 1000, True), ("marc" + "x" * 1000, False)])
def test_however_long_a_subtype_is_it_is_judged_as_any(sub_type: str, expected: bool) -> None:
    assert subtypes.allowed("source", sub_type, ("marc", "other:*")) is expected


@pytest.mark.parametrize(
    ("submitted", "stored", "expected"),
    [
        ("mods", "mods", True),
        ("mods", "MODS", True),
        ("MODS", "mods", True),
        ("marc", "mods", False),
        ("other", "OTHER:article", True),
        ("article", "OTHER:article", True),
        ("Other:Article", "OTHER:article", True),
        ("book", "OTHER:article", False),
        ("", "OTHER:article", False),
        ("other", "other", True),
        ("other:article", "other", False),
        ("other:article", "article", False),
        ("mods", "mods:part", False),
        ("part", "mods:part", False),
    ],
)
def test_same(submitted: str, stored: str, expected: bool) -> None:
    assert subtypes.same(submitted, stored) is expected
