"""Coordinates: one box or point, however it is written, and none where it would have to be guessed."""

import pytest

from mdwatch.exporters.records.description import Place, PlaceKind
from mdwatch.exporters.terms.coordinates import Box, Point, box, dcmi, once, point


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("E0193000--E0244500/N0604000--N0594800", ("19.5", "24.75", "59.8", "60.667")),
        ("+019.5--+024.75/+060.666--+059.8", ("19.5", "24.75", "59.8", "60.666")),
        ("(E 19°30ʹ--E 24°45ʹ/N 60°40ʹ--N 59°48ʹ)", ("19.5", "24.75", "59.8", "60.667")),
        ("W 80°30\u203200\u2033--W 70°/N 10°--S 10°15\u2032", ("-80.5", "-70", "-10.25", "10")),
        ("W 80--W 70/N 50--N 40", ("-80", "-70", "40", "50")),
        ("W080.5--W070.25/N40.125--S40", ("-80.5", "-70.25", "-40", "40.125")),
        ("E1700000--W1700000/S0100000--S0200000", ("170", "-170", "-20", "-10")),
        ("northlimit=5; southlimit=2; eastlimit=9; westlimit=4", ("4", "9", "2", "5")),
        ("northlimit=95; southlimit=2; eastlimit=9; westlimit=4", None),
        ("E1930000--E0244500/N0604000--N0594800", None),
        ("O 19°--O 24°/N 60°--N 59°", None),
        ("W 83°--W 82°", None),
        ("E--E/N--N", None),
        ("", None),
    ],
)
def test_box(text: str, expected: tuple[str, ...] | None) -> None:
    assert box(text) == (Box(*expected) if expected else None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("35.7, -83.5", ("35.7", "-83.5")),
        ("north=-36.4; east=148.3", ("-36.4", "148.3")),
        ("W0800000--W0800000/N0400000--N0400000", ("40", "-80")),
        ("W 80°30ʹ/N 40°", ("40", "-80.5")),
        ("N 40°/W 80°30ʹ", None),
        ("35.7", None),
    ],
)
def test_point(text: str, expected: tuple[str, str] | None) -> None:
    assert point(text) == (Point(*expected) if expected else None)


def test_one_box_in_two_forms_is_told_once() -> None:
    degrees = Place("E0193000--E0244500/N0604000--N0594800", PlaceKind.BOX)
    decimals = Place("+019.5--+024.75/+060.667--+059.8", PlaceKind.BOX)
    other = Place("W 80--W 70/N 50--N 40", PlaceKind.BOX)
    town = Place("Turku")
    assert once((town, degrees, decimals, other, town)) == (town, degrees, other)
    assert once((town,)) == (town,)


def test_dcmi_box() -> None:
    text = dcmi(Box("4", "9", "2", "5"))
    assert text == "northlimit=5; eastlimit=9; southlimit=2; westlimit=4"
    assert box(text) == Box("4", "9", "2", "5")


@pytest.mark.parametrize(
    "text",
    [
        "52°30'N 13°24'E",
        "52° 30′ N, 13° 24′ E",
        "13°24'E 52°30'N",
        "N 52°30′ E 13°24′",
        "52.5N 13.4E",
        "(52.5° N; 13.4° E)",
        "geo:52.5,13.4",
        "POINT(13.4 52.5)",
        "Point (13.4 52.5)",
        "52.5 13.4",
    ],
)
def test_a_point_as_people_write_it(text: str) -> None:
    assert point(text) == ("52.5", "13.4")


@pytest.mark.parametrize("text", ["52°30'N 13°24'N", "52°30'N", "POINT(13.4)", "geo:x", "95 N 13 E", "N 52 E"])
def test_no_point(text: str) -> None:
    assert point(text) is None
