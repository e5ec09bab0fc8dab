"""What the main thread does once a second: it passes on what commands wrote, renews what died, and tells how all is.

It passes on requests and pauses from the database, tells of workers whose share does not answer, feeds systemd's
watchdog while every worker lives, and keeps the troubles up to date. It never touches a drop folder.
"""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import structlog
from sqlalchemy import Connection

from mdwatch.daemon.serving import Serving
from mdwatch.daemon.sharing import Sharing
from mdwatch.daemon.troubles import PartTroubles
from mdwatch.daemon.workers import Workers
from mdwatch.errors import Deferred
from mdwatch.handlers.files import errand_holders
from mdwatch.handlers.notifications.parts import PartNews
from mdwatch.repository import control, errands, harvest_runs, server_clock
from mdwatch.repository.engine import newer_schema
from mdwatch.runtime.context import Context
from mdwatch.runtime.lease import Lease
from mdwatch.runtime.lease_holders import seconds
from mdwatch.watch import notify

log = structlog.get_logger()

_UNKNOWN: Final = "the running daemon does not know this job; reload it"


class Supervisor:
    """The turns of supervision; used by the main thread alone."""

    def __init__(
        self,
        context: Callable[[], Context],
        lease: Lease,
        workers: Workers,
        sharing: Sharing,
        serving: Serving,
        troubles: PartTroubles,
    ) -> None:
        self._context = context
        self._lease = lease
        self._sharing = sharing
        self._workers = workers
        self._serving = serving
        self._troubles = troubles
        self._stages = 0
        self._errand = 0  # the newest that was passed on
        self._renewed_at = time.monotonic()
        self._status = ""
        self._database_away = False
        self._news = PartNews()
        self.newer = ""  # the schema that a newer mdwatch has brought the database to

    def turn(self) -> None:
        """One turn."""
        try:
            self._sharing.turn()
            self._read_database()
            self._database_away = False
        except Deferred as error:
            if not self._database_away:
                log.error("database_away", reason=str(error))
            self._database_away = True
        self._workers.renew_events()
        self._workers.tell_hung()
        self._renew_workers()
        self._serving.keep()
        frozen = self._workers.frozen()
        self._note_troubles(frozen)
        if not frozen:
            notify.notify("WATCHDOG=1")
        self.tell_status(frozen)

    def _renew_workers(self) -> None:
        try:
            self._workers.renew()
        except Deferred as error:
            # A worker that is to be started reads the database; it is tried again in a second.
            log.warning("worker_not_renewed", reason=str(error))

    def _read_database(self) -> None:
        """Passes on what commands wrote: pauses, requests, IEs that moved between stages."""
        repository = self._context().repository
        with repository.read() as connection:
            self.newer = newer_schema(connection)
            states = control.states(connection)
            requests = control.open_requests(connection)
            stages = control.count_of(connection, control.STAGES)
            asked = errands.all_open(connection)
            harvests = harvest_runs.asked(connection)
        self._workers.harvests.pass_on(states, harvests)
        for name, worker in self._workers.jobs.items():
            paused = name in states and states[name].paused
            forgotten = name in states and states[name].mount is None
            worker.set_paused(paused, forget_mount=forgotten)
            if stages != self._stages:
                worker.bell.ring()
        self._stages = stages
        strange = self._pass_on(asked)
        unknown = []
        for key, name in requests:
            if name in self._workers.jobs:
                self._workers.jobs[name].ask(key)
            elif self._sharing.nobodys(name):
                unknown.append(key)
        if unknown or strange or time.monotonic() - self._renewed_at > seconds(self._context()) / 3:
            repository.carry_out(partial(self._answer, unknown, strange))
            self._renewed_at = time.monotonic()

    def _answer(self, unknown: list[int], strange: list[int], connection: Connection) -> None:
        """Keeps the daemon's lease, notes the moment, and refuses what nobody can do."""
        self._lease.renew(connection)
        server_clock.note_moment(connection, self._context().clock.now())
        control.answer(connection, unknown, refusal=_UNKNOWN)
        for key in strange:
            errand_holders.refuse(connection, self._context(), key, _UNKNOWN)

    def _pass_on(self, asked: Sequence[tuple[int, str]]) -> list[int]:
        """Tells the workers what is asked with error files, waking them once for each; the keys of what is for none."""
        for key, name in asked:
            if name in self._workers.jobs:
                worker = self._workers.jobs[name]
                worker.errands.asked = True
                if key > self._errand:
                    worker.bell.ring()
        self._errand = max([self._errand, *(key for key, _ in asked)])
        return [key for key, name in asked if self._sharing.nobodys(name)]

    def _note_troubles(self, frozen: list[str]) -> None:
        """Brings the troubles up to date."""
        away = "the database cannot be used; see the service log" if self._database_away else None
        self._troubles.note("database", away)
        self._troubles.note("exports", self._workers.exports.trouble)
        self._troubles.note("store", self._workers.store.trouble)
        reasons = {name: worker.standing.trouble for name, worker in self._workers.jobs.items()}
        self._troubles.note_harvests(self._workers.harvests.troubles())
        self._troubles.note_jobs(reasons | {name: "its worker is frozen" for name in frozen if name in reasons})
        # Of jobs their workers tell.
        parts = set(self._troubles.parts())
        if not self._database_away:
            told = [(item.part, item.reason) for item in self._troubles.all() if item.part in parts]
            self._news.look(self._context(), told)

    def tell_status(self, frozen: list[str]) -> None:
        """One line for `systemctl status`, where it is news."""
        parts = [f"{len(self._workers.jobs)} jobs"]
        if troubled := [*sorted(self._troubles.jobs()), *sorted(self._troubles.harvests())]:
            parts.append(f"in trouble: {', '.join(troubled)}")
        words = {"database": "database away", "settings": "settings refused, the old ones hold"}
        parts += [words.get(name, f"{name} in trouble") for name in self._troubles.parts()]
        if frozen:
            parts.append(f"frozen: {', '.join(frozen)}")
        status = "; ".join(parts)
        if status != self._status:
            self._status = status
            notify.notify(f"STATUS={status}")
            if frozen:
                log.error("workers_frozen", jobs=frozen)
