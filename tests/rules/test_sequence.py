"""The order of files: one clock for the whole folder, then mtime, then natural names, and always total."""

import random
from itertools import pairwise, permutations

import pytest

from mdwatch.model import Identity, Sighting
from mdwatch.rules import sequence


def file(name: str, *, born: int = 0, ctime: int = 0, mtime: int = 0, inode: int = 1) -> Sighting:
    return Sighting(name, Identity(inode, 10, mtime), ctime, born)


def order(*files: Sighting) -> list[str]:
    """The names in order, the same from whatever order they come in."""
    orders = {tuple(f.name for f in sequence.in_order(arranged)) for arranged in permutations(files)}
    assert len(orders) == 1
    return list(orders.pop())


def test_nothing_in_nothing_out() -> None:
    assert sequence.in_order([]) == []


def test_birth_decides_where_every_file_has_one() -> None:
    assert order(
        file("a", born=3, ctime=1, mtime=1), file("b", born=1, ctime=3, mtime=3), file("c", born=2, ctime=2, mtime=2)
    ) == ["b", "c", "a"]


def test_one_file_without_birth_makes_the_whole_folder_go_by_the_other_clock() -> None:
    assert order(
        file("a", born=1, ctime=30, mtime=30), file("b", born=2, ctime=10, mtime=10), file("c", ctime=20, mtime=20)
    ) == ["b", "c", "a"]


@pytest.mark.parametrize(
    ("ctime", "mtime", "expected"),
    [
        (5, 15, ["x", "y"]),  # touched into the future: ctime is the earlier
        (15, 5, ["x", "y"]),  # copied with its old mtime, or moved in later
        (15, 15, ["y", "x"]),
    ],
)
def test_without_birth_the_earlier_of_ctime_and_mtime_decides(ctime: int, mtime: int, expected: list[str]) -> None:
    assert order(file("x", ctime=ctime, mtime=mtime), file("y", ctime=10, mtime=10)) == expected


def test_ties_of_birth_fall_to_mtime_before_names() -> None:
    assert order(file("a", born=1, mtime=2), file("b", born=1, mtime=1)) == ["b", "a"]


def test_ties_of_ctime_fall_to_mtime_before_names() -> None:
    assert order(file("a", ctime=1, mtime=3), file("b", ctime=1, mtime=2)) == ["b", "a"]


def test_names_do_not_matter_where_times_differ() -> None:
    assert order(file("IE1.xml", born=2), file("IE2.xml", born=1)) == ["IE2.xml", "IE1.xml"]


NATURAL = [
    ["IE9.xml", "IE10.xml"],
    ["IE1-2.xml", "IE1-10.xml", "IE2-1.xml"],
    ["a.xml", "b.xml"],
    ["IE9", "IE9a", "IE9b", "IE10"],
    ["1", "2", "10", "a"],
    ["a", "a0", "a1"],
    ["v1.2.9", "v1.2.10", "v1.10.0"],
    ["x" + "9" * 4_400, "x1" + "0" * 4_400],  # longer than Python turns into an int
]


@pytest.mark.parametrize("names", NATURAL, ids=lambda names: names[0][:12])
def test_ties_of_all_times_fall_to_natural_names(names: list[str]) -> None:
    assert order(*(file(name, born=1) for name in names)) == names


def test_leading_zeros_differ_and_have_one_order() -> None:
    names = ["IE7", "IE07", "IE007", "IE8", "IE08", "IE0", "IE00"]
    expected = ["IE0", "IE00", "IE007", "IE07", "IE7", "IE08", "IE8"]
    assert order(*(file(name, born=1) for name in names[:5])) == ["IE007", "IE07", "IE7", "IE08", "IE8"]
    assert sorted(names, key=sequence.natural) == expected


def test_digits_of_other_scripts_are_letters() -> None:
    assert order(file("IE٣.xml"), file("IE2.xml"), file("IE²")) == sorted(["IE٣.xml", "IE2.xml", "IE²"])


def test_every_name_has_its_own_key_and_all_keys_compare() -> None:
    dice = random.Random(7)
    names = {"".join(dice.choices("0019aZ.-é\udcff", k=dice.randrange(7))) for _ in range(2_000)}
    keys = [sequence.natural(name) for name in names]
    ordered = sorted(keys)
    assert all(one < other for one, other in pairwise(ordered))


def test_a_large_folder_is_a_permutation_of_itself_in_order_of_its_keys() -> None:
    dice = random.Random(11)
    files = [file(f"IE{n}.xml", born=dice.randrange(1, 50), mtime=dice.randrange(5), inode=n) for n in range(3_000)]
    dice.shuffle(files)
    result = sequence.in_order(iter(files))
    assert set(result) == set(files)
    keys = [(f.born_ns, f.identity.mtime_ns, sequence.natural(f.name)) for f in result]
    assert keys == sorted(keys)


def test_files_alike_in_everything_keep_their_order() -> None:
    twins = [file("a", born=1, inode=2), file("a", born=1, inode=1)]
    assert sequence.in_order(twins) == twins
    assert sequence.in_order(twins[::-1]) == twins[::-1]
