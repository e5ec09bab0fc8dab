"""Which entries of a drop folder are taken, and what is said of the others."""

import pytest

from mdwatch.rules import arrival
from mdwatch.rules.arrival import DEFAULT_INCLUDE, EntryType

TAKEN = [
    "updateMD-IE1234-dc.xml",
    "a.xml",
    "A.XML",
    "no.dots.at.all.xml",
    "with space.xml",
    "Übergröße.xml",
    "目録.xml",
    "byte\udcff.xml",
    "#start.xml",
    "part.xml",
    "tmp.xml",
    "x.tmp.xml",
    "x~y.xml",
    "done.xml",
]


@pytest.mark.parametrize("name", TAKEN)
def test_a_file_is_taken(name: str) -> None:
    assert arrival.why_ignored(name, EntryType.FILE, DEFAULT_INCLUDE) is None


@pytest.mark.parametrize(
    "name",
    [
        ".hidden.xml",
        ".a.xml.Xy12Zw",  # rsync
        "._a.xml",  # macOS
        ".nfs0000000000000001",
        ".~tmp~",
        ".syncthing.a.xml.tmp",
        ".a.xml.swp",
        ".xml",
    ],
)
def test_a_dot_name_is_hidden(name: str) -> None:
    why = arrival.why_ignored(name, EntryType.FILE, ("*",))
    assert why is not None
    assert "dot" in why


@pytest.mark.parametrize(
    "name",
    [
        "a.xml~",
        "~$a.xml",
        "#a.xml#",
        "~syncthing~a.xml.tmp",
        "~syncthing~a.xml",
        "a.xml.camelLock",
        "a.xml.PROCESSING",
        "a.xml.part",
        "a.xml.partial",
        "a.xml.filepart",
        "a.xml.tmp",
        "a.xml.temp",
        "a.xml.crdownload",
        "a.xml.download",
        "a.xml.swp",
        "a.xml.lock",
        "a.xml.writing",
    ],
)
def test_a_temporary_name_is_left_even_where_every_name_is_included(name: str) -> None:
    why = arrival.why_ignored(name, EntryType.FILE, ("*",))
    assert why is not None
    assert "temporary" in why


@pytest.mark.parametrize("name", ["a.txt", "a.Xml", "a.xml.gz", "a.xml ", "xml", "a.xml\n.txt"])
def test_a_name_outside_the_patterns_names_the_patterns(name: str) -> None:
    why = arrival.why_ignored(name, EntryType.FILE, DEFAULT_INCLUDE)
    assert why is not None
    assert "*.xml, *.XML" in why


@pytest.mark.parametrize(
    ("include", "name", "taken"),
    [
        (("*.md",), "a.md", True),
        (("*.md",), "a.xml", False),
        (("updateMD-*.xml",), "updateMD-1.xml", True),
        (("updateMD-*.xml",), "other.xml", False),
        (("[ab]?.xml",), "a1.xml", True),
        (("[ab]?.xml",), "c1.xml", False),
        (("*.[xX][mM][lL]",), "a.Xml", True),
        (("*",), "anything", True),
    ],
)
def test_include_patterns(include: tuple[str, ...], name: str, taken: bool) -> None:
    assert (arrival.why_ignored(name, EntryType.FILE, include) is None) is taken


@pytest.mark.parametrize("entry", [entry for entry in EntryType if entry is not EntryType.FILE])
@pytest.mark.parametrize("name", TAKEN)
def test_only_regular_files_are_taken(entry: EntryType, name: str) -> None:
    assert arrival.why_ignored(name, entry, ("*",)) is not None


@pytest.mark.parametrize(
    ("name", "entry", "word"),
    [
        ("done", EntryType.FOLDER, "own folder"),
        ("error", EntryType.FOLDER, "own folder"),
        ("Done", EntryType.FOLDER, "a folder"),
        ("sub.xml", EntryType.FOLDER, "a folder"),
        ("done", EntryType.LINK, "symbolic link"),
        ("a.xml", EntryType.LINK, "symbolic link"),
        ("a.xml", EntryType.OTHER, "regular file"),
    ],
)
def test_the_reason_names_what_it_is(name: str, entry: EntryType, word: str) -> None:
    assert word in (arrival.why_ignored(name, entry, DEFAULT_INCLUDE) or "")
