"""How exports stand: all of them, those of an IE, one document."""

from collections.abc import Sequence
from typing import NamedTuple, Self

from mdwatch.rules.exporting import Failure
from mdwatch.shapes.batches import BatchReportShape, BatchShape, BatchSliceShape
from mdwatch.shapes.values import Moment


class FormatCountShape(NamedTuple):
    """How many exports there are in a format, how many tombstones, and how many IEs fail in it."""

    format: str
    documents: int
    tombstones: int
    failing: int


class ExportFailureShape(NamedTuple):
    """A format that an IE could not be exported in: from what, since when, how often it was tried, and when next."""

    format: str
    ie_version: int
    exporter_version: str
    reason: str
    since: Moment
    tries: int
    next_at: Moment

    @classmethod
    def of(cls, format_: str, failure: Failure) -> Self:
        """The shape of a failure in this format."""
        return cls(
            format=format_,
            ie_version=failure.ie_version,
            exporter_version=failure.exporter_version,
            reason=failure.reason,
            since=failure.since,
            tries=failure.tries,
            next_at=failure.next_at,
        )


class FailingIeShape(NamedTuple):
    """An IE, and a format that it could not be exported in."""

    pid: str
    failure: ExportFailureShape


class StandingShape(NamedTuple):
    """How the exports stand, as the API tells of it: counts in IEs, what failed longest, the batch that is open."""

    published: int
    due: int
    failing: int
    formats: Sequence[FormatCountShape]
    failures: Sequence[FailingIeShape]
    batch: BatchShape | None


class KeptExportShape(NamedTuple):
    """An export of an IE; `deleted` where only a tombstone is left, `stale` where it is of another version."""

    format: str
    ie_version: int
    exporter_version: str
    at: Moment
    datestamp: Moment
    digest: str
    deleted: bool
    stale: bool


class IeExportsShape(NamedTuple):
    """The exports of an IE; `without` says why it has none."""

    pid: str
    version: int
    due: bool
    without: str | None
    exports: Sequence[KeptExportShape]
    failures: Sequence[ExportFailureShape]


class ExportDocumentShape(NamedTuple):
    """An export as `mdwatch export show` tells of it, its content as text."""

    pid: str
    format: str
    ie_version: int
    exporter_version: str
    at: Moment
    datestamp: Moment
    digest: str
    content: str


class FailureReportShape(NamedTuple):
    """A failure as `mdwatch export status` tells of it."""

    ie_version: int
    exporter_version: str
    reason: str
    since: Moment
    tries: int
    next_at: Moment

    @classmethod
    def of(cls, failure: Failure) -> Self:
        """The shape of a failure."""
        return cls(
            ie_version=failure.ie_version,
            exporter_version=failure.exporter_version,
            reason=failure.reason,
            since=failure.since,
            tries=failure.tries,
            next_at=failure.next_at,
        )


class FailingReportShape(NamedTuple):
    """An IE and a format that it could not be exported in, as `mdwatch export status` tells of them."""

    pid: str
    format: str
    failure: FailureReportShape


class StandingReportShape(NamedTuple):
    """How the exports stand, as `mdwatch export status` tells of it, with the last batches."""

    published: int
    due: int
    failing: int
    formats: Sequence[FormatCountShape]
    failures: Sequence[FailingReportShape]
    batch: BatchReportShape | None
    latest: Sequence[BatchReportShape]


class ExportCountsShape(NamedTuple):
    """How many IEs are published, due, or fail in some format; and the batch that is open.

    `runner` is the process that keeps exports current and runs batches, null where none does; `slices` is what each
    process has of the batch.
    """

    published: int
    due: int
    failing: int
    batch: BatchReportShape | None
    runner: str | None
    slices: Sequence[BatchSliceShape]
