"""Formats that IEs failed in for the first time are noted, for whoever wants to be told of them."""

from collections.abc import Sequence

from sqlalchemy import Connection

from mdwatch.handlers.exports.making import Made
from mdwatch.repository import occurrences
from mdwatch.repository.exports.store import Attended
from mdwatch.repository.exports.subjects import ExportSubject
from mdwatch.repository.occurrences import Occurrence
from mdwatch.rules.notifying import Happening


def note(
    connection: Connection,
    results: Sequence[tuple[ExportSubject, Made]],
    attended: Sequence[Attended],
    standing: set[int],
    now: int,
) -> None:
    """Notes those of a group of IEs, institution by institution; in the transaction that keeps the failures."""
    failing: dict[str, list[str]] = {}
    for (subject, _), item in zip(results, attended, strict=True):
        for name, failure in item.failures.items():
            if failure.tries == 1 and item.seen.ie_id in standing:
                line = f"{subject.entity.pid} in {name}: {failure.reason}"
                failing.setdefault(subject.entity.institution, []).append(line)
    for institution, lines in failing.items():
        occurrences.note(
            connection,
            Occurrence(
                at=now,
                what=Happening.EXPORT_FAILED,
                institution=institution,
                reason=f"{len(lines)} at {institution}",
                details=tuple(lines),
            ),
        )
