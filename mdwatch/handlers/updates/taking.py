"""Taking a job for a run: its lease, the run, and, for a worker that holds files ready, all of the first group.

One transaction less is waited for then. The files were read before the job was ours, so they count only where nobody
else had the job since the session had it last: they may be somebody else's work by now, and are read again.
"""

from collections.abc import Sequence
from contextlib import ExitStack

from sqlalchemy import Connection

from mdwatch.errors import Deferred, JobBusy
from mdwatch.handlers.updates.group_applier import FirstGroup, GroupApplier
from mdwatch.handlers.updates.preparation import Prepared
from mdwatch.handlers.updates.session import Session
from mdwatch.repository import journal, run_entries
from mdwatch.repository.database_faults import repeated
from mdwatch.repository.run_entries import LogPosition, RunEntry
from mdwatch.runtime import lease, lease_names
from mdwatch.runtime.lease import Lease


class Taking:
    """A job that is taken: `lease`, `run`, None where something was left over, and the `first` group if it is decided.

    It is given back when the `stack` ends. Methods raise `OSError` and `Deferred`.
    """

    def __init__(self, session: Session, stack: ExitStack) -> None:
        self._session = session
        self._stack = stack
        self._taken = False
        self.lease: Lease
        self.run: RunEntry | None = None
        self.first: FirstGroup | None = None

    def take(self, prepared: Sequence[Prepared] = ()) -> None:
        """Takes it, and decides these files in the same transaction where that may be done."""
        session = self._session
        if session.context.repository.shared:
            # Another may have put a log anew in its place, and a network's disk tells of that only when it is opened.
            session.job_log.close()
        try:
            self._transact(prepared)
        except (OSError, Deferred):
            raise
        except Exception:
            # A fault of ours with one of these files is found where they are taken one by one.
            if not prepared:
                raise
            self._transact(())
        session.fence = self.lease.fence

    @repeated
    def _transact(self, prepared: Sequence[Prepared]) -> None:
        session = self._session
        with session.context.repository.write() as connection:
            self.lease = lease.take(connection, session.context, lease_names.job_name(session.name))
            self.lease.wanted = session.heartbeat.answers
            if not self._taken:
                self._taken = self._stack.push(self._give_back) is not None
            left_over = journal.any_left_over(connection, session.name)
            self.run = None if left_over else start_run(connection, session)
            self.first = None
            if prepared and self.run is not None and self.lease.fence - 1 == session.fence:
                session.book.read_in(connection)
                groups = GroupApplier(session, self.lease, self.run.id, goes_on=False)
                self.first = groups.decide_first(connection, prepared)

    def _give_back(self, kind: type[BaseException] | None, *_: object) -> None:
        """Lets the job go; after a fault so that all can see that nothing of it is in hand.

        Who was interrupted ends at once. A transaction that was cut short may still be open, and would be waited for.
        """
        if kind is None or not issubclass(kind, Exception):
            self.lease.let_go()
        elif not issubclass(kind, JobBusy):
            self.lease.give_back()


def start_run(connection: Connection, session: Session) -> RunEntry:
    """Begins a run."""
    position = LogPosition(*session.job_log.position())
    return run_entries.start_run(connection, session.name, session.job.user, session.context.clock.now(), position)
