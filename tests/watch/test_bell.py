"""The bell: rings add up, none is lost, the earliest counts."""

import threading
import time

from mdwatch.watch.bell import Bell


def test_a_ring_before_the_wait_is_not_lost() -> None:
    bell = Bell()
    bell.ring()
    assert bell.wait(60)


def test_rings_add_up_to_one_waking() -> None:
    bell = Bell()
    for _ in range(5):
        bell.ring()
    assert bell.wait(60)
    assert not bell.wait(0)


def test_without_a_ring_the_wait_ends_by_itself() -> None:
    assert not Bell().wait(0.01)


def test_a_ring_from_another_thread_wakes_at_once() -> None:
    bell = Bell()
    threading.Timer(0.01, bell.ring).start()
    begun = time.monotonic()
    assert bell.wait(60)
    assert time.monotonic() - begun < 30


def test_the_earliest_of_several_rings_counts() -> None:
    bell = Bell()
    bell.ring(within=3600)
    assert not bell.wait(0.01)
    bell.ring(within=0.01)
    bell.ring(within=3600)
    assert bell.wait(60)


def test_a_later_ring_does_not_hold_up_one_that_is_due() -> None:
    bell = Bell()
    bell.ring()
    bell.ring(within=3600)
    assert bell.wait(0)
