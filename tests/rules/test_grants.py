"""What groups may do, over every pair of grants; and whose word is taken."""

from itertools import product

import pytest

from mdwatch.model import AccountRole, Caller
from mdwatch.rules import grants, peers
from mdwatch.rules.grants import GroupGrant

_RANK = list(AccountRole)


def test_the_highest_role_counts_for_the_institutions_that_have_it() -> None:
    covered = (None, frozenset("A"), frozenset("B"))
    for first, second in product([GroupGrant(*pair) for pair in product(AccountRole, covered)], repeat=2):
        found = grants.account(
            {"one": first, "two": second, "other": GroupGrant(AccountRole.MANAGER, None)}, "ada", ["one", "two"]
        )
        assert found is not None
        assert found.role is max(first.role, second.role, key=_RANK.index)
        having = [grant.institutions for grant in (first, second) if grant.role is found.role]
        expected = None if None in having else frozenset().union(*(codes or () for codes in having))
        assert found == Caller("ada", found.role, expected)


def test_who_is_in_no_group_that_is_named_may_do_nothing_unless_everybody_may() -> None:
    named = {"one": GroupGrant(AccountRole.OPERATOR, frozenset("A"))}
    assert grants.account(named, "ada", []) is None
    assert grants.account(named, "ada", ["One", "one ", "two"]) is None
    everybody = {**named, "*": GroupGrant(AccountRole.VIEWER, None)}
    assert grants.account(everybody, "ada", ["two"]) == Caller("ada", AccountRole.VIEWER, None)
    assert grants.account(everybody, "ada", ["one"]) == Caller("ada", AccountRole.OPERATOR, frozenset("A"))
    # Nobody is in the group of that name because they say so.
    assert grants.account(named, "ada", ["*"]) is None


@pytest.mark.parametrize(
    ("trusted", "address", "expected"),
    [
        ((), "127.0.0.1", False),
        ((), None, False),
        (("127.0.0.1",), "127.0.0.1", True),
        (("127.0.0.1",), "::ffff:127.0.0.1", True),
        (("127.0.0.1",), "127.0.0.2", False),
        (("127.0.0.1",), None, False),
        (("unix",), None, True),
        (("unix",), "127.0.0.1", False),
        (("192.0.2.0/24", "2001:db8::/32"), "192.0.2.255", True),
        (("192.0.2.0/24", "2001:db8::/32"), "192.0.3.0", False),
        (("192.0.2.0/24", "2001:db8::/32"), "2001:db8::1", True),
        (("fe80::/10",), "fe80::1%eth0", True),
        (("127.0.0.1",), "testclient", False),
        (("127.0.0.1",), "", False),
    ],
)
def test_whose_word_is_taken(trusted: tuple[str, ...], address: str | None, expected: bool) -> None:
    for peer in trusted:
        peers.check(peer)
    assert peers.is_trusted(trusted, address) == expected


@pytest.mark.parametrize("text", ["", "localhost", "192.0.2.1/24", "*", "127.0.0.1:80", "unix:/run/x.sock"])
def test_what_is_no_peer(text: str) -> None:
    with pytest.raises(ValueError, match="must hold IP addresses"):
        peers.check(text)
