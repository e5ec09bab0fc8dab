"""Kinds of settings and tables of them, by themselves: what is taken, what is refused, and what a table is then."""

import pickle
from typing import Any

import pytest

from mdwatch.config import HttpSettings, JobSettings, Settings
from mdwatch.config.kinds import ListKind, NumberKind, SettingKind, SettingRefused, TextKind, TruthKind, WholeKind

JOB = JobSettings(user="ann", folder="/srv/drop")


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        (NumberKind(0, 10), 3, 3.0),
        (NumberKind(0, 10), " 3.5 ", 3.5),
        (NumberKind(0, 10), True, 1.0),
        (WholeKind(0, 10), 3.0, 3),
        (WholeKind(0), "+1_000", 1000),
        (WholeKind(0), "7.0", 7),
        (TruthKind(), "Yes", True),
        (TruthKind(), 0, False),
        (ListKind(TextKind()), "one", ("one",)),
        (TextKind(pattern="^a$", words="a"), "a", "a"),
    ],
)
def test_what_is_taken(kind: SettingKind[Any], given: object, value: object) -> None:
    taken = kind.take(given)
    assert taken == value
    assert type(taken) is type(value)


@pytest.mark.parametrize(
    ("kind", "given", "words"),
    [
        (NumberKind(0, 10), float("nan"), "must be at most 10 (got nan)"),
        (NumberKind(0, 10), 10**400, "must be a number (got 1000"),
        (NumberKind(0, 10), "１", 'must be a number (got "１")'),
        (NumberKind(above=0), 0, "must be more than 0 (got 0)"),
        (WholeKind(0, 10), 1e20, "must be a whole number that is not so large (got 1e+20)"),
        (WholeKind(0, 10), "9" * 5_000, "must be a whole number that is not so large (got"),
        (WholeKind(0, 10), 1.5, "must be a whole number (got 1.5)"),
        (WholeKind(0, 10), "1e3", 'must be a whole number (got "1e3")'),
        (WholeKind(0, 10), float("inf"), "must be a number (got inf)"),
        (TruthKind(), 2, "must be true or false (got 2)"),
        (TextKind(pattern="^a$", words="must be a"), "a\n", 'must be a (got "a\\n")'),
    ],
)
def test_what_is_refused(kind: SettingKind[Any], given: object, words: str) -> None:
    with pytest.raises(SettingRefused) as caught:
        kind.take(given)
    assert [fault.told[: len(words)] for fault in caught.value.faults] == [words]


def test_of_a_list_every_entry_is_looked_at() -> None:
    with pytest.raises(SettingRefused) as caught:
        ListKind(TextKind()).take(["a", 1, "b", []])
    assert [fault.place for fault in caught.value.faults] == [(1,), (3,)]


def test_a_setting_may_be_called_like_anything() -> None:
    with pytest.raises(SettingRefused, match="unknown setting"):
        Settings(self=1)


def test_a_table_is_a_value() -> None:
    other = JobSettings(user="ann", folder="/srv/drop")
    assert (JOB, hash(JOB)) == (other, hash(other))
    assert JOB.replaced(user="ben") != JOB
    assert HttpSettings() != JOB
    assert pickle.loads(pickle.dumps(Settings(jobs={"dc": JOB}))).jobs["dc"] == JOB
    assert repr(JOB).startswith("JobSettings(user='ann', folder=PosixPath('/srv/drop')")


def test_a_table_does_not_change() -> None:
    with pytest.raises(AttributeError):
        del JOB.user
