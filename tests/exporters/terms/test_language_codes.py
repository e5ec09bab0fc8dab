"""Languages: every name in the table leads to its tag, other codes are tags already, and words are none."""

import pytest

from mdwatch.exporters.terms import language_codes


@pytest.mark.parametrize("row", language_codes.TABLE, ids=lambda row: str(row[0]))
def test_every_name_leads_to_the_tag(row: tuple[str, str, str]) -> None:
    tag, codes, name = row
    assert {language_codes.tag(given) for given in (tag, *codes.split(), name, name.upper())} == {tag}


def test_no_name_stands_twice() -> None:
    # Ewe, Ido, Lao and Twi are called what they are coded.
    names = [name for tag, codes, word in language_codes.TABLE for name in {tag, *codes.split(), word.lower()}]
    assert len(names) == len(set(names))
    assert not set(names) & set(language_codes.OTHERS)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("eng", "en"),
        (" ENG ", "en"),
        ("en_NZ", "en-NZ"),
        ("eng-US", "en-US"),
        ("zh-Hant-TW", "zh-Hant-TW"),
        ("nav", "nv"),
        ("dum", "dum"),
        ("nob", "nb"),
        ("kan", "kn"),
        ("sr_RS@latin", "sr-Latn-RS"),
        ("en_US.UTF-8", "en-US"),
        ("ca_ES@valencia", "ca-ES-valencia"),
        ("chi-hani", "zh-Hani"),
        ("ZH-hant-tw", "zh-Hant-TW"),
        ("iw", "he"),
        ("cam", "km"),
        ("de-x-private", "de-x-private"),
        ("*", ""),
        ("C", ""),
        ("und", ""),
        ("und-Cyrl", ""),
        ("zxx", ""),
        ("No linguistic content", ""),
        ("engfre", ""),
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


@pytest.mark.parametrize(
    ("code", "list_"),
    [
        ("ger", "iso639-2b"),
        ("gsw", "iso639-2b"),
        ("mul", "iso639-2b"),
        ("qaa", "iso639-2b"),
        ("deu", "iso639-3"),
        ("cmn", "iso639-3"),
        ("scr", ""),
    ],
)
def test_the_list_of_a_code(code: str, list_: str) -> None:
    """MODS was told that `deu` is of ISO 639-2/B."""
    assert language_codes.list_of(code) == list_
