"""Patience: settled by two looks or by a voucher, holding back for a bounded time, trouble and its end."""

from math import inf

from mdwatch.model import Identity, Sighting
from mdwatch.rules.patience import Patience


def seen(name: str, size: int = 1) -> Sighting:
    return Sighting(name, Identity(1, size, 10), 10, 0)


def names(files: list[Sighting]) -> list[str]:
    return [file.name for file in files]


def test_a_file_settles_when_it_has_looked_the_same_for_long_enough() -> None:
    patience = Patience(settle_seconds=2, order_wait=30)
    patience.see([seen("a")], 0)
    assert names(patience.split([seen("a")], 1.9).unsettled) == ["a"]
    patience.see([seen("a")], 2)
    assert names(patience.split([seen("a")], 2).ready) == ["a"]


def test_a_change_begins_the_time_anew() -> None:
    patience = Patience(settle_seconds=2, order_wait=30)
    patience.see([seen("a")], 0)
    patience.see([seen("a", 2)], 1.5)
    assert names(patience.split([seen("a", 2)], 3).unsettled) == ["a"]
    assert names(patience.split([seen("a", 2)], 3.5).ready) == ["a"]


def test_a_voucher_settles_the_very_state_it_is_for() -> None:
    patience = Patience(settle_seconds=2, order_wait=30)
    patience.vouch("a", seen("a").identity)
    for _ in range(2):
        patience.see([seen("a")], 0)
    assert names(patience.split([seen("a")], 0).ready) == ["a"]
    patience.see([seen("a", 2)], 0.1)
    assert names(patience.split([seen("a", 2)], 0.1).unsettled) == ["a"]
    patience.vouch("a", seen("a", 2).identity)
    patience.see([seen("a", 2)], 0.2)
    assert names(patience.split([seen("a", 2)], 0.2).ready) == ["a"]


def test_a_file_seen_for_the_first_time_waits_for_another_listing_and_holds_back_those_behind_it() -> None:
    patience = Patience(settle_seconds=0, order_wait=30)
    patience.see([seen("b")], 0)
    assert patience.has_new()
    patience.see([seen("a"), seen("b")], 0)
    split = patience.split([seen("a"), seen("b")], 0)
    assert (names(split.ready), names(split.unsettled), names(split.behind)) == ([], ["a"], ["b"])
    patience.see([seen("a"), seen("b")], 0)
    assert not patience.has_new()
    assert names(patience.split([seen("a"), seen("b")], 0).ready) == ["a", "b"]


def test_a_voucher_outlasts_a_look_that_began_before_the_file_was_there() -> None:
    patience = Patience(settle_seconds=2, order_wait=30)
    patience.vouch("a", seen("a").identity)
    patience.see([], 0)
    patience.see([seen("a")], 0.1)
    patience.see([seen("a")], 0.1)
    assert names(patience.split([seen("a")], 0.1).ready) == ["a"]


def test_a_voucher_for_a_file_that_never_came_is_forgotten() -> None:
    patience = Patience(settle_seconds=2, order_wait=30)
    patience.vouch("a", seen("a").identity)
    for second in range(2):
        patience.see([], second)
    patience.see([seen("a")], 2)
    assert names(patience.split([seen("a")], 2).unsettled) == ["a"]


def test_an_unsettled_file_holds_back_those_behind_it_for_order_wait() -> None:
    patience = Patience(settle_seconds=2, order_wait=5)
    files = [seen("a"), seen("b")]
    for second in range(5):
        patience.see([seen("a", second), seen("b")], second)
        split = patience.split([seen("a", second), seen("b")], second)
        assert (names(split.ready), names(split.unsettled)) == ([], ["a", "b"] if second < 2 else ["a"])
    patience.see([seen("a", 99), seen("b")], 5)
    split = patience.split([seen("a", 99), seen("b")], 5)
    assert (names(split.ready), names(split.unsettled), split.behind) == (["b"], ["a"], [])
    assert len(files) == 2


def test_trouble_holds_back_and_is_over_when_its_time_is() -> None:
    patience = Patience(settle_seconds=0, order_wait=5)
    files = [seen("a"), seen("b")]
    for _ in range(2):
        patience.see(files, 0)
    patience.trouble("a", "unreadable", 100, 101)
    assert patience.holding("a", 100)
    assert names(patience.split(files, 100).behind) == ["b"]
    assert names(patience.split(files, 101).ready) == ["a", "b"]
    patience.trouble("a", "unreadable", 105, 106)
    assert not patience.holding("a", 105)
    assert names(patience.split(files, 105).ready) == ["b"]
    assert patience.why("a") == "unreadable"


def test_a_file_given_up_is_left_out_until_it_changes() -> None:
    patience = Patience(settle_seconds=0, order_wait=5)
    for _ in range(2):
        patience.see([seen("a")], 0)
    patience.trouble("a", "failed", -inf, inf)
    assert patience.split([seen("a")], 1000).unsettled == []
    assert patience.next_look(1000) == inf
    for _ in range(2):
        patience.see([seen("a", 2)], 1001)
    assert names(patience.split([seen("a", 2)], 1001).ready) == ["a"]


def test_the_next_look_is_when_something_may_have_settled() -> None:
    patience = Patience(settle_seconds=2, order_wait=5)
    assert patience.next_look(0) == inf
    patience.see([seen("a")], 10)
    assert patience.next_look(10) == 0
    patience.see([seen("a")], 10)
    assert patience.next_look(10.5) == 1.5
    patience.see([], 11)
    assert patience.next_look(11) == inf


def test_what_settles_while_others_are_seen_to_is_looked_at_at_once() -> None:
    """A worker may be busy between its look and its sleep for longer than a file needs."""
    patience = Patience(settle_seconds=2, order_wait=5)
    for _ in range(2):
        patience.see([seen("a"), seen("b")], 10)
    assert names(patience.split([seen("a"), seen("b")], 11).unsettled) == ["a", "b"]
    assert patience.next_look(13) == 0
    assert names(patience.split([seen("a"), seen("b")], 13).ready) == ["a", "b"]
    assert patience.next_look(14) == inf
    patience.trouble("a", "unreadable", 14, inf)
    assert names(patience.split([seen("a"), seen("b")], 18).behind) == []
    for _ in range(2):
        patience.see([seen("a", 2), seen("b")], 20)
    patience.trouble("a", "unreadable", 20, 90)
    assert names(patience.split([seen("a", 2), seen("b")], 24).behind) == ["b"]
    assert patience.next_look(26) == 0
    assert names(patience.split([seen("a", 2), seen("b")], 26).ready) == ["b"]
    assert patience.next_look(27) == 63


def test_a_decided_file_that_cannot_be_moved_keeps_nobody_waiting_whatever_is_done_to_its_rights() -> None:
    patience = Patience(settle_seconds=0, order_wait=30)
    first, behind = seen("a"), seen("b")
    for _ in range(2):
        patience.see([first, behind], 0)
    patience.trouble("a", "it cannot be moved", 0, 5, blocks=False)
    for file in (first, first._replace(ctime_ns=99)):
        patience.see([file, behind], 1)
        split = patience.split([file, behind], 1)
        assert (names(split.behind), names(split.ready)[-1:]) == ([], ["b"])
    assert not patience.holding("a", 1)
    changed = seen("a", size=2)
    patience.see([changed, behind], 2)
    assert patience.holding("a", 2)


def test_an_entry_that_cannot_be_looked_at_holds_back_all_for_a_short_while() -> None:
    patience = Patience(settle_seconds=0, order_wait=30)
    for _ in range(2):
        patience.see([seen("a")], 10, blind=True)
    split = patience.split([seen("a")], 14.9)
    assert (names(split.ready), names(split.behind)) == ([], ["a"])
    assert 0 < patience.next_look(12) <= 3
    assert names(patience.split([seen("a")], 15).ready) == ["a"]
    patience.see([seen("a")], 16, blind=True)
    assert names(patience.split([seen("a")], 16).ready) == ["a"]
    patience.see([seen("a")], 17)
    assert patience.next_look(17) == inf
    patience.see([seen("a")], 18, blind=True)
    assert names(patience.split([seen("a")], 18).ready) == []


def test_trouble_with_a_file_that_is_gone_is_none() -> None:
    patience = Patience(settle_seconds=0, order_wait=30)
    patience.trouble("a", "gone", 0, inf)
    assert patience.next_look(0) == inf
