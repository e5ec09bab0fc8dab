"""Which jobs this daemon looks after: all of them, or those that are its own among the daemons that share a server.

What it does next is a rule (`rules.sharing`); here is what it sees, and the leases it takes and gives back. A job that
was another's before is looked after from the next second on; one that is lost, to whoever thought this daemon dead, is
let go at once.
"""

import time
from collections.abc import Callable
from typing import Final

import structlog

from mdwatch.daemon.workers import Workers
from mdwatch.errors import JobBusy, RepositoryConflict
from mdwatch.rules import sharing
from mdwatch.rules.sharing import SharedView
from mdwatch.runtime import identity, lease, lease_holders, lease_names
from mdwatch.runtime.context import Context
from mdwatch.runtime.lease import Lease

log = structlog.get_logger()

_FAILING_SECONDS: Final = 10.0  # for which a folder may not be usable before others may try
_UNABLE_SECONDS: Final = 60.0  # for how long it is left to them then
_TURNING_SECONDS: Final = 10.0  # a supervisor that took no turn for so long keeps no job from others
_FULL: Final = "full "


class Sharing:
    """The jobs that are this daemon's; used by the main thread alone."""

    def __init__(self, context: Callable[[], Context], hold: Lease, workers: Workers) -> None:
        """`hold` is the daemon's own lease."""
        self._context = context
        self._name = hold.name
        self._workers = workers
        self._kept: dict[str, Lease] = {}
        self._giving: dict[str, Lease] = {}
        self._free_since: dict[str, float] = {}
        self._unable_until: dict[str, float] = {}
        self._full: Lease | None = None
        self._turned_at = time.monotonic()
        self._elsewhere: frozenset[str] = frozenset()

    def turn(self) -> None:
        """One turn; raises `Deferred`."""
        self._turned_at = time.monotonic()
        context = self._context()
        if not context.repository.shared:
            self._workers.assign(frozenset(context.settings.jobs))
            return
        self._note_unable()
        seen = self._look(context)
        self._leave_lost(seen)
        step = sharing.step(seen)
        for job in step.take:
            self._take(context, job)
        for job in step.give:
            self._giving[job] = self._kept.pop(job)
            log.info("job_given_away", job=job)
        self._workers.assign(frozenset(self._kept))
        self._give_back(context)
        self._tell_full(context)

    def nobodys(self, job: str) -> bool:
        """Whether no daemon that lives has this job in its settings, as far as can be told."""
        return job not in self._context().settings.jobs and job not in self._elsewhere

    def close(self) -> None:
        """Gives all back, when the workers have ended; raises `Deferred`."""
        for hold in (*self._kept.values(), *self._giving.values(), *([self._full] if self._full else ())):
            self._context().repository.carry_out(hold.release)

    def _look(self, context: Context) -> SharedView:
        now = time.monotonic()
        with context.repository.read() as connection:
            daemons = lease_holders.daemons(connection, context)
            keepers = lease_holders.keepers(connection, context)
            full = {name.removeprefix(_FULL) for name in lease_holders.living(connection, context, _FULL)}
        jobs, me = frozenset(context.settings.jobs), identity.myself()
        self._elsewhere = frozenset(keepers)
        # What this daemon took and never heard so, for the connection ended, is nobody's: it is to be taken again.
        held = self._kept.keys() | self._giving.keys()
        keepers = {job: holder for job, holder in keepers.items() if holder != me or job in held}
        self._free_since = {job: self._free_since.get(job, now) for job in jobs - keepers.keys()}
        self._unable_until = {job: until for job, until in self._unable_until.items() if until > now}
        return SharedView(
            me=me,
            daemons={*daemons.values(), me},
            keepers={job: holder for job, holder in keepers.items() if job not in self._giving},
            jobs=jobs - self._giving.keys(),
            free_for={job: now - since for job, since in self._free_since.items()},
            unable=frozenset(self._unable_until),
            full={daemons[name] for name in full if name in daemons},
        )

    def _note_unable(self) -> None:
        """Notes jobs whose folder has not been usable for a while."""
        now = time.monotonic()
        for job, worker in self._workers.jobs.items():
            if job in self._kept and worker.folder.failing_for > _FAILING_SECONDS:
                self._unable_until[job] = now + _UNABLE_SECONDS

    def _leave_lost(self, seen: SharedView) -> None:
        for job in [job for job in self._kept if seen.keepers.get(job) != seen.me or job not in seen.jobs]:
            hold = self._kept.pop(job)
            if job in seen.jobs:
                log.warning("job_lost", job=job)
                hold.let_go()
            else:
                self._giving[job] = hold

    def _take(self, context: Context, job: str) -> None:
        try:
            with context.repository.write() as connection:
                hold = lease.take(connection, context, lease_names.keeper_name(job))
        except (JobBusy, RepositoryConflict):
            return  # Another was quicker.
        hold.wanted = self._turns
        self._kept[job] = hold
        log.info("job_taken", job=job)

    def _turns(self) -> bool:
        return time.monotonic() - self._turned_at < _TURNING_SECONDS

    def _give_back(self, context: Context) -> None:
        """Gives back what nobody works on any more."""
        for job in [job for job in self._giving if not self._workers.at_work(job)]:
            context.repository.carry_out(self._giving[job].release)
            del self._giving[job]

    def _tell_full(self, context: Context) -> None:
        """Tells the others whether there are jobs that this daemon could not do."""
        if bool(self._unable_until) == (self._full is not None):
            return
        if self._full is None:
            name = f"{_FULL}{self._name}"
            self._full = context.repository.carry_out(lambda connection: lease.take(connection, context, name))
        else:
            context.repository.carry_out(self._full.release)
            self._full = None
