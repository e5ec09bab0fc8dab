"""Somebody wants to read exports, or to know how they stand."""

from dataclasses import dataclass

from mdwatch.errors import MdwatchError, UsageError
from mdwatch.exporters.interface import Exporter
from mdwatch.formats.pids import valid_pid
from mdwatch.formats.printable import escape
from mdwatch.handlers.exports import group
from mdwatch.handlers.exports.documents import DocumentMaker
from mdwatch.handlers.exports.group import ExportTerms
from mdwatch.model import Batch
from mdwatch.repository import batches, ies
from mdwatch.repository.database_faults import repeated
from mdwatch.repository.exports import documents, due, failures
from mdwatch.repository.exports.documents import FormatCount, KeptExport
from mdwatch.repository.exports.failures import Failing
from mdwatch.rules.acts import Act
from mdwatch.rules.exporting import Wanted, exportable
from mdwatch.runtime.acting import acting
from mdwatch.runtime.context import Context
from mdwatch.runtime.formats import known, load_exporters
from mdwatch.runtime.site import site_of

_SHOWN = 50  # failures that are named


class NotExported(UsageError):
    """The IE has no exports: it is not published, deleted, or harvested from elsewhere."""


class Failed(MdwatchError):
    """The format failed, and no document is left from before."""


@dataclass(frozen=True, slots=True)
class FormatInfo:
    """A format: its exporter, or why that cannot be used; and whether IEs are kept exported in it."""

    name: str
    exporter: Exporter | None
    fault: str
    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportStanding:
    """How the exports stand: IEs that are due, the formats, the first failures, the open batch and the last ones."""

    published: int
    due: int
    failing: int
    formats: tuple[FormatCount, ...]
    failures: tuple[Failing, ...]
    batch: Batch | None
    latest: tuple[Batch, ...]


def document(context: Context, pid: str, name: str) -> KeptExport:
    """The export of an IE in one format, with its content; made now where it is published and not exported yet.

    Raises `UsageError` for a format or an IE that there is not, `NotExported` or `Failed` where there is no document.
    """
    _check_format(context, name)
    if not valid_pid(pid):
        raise UsageError(f"'{escape(pid)}' is no PID; a PID is IE and digits, such as IE1234")
    found = _kept(context, pid, name)
    if found is None:
        _export_now(context, pid)
        found = _kept(context, pid, name)
    if found is not None:
        return found
    with context.repository.read() as connection:
        why = [item.failure.reason for item in failures.listing(connection, _SHOWN, pid) if item.format == name]
    if why:
        raise Failed(f"IE {pid} could not be exported as {name}: {escape(why[0])}")
    raise NotExported(f"IE {pid} is not exported")


def is_behind(context: Context, found: KeptExport) -> bool:
    """Whether the IE was changed after this export of it was made."""
    with context.repository.read() as connection:
        return ies.version_of(connection, found.pid) != found.ie_version


def _check_format(context: Context, name: str) -> None:
    if name not in context.settings.export.formats:
        there = ", ".join(context.settings.export.formats)
        raise UsageError(f"IEs are not exported as '{escape(name)}'; the formats are: {there}")


def _kept(context: Context, pid: str, name: str) -> KeptExport | None:
    with context.repository.read() as connection:
        found = documents.get(connection, pid, name)
    return None if found is None or found.content is None else found


def _export_now(context: Context, pid: str) -> None:
    with context.repository.read() as connection:
        stored = ies.stored(connection, [pid]).get(pid)
        entity = ies.get(connection, pid)
    if stored is None or entity is None:
        raise UsageError(f"there is no IE {pid}")
    if not exportable(published=entity.published, harvested=entity.harvested, status=entity.status):
        why = "deleted" if entity.status.value == "deleted" else "harvested" if entity.harvested else "not published"
        raise NotExported(f"IE {pid} is {why}, so it has no exports")
    # What failed a moment ago is not tried again for everyone who asks.
    attend(context, stored.id, Wanted.DUE)


def attend(context: Context, ie_id: int, wanted: Wanted) -> None:
    """Exports one IE now, in this process."""
    settings = context.settings
    formats = load_exporters(settings.export.formats, site_of(settings))
    with DocumentMaker(formats, settings.export.seconds, 0, settings.logs.level) as maker:
        list(group.export(context, formats, maker, [[ie_id]], ExportTerms(wanted=wanted)))


def of_ie(context: Context, pid: str) -> tuple[list[KeptExport], list[Failing]]:
    """The exports of an IE without their content, and the formats that fail."""
    with context.repository.read() as connection:
        return documents.of_ie(connection, pid), failures.listing(connection, _SHOWN, pid)


def formats(context: Context) -> list[FormatInfo]:
    """Every format there is an exporter for."""
    kept = context.settings.export.formats
    return [
        FormatInfo(name, found, "", name in kept)
        if isinstance(found, Exporter)
        else FormatInfo(name, None, found, name in kept)
        for name, found in known()
    ]


def standing(context: Context) -> ExportStanding:
    """How the exports stand; for whoever may see some institutions those of their IEs. A batch is always of all."""
    codes = context.institutions
    with context.repository.read() as connection:
        published = due.count_exportable(connection, due.last_key(connection), institutions=codes)
        # Before whoever exports next has noted them, other exporters make everything due.
        known = due.exporters_known(
            connection, load_exporters(context.settings.export.formats, site_of(context.settings)).mark
        )
        return ExportStanding(
            published=published,
            due=due.count(connection, codes) if known else published,
            failing=failures.count(connection, institutions=codes),
            formats=tuple(documents.counts(connection, codes)),
            failures=tuple(failures.listing(connection, _SHOWN, institutions=codes)),
            batch=batches.open_batch(connection),
            latest=tuple(batches.latest(connection, 10)),
        )


@repeated
def forget_stamps(context: Context) -> int:
    """Makes every export due, the documents staying as they are; of how many IEs."""
    with acting(context, Act.EXPORT_CLEAR, "exports") as act:
        act.details["ies"] = number = due.forget_stamps(act.connection)
    return number
