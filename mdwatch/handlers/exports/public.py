"""What this room has found, in the public shapes."""

from collections.abc import Iterable

from mdwatch.handlers.exports.batch_status import FailingIe
from mdwatch.handlers.exports.batch_words import described
from mdwatch.handlers.exports.reading import ExportStanding
from mdwatch.handlers.exports.serving import Exports
from mdwatch.model import Batch
from mdwatch.repository.exports.documents import FormatCount, KeptExport
from mdwatch.shapes.batches import BatchReportShape, BatchShape, FailedIeShape, FormatFaultShape
from mdwatch.shapes.exports import (
    ExportDocumentShape,
    ExportFailureShape,
    FailingIeShape,
    FailingReportShape,
    FailureReportShape,
    FormatCountShape,
    IeExportsShape,
    KeptExportShape,
    StandingReportShape,
    StandingShape,
)


def batch(found: Batch, *, whole: bool = True) -> BatchShape:
    """A batch, with what it was asked to do in words; not `whole`: without what it came to for everybody's IEs."""
    return BatchShape.of(found, described(found), whole=whole)


def failed_ie(found: FailingIe) -> FailedIeShape:
    """An IE that failed in a batch."""
    faults = [FormatFaultShape(format=item.format, reason=item.failure.reason) for item in found.formats]
    return FailedIeShape(pid=found.pid, failures=faults)


def standing(found: ExportStanding, *, whole: bool = True) -> StandingShape:
    """How the exports stand, as the API tells it; `whole` as with a batch."""
    return StandingShape(
        published=found.published,
        due=found.due,
        failing=found.failing,
        formats=_formats(found.formats),
        failures=[
            FailingIeShape(pid=item.pid, failure=ExportFailureShape.of(item.format, item.failure))
            for item in found.failures
        ],
        batch=None if found.batch is None else batch(found.batch, whole=whole),
    )


def standing_report(found: ExportStanding) -> StandingReportShape:
    """How the exports stand, as a command tells it."""
    return StandingReportShape(
        published=found.published,
        due=found.due,
        failing=found.failing,
        formats=_formats(found.formats),
        failures=[
            FailingReportShape(pid=item.pid, format=item.format, failure=FailureReportShape.of(item.failure))
            for item in found.failures
        ],
        batch=None if found.batch is None else BatchReportShape.of(found.batch),
        latest=[BatchReportShape.of(item) for item in found.latest],
    )


def _formats(found: Iterable[FormatCount]) -> list[FormatCountShape]:
    return [
        FormatCountShape(format=item.format, documents=item.documents, tombstones=item.tombstones, failing=item.failing)
        for item in found
    ]


def ie_exports(pid: str, found: Exports) -> IeExportsShape:
    """The exports of an IE."""
    return IeExportsShape(
        pid=pid,
        version=found.where.version,
        due=found.where.due and not found.without,
        without=found.without or None,
        exports=[
            KeptExportShape(
                format=kept.format,
                ie_version=kept.ie_version,
                exporter_version=kept.exporter_version,
                at=kept.at,
                datestamp=kept.datestamp,
                digest=kept.digest.hex(),
                deleted=kept.format in found.tombstones,
                stale=kept.ie_version != found.where.version,
            )
            for kept in found.kept
        ],
        failures=[ExportFailureShape.of(item.format, item.failure) for item in found.failures],
    )


def document(found: KeptExport) -> ExportDocumentShape:
    """An export with its content as text."""
    return ExportDocumentShape(
        pid=found.pid,
        format=found.format,
        ie_version=found.ie_version,
        exporter_version=found.exporter_version,
        at=found.at,
        datestamp=found.datestamp,
        digest=found.digest.hex(),
        content=(found.content or b"").decode("utf-8", "replace"),
    )
