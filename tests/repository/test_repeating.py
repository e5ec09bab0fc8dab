"""Of two transactions that come in each other's way one is undone, and done again: nobody is told to try again."""

import ast
import os
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Transaction, text

from mdwatch.repository import database_faults, engine
from tests import postgres, test_trail

PACKAGE = Path(__file__).parents[2] / "mdwatch"
_ANEW = "a worker's turn, which is made again at once, with a new look at whether the time has come"
_ALONE = "it fills a database that is empty, or changes all its tables, and nobody else is there"
# Transactions that are not done again by themselves: where, and why not.
NOT_REPEATED = {
    "daemon/sharing.py _take": "another was quicker; what is free is looked at again a second later",
    "runtime/keeping.py _prolong": "the holder did so itself at that moment; it is done again in three seconds",
    "runtime/acting.py acting": "whoever acts does it again: `acting` is looked for as a transaction is",
    "handlers/exports/nightly.py keep": _ANEW,
    "handlers/stores/worker.py _keep_tick": _ANEW,
    "handlers/databases/moving.py copy": _ALONE,
    "handlers/stores/rebuilding.py rebuild": _ALONE,
    "repository/engine.py _migrate": _ALONE,
}


def transactions(path: Path) -> list[tuple[str, bool]]:
    """The transactions of a module that write: the function that each is in, and whether that is repeated."""
    found = []

    def look(node: ast.AST, functions: list[ast.FunctionDef]) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call) and functions and _begins(child):
                again = any(ast.unparse(mark) == "repeated" for one in functions for mark in one.decorator_list)
                found.append((f"{path.relative_to(PACKAGE)} {functions[0].name}", again))
            look(child, [*functions, child] if isinstance(child, ast.FunctionDef) else functions)

    look(ast.parse(path.read_text(encoding="utf-8")), [])
    return found


def _begins(call: ast.Call) -> bool:
    called = ast.unparse(call.func)
    return called == "acting" or (
        called.endswith((".write", "repository.write")) and not call.args and not call.keywords
    )


def test_every_transaction_that_writes_is_done_again_or_is_known_not_to_be() -> None:
    found = [item for path in sorted(PACKAGE.rglob("*.py")) for item in transactions(path)]
    assert len(found) > 60
    left = {name for name, again in found if not again}
    assert left - NOT_REPEATED.keys() == set(), "decorate it by `repeated`, or use `Repository.carry_out`"
    assert NOT_REPEATED.keys() - left == set(), "these are repeated, or not there any more"


@pytest.fixture
def conflicts(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Has every transaction come in the way of another, as the server tells it, the first time that it is tried."""
    real, tried, found = database_faults.commit, Counter[int](), Counter[str]()
    failure = text("DO $$ BEGIN RAISE serialization_failure; END $$")

    def commit(transaction: Transaction) -> None:
        connection: Connection = transaction.connection
        me = threading.get_ident()
        tried[me] += 1
        if tried[me] % 2:
            found["conflicts"] += 1
            connection.execute(failure)
        real(transaction)

    monkeypatch.setattr(engine, "commit", commit)
    return found


about_a_server = pytest.mark.skipif(postgres.SERVER not in os.environ, reason="about a server; run with `--postgres`")


@about_a_server
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "everything",
    [
        test_trail.test_every_command_leaves_its_act_or_is_known_to_change_nothing,
        test_trail.test_every_route_that_changes_something_leaves_its_act,
    ],
    ids=["commands", "routes"],
)
def test_whatever_is_done_by_hand_is_done_although_others_come_in_its_way(
    tmp_path: Path, conflicts: Counter[str], everything: Any
) -> None:
    everything(tmp_path)
    assert conflicts["conflicts"] > len(test_trail.COMMANDS)
