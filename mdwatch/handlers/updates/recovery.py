"""Finishing what a crash left: files applied but not filed, lines not logged, a run cut short.

Only the journal is believed. Each of its open rows names a file by name, inode, size and mtime: if that file still lies
in the drop folder it is moved, not applied again; if it is found where it was to go, it was moved before; if it is
neither here nor there, its row says so for good, for it may show up again. Of the lines, those that the log does not
have after the noted position are added.
"""

from collections.abc import Sequence

import structlog

from mdwatch import logs
from mdwatch.dropfolder.folder import DropFolder
from mdwatch.handlers.updates import filing, troubles
from mdwatch.handlers.updates.known_files import filed_before
from mdwatch.logs import JobLog
from mdwatch.model import RunStatus
from mdwatch.repository import journal, run_entries, waiting_list
from mdwatch.repository.journal import Entry
from mdwatch.repository.run_entries import RunEntry
from mdwatch.repository.waiting_list import Waiting
from mdwatch.rules.codes import Code
from mdwatch.runtime.context import Context
from mdwatch.runtime.lease import Lease

log = structlog.get_logger()


def recover(context: Context, job: str, folder: DropFolder, job_log: JobLog, lease: Lease) -> RunEntry | None:
    """Brings files and job log into line with the journal; the run to go on with, if one was cut short.

    Raises `OSError` and `Deferred`; doing it again is right.
    """
    with context.repository.read() as connection:
        entries = journal.to_carry_out(connection, job)
        runs = run_entries.open_runs(connection, job)
        troubled = waiting_list.waiting_but(connection, job, Code.IN_SIP.value)
    if not entries and not runs:
        return None
    log.info("recovering", job=job, files=len(entries), runs=[run.id for run in runs])
    lease.ensure(asked=True)
    moves = filing.put_files_away(folder, entries, lease.ensure, filed_before(context, job))
    lease.ensure(asked=True)
    for run in runs:
        job_log.complete(run.log.inode, run.log.offset, _lines(run, entries, troubled))
    with context.repository.write() as connection:
        lease.renew(connection)
        journal.mark_carried_out(connection, job, moves.filed)
        for run in runs:
            if run.status is not None:
                run_entries.close_run(connection, run.id)
    unfinished = [run for run in runs if run.status is None]
    return unfinished[-1] if unfinished else None


def _lines(run: RunEntry, entries: Sequence[Entry], troubled: Sequence[Waiting]) -> list[str]:
    """What the job log should have after the run's noted position."""
    lines = filing.lines([entry for entry in entries if entry.run_id == run.id])
    if run.status is not None and run.ended_at is not None:
        # Noted in the transaction that ended the run; what an earlier run told of was noted before this one began.
        lines += troubles.lines(item for item in troubled if run.started_at <= item.since <= run.ended_at)
        lines.append(logs.last_line(run.ended_at, RunStatus(run.status), run.reason))
    return lines
