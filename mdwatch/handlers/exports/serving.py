"""Clients ask for exports as they are kept; nothing is made while they wait, for anybody may ask, however often.

What is due and not there yet is made by the daemon within moments; until then clients are asked to come again.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from mdwatch.errors import ConfigError, Deferred, UsageError
from mdwatch.exporters.interface import Exporter
from mdwatch.formats.oai_pmh import identifiers
from mdwatch.formats.printable import escape
from mdwatch.handlers.exports.reading import NotExported
from mdwatch.model import Status
from mdwatch.repository.database_faults import repeated
from mdwatch.repository.exports import documents, due, failures
from mdwatch.repository.exports.documents import KeptExport, Whereabouts
from mdwatch.repository.exports.failures import Failing
from mdwatch.rules.acts import Act
from mdwatch.rules.exporting import exportable
from mdwatch.runtime.acting import acting
from mdwatch.runtime.context import Context
from mdwatch.runtime.formats import Formats, as_far_as_there, load_exporters


class NoSuchFormat(UsageError):
    """IEs are not kept exported in this format."""


class NoSuchIe(UsageError):
    """There is no IE of this PID."""


@dataclass(frozen=True, slots=True)
class Served:
    """A document as it is kept, its content there; `current` is the version its IE is at by now."""

    kept: KeptExport
    content: bytes
    media_type: str
    current: int


@dataclass(frozen=True, slots=True)
class Exports:
    """All exports of an IE, without their content: those kept, the formats of which there is a tombstone, failures.

    `without` says why the IE has no exports, empty for one that has.
    """

    where: Whereabouts
    without: str
    kept: tuple[KeptExport, ...]
    tombstones: frozenset[str]
    failures: tuple[Failing, ...]


# What Dataverse calls formats that say the same.
_DATAVERSE_NAMES: Final = {
    "dataverse_json": "native_json",
    "schema.org": "schema_org",
    "Datacite": "datacite",
    "oai_ddi": "ddi",
}


def format_of(name: str) -> str:
    """The name of a format here, of one that Dataverse has for it, or of one that is there under that name itself."""
    return _DATAVERSE_NAMES.get(name, name)


def names_of_formats(context: Context) -> list[str]:
    """All names by which clients can ask for the formats that IEs are exported in."""
    kept = context.settings.export.formats
    return [*kept, *(name for name, ours in _DATAVERSE_NAMES.items() if ours in kept and name not in kept)]


def pid_of(context: Context, text: str) -> str:
    """The PID that somebody names: by itself, or in an OAI identifier of ours. Not yet that of an IE that there is."""
    return identifiers.pid(text, context.settings.oai.identifier_namespace) or text


def exporters(context: Context) -> dict[str, Exporter]:
    """The exporters of the formats that IEs are kept exported in, by name, without those that cannot be used."""
    return dict(_load_exporters(context.settings.export.formats)[0].exporters)


def _load_exporters(names: tuple[str, ...]) -> tuple[Formats, dict[str, str]]:
    """The exporters, and why there is none for the other formats."""
    try:
        return _complete(names), {}
    except ConfigError:
        return as_far_as_there(names)


# Finding them takes a few milliseconds. What is not complete is looked for again, as a package may be installed yet.
@lru_cache(maxsize=4)
def _complete(names: tuple[str, ...]) -> Formats:
    return load_exporters(names)


def document(context: Context, pid: str, name: str) -> Served:
    """The export of an IE in a format, of an older version where the present one is not exported (yet).

    Raises `NoSuchFormat`, `NoSuchIe`, `NotExported` with the reason, `Deferred` for one that is about to be made.
    """
    if name not in context.settings.export.formats:
        there = ", ".join(context.settings.export.formats)
        raise NoSuchFormat(f"IEs are not exported as '{escape(name)}'; the formats are: {there}")
    formats, faults = _load_exporters(context.settings.export.formats)
    if name in faults:
        raise NotExported(faults[name])
    with context.repository.read_public() as connection:
        where = documents.whereabouts(connection, pid)
        found = documents.get(connection, pid, name)
        failing = failures.listing(connection, len(context.settings.export.formats) + 1, pid)
    if where is None:
        raise NoSuchIe(f"there is no IE {escape(pid)}")
    if why := _without(where):
        raise NotExported(f"IE {pid} is {why}, so it has no exports")
    if found is not None and found.content is not None:
        return Served(found, found.content, formats.exporters[name].media_type, where.version)
    for item in failing:
        if item.format == name:
            raise NotExported(f"IE {pid} could not be exported as {name}: {escape(item.failure.reason)}")
    raise Deferred(f"IE {pid} is about to be exported as {name}; ask again in a moment")


def of_ie(context: Context, pid: str) -> Exports:
    """The exports of an IE; raises `NoSuchIe`."""
    with context.repository.read_public() as connection:
        where = documents.whereabouts(connection, pid)
        if where is None:
            raise NoSuchIe(f"there is no IE {escape(pid)}")
        kept = documents.of_ie(connection, pid)
        failing = failures.listing(connection, len(kept) + len(context.settings.export.formats), pid)
        gone = documents.tombstones(connection, where.ie_id)
    return Exports(where, _without(where), tuple(kept), gone, tuple(failing))


@repeated
def export_again(context: Context, pid: str) -> None:
    """Has an IE exported anew in all formats, by the daemon at once; raises `NoSuchIe` and `NotExported`."""
    with acting(context, Act.IE_EXPORT, pid) as act:
        connection = act.connection
        where = documents.whereabouts(connection, pid)
        if where is None:
            raise NoSuchIe(f"there is no IE {escape(pid)}")
        if why := _without(where):
            raise NotExported(f"IE {pid} is {why}, so it has no exports")
        due.forget_stamps_of(connection, where.ie_id)


def _without(where: Whereabouts) -> str:
    """Why an IE has no exports, empty for one that has."""
    if exportable(published=where.published, harvested=where.harvested, status=where.status):
        return ""
    if where.status is Status.DELETED:
        return "deleted"
    return "harvested" if where.harvested else "not published"
