"""When an error file is settled: the table over the whole product, and the gathering of its facts."""

from itertools import product
from typing import Any

import pytest

from mdwatch.rules import sequence, settlement
from mdwatch.rules.settlement import Coverage, DecidedFile, NameMatch, ResultKind, Succession, SuccessorFacts

ALL = [SuccessorFacts(*values) for values in product(Coverage, NameMatch, Succession, ResultKind)]


@pytest.mark.parametrize("facts", ALL, ids=str)
def test_every_combination_of_facts(facts: SuccessorFacts) -> None:
    applied_later = (
        facts.coverage is Coverage.ALL
        and facts.succession is Succession.CREATED_LATER
        and facts.result in {ResultKind.UPDATED, ResultKind.NO_CHANGE}
    )
    corrected = (
        facts.name is NameMatch.SAME
        and facts.succession is not Succession.EARLIER
        and facts.result is ResultKind.UPDATED
    )
    assert settlement.settles(facts) is (applied_later or corrected)


def test_no_row_is_dead() -> None:
    for row in settlement.TABLE:
        others = [other for other in settlement.TABLE if other is not row]
        alone = [
            facts
            for facts in ALL
            if facts.coverage in row.coverages
            and facts.name in row.names
            and facts.succession in row.successions
            and facts.result in row.results
            and not any(
                facts.coverage in other.coverages
                and facts.name in other.names
                and facts.succession in other.successions
                and facts.result in other.results
                for other in others
            )
        ]
        assert alone
        assert row.why.endswith(".")


DC = ("descriptive", "")
MODS = ("source", "7")


def filed(**values: Any) -> DecidedFile:
    known: dict[str, Any] = {
        "row": 1,
        "job": "dc",
        "name": "a.xml",
        "code": "locked",
        "pid": "IE1",
        "records": frozenset({DC}),
        "key": sequence.key(10, 10, "a.xml"),
    }
    return DecidedFile(**(known | values))


def later(**values: Any) -> DecidedFile:
    return filed(**{"row": 2, "name": "b.xml", "code": "updated", "key": sequence.key(20, 20, "b.xml"), **values})


@pytest.mark.parametrize(
    ("error", "other", "settled"),
    [
        (filed(), later(), True),
        (filed(), later(code="no-change"), True),
        (filed(), later(code="locked"), False),
        (filed(), later(pid="IE2"), False),
        (filed(), later(records=frozenset({MODS})), False),
        (filed(), later(records=frozenset({DC, MODS})), True),
        (filed(records=frozenset({DC, MODS})), later(), False),
        (filed(), later(records=None), False),
        (filed(records=None), later(), False),
        (filed(pid=None, records=None), later(), False),
        (filed(pid=None, records=None), later(pid=None), False),
        (filed(), later(key=sequence.key(5, 5, "b.xml")), False),
        # Under its own name, with another PID, or readable at last.
        (filed(), later(name="a.xml", pid="IE2"), True),
        (filed(pid=None, records=None), later(name="a.xml"), True),
        (filed(), later(name="a.xml", pid="IE2", key=sequence.key(5, 5, "a.xml")), True),
        (filed(), later(name="a.xml", pid="IE2", code="no-change"), False),
        (filed(), later(name="a.xml", pid="IE2", job="other"), False),
        (filed(row=3), later(name="a.xml", pid="IE2", key=sequence.key(5, 5, "a.xml")), False),
    ],
)
def test_who_is_a_successor(error: DecidedFile, other: DecidedFile, settled: bool) -> None:
    assert settlement.successor(error, [filed(code="locked"), other]) == (other if settled else None)
