"""Whoever looks for IEs finds those of the own institutions, however many others there are."""

from dataclasses import replace
from pathlib import Path

from mdwatch.handlers.ies import search
from tests.worlds import World, ie


def test_ies_of_others_take_no_place_among_those_that_are_found(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(*(ie(f"IE{number}", title="Harbour", institution="INS02") for number in range(1, 6)))
    world.load(ie("IE77", title="Harbour", institution="INS01"))
    with world.context() as context:
        own = replace(context, institutions=frozenset({"INS01"}))
        assert [item.pid for item in search.by_pid(own, "IE", 3).ies] == ["IE77"]
        assert [item.pid for item in search.by_title(own, "harbour", 3).ies] == ["IE77"]
        assert search.by_title(own, "harbour", 3).whole
        assert [item.pid for item in search.by_pid(context, "IE", 3).ies] == ["IE1", "IE2", "IE3"]
