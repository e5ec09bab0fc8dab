"""Files of a group that were decided before: their effect is not repeated, only their move is finished."""

from collections.abc import Sequence

from sqlalchemy import Connection

from mdwatch.dropfolder.statx import Stat
from mdwatch.errors import Deferred
from mdwatch.formats.printable import escape
from mdwatch.handlers.updates.preparation import Prepared
from mdwatch.repository import journal
from mdwatch.repository.journal import Entry
from mdwatch.rules.recognition import Unmoved, same_file
from mdwatch.runtime.context import Context


def known_files(
    connection: Connection, job: str, run_id: int, files: Sequence[Prepared], returned: Sequence[Prepared]
) -> dict[str, Entry]:
    """The rows of those files that were decided and never seen moved, by the names the files have now, and as they are.

    `returned` are those that this very run may have decided before. Raises `Deferred` where it did, moved them, and
    they lie in the drop folder again: whatever moves files back would have them applied without end.
    """
    if returned:
        _refuse_returned(connection, job, run_id, returned)
    rows = journal.unmoved_of(connection, job, {file.file.identity.inode for file in files})
    if not rows:
        return {}
    found = {}
    for file in files:
        traces = file.traces
        for row in rows:
            if row.unmoved is not None and same_file(row.traces, row.unmoved, traces):
                now = file.file
                found[now.name] = row._replace(name=now.name, identity=now.identity, ctime_ns=now.ctime_ns)
    return found


class JobFiles:
    """What is known of the files of a job: which it takes (`include`), how much of one it reads, and which it had."""

    def __init__(self, context: Context, job: str) -> None:
        self._context = context
        self._job = job
        self.include = context.job(job).include
        self.limit = context.settings.limits.limits().bytes

    def is_filed(self, name: str, there: Stat) -> bool:
        """Whether the journal knows a file as put away under a name; raises `Deferred`."""
        with self._context.repository.read() as connection:
            return journal.is_filed(connection, self._job, name, there.identity, there.born_ns)


def _refuse_returned(connection: Connection, job: str, run_id: int, files: Sequence[Prepared]) -> None:
    rows = {row.name: row for row in journal.moved_in_run(connection, job, run_id, [file.file.name for file in files])}
    for file in files:
        row = rows.get(file.file.name)
        # It was there all the time, if it is the same: a run is short.
        if row is not None and same_file(row.traces, Unmoved.DUE, file.traces):
            raise Deferred(
                f"{escape(file.file.name)} was decided in this run ({row.code}) and put away, and lies in the drop "
                "folder again: something moves files back. See to that and take the file away; to have it applied once "
                "more, drop a copy"
            )
