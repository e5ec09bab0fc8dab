"""Text made safe to show: one line whatever it holds, nothing that steers a terminal, no escape imitated."""

import os
import sys

import pytest

from mdwatch.formats.printable import escape, file_name

# All that Python, or a log viewer, takes for the end of a line.
LINE_ENDS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\U000e0041"
SPACES = "\u00a0\u2003\u3000"


@pytest.mark.parametrize("end", LINE_ENDS + "\r\n", ids=lambda c: f"U+{ord(c):04X}")
def test_no_line_can_be_forged(end: str) -> None:
    shown = escape(f"a.xml{end}Mon Dec 28 05:44:00 IST 2015   INFO   IE IE1 has been successfully updated")
    assert len(shown.splitlines()) == 1
    assert end not in shown


def test_every_character_that_splits_lines_is_in_the_table_above() -> None:
    splitting = {line[-1] for line in "".join(map(chr, range(sys.maxunicode + 1))).splitlines(keepends=True)[:-1]}
    assert splitting == set(LINE_ENDS)


@pytest.mark.parametrize("character", BIDI + INVISIBLE + SPACES, ids=lambda c: f"U+{ord(c):04X}")
def test_what_nobody_sees_is_written_out(character: str) -> None:
    shown = escape(f"a{character}b")
    assert shown.startswith("a\\")
    assert shown.isascii()
    assert shown.isprintable()


@pytest.mark.parametrize("text", ["\x1b[31mred", "\x1b]0;title\x07", "\x9b31m", "a\x08\x08b", "\x00", "\x7f", "\x0e"])
def test_no_terminal_is_steered(text: str) -> None:
    assert escape(text).isprintable()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("updateMD-IE1.xml", "updateMD-IE1.xml"),
        ("with space", "with space"),
        ("Übergröße 目録 שלום 😀", "Übergröße 目録 שלום 😀"),
        ("e\u0301", "e\u0301"),
        ("a\nb", "a\\nb"),
        ("a\rb", "a\\rb"),
        ("a\tb", "a\\tb"),
        ("a\x1bb", "a\\x1bb"),
        ("a\x00b", "a\\x00b"),
        ("a\x85b", "a\\x85b"),
        ("a\u2028b", "a\\u2028b"),
        ("a\u202eb", "a\\u202eb"),
        ("a\U000e0041b", "a\\U000e0041b"),
        ("a\udcffb", "a\\xffb"),
        ("a\ud800b", "a\\ud800b"),
        ("a\\b", "a\\\\b"),
        ("a\\nb", "a\\\\nb"),
    ],
)
def test_how_it_is_shown(text: str, shown: str) -> None:
    assert escape(text) == shown


def test_every_character_is_shown_printable_and_can_be_written() -> None:
    for start in range(0, sys.maxunicode, 0x1000):
        shown = escape("".join(map(chr, range(start, start + 0x1000))))
        assert shown.isprintable(), hex(start)
        shown.encode("utf-8")


def test_text_that_looks_like_an_escape_is_told_from_one() -> None:
    texts = [chr(n) for n in range(0x3000)] + [repr(chr(n))[1:-1] for n in range(0x3000)] + ["\udcff\\", "\\\udcff"]
    # A stray byte and the control character of its number are shown alike; both are what the escape says.
    shown = {text: escape(text) for text in dict.fromkeys(texts)}
    assert len(set(shown.values())) == len(shown)


def test_an_even_number_of_backslashes_is_text_and_an_odd_one_an_escape() -> None:
    for text in ("\\\n", "\\\\\n", "\n\\", "\\n"):
        shown = escape(text)
        unescaped = shown.replace("\\\\", "\0").replace("\\n", "\n").replace("\0", "\\")
        assert unescaped == text


@pytest.mark.parametrize("raw", [b"caf\xe9.xml", b"\xff\xfe", b"a\xc3", bytes(range(1, 256)).replace(b"/", b"")])
def test_any_file_name_of_this_system_can_be_shown(raw: bytes) -> None:
    shown = escape(os.fsdecode(raw))
    assert shown.isprintable()
    assert len(shown.splitlines()) == 1
    shown.encode("utf-8")


@pytest.mark.parametrize(
    "raw",
    [b"caf\xe9.xml", b"\xff\xfe", b"a\\b\\\\x.xml", b"a\nb\r\tc", "a\u2028\U000e0001b\x7f ä".encode()],
)
def test_a_file_name_is_known_by_what_is_shown_of_it(raw: bytes) -> None:
    assert os.fsencode(file_name(escape(os.fsdecode(raw)))) == raw


@pytest.mark.parametrize("text", ["a\\q", "a\\", "a\\x4", "\\U99999999"])
def test_what_no_name_is_shown_as_stays_as_it_is(text: str) -> None:
    assert file_name(text) == text
