"""Clocks are set: what was to be sent by one that was ahead is sent all the same, and none is given up for a jump."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mdwatch.handlers.notifications import reading, routing
from mdwatch.handlers.notifications.parts import PartNews
from mdwatch.repository import occurrences
from mdwatch.repository.occurrences import Occurrence
from mdwatch.rules.notifying import Happening
from mdwatch.runtime.context import Context
from tests.handlers.notifications.receivers import Hook, hook
from tests.handlers.notifications.test_notifications import MINUTE, SetClock, states, tell, wishing
from tests.worlds import World

DAY = 24 * 60 * MINUTE


@pytest.fixture
def receiver() -> Iterator[Hook]:
    with hook() as there:
        yield there


def happen(context: Context, reason: str) -> None:
    """Something happens, and a message is made of it or it joins one."""
    with context.repository.write() as connection:
        occurrences.note(connection, Occurrence(at=context.clock.now(), what=Happening.PART_FAILED, reason=reason))
    routing.route(context)


@pytest.mark.parametrize("digest", ["none", "hourly", "daily"])
@pytest.mark.parametrize("ahead", [365 * DAY, 120 * MINUTE])
def test_a_message_made_by_a_clock_that_was_ahead_holds_up_none(
    tmp_path: Path, receiver: Hook, digest: str, ahead: int
) -> None:
    world = wishing(tmp_path, robot={"webhook": receiver.url, "events": ["trouble"], "digest": digest})
    clock = SetClock()
    right = clock.at
    with world.context(clock) as context:
        clock.at = right + ahead
        happen(context, "first")
        clock.at = right
        happen(context, "second")
        tell(context)
        # With what happened since, for nobody has it yet; and not again and again.
        assert states(context) == [("sent", 1)]
        assert tell(context) == 0
    assert b"first" in receiver.received[0][1]
    assert b"second" in receiver.received[0][1]


def test_what_was_tried_by_a_clock_that_was_ahead_is_tried_again_in_time(tmp_path: Path, receiver: Hook) -> None:
    world = wishing(tmp_path, robot={"webhook": receiver.url, "events": ["trouble"]})
    receiver.statuses = [503, 503]
    clock = SetClock()
    right = clock.at
    with world.context(clock) as context:
        clock.at = right + 365 * DAY
        happen(context, "it")
        tell(context)
        clock.at = right
        assert [tell(context) for _ in range(3)] == [1, 0, 0], "with the same pauses as any other"
        clock.at += 60 * MINUTE
        tell(context)
        assert states(context) == [("sent", 3)]


def test_a_clock_that_is_put_forward_has_no_message_given_up(tmp_path: Path, receiver: Hook) -> None:
    world = wishing(tmp_path, robot={"webhook": receiver.url, "events": ["trouble"]})
    receiver.statuses = [503] * 3
    clock = SetClock()
    with world.context(clock) as context:
        happen(context, "it")
        tell(context)
        # Or the machine was off for so long.
        clock.at += 365 * DAY
        tell(context)
        assert reading.listed(context, None, None, 9)[0].state == "waiting"
        for _ in range(2):
            clock.at += 60 * MINUTE
            tell(context)
        assert states(context) == [("sent", 4)]


def test_a_part_that_does_not_work_is_told_of_though_the_clock_is_set_back(tmp_path: Path) -> None:
    clock = SetClock()
    with World(tmp_path).context(clock) as context:
        news = PartNews()
        news.look(context, [("http", "the port is taken")])
        clock.at -= 120 * MINUTE
        news.look(context, [("http", "the port is taken")])
        with context.repository.read() as connection:
            assert [item.reason for item in occurrences.untaken(connection, 9)] == ["http: the port is taken"]
