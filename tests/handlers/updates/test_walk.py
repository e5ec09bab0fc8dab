"""The walk of a file through the code, from ready to its place: it comes into each room twice at most.

A room is a module of the handlers or the rules; a visit is a call from outside the room that is given the file. What is
asked many times decides in many places, and is hard to follow.
"""

import sys
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Final

import pytest

from mdwatch.handlers.updates.run import Run
from tests.worlds import World, dc, ie, update

NAME: Final = "walking.xml"
ROOMS: Final = ("mdwatch.handlers.", "mdwatch.rules.")


def is_given(value: object) -> bool:
    """Whether a value is the file, in one of its forms, or a few things with the file among them."""
    if isinstance(value, str):
        return value == NAME
    if isinstance(value, dict | list | tuple | set):
        return any(is_given(item) for item in value)
    return NAME in (getattr(value, "name", None), getattr(getattr(value, "file", None), "name", None))


class Walk:
    """Notes who is given the file, from the moment that it is ready."""

    def __init__(self) -> None:
        self.visits: Counter[str] = Counter()
        self._ready = False

    def __call__(self, frame: FrameType, event: str, _argument: object) -> None:
        """What `sys.setprofile` calls."""
        if event != "call":
            return
        room = frame.f_globals.get("__name__", "")
        code = frame.f_code
        self._ready |= code is Run.take.__code__
        if not self._ready or not room.startswith(ROOMS):
            return
        names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        given = any(is_given(frame.f_locals.get(name)) for name in names if name != "self")
        if given and _caller(frame) != room:
            self.visits[room] += 1


def _caller(frame: FrameType) -> str:
    """The room that a call comes from; a transaction that is `repeated` passes it on."""
    found = frame.f_back
    while found is not None and found.f_globals.get("__name__") == "mdwatch.repository.database_faults":
        found = found.f_back
    return "" if found is None else str(found.f_globals.get("__name__"))


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (update("IE1", dc("New")), "done"),
        (update("IE2", dc("New")), "error"),
        (b"no XML", "error"),
    ],
    ids=["updated", "locked", "unreadable"],
)
def test_a_file_comes_into_each_room_twice_at_most(tmp_path: Path, content: bytes, place: str) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"), ie("IE2", lockedBy="curator"))
    world.drop(NAME, content)
    walk = Walk()
    sys.setprofile(walk)
    try:
        world.run()
    finally:
        sys.setprofile(None)
    assert f"{place}/{NAME}" in world.files()
    assert {"mdwatch.handlers.updates.run", "mdwatch.handlers.updates.filing"} <= walk.visits.keys()
    assert {room: visits for room, visits in walk.visits.items() if visits > 2} == {}
