"""Finishing what a crash left: files applied but not filed, lines not logged, a run cut short.

Only the journal is believed. Each of its open rows names a file by name, inode, size and mtime, and by its content
where something was done to it: if that file still lies in the drop folder it is moved, not applied again; if it is
found where it was to go, it was moved before; if it is neither here nor there, its row says so for good, for it may
show up again. Of the lines, those that the log does not have after the noted position are added; where the one that had
the job may still wake up and write, to a copy that is put in the log's place before.
"""

from collections.abc import Sequence
from functools import partial

import structlog
from sqlalchemy import Connection

from mdwatch import logs
from mdwatch.dropfolder.folder import DropFolder
from mdwatch.handlers.updates import filing, troubles
from mdwatch.handlers.updates.known_files import JobFiles
from mdwatch.logs import JobLog
from mdwatch.model import RunStatus
from mdwatch.repository import journal, run_entries, waiting_list
from mdwatch.repository.journal import Entry
from mdwatch.repository.run_entries import LogPosition, RunEntry
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
    moves = filing.put_files_away(folder, entries, lease.ensure, JobFiles(context, job))
    lines = {run.id: _lines(run, entries, troubled) for run in runs}
    # Of one file, only who is in another container may be late, and only where that one was stopped.
    if (context.repository.shared or lease.after_late) and any(lines.values()):
        runs = _apart_from_the_late(context, job_log, lease, runs)
    for run in runs:
        still_ours = partial(lease.ensure, asked=True)
        job_log.complete(run.log.inode, run.log.offset, lines[run.id], still_ours)

    def note(connection: Connection) -> None:
        lease.renew(connection)
        journal.mark_carried_out(connection, job, moves.filed)
        for run in runs:
            if run.status is not None:
                run_entries.close_run(connection, run.id)

    context.repository.carry_out(note)
    unfinished = [run for run in runs if run.status is None]
    return unfinished[-1] if unfinished else None


def _apart_from_the_late(context: Context, job_log: JobLog, lease: Lease, runs: list[RunEntry]) -> list[RunEntry]:
    """Puts the log anew in its place, where lines of these runs stand in it; the runs with their positions in it.

    The positions are noted while the copy still lies beside, where it is found by whoever comes after a crash.
    """
    here = [run for run in runs if job_log.has(run.log.inode)]
    if not here:
        return runs
    try:
        inode = job_log.copy(lease.fence)
    except OSError as error:
        # No room for a second one: rather a line that may stand there twice than a job that waits.
        log.warning("job_log_not_put_anew", path=str(job_log.path), reason=str(error))
        return _moved(runs, here, job_log.position()[0])
    runs = _moved(runs, here, inode)

    def note(connection: Connection) -> None:
        lease.renew(connection)
        for run in runs:
            run_entries.set_log(connection, run.id, run.log)

    context.repository.carry_out(note)
    try:
        job_log.put_copy(lease.fence)
    except FileNotFoundError:
        lease.ensure(asked=True)
        raise
    return runs


def _moved(runs: Sequence[RunEntry], some: Sequence[RunEntry], inode: int) -> list[RunEntry]:
    """The runs, some of them with their positions in a file of this inode."""
    return [run._replace(log=LogPosition(inode, run.log.offset)) if run in some else run for run in runs]


def _lines(run: RunEntry, entries: Sequence[Entry], troubled: Sequence[Waiting]) -> list[str]:
    """What the job log should have after the run's noted position."""
    lines = filing.lines([entry for entry in entries if entry.run_id == run.id])
    if run.status is not None and run.ended_at is not None:
        # Noted in the transaction that ended the run; what an earlier run told of was noted before this one began.
        lines += troubles.lines(item for item in troubled if run.started_at <= item.since <= run.ended_at)
        lines.append(logs.last_line(run.ended_at, RunStatus(run.status), run.reason))
    return lines
