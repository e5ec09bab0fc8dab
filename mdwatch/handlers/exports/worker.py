"""Exports are to be kept current as long as the daemon lives: one thread for all of them.

It looks a few times a second for what is due, which costs next to nothing; exports it while no update job runs, or
after a short wait; keeps the nightly tick; runs the batch that somebody asked for. While a batch runs, what changes
meanwhile is exported between its groups. Where another process exports, it leaves the work to that one.
"""

from collections.abc import Callable
from typing import Final

import structlog
from sqlalchemy import Connection

from mdwatch.errors import Deferred
from mdwatch.handlers.exports import batch as export_batch
from mdwatch.handlers.exports import group as export_group
from mdwatch.handlers.exports import news
from mdwatch.handlers.exports.documents import Making
from mdwatch.handlers.exports.group import GROUP_SIZE, Terms
from mdwatch.model import Batch
from mdwatch.repository import batches as repository_batches
from mdwatch.repository import control, sets
from mdwatch.repository.exports import due, failures
from mdwatch.rules import moments
from mdwatch.runtime import metrics
from mdwatch.runtime.context import Context
from mdwatch.runtime.formats import Formats, load_exporters
from mdwatch.runtime.heartbeat import Heartbeat
from mdwatch.runtime.lease import LEASE_SECONDS, Lease, take
from mdwatch.runtime.site import site_of
from mdwatch.runtime.worker_loop import Fault, WorkerLoop
from mdwatch.watch import schedule

log = structlog.get_logger()

# No job has a name with a blank in it.
NIGHTLY: Final = "nightly export"
_LOOK_SECONDS: Final = 0.3
# IEs exported before looking up again, whether an update job has begun.
_AT_ONCE: Final = 25
# For how long what is due waits for the update jobs to be through.
_POLITE_SECONDS: Final = 5.0
_POLITE_STEP: Final = 0.05
_RENEW_SECONDS: Final = LEASE_SECONDS / 3
_COUNT_SECONDS: Final = 15.0
_TICK_SECONDS: Final = 30.0
_WORTH_A_BATCH: Final = 1_000  # IEs that other exporters made due


class ExportWorker(WorkerLoop):
    """The thread of the exports. `busy` tells whether update jobs are at work; its supervisor reads `trouble`."""

    def __init__(self, context: Callable[[], Context], busy: Callable[[], bool]) -> None:
        super().__init__("exports", Heartbeat())
        self.trouble: str | None = None
        self._context_now = context
        self._busy = busy
        self._context = context()
        self._formats: Formats | None = None
        self._making: Making | None = None
        self._lease: Lease | None = None
        self._renewed_at = self._counted_at = self._tick_at = 0.0
        # Sets that could not be filled, by their keys and when they last changed.
        self._left: set[tuple[int, int]] = set()

    def turn(self) -> float:
        """Looks for work, and does a piece of it."""
        more = self._turn()
        if self.trouble is not None:
            log.info("exports_healed")
        self.trouble = None
        return 0.0 if more else _LOOK_SECONDS

    def stumbled(self, fault: Fault, error: Exception, pause: float) -> float:
        """Tells of what kept a turn from its end; where another process exports, the work is left to that one."""
        self._lease = None
        if fault in {Fault.BUSY, Fault.PAUSED}:
            return _LOOK_SECONDS * 10
        reason = str(error)
        if fault is Fault.OURS:
            log.error("export_fault", exc_info=error)
            reason = f"mdwatch failed ({type(error).__name__}); see the service log"
        if reason != self.trouble:
            log.error("exports_in_trouble", reason=reason)
        self.trouble = reason
        return pause

    def _turn(self) -> bool:
        """Does a piece of work; whether there may be more."""
        self._take_over_settings()
        formats, making, lease = self._ready()
        if self._context.clock.monotonic() >= self._tick_at:
            self._keep_nightly()
        news.tell(self._context)
        batch, unfilled, ids = self._look()
        if batch is None and unfilled is not None:
            # Also where nobody was there to do it when the set was made or changed.
            batch, _ = export_batch.request(self._context, "set", "the daemon", set_spec=unfilled)
        if batch is not None:
            self._run_batch(formats, batch, lease)
            self._tick_at = 0.0
        elif ids:
            self._be_polite()
            self._export(formats, making, lease, ids)
        self._count()
        return batch is not None or bool(ids)

    def _look(self) -> tuple[Batch | None, str | None, list[int]]:
        """The batch that is open, the spec of a set that is not filled, and the keys of IEs that are due."""
        with self._context.repository.read() as connection:
            batch = repository_batches.open_batch(connection)
            unfilled = next(
                (s.spec for s in sets.all_sets(connection) if not s.filled and (s.id, s.changed_at) not in self._left),
                None,
            )
            ids = export_batch.due_or_failing(connection, 0, _AT_ONCE, self._context.clock.now())
        return batch, unfilled, ids

    def _take_over_settings(self) -> None:
        """New settings after a reload."""
        context = self._context_now()
        if context is not self._context:
            self._context = context
            if self._making is not None:
                self._making.close()
            self._formats = self._making = None
            self._tick_at = 0.0

    def _ready(self) -> tuple[Formats, Making, Lease]:
        """The exporters, and the lease; raises `JobBusy` where another process has it, `ConfigError`."""
        settings = self._context.settings
        now = self._context.clock.monotonic()
        if self._formats is None or self._making is None:
            self._formats = load_exporters(settings.export.formats, site_of(settings))
            self._making = Making(self._formats, settings.export.seconds, 0, settings.logs.level)
            self._lease = None
        if self._lease is None:
            with self._context.repository.write() as connection:
                self._lease = take(connection, self._context, export_batch.LEASE)
                others = due.note_exporters(connection, self._formats.mark)
                if others and due.count(connection) >= _WORTH_A_BATCH:
                    # With all cores, and a log.
                    repository_batches.ask(connection, "all", "the daemon", self._context.clock.now())
            self._renewed_at = now
        elif now - self._renewed_at > _RENEW_SECONDS:
            with self._context.repository.write() as connection:
                self._lease.renew(connection)
            self._renewed_at = now
        return self._formats, self._making, self._lease

    def _keep_nightly(self) -> None:
        """Asks for the nightly batch where its time has come, also one that was missed while no daemon ran."""
        now = self._context.clock.now()
        with self._context.repository.read() as connection:
            state = control.states(connection).get(NIGHTLY)
            finished = repository_batches.last_finished(connection, "nightly")
        since = now if state is None or not state.since else state.since
        metrics.LAST_NIGHTLY.set((finished or since) / 1000)
        last = moments.believed(state.last_tick if state else None, now)
        due, seconds = schedule.due(self._context.settings.export.nightly, last, now)
        if due or last is None:
            with self._context.repository.write() as connection:
                if due and not self._ask_for_nightly(connection, now):
                    return  # Another one is open; after it.
                # With the batch, or a daemon that is killed here would ask for it twice.
                control.tell(connection, NIGHTLY, last_tick=now, since=since)
        # Looked at again soon even where it is far away, for clocks are set and summers begin.
        self._tick_at = self._context.clock.monotonic() + min(seconds, _TICK_SECONDS)

    def _ask_for_nightly(self, connection: Connection, now: int) -> bool:
        """Asks for the nightly batch; whether there is one now."""
        there = repository_batches.open_batch(connection)
        if there is None:
            repository_batches.ask(connection, "nightly", "the daemon", now)
        return there is None or there.kind == "nightly"

    def _run_batch(self, formats: Formats, batch: Batch, lease: Lease) -> None:
        metrics.BATCH_RUNNING.set(1)
        self.heartbeat.at("making")
        try:
            ended = export_batch.run(
                self._context,
                formats,
                batch,
                lease,
                stopping=self.ending.is_set,
                between=lambda last: self._between(formats, batch, lease, last),
            )
        finally:
            metrics.BATCH_RUNNING.set(0)
            self.heartbeat.at("work")
        if ended.kind == "set" and ended.status != "finished":
            # Somebody cancelled it, or it cannot be done: not again and again.
            with self._context.repository.read() as connection:
                self._left |= {(item.id, item.changed_at) for item in sets.all_sets(connection) if not item.filled}
        if ended.status is not None:
            metrics.BATCHES.labels(ended.kind, ended.status).inc()

    def _between(self, formats: Formats, batch: Batch, lease: Lease, last: int) -> None:
        """Exports what changed while a batch runs, unless the batch itself comes to it soon."""
        assert self._making is not None  # noqa: S101
        # One that takes all that is due comes to what is before it; the others may come to it late or never.
        upto = last if batch.kind in {"all", "nightly"} else None
        with self._context.repository.read() as connection:
            ids = due.ids(connection, 0, GROUP_SIZE, upto)
        if ids:
            self._export(formats, self._making, lease, ids)
        self.heartbeat.at("making")

    def _export(self, formats: Formats, making: Making, lease: Lease, ids: list[int]) -> None:
        """Exports IEs; of what other packages export only the first one's, for each may take as long as they let it."""
        if formats.foreign:
            self._export_in(formats, making, lease, ids, only_built_in=True)
            ids = ids[:1]
        self._export_in(formats, making, lease, ids, only_built_in=False)

    def _export_in(
        self, formats: Formats, making: Making, lease: Lease, ids: list[int], *, only_built_in: bool
    ) -> None:
        # How long exporters may take is limited elsewhere; taking long is no sign of death.
        self.heartbeat.at("making")
        terms = Terms(note=lambda connection, _group: lease.renew(connection), only_built_in=only_built_in)
        for group in export_group.export(self._context, formats, making, [ids], terms):
            for pid, name, reason in group.failing():
                log.error("export_failed", pid=pid, format=name, reason=reason)
        self.heartbeat.at("work")

    def _be_polite(self) -> None:
        """Lets update jobs that are at work go first, for a while."""
        until = self._context.clock.monotonic() + _POLITE_SECONDS
        while self._busy() and not self.ending.is_set() and self._context.clock.monotonic() < until:
            self.heartbeat.at("work")
            self.ending.wait(_POLITE_STEP)

    def _count(self) -> None:
        """Counts what is due and what fails, for the metrics."""
        now = self._context.clock.monotonic()
        if now - self._counted_at > _COUNT_SECONDS:
            with self._context.repository.read() as connection:
                metrics.EXPORTS_DUE.set(due.count(connection))
                metrics.EXPORT_FAILURES.set(failures.count(connection))
            self._counted_at = now

    def close(self) -> None:
        """Ends the worker processes, and gives the lease back."""
        if self._making is not None:
            self._making.close()
        if self._lease is not None:
            try:
                with self._context.repository.write() as connection:
                    self._lease.release(connection)
            except Deferred as error:
                log.warning("lease_not_released", reason=str(error))
