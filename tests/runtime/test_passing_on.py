"""What goes to another process arrives as it was."""

import pickle
from dataclasses import dataclass, replace

from mdwatch.runtime import passing_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    name: str
    others: tuple["Thing", ...] = ()


def test_what_is_passed_on_by_value_arrives_as_it_was() -> None:
    passing_on.by_value(Thing)
    one = Thing(name="one", others=(Thing(name="other"),))
    there = pickle.loads(pickle.dumps([one, one]))
    assert there == [one, one]
    assert there[0] is there[1]
    assert replace(there[0], name="two").others == one.others
