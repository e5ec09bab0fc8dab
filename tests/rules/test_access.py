"""Every route has its row, and roles are ordered."""

from itertools import product

import pytest

from mdwatch.model import AccountRole
from mdwatch.rules import access
from mdwatch.rules.access import TABLE, About
from mdwatch.web import table
from mdwatch.web.serving.route import Route

ASKED: dict[tuple[str, str], Route] = {
    (route.method, route.path): route for route in table.ROUTES if not (route.public or route.tokenless)
}


def test_every_route_that_asks_for_a_token_has_a_row_and_no_other() -> None:
    assert set(TABLE) == set(ASKED)


def test_what_changes_something_is_not_for_viewers() -> None:
    assert [key for key, route in ASKED.items() if route.unsafe and access.has_role(AccountRole.VIEWER, *key)] == []


@pytest.mark.parametrize("key", sorted(ASKED), ids=" ".join)
def test_roles_are_ordered_and_the_path_has_what_the_row_says(key: tuple[str, str]) -> None:
    allowed = [access.has_role(role, *key) for role in AccountRole]
    assert allowed == sorted(allowed)
    assert allowed[-1]
    named = {parameter.name for parameter in ASKED[key].parameters if parameter.required}
    needed = {
        About.JOB: "job", About.RUN: "run", About.REQUEST: "request", About.ERRAND: "errand", About.IE: "pid",
        About.IE_ASKED: "persistentId", About.HARVEST: "harvest",
    }  # fmt: skip
    about = access.about(*key)
    assert needed.get(about) in {None, *named}
    assert about in needed or not {"job", "run", "request", "errand", "pid", "harvest"} & named


def test_a_route_without_a_row_is_for_managers_of_everything() -> None:
    assert [access.has_role(role, "GET", "/new") for role in AccountRole] == [False, False, True]
    assert access.about("GET", "/new") is About.ALL


def test_who_covers_some_covers_nothing_wider() -> None:
    sets = (None, frozenset[str](), frozenset("A"), frozenset("AB"), frozenset("C"))
    for mine, theirs in product(sets, sets):
        expected = mine is None or (theirs is not None and theirs != frozenset() and theirs <= mine)
        assert access.covers(mine, theirs) == expected
