"""What this room has found, in the public shapes."""

from mdwatch.handlers.ies.history import ChangedRecord, VersionChange
from mdwatch.repository.ies import Version
from mdwatch.shapes.files import DifferenceShape
from mdwatch.shapes.ies import RecordChangeShape, RecordNameShape, VersionReportShape, VersionShape


def version(found: VersionChange) -> VersionShape:
    """A version with the differences of its records."""
    return VersionShape(
        version=found.version.version,
        at=found.version.at,
        agent=found.version.agent,
        cause=found.version.cause,
        job=found.version.job,
        file=found.version.file,
        records=[_record(record) for record in found.records],
    )


def _record(record: ChangedRecord) -> RecordChangeShape:
    return RecordChangeShape(
        type=record.type.value,
        mid=record.mid,
        change=record.change,
        difference=None if record.difference is None else DifferenceShape.of(record.difference),
        note=record.note,
    )


def version_report(found: Version) -> VersionReportShape:
    """A version with the names of its records."""
    return VersionReportShape(
        version=found.version,
        at=found.at,
        agent=found.agent,
        cause=found.cause,
        job=found.job,
        file=found.file,
        records=[RecordNameShape(type=type_.value, mid=mid) for type_, mid in found.records],
    )
