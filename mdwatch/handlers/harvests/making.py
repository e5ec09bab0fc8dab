"""A harvested record is matched to its IE and made into an updateMD file."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from mdwatch.config import HarvestSettings
from mdwatch.errors import Rejected, UsageError
from mdwatch.formats import updatemd, xml
from mdwatch.formats.limits import ACCEPTED
from mdwatch.formats.oai_pmh import harvest
from mdwatch.formats.oai_pmh.harvest import HarvestedRecord
from mdwatch.formats.pids import valid_pid
from mdwatch.handlers.harvests import listing, stored_identifiers
from mdwatch.model import InvalidUpdate, Record, RecordType
from mdwatch.repository import ies
from mdwatch.rules import arrival, matching
from mdwatch.rules.arrival import EntryType
from mdwatch.rules.matching import Matched
from mdwatch.runtime.context import Context
from mdwatch.runtime.transforming import Transformation, read


class MadeFile(NamedTuple):
    """The updateMD file of a record and the IE it is about; or, without data, why there is none."""

    pid: str
    data: bytes
    reason: str = ""


def settings_of(context: Context, name: str) -> HarvestSettings:
    """The table [harvests.NAME]; raises `UsageError` where there is none, or its job would not take its files."""
    found = listing.settings_of(context, name)
    sample = file_name(name, 0, "IE1")
    why = arrival.why_ignored(sample, EntryType.FILE, context.job(found.job).include)
    if why is not None:
        raise UsageError(f"the job {found.job} would not take {sample}: {why}")
    return found


def file_name(name: str, datestamp_ms: int, pid: str) -> str:
    """The name of the file of a record: the harvest, the datestamp and the PID."""
    return f"{name}-{datetime.fromtimestamp(datestamp_ms / 1000, UTC):%Y%m%dT%H%M%SZ}-{pid}.xml"


class Maker:
    """What makes files of records; to be closed. Raises `UsageError` where its stylesheet cannot be used."""

    def __init__(self, context: Context, settings: HarvestSettings) -> None:
        self._context = context
        self._settings = settings
        self._limits = context.settings.limits.limits()
        self._transformation = None
        if settings.xslt:
            self._transformation = Transformation(read(Path(settings.xslt)), settings.xslt, self._limits)
        self._known: Mapping[str, frozenset[str]] | None = None

    def close(self) -> None:
        """Ends the process of the stylesheet."""
        if self._transformation is not None:
            self._transformation.close()

    def made(self, record: HarvestedRecord) -> MadeFile:
        """The file of a record that is not deleted."""
        if record.content is None:
            return MadeFile("", b"", record.fault)
        try:
            content = harvest.alone(record.content)
            identifiers = self._identifiers(content)
            if self._transformation is not None:
                content = self._transformation.apply(content)
                identifiers += self._identifiers(content)
            found = self._matched(record.identifier, identifiers)
            if not found.pid:
                return MadeFile("", b"", found.reason)
            return self._written(found.pid, content)
        except Rejected as rejected:
            return MadeFile("", b"", rejected.reason)

    def _identifiers(self, content: str) -> list[str]:
        """What the field of a record holds that may be an identifier of its IE."""
        settings = self._settings
        if not settings.by_field:
            return []
        values = harvest.identifiers(xml.parse(content, ACCEPTED), settings.match)
        return [value for value in values if value.startswith(settings.identifier_prefix)]

    def _matched(self, identifier: str, values: Iterable[str]) -> Matched:
        """The IE that the record is about."""
        if self._settings.match == "pid":
            return self._of_pid(identifier)
        given = list(dict.fromkeys(values if self._settings.by_field else [identifier]))
        parts = [part for value in given if (part := matching.part(value, self._settings.pattern))]
        if self._known is None:
            self._known = stored_identifiers.read(self._context, self._settings)
        pids = {pid for part in parts for pid in self._known.get(part, ())}
        by = self._settings.match if self._settings.by_field else self._settings.identifier_type
        return matching.one(pids, f"{by} {', '.join(parts[:5])[:300]}" if parts else f"{by}: none")

    def _of_pid(self, identifier: str) -> Matched:
        pid = matching.pid_in(identifier, self._settings.pattern)
        if pid is None:
            return Matched("", "the pattern does not match its OAI identifier")
        if not valid_pid(pid):
            return Matched("", f"{pid[:60]!r} in its OAI identifier is no PID of an IE")
        with self._context.repository.read() as connection:
            return matching.one(ies.stored(connection, [pid]), f"the PID {pid}")

    def _written(self, pid: str, content: str) -> MadeFile:
        """The file, which is read once more as the job will read it."""
        settings = self._settings
        type_ = RecordType(settings.type)
        if type_ is RecordType.DESCRIPTIVE and settings.sub_type.lower() == "dc":
            content = harvest.descriptive(xml.parse(content, self._limits))
        record = Record(type=type_, sub_type=settings.sub_type, mid=settings.mid, content=content)
        data = updatemd.write(pid, [record])
        update = updatemd.prepare(data, self._limits)
        return MadeFile(pid, b"", update.reason) if isinstance(update, InvalidUpdate) else MadeFile(pid, data)
