"""When a file is settled, and what one that is not holds back."""

from itertools import product

import pytest

from mdwatch.model import Identity, Sighting
from mdwatch.rules import settling

FILE = Sighting("a.xml", Identity(5, 100, 1_000), 1_000, 900)


def test_two_equal_looks_settle_a_file() -> None:
    assert settling.settled(FILE, FILE._replace())


def test_one_look_does_not_settle() -> None:
    assert not settling.settled(None, FILE)


@pytest.mark.parametrize(
    "later",
    [
        FILE._replace(identity=Identity(6, 100, 1_000)),
        FILE._replace(identity=Identity(5, 101, 1_000)),
        FILE._replace(identity=Identity(5, 100, 1_001)),
        FILE._replace(ctime_ns=1_001),
    ],
    ids=["inode", "size", "mtime", "ctime"],
)
def test_any_change_unsettles(later: Sighting) -> None:
    assert not settling.settled(FILE, later)
    assert not settling.settled(later, FILE)


def test_an_empty_file_settles_like_any_other() -> None:
    empty = FILE._replace(identity=Identity(5, 0, 1_000))
    assert settling.settled(empty, empty)


FOUR = [FILE._replace(name=name) for name in "abcd"]


# Of each file: settled (-), changing (c), or changing and holding back the files after it (h).
@pytest.mark.parametrize("states", ["".join(states) for states in product("-ch", repeat=4)])
def test_a_split_keeps_order_and_loses_nothing(states: str) -> None:
    by_name = dict(zip("abcd", states, strict=True))
    changing = {name for name, state in by_name.items() if state != "-"}
    holding = {name for name, state in by_name.items() if state == "h"}
    split = settling.split(FOUR, changing, holding)
    first = min(holding, default="z")
    assert [file.name for file in split.unsettled] == sorted(changing)
    assert [file.name for file in split.ready] == [name for name in "abcd" if name not in changing and name < first]
    assert [file.name for file in split.behind] == [name for name in "abcd" if name not in changing and name > first]


def test_names_that_are_not_there_hold_nothing() -> None:
    assert settling.split(FOUR, {"0"}, {"0"}).ready == FOUR


def test_a_settled_file_holds_nothing() -> None:
    assert settling.split(FOUR, set(), {"a"}).ready == FOUR


def test_nothing_splits_into_nothing() -> None:
    assert settling.split([], {"a"}, {"a"}) == settling.Split([], [], [])
