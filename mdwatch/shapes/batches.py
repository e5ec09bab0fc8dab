"""Batches of exports; counts in IEs."""

from collections.abc import Sequence
from typing import Annotated, Literal, NamedTuple, Self

from mdwatch.model import Batch, BatchSlice
from mdwatch.shapes.values import Moment


class BatchShape(NamedTuple):
    """A batch as the API tells of it; `about` is what it was asked to do, in words.

    Counts, reason and log are about the IEs of all institutions, and null for an account of some only.
    """

    id: int
    kind: str
    about: str
    older_than: Moment | None
    set: str | None
    formats: Annotated[Sequence[str], "In which alone; none where it is in all of them."]
    status: Literal["waiting", "running", "finished", "cancelled", "failed"]
    cancelling: bool
    reason: str | None
    asked_by: str
    asked_at: Moment
    started_at: Moment | None
    ended_at: Moment | None
    total: int | None
    processed: int | None
    exported: int | None
    unchanged: int | None
    failed: int | None
    log: str | None

    @classmethod
    def of(cls, batch: Batch, about: str, *, whole: bool) -> Self:
        """The shape of a batch; `whole`: with what it came to."""
        return cls(
            id=batch.id,
            kind=batch.kind,
            about=about,
            older_than=batch.older_than,
            set=batch.set_spec,
            formats=batch.formats or (),
            status=batch.state,
            cancelling=batch.cancelled and batch.ended_at is None,
            reason=batch.reason if whole else None,
            asked_by=batch.asked_by,
            asked_at=batch.asked_at,
            started_at=batch.started_at,
            ended_at=batch.ended_at,
            total=batch.total if whole else None,
            processed=batch.processed if whole else None,
            exported=batch.exported if whole else None,
            unchanged=batch.unchanged if whole else None,
            failed=batch.failed if whole else None,
            log=batch.log if whole else None,
        )


class BatchReportShape(NamedTuple):
    """A batch as commands tell of it; `position` is the key of the last IE done, `upto` of the last there is."""

    id: int
    kind: str
    older_than: Moment | None
    set_spec: str | None
    formats: Sequence[str] | None
    asked_by: str
    asked_at: Moment
    started_at: Moment | None
    ended_at: Moment | None
    status: str | None
    reason: str | None
    cancelled: bool
    log: str | None
    total: int
    processed: int
    exported: int
    unchanged: int
    failed: int
    position: int
    upto: int

    @classmethod
    def of(cls, batch: Batch) -> Self:
        """The shape of a batch."""
        return cls(
            id=batch.id,
            kind=batch.kind,
            older_than=batch.older_than,
            set_spec=batch.set_spec,
            formats=batch.formats,
            asked_by=batch.asked_by,
            asked_at=batch.asked_at,
            started_at=batch.started_at,
            ended_at=batch.ended_at,
            status=batch.status,
            reason=batch.reason,
            cancelled=batch.cancelled,
            log=batch.log,
            total=batch.total,
            processed=batch.processed,
            exported=batch.exported,
            unchanged=batch.unchanged,
            failed=batch.failed,
            position=batch.position,
            upto=batch.upto,
        )


class BatchSliceShape(NamedTuple):
    """IEs of the open batch that a process has in hand: those with keys beyond `position` up to `upto` are left.

    `holder` is the process; null for what one that died had, until another takes it.
    """

    position: int
    upto: int
    processed: int
    holder: str | None

    @classmethod
    def of(cls, item: BatchSlice, holder: str | None) -> Self:
        """The shape of a slice, and of who has it."""
        return cls(position=item.position, upto=item.upto, processed=item.processed, holder=holder)


class FormatFaultShape(NamedTuple):
    """A format that an IE could not be exported in, and why."""

    format: str
    reason: str


class FailedIeShape(NamedTuple):
    """An IE that failed in a batch."""

    pid: str
    failures: Sequence[FormatFaultShape]


class AskedBatchShape(NamedTuple):
    """The batch that was asked for, or the one that is open already, and the address where to follow it."""

    batch: int
    new: bool
    follow: str
    message: str


class StartedBatchShape(NamedTuple):
    """The same for a set, in Dataverse's words."""

    message: str
    batch: int
    follow: str
