"""References to five characters are resolved; any other, and what is none, is left to the parser."""

import pytest

from mdwatch.formats.plain_references import resolved


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("words", "words"),
        ("a &amp; b", "a & b"),
        ("&lt;&gt;&quot;&apos;", "<>\"'"),
        ("&amp;lt;", "&lt;"),
        ("a;b&amp;c;", "a;b&c;"),
    ],
)
def test_references_are_resolved(text: str, expected: str) -> None:
    assert resolved(text) == expected


@pytest.mark.parametrize(
    "text", ["&", "a &amp b", "&amp", "& amp;", "&own;", "&#65;", "&AMP;", "&;", "&amp;&", "&lt ;"]
)
def test_any_other_is_none_of_ours(text: str) -> None:
    with pytest.raises(KeyError):
        resolved(text)
