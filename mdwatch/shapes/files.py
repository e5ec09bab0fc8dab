"""What became of a file, why one waits, and what would become of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, Self

from mdwatch.model import Identity
from mdwatch.shapes.values import Moment

if TYPE_CHECKING:
    # It reads XML, and most shapes are of what has none.
    from mdwatch.formats.difference import Difference


class FileIdentityShape(NamedTuple):
    """What tells one dropped file from another of the same name: inode, size in bytes, mtime in nanoseconds."""

    inode: int
    size: int
    mtime_ns: int

    @classmethod
    def of(cls, identity: Identity) -> Self:
        """The shape of an identity."""
        return cls(inode=identity.inode, size=identity.size, mtime_ns=identity.mtime_ns)


class WaitingShape(NamedTuple):
    """A file that was read and waits in the drop folder, why, and since when."""

    name: str
    pid: str | None
    code: str
    reason: str
    since: Moment


class WaitingFileShape(NamedTuple):
    """The same, as `mdwatch status` tells of it."""

    job: str
    name: str
    identity: FileIdentityShape
    pid: str | None
    code: str
    reason: str
    since: Moment


class ActShape(NamedTuple):
    """What an operator did with an error file, and whether something later had changed its records (`anyway`).

    `new_name` is the one it has where it went, None where that was not seen yet: it goes on, or was cut short.
    """

    kind: Literal["retry", "dismissal"]
    at: Moment
    agent: str
    anyway: bool
    new_name: str | None


class DecidedFileShape(NamedTuple):
    """A row of the journal; `went_to` is the path that the file was moved to, None where it stayed.

    `act` is what an operator did with the file in `error/`, if anything.
    """

    run_id: int
    job: str
    name: str
    identity: FileIdentityShape
    digest: str
    pid: str | None
    code: str
    reason: str
    at: Moment
    filed_as: str | None
    carried_out: bool
    id: int
    went_to: str | None
    act: ActShape | None


class ExplanationShape(NamedTuple):
    """What is known of a file name in one job: why it lies in the drop folder, None where it does not, and its past.

    `standing` has what there is to say of files of this name that lie in `error/`.
    """

    job: str
    here: str | None
    standing: Sequence[str]
    past: Sequence[DecidedFileShape]


class FieldShape(NamedTuple):
    """A field of a record: its path in the record, and its value."""

    path: str
    value: str


class DifferenceShape(NamedTuple):
    """The fields that only the stored record has, and those that only the new one has."""

    removed: Sequence[FieldShape]
    added: Sequence[FieldShape]
    reordered: bool

    @classmethod
    def of(cls, found: "Difference") -> Self:
        """The shape of a difference."""
        return cls(
            removed=[FieldShape(path=field.path, value=field.value) for field in found.removed],
            added=[FieldShape(path=field.path, value=field.value) for field in found.added],
            reordered=found.reordered,
        )


class RecordDifferenceShape(NamedTuple):
    """A record that a file would replace, and in which fields it differs from the stored one."""

    type: str
    mid: str
    difference: DifferenceShape


class ForecastShape(NamedTuple):
    """What would happen to a file: the verdict, why, what to do, and the differences of its records."""

    path: str
    job: str
    pid: str | None
    code: str
    reason: str
    remedy: str
    records: Sequence[RecordDifferenceShape]


class ForecastExampleShape(NamedTuple):
    """A file that would come to an outcome, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeShape:
    """What several files of a folder would come to: the code, what it does, what people can do, and some of them.

    Besides the codes of rules: `unread` for files that cannot be read, `ignored` for those the job does not take.
    """

    code: str
    effect: str
    remedy: str
    count: int
    examples: Sequence[ForecastExampleShape]


class FolderForecastShape(NamedTuple):
    """What a run of a job would come to with the files that lie in its folder now, most files first."""

    job: str
    files: int
    outcomes: Sequence[OutcomeShape]
