"""When an error file is settled: what it was to do is done by another file, its successor (design section 9)."""

from collections.abc import Sequence
from enum import Enum
from typing import Final, NamedTuple

from mdwatch.rules import sequence
from mdwatch.rules.codes import Code


class Coverage(Enum):
    """What the other file replaced: every record that the error file was to, of the same IE; or anything else."""

    ALL = "all"
    OTHER = "other"


class NameMatch(Enum):
    """Whether the other file was dropped under the same name."""

    SAME = "same"
    OTHER = "other"


class Succession(Enum):
    """How the other file stands to the error file in time."""

    CREATED_LATER = "created later"  # and so decided later, or found in order before it
    DECIDED_LATER = "decided later"  # but created earlier
    EARLIER = "earlier"


class ResultKind(Enum):
    """What came of the other file."""

    UPDATED = "updated"
    NO_CHANGE = "no change"
    OTHER = "other"


class SuccessorFacts(NamedTuple):
    """All that decides whether another file is a successor."""

    coverage: Coverage
    name: NameMatch
    succession: Succession
    result: ResultKind


class SuccessorRow(NamedTuple):
    """One row of the table: such a file settles the error file, and why."""

    coverages: tuple[Coverage, ...]
    names: tuple[NameMatch, ...]
    successions: tuple[Succession, ...]
    results: tuple[ResultKind, ...]
    why: str


TABLE: Final = (
    SuccessorRow(
        (Coverage.ALL,),
        tuple(NameMatch),
        (Succession.CREATED_LATER,),
        (ResultKind.UPDATED, ResultKind.NO_CHANGE),
        "The records hold what a later file says; the older one has nothing left to do.",
    ),
    SuccessorRow(
        tuple(Coverage),
        (NameMatch.SAME,),
        (Succession.CREATED_LATER, Succession.DECIDED_LATER),
        (ResultKind.UPDATED,),
        "The corrected file was dropped again under its name, be it that what was corrected is the PID.",
    ),
)


def settles(facts: SuccessorFacts) -> bool:
    """Whether such a file settles the error file."""
    return any(
        facts.coverage in row.coverages
        and facts.name in row.names
        and facts.succession in row.successions
        and facts.result in row.results
        for row in TABLE
    )


class DecidedFile(NamedTuple):
    """A decided file: its row in the journal, name, code, IE, records (None where unknown), and place in the order."""

    row: int
    job: str
    name: str
    code: str
    pid: str | None
    records: frozenset[tuple[str, str]] | None
    key: sequence.Key


_RESULTS: Final = {Code.UPDATED.value: ResultKind.UPDATED, Code.NO_CHANGE.value: ResultKind.NO_CHANGE}


def facts_of(error: DecidedFile, other: DecidedFile) -> SuccessorFacts:
    """How another file stands to an error file."""
    covers = (
        error.pid is not None
        and error.pid == other.pid
        and error.records is not None
        and other.records is not None
        and error.records <= other.records
    )
    later = Succession.DECIDED_LATER if other.row > error.row else Succession.EARLIER
    return SuccessorFacts(
        coverage=Coverage.ALL if covers else Coverage.OTHER,
        name=NameMatch.SAME if (error.job, error.name) == (other.job, other.name) else NameMatch.OTHER,
        succession=Succession.CREATED_LATER if other.key > error.key else later,
        result=_RESULTS.get(other.code, ResultKind.OTHER),
    )


def successor(error: DecidedFile, others: Sequence[DecidedFile]) -> DecidedFile | None:
    """The first file that settles the error file; None where it is still to be seen to."""
    return next((other for other in others if settles(facts_of(error, other))), None)
