"""The files of a harvest are put into the drop folder, in the order of datestamps; each is noted as it is there."""

import hashlib

from mdwatch.config import HarvestSettings
from mdwatch.dropfolder import dropping
from mdwatch.dropfolder.folder import DropFolder
from mdwatch.errors import Deferred
from mdwatch.handlers.harvests.making import file_name
from mdwatch.repository import harvest_progress
from mdwatch.repository.harvest_progress import SentRecord
from mdwatch.runtime.context import Context
from mdwatch.runtime.lease import Lease


def write_files(context: Context, name: str, settings: HarvestSettings, lease: Lease, *, left: bool) -> int:
    """Writes the files that are pending; how many. Raises `Deferred` where the disk does not let it.

    `left`: by an earlier run, which may have written the first of them and been killed before it could note it.
    """
    folder = context.job(settings.job).folder
    written = 0
    while (record := _next(context, name)) is not None and record.pending is not None:
        file = file_name(name, record.datestamp, record.pid)
        try:
            with DropFolder(folder) as opened:
                if not (left and written == 0 and dropping.was_dropped(opened, file, record.pending)):
                    dropping.drop(opened, file, record.pending)
        except FileExistsError:
            why = f"there is a {file} already; run the harvest again when the job {settings.job} has taken it"
            raise Deferred(f"{folder}: {why}") from None
        except OSError as error:
            why = error.strerror or str(error)
            raise Deferred(f"{folder}: {why}; run the harvest again to go on") from None
        written += 1
        with context.repository.write() as connection:
            lease.renew(connection)
            done = record._replace(sent=digest(record.pending), pending=None)
            harvest_progress.keep_record(connection, name, done)
    return written


def digest(data: bytes) -> bytes:
    """By what a file is known that was sent."""
    return hashlib.sha256(data).digest()


def _next(context: Context, name: str) -> SentRecord | None:
    with context.repository.read() as connection:
        return harvest_progress.next_pending(connection, name)
