"""Texts as they are compared: without regard to case, white space and composition, and by whole words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdwatch.rules import folding
from mdwatch.rules.folding import fold, has_words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Maps  and\n\tatlases ", "maps and ATLASES"),
        ("Straße", "STRASSE"),
        ("cafe\u0301", "CAFÉ"),
        ("Οδυσσεύς", "ΟΔΥΣΣΕΎΣ"),
        ("שָׁלוֹם", "שָׁלוֹם"),
        ("ǰ", "J\u030c"),
    ],
)
def test_the_same_to_someone_who_looks_for_it(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("resume", "résumé"), ("a b", "ab"), ("I", "ı"), ("1", "١")])
def test_not_the_same(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize("text", ["", "Ab  c", "Straße", "ΐ", "e\u0301", "ŉ", "ﬃ", "İ"])
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "words", "there"),
    [
        ("Old maps of Rome", "maps", True),
        ("Old maps of Rome", "maps of", True),
        ("Old maps of Rome", "rome", True),
        ("Old maps of Rome", "old", True),
        ("Old maps of Rome", "map", False),
        ("Old maps of Rome", "aps", False),
        ("mapshop and maps", "maps", True),
        ("mapshop", "maps", False),
        ("a1", "a", False),
        ("(maps)", "maps", True),
        ("maps, atlases", "maps", True),
        ("C++, Java", "C++", True),
        ("cafe\u0323s", "cafe", False),
        ("हिन्दी साहित्य", "हिन्द", False),
        ("हिन्दी साहित्य", "हिन्दी", True),
        ("می‌خواهم", "می", False),
        ("日本の歴史", "歴史", True),
        ("ประวัติศาสตร์ไทย", "ไทย", True),
        ("中国abc", "abc", True),
        ("", "maps", False),
    ],
)
def test_words_are_found_whole(text: str, words: str, there: bool) -> None:
    assert has_words(fold(text), fold(words)) is there


@given(st.text(st.sampled_from(" \t\n\u00a0\u2003ab")), st.integers(1, 5))
def test_a_long_text_is_put_on_one_line_piece_by_piece_as_a_short_one_at_once(text: str, most: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(folding, "_AT_ONCE", most)
        assert folding.on_one_line(text) == " ".join(text.split())
