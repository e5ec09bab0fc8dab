"""Whether the holder of a lease is there, over the product of where it is and where it is asked."""

from itertools import product

import pytest

from mdwatch.rules import holders
from mdwatch.rules.holders import Place, Sight

HERE = Place("archive", "boot-1", "pid:[1]", "machine-1")


@pytest.mark.parametrize(
    ("holder", "seen"),
    [
        (HERE, Sight.PROCESS),
        # The host was started anew.
        (Place("archive", "boot-0", "pid:[1]", "machine-1"), Sight.EARLIER),
        (Place("archive", "boot-0", "pid:[7]", "machine-1"), Sight.EARLIER),
        # Kept by an earlier version, which told no machine.
        (Place("archive", "boot-0", "pid:[1]"), Sight.EARLIER),
        # The container was started anew, or another one of the same name is there.
        (Place("archive", "boot-1", "pid:[7]", "machine-1"), Sight.NEIGHBOUR),
        # Others.
        (Place("elsewhere", "boot-0", "pid:[1]", "machine-1"), Sight.NOTHING),
        (Place("elsewhere", "boot-1", "pid:[1]", "machine-1"), Sight.NOTHING),
        (Place("archive", "boot-0", "pid:[1]", "machine-2"), Sight.NOTHING),
        (Place("archive", "", "", ""), Sight.NOTHING),
    ],
)
def test_how_much_can_be_seen_of_a_holder(holder: Place, seen: Sight) -> None:
    assert holders.sight(holder, HERE) is seen


def test_a_name_that_many_hosts_have_is_no_name_without_a_number() -> None:
    here = Place("localhost", "boot-1", "pid:[1]")
    assert holders.sight(Place("localhost", "boot-0", "pid:[1]"), here) is Sight.NOTHING
    assert holders.sight(here, here) is Sight.PROCESS
    known = Place("localhost", "boot-1", "pid:[1]", "machine-1")
    assert holders.sight(Place("localhost", "boot-0", "pid:[1]", "machine-1"), known) is Sight.EARLIER


def test_who_is_there_goes_by_what_can_be_seen() -> None:
    for seen, process, in_time, present in product(Sight, (True, False), (True, False), (True, False, None)):
        lives = holders.lives(seen, process=process, in_time=in_time, present=present)
        match seen:
            case Sight.PROCESS:
                assert lives is process
            case Sight.NEIGHBOUR:
                assert lives is (in_time and present is not False)
            case Sight.EARLIER:
                assert not lives
            case Sight.NOTHING:
                assert lives is in_time


def test_a_place_comes_back_as_it_was_kept() -> None:
    assert holders.place(str(HERE)) == HERE
    assert holders.place("archive/boot/pid:[1]") == Place("archive", "boot", "pid:[1]", "")
    assert holders.place("archive") == Place("archive", "", "", "")
