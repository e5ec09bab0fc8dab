"""All that exporting some IEs takes: the IEs whole, and how their exports stand by format."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from mdwatch.model import IntellectualEntity
from mdwatch.repository import ies
from mdwatch.repository.among import among
from mdwatch.repository.exports.failures import failure_of
from mdwatch.repository.tables.exports import export, export_failure
from mdwatch.rules.exporting import Failure, Stamp, UnversionedFacts


class ExportSubject(NamedTuple):
    """An IE that may be exported: its key and version, and how its exports stand by format."""

    ie_id: int
    version: int
    entity: IntellectualEntity
    stamps: Mapping[str, Stamp]
    failures: Mapping[str, Failure]

    @property
    def facts(self) -> UnversionedFacts:
        """The facts that documents tell beside the records."""
        return UnversionedFacts(self.entity.institution, self.entity.stage.value, self.entity.locked_by)


_STAMPS = select(export.c.ie_id, export.c.format, export.c.ie_version, export.c.exporter_version, export.c.at).where(
    among(export.c.ie_id, "ids"), ~export.c.deleted
)
_FAILURES = select(export_failure).where(among(export_failure.c.ie_id, "ids"))


def subjects(
    connection: Connection, ids: Sequence[int], *, events: bool = True, stamps: bool = True
) -> list[ExportSubject]:
    """The IEs of these keys with all that exporting them takes, in order of their keys.

    `events` only if wanted. `stamps` too: without, there are those of IEs that have failures, and of no others.
    """
    failures: dict[int, dict[str, Failure]] = {}
    for row in connection.execute(_FAILURES, {"ids": list(ids)}).all():
        failures.setdefault(row.ie_id, {})[row.format] = failure_of(row)
    stamps_of = _stamps(connection, list(ids) if stamps else list(failures))
    return [
        ExportSubject(ie_id, version, entity, stamps_of.get(ie_id, {}), failures.get(ie_id, {}))
        for ie_id, (version, entity) in sorted(ies.whole(connection, ids, events=events).items())
    ]


def _stamps(connection: Connection, ids: list[int]) -> dict[int, dict[str, Stamp]]:
    found: dict[int, dict[str, Stamp]] = {}
    rows = connection.execute(_STAMPS, {"ids": ids}).all() if ids else ()
    for ie_id, name, version, exporter_version, at in rows:
        found.setdefault(ie_id, {})[name] = Stamp(version, exporter_version, at)
    return found
