"""What people are told of a character that may not stand where it does: which it is, not that the encoding is wrong."""

import pytest

from mdwatch.errors import Rejected
from mdwatch.formats import xml
from mdwatch.formats.limits import Limits

LIMITS = Limits()
PADDING = f"<p>{'x' * 5_000}</p>"


def reason(data: bytes | str) -> str:
    with pytest.raises(Rejected) as caught:
        xml.parse(data, LIMITS)
    assert caught.value.malformed
    return caught.value.reason


@pytest.mark.parametrize("padding", ["", PADDING], ids=["short", "long"])
@pytest.mark.parametrize("encoding", ["", "UTF-8", "windows-1252"])
@pytest.mark.parametrize(
    ("element", "name"),
    [
        ("<a lang=“de”/>", "U+201C (LEFT DOUBLE QUOTATION MARK)"),
        ("<a–b/>", "U+2013 (EN DASH)"),
        ("<a\u00a0b='1'/>", "U+00A0 (NO-BREAK SPACE)"),
        ("<!— note —>", "U+2014 (EM DASH)"),
    ],
)
def test_a_character_that_is_none_of_markup_is_named(element: str, name: str, encoding: str, padding: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>' if encoding else ""
    told = reason(f"{head}<r>{padding}{element}</r>".encode(encoding or "utf-8"))
    assert f"the character {name} cannot stand there (line 1, column " in told
    assert told.endswith("; write a plain one of ASCII in its place, or remove it")


def test_a_record_is_never_said_to_be_in_a_wrong_encoding() -> None:
    assert reason("\u200b<a/>").startswith(
        "not well-formed: the character U+200B (ZERO WIDTH SPACE) cannot stand there"
    )


@pytest.mark.parametrize(("character", "name"), [("\x0b", "U+000B"), ("\x00", "U+0000"), ("\ufffe", "U+FFFE")])
def test_a_character_that_xml_does_not_have_is_named(character: str, name: str) -> None:
    for document in (f"<r><a>x{character}y</a></r>", f"<r>{PADDING}<a>x{character}y</a></r>"):
        assert f"the character {name} is none of XML's (line 1, column " in reason(document)
        assert reason(document.encode()).endswith("; remove it")


@pytest.mark.parametrize("data", [b"<a>\xe4rger</a>", b"<a>\x96</a>", b"<a>\xed\xa0\x80</a>", b"<a>\xc3</a>"])
def test_a_byte_that_begins_no_character_is_one_of_another_encoding(data: bytes) -> None:
    assert reason(data).endswith("is none of its encoding (line 1, column 4); save it as UTF-8")


def test_text_before_the_root_is_no_bare_bracket() -> None:
    for before in ("abc", "\ufeffabc", "PK"):
        assert reason(f"{before}<a/>".encode()).endswith("; remove what stands before its first <")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_of_utf_16_nothing_is_made_up(encoding: str) -> None:
    assert "not well-formed: invalid token (line 1, column " in reason("<a b=c/>".encode(encoding))
