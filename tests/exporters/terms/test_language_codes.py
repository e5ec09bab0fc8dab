"""Languages: every name in the table leads to its tag, other codes are tags already, and words are none."""

import pytest

from mdwatch.exporters.terms import language_codes


@pytest.mark.parametrize("row", language_codes.TABLE, ids=lambda row: str(row[0]))
def test_every_name_leads_to_the_tag(row: tuple[str, str, str]) -> None:
    tag, codes, name = row
    assert {language_codes.tag(given) for given in (tag, *codes.split(), name, name.upper())} == {tag}


def test_no_name_stands_twice() -> None:
    names = [name for tag, codes, word in language_codes.TABLE for name in (tag, *codes.split(), word.lower())]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("eng", "en"),
        (" ENG ", "en"),
        ("en_NZ", "en-NZ"),
        ("eng-US", "en-US"),
        ("zh-Hant-TW", "zh-Hant-TW"),
        ("nav", "nav"),
        ("mul", "mul"),
        ("Klingonese", ""),
        ("English and French", ""),
        ("en-toolongsubtag", ""),
        ("日本", ""),
        ("", ""),
    ],
)
def test_tag(given: str, expected: str) -> None:
    assert language_codes.tag(given) == expected
