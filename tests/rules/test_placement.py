"""What is done with each file that comes along, over the whole product of whose it is and what is there."""

from itertools import product

import pytest

from mdwatch.rules import placement
from mdwatch.rules.placement import FileOwner, FoundFile, PlacingAct

CHANGING = {PlacingAct.WRITE, PlacingAct.REPLACE, PlacingAct.REMOVE}


@pytest.mark.parametrize(("owner", "found"), list(product(FileOwner, FoundFile)))
def test_what_is_somebody_s_is_never_touched(owner: FileOwner, found: FoundFile) -> None:
    theirs = found is FoundFile.FOREIGN or (owner is FileOwner.MACHINE and found is not FoundFile.ABSENT)
    put, removed = placement.placing(owner, found), placement.removal(owner, found)
    assert not (theirs and {put, removed} & CHANGING)
    # Otherwise it is there afterwards, in this version, or gone.
    assert (put in CHANGING) == (not theirs and found is not FoundFile.SAME)
    assert (removed in CHANGING) == (not theirs and found is not FoundFile.ABSENT)


def test_each_file_has_a_place_of_its_own_and_only_the_machine_s_are_in_etc() -> None:
    places = placement.placements("/opt/x")
    assert len({item.target for item in places}) == len(places)
    for item in places:
        assert item.target.startswith("/etc/" if item.owner is FileOwner.MACHINE else "/opt/x/"), item
