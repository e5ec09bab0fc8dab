"""The files of a harvest are put into the drop folder, in the order of datestamps, each once.

A group of them is marked as being written before the first is, and as sent when all are. Whoever finds such a mark, of
a run that was killed, looks which of them are there: in the folder, in the job's journal, or where it puts files away.
"""

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Final

from sqlalchemy import Connection

from mdwatch.config import HarvestSettings
from mdwatch.dropfolder import dropping
from mdwatch.dropfolder.folder import DropFolder
from mdwatch.errors import Deferred
from mdwatch.handlers.harvests import sorting
from mdwatch.handlers.harvests.ledger import HarvestLedger
from mdwatch.handlers.harvests.making import file_name
from mdwatch.handlers.harvests.pauses import Pauses
from mdwatch.handlers.updates import share
from mdwatch.repository import harvest_progress, past_files
from mdwatch.repository.database_faults import repeated
from mdwatch.repository.harvest_progress import SentRecord
from mdwatch.repository.harvest_runs import HarvestCounts
from mdwatch.runtime.context import Context

_AT_ONCE: Final = 50
_NAMES: Final = 9  # that one file may have
_CLOCKS: Final = 600_000  # milliseconds that the clocks of two hosts may differ by


def write_files(
    context: Context, name: str, settings: HarvestSettings, ledger: HarvestLedger, pauses: Pauses, *, begun: bool
) -> None:
    """Writes the files that are pending; `begun`: only those that a run which was killed was writing.

    Raises `Deferred` where the disk does not let it, and where the run is to end.
    """
    while True:
        with context.repository.read() as connection:
            group = harvest_progress.next_pending(connection, name, _AT_ONCE, begun=begun)
        if not group:
            return
        group = _marked(context, name, ledger, group)
        done: list[SentRecord] = []
        try:
            _write_group(context, name, settings, ledger, pauses, group, done)
        except Deferred:
            # What is there of a group that was cut short was sent.
            _note(context, name, ledger, done)
            raise
        _note(context, name, ledger, done)


def _marked(context: Context, name: str, ledger: HarvestLedger, group: Sequence[SentRecord]) -> list[SentRecord]:
    """The group, marked as being written; those that are marked already keep the moment."""
    if all(record.dropping is not None for record in group):
        return list(group)
    now = context.clock.now()

    def mark(connection: Connection) -> None:
        ledger.renew(connection)
        for record in group:
            if record.dropping is None:
                harvest_progress.keep_record(connection, name, record._replace(dropping=now))

    context.repository.carry_out(mark)
    return list(group)


def _write_group(
    context: Context,
    name: str,
    settings: HarvestSettings,
    ledger: HarvestLedger,
    pauses: Pauses,
    group: Sequence[SentRecord],
    done: list[SentRecord],
) -> None:
    folder = context.job(settings.job).folder
    try:
        opened, _ = share.opened(context, settings.job, share.remembered(context, settings.job))
        with opened:
            for record in group:
                pauses.go_on()
                # A file of before would come after those that another has written since, and undo them.
                ledger.ensure()
                file, data = file_name(name, record.datestamp, record.pid), record.pending or b""
                since = record.dropping
                if since is None or not _is_there(context, opened, settings.job, file, data, since):
                    _drop(opened, file, data)
                done.append(record)
    except FileExistsError:
        raise Deferred(
            f"{folder}: there are {_NAMES} files for one record; it goes on when the job took them"
        ) from None
    except OSError as error:
        raise Deferred(f"{folder}: {error.strerror or error}; what is not written yet is kept") from None


def _names(file: str) -> Iterator[str]:
    """The name of a file, and those of others about a record that changed without a new datestamp."""
    yield file
    for number in range(2, _NAMES + 1):
        yield f"{file.removesuffix('.xml')}-{number}.xml"


def _drop(folder: DropFolder, file: str, data: bytes) -> None:
    """Puts a file into the folder under the first of its names that is free; raises `FileExistsError` and `OSError`."""
    for name in _names(file):
        try:
            return dropping.drop(folder, name, data)
        except FileExistsError as error:
            taken = error
    raise taken


def _is_there(context: Context, folder: DropFolder, job: str, file: str, data: bytes, since: int) -> bool:
    """Whether a file was put into the folder before its run was killed; first where it goes, then where it is gone."""
    since -= _CLOCKS
    if any(dropping.was_dropped(folder, name, data, since * 1_000_000) for name in _names(file)):
        return True
    with context.repository.read() as connection:
        found = [entry for name in _names(file) for entry in past_files.of_name(connection, name, job, 20)]
    digest = blake2b(data, digest_size=16).digest()
    return any(entry.at >= since and entry.digest == digest for entry in found)


@repeated
def _note(context: Context, name: str, ledger: HarvestLedger, done: Sequence[SentRecord]) -> None:
    if not done:
        return
    with context.repository.write() as connection:
        ledger.enter(connection, HarvestCounts(written=len(done)))
        for record in done:
            sent = sorting.digest(record.pending or b"")
            harvest_progress.keep_record(connection, name, record._replace(sent=sent, pending=None, dropping=None))
