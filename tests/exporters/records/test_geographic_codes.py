"""Codes of places: every code has one name, and one that is not in a list is told by the area above it or as it is."""

import pytest

from mdwatch.exporters.records import geographic_codes
from mdwatch.exporters.records.description import Place


def test_no_code_is_without_a_name() -> None:
    sizes = {scheme: len(codes) for scheme, codes in geographic_codes.LISTS.items()}
    assert sizes["marcgac"] > 500
    assert sizes["marccountry"] > 330
    # 249 countries, by two letters and by three.
    assert sizes["iso3166"] == 498
    names = [name for codes in geographic_codes.LISTS.values() for name in codes.values()]
    assert all(name and name == name.strip() and "|" not in name for name in names)
    assert all(code == code.lower() for codes in geographic_codes.LISTS.values() for code in codes)


@pytest.mark.parametrize("lines", [geographic_codes._AREAS, geographic_codes._COUNTRIES, geographic_codes._ISO_3166])
def test_no_code_stands_twice(lines: str) -> None:
    codes = [entry.split()[0] for line in lines.strip().splitlines() for entry in line.split(" | ")]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("text", "scheme", "expected"),
    [
        ("n-us---", "marcgac", "United States"),
        ("n-us-tn", "marcgac", "Tennessee"),
        ("e-uk-en", "marcgac", "England"),
        ("a-ja", "gac", "Japan"),
        ("n-us-zz", "marcgac", "United States"),
        ("?-??---", "marcgac", "?-??---"),
        ("nz", "marccountry", "New Zealand"),
        ("xxu", "marccountry", "United States"),
        ("enk", "marccountry", "England"),
        ("NZ", "iso3166", "New Zealand"),
        ("nzl", "iso3166-1", "New Zealand"),
        ("nz", "lcsh", "nz"),
        ("Fiji", "iso3166", "Fiji"),
        ("", "marcgac", ""),
    ],
)
def test_name(text: str, scheme: str, expected: str) -> None:
    place = Place(text, scheme=scheme)
    assert geographic_codes.name(place) == expected
    assert geographic_codes.is_code(place) is (expected != text)
