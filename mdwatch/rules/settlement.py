"""When an error file is settled: what it was to do is done by another file, its successor (design section 9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple

from mdwatch.rules import sequence
from mdwatch.rules.codes import Code


class Target(Enum):
    """What the other file replaced: every record that the error file was to, of the same IE; or anything else."""

    ALL = "all"
    OTHER = "other"


class Name(Enum):
    """Whether the other file was dropped under the same name."""

    SAME = "same"
    OTHER = "other"


class Order(Enum):
    """How the other file stands to the error file in time."""

    CREATED_LATER = "created later"  # and so decided later, or found in order before it
    DECIDED_LATER = "decided later"  # but created earlier
    EARLIER = "earlier"


class Result(Enum):
    """What came of the other file."""

    UPDATED = "updated"
    NO_CHANGE = "no change"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Facts:
    """All that decides whether another file is a successor."""

    target: Target
    name: Name
    order: Order
    result: Result


class Row(NamedTuple):
    """One row of the table: such a file settles the error file, and why."""

    targets: tuple[Target, ...]
    names: tuple[Name, ...]
    orders: tuple[Order, ...]
    results: tuple[Result, ...]
    why: str


TABLE: Final = (
    Row(
        (Target.ALL,),
        tuple(Name),
        (Order.CREATED_LATER,),
        (Result.UPDATED, Result.NO_CHANGE),
        "The records hold what a later file says; the older one has nothing left to do.",
    ),
    Row(
        tuple(Target),
        (Name.SAME,),
        (Order.CREATED_LATER, Order.DECIDED_LATER),
        (Result.UPDATED,),
        "The corrected file was dropped again under its name, be it that what was corrected is the PID.",
    ),
)


def settles(facts: Facts) -> bool:
    """Whether such a file settles the error file."""
    return any(
        facts.target in row.targets
        and facts.name in row.names
        and facts.order in row.orders
        and facts.result in row.results
        for row in TABLE
    )


class Filed(NamedTuple):
    """A decided file: its row in the journal, name, code, IE, records (None where unknown), and place in the order."""

    row: int
    job: str
    name: str
    code: str
    pid: str | None
    records: frozenset[tuple[str, str]] | None
    key: sequence.Key


_RESULTS: Final = {Code.UPDATED.value: Result.UPDATED, Code.NO_CHANGE.value: Result.NO_CHANGE}


def facts_of(error: Filed, other: Filed) -> Facts:
    """How another file stands to an error file."""
    covers = (
        error.pid is not None
        and error.pid == other.pid
        and error.records is not None
        and other.records is not None
        and error.records <= other.records
    )
    later = Order.DECIDED_LATER if other.row > error.row else Order.EARLIER
    return Facts(
        target=Target.ALL if covers else Target.OTHER,
        name=Name.SAME if (error.job, error.name) == (other.job, other.name) else Name.OTHER,
        order=Order.CREATED_LATER if other.key > error.key else later,
        result=_RESULTS.get(other.code, Result.OTHER),
    )


def successor(error: Filed, others: Sequence[Filed]) -> Filed | None:
    """The first file that settles the error file; None where it is still to be seen to."""
    return next((other for other in others if settles(facts_of(error, other))), None)
