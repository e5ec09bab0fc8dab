"""Whether the holder of a lease is there, over the product of where it is and where it is asked."""

from itertools import product

import pytest

from mdwatch.rules import holders
from mdwatch.rules.holders import HolderPlace, Sight

HERE = HolderPlace("archive", "boot-1", "pid:[1]", "machine-1")


@pytest.mark.parametrize(
    ("holder", "seen"),
    [
        (HERE, Sight.PROCESS),
        # The host was started anew.
        (HolderPlace("archive", "boot-0", "pid:[1]", "machine-1"), Sight.EARLIER),
        (HolderPlace("archive", "boot-0", "pid:[7]", "machine-1"), Sight.EARLIER),
        # Kept by an earlier version, which told no machine.
        (HolderPlace("archive", "boot-0", "pid:[1]"), Sight.EARLIER),
        # The container was started anew, or another one of the same name is there.
        (HolderPlace("archive", "boot-1", "pid:[7]", "machine-1"), Sight.NEIGHBOUR),
        # Others.
        (HolderPlace("elsewhere", "boot-0", "pid:[1]", "machine-1"), Sight.NOTHING),
        (HolderPlace("elsewhere", "boot-1", "pid:[1]", "machine-1"), Sight.NOTHING),
        (HolderPlace("archive", "boot-0", "pid:[1]", "machine-2"), Sight.NOTHING),
        (HolderPlace("archive", "", "", ""), Sight.NOTHING),
        # A container that was made anew has another name; the kernel knows it all the same.
        (HolderPlace("0f3c", "boot-1", "pid:[7]", "", shown=True), Sight.NEIGHBOUR),
        (HolderPlace("0f3c", "boot-1", "pid:[7]", "machine-7", shown=True), Sight.NEIGHBOUR),
        (HolderPlace("0f3c", "boot-0", "pid:[7]", "", shown=True), Sight.NEIGHBOUR),
        # systemd's ProcSubset=pid hides the start of the kernel from the daemon, but not from a command.
        (HolderPlace("archive", "", "pid:[1]", "machine-1", shown=True), Sight.NEIGHBOUR),
        (HolderPlace("archive", "", "pid:[1]", "machine-1"), Sight.NOTHING),
        (HERE._replace(shown=True), Sight.PROCESS),
    ],
)
def test_how_much_can_be_seen_of_a_holder(holder: HolderPlace, seen: Sight) -> None:
    assert holders.sight(holder, HERE) is seen


def test_who_is_hidden_the_start_of_the_kernel_knows_its_own_earlier_processes_and_no_others() -> None:
    here = HERE._replace(boot="")
    assert holders.sight(here, here) is Sight.PROCESS
    assert holders.sight(HERE, here) is Sight.NOTHING
    assert holders.sight(HERE._replace(shown=True), here) is Sight.NEIGHBOUR
    # Without /proc nothing can be seen at all.
    nowhere = HERE._replace(boot="", container="")
    assert holders.sight(nowhere, nowhere) is Sight.NOTHING


def test_a_name_that_many_hosts_have_is_no_name_without_a_number() -> None:
    here = HolderPlace("localhost", "boot-1", "pid:[1]")
    assert holders.sight(HolderPlace("localhost", "boot-0", "pid:[1]"), here) is Sight.NOTHING
    assert holders.sight(here, here) is Sight.PROCESS
    known = HolderPlace("localhost", "boot-1", "pid:[1]", "machine-1")
    assert holders.sight(HolderPlace("localhost", "boot-0", "pid:[1]", "machine-1"), known) is Sight.EARLIER


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
    assert holders.place(str(HERE._replace(shown=True))) == HERE._replace(shown=True)
    assert holders.place("archive/boot/pid:[1]") == HolderPlace("archive", "boot", "pid:[1]", "")
    assert holders.place("archive") == HolderPlace("archive", "", "", "")
