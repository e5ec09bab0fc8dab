"""Exports are to be kept current as long as the daemon lives: one thread for all of them.

It looks a few times a second for what is due, which costs next to nothing; exports it while no update job runs, or
after a short wait; keeps the nightly tick; runs the batch that somebody asked for. While a batch runs, what changes
meanwhile is exported between its groups. Where another process exports, it leaves the work to that one, but for slices
of a batch where daemons share a server.
"""

from collections.abc import Callable
from typing import Final

import structlog

from mdwatch.errors import JobBusy, in_words
from mdwatch.handlers.exports import batch as export_batch
from mdwatch.handlers.exports import group as export_group
from mdwatch.handlers.exports import helping, slices
from mdwatch.handlers.exports.group import GROUP_SIZE, ExportTerms
from mdwatch.handlers.exports.nightly import Nightly
from mdwatch.handlers.exports.tools import Toolbox, Tools
from mdwatch.model import Batch
from mdwatch.repository import batches as repository_batches
from mdwatch.repository import sets
from mdwatch.repository.exports import due, failures
from mdwatch.runtime import metrics, news
from mdwatch.runtime.context import Context
from mdwatch.runtime.heartbeat import Heartbeat
from mdwatch.runtime.worker_loop import TurnFault, WorkerLoop

log = structlog.get_logger()

_LOOK_SECONDS: Final = 0.3
# IEs exported before looking up again, whether an update job has begun.
_AT_ONCE: Final = 25
# For how long what is due waits for the update jobs to be through.
_POLITE_SECONDS: Final = 5.0
_POLITE_STEP: Final = 0.01
_COUNT_SECONDS: Final = 15.0


class ExportWorker(WorkerLoop):
    """The thread of the exports. `busy` tells whether update jobs are at work; its supervisor reads `trouble`."""

    def __init__(self, context: Callable[[], Context], busy: Callable[[], bool]) -> None:
        super().__init__("exports", Heartbeat())
        self.trouble: str | None = None
        self._context_now = context
        self._busy = busy
        self._context = context()
        self._toolbox = Toolbox()
        self._counted_at = 0.0
        self._nightly = Nightly()
        # Sets that could not be filled, by their keys and when they last changed.
        self._left: set[tuple[int, int]] = set()

    def turn(self) -> float:
        """Looks for work, and does a piece of it."""
        more = self._turn()
        if self.trouble is not None:
            log.info("exports_healed")
        self.trouble = None
        return 0.0 if more else _LOOK_SECONDS

    def stumbled(self, fault: TurnFault, error: Exception, pause: float) -> float:
        """Tells of what kept a turn from its end; where another process exports, the work is left to that one."""
        self._toolbox.drop_lease()
        if fault in {TurnFault.BUSY, TurnFault.PAUSED}:
            return _LOOK_SECONDS * 10
        if fault is TurnFault.CONFLICT:
            return pause
        reason = in_words(error)
        if fault is TurnFault.OURS:
            log.error("export_fault", exc_info=error)
            reason = "mdwatch itself failed; see the service log"
        if reason != self.trouble:
            log.error("exports_in_trouble", reason=reason)
        self.trouble = reason
        return pause

    def _turn(self) -> bool:
        """Does a piece of work; whether there may be more."""
        self._take_over_settings()
        try:
            tools = self._toolbox.ready(self._context)
        except JobBusy:
            if helping.help_out(self._context, self._toolbox, self.heartbeat, self.ending.is_set):
                return True
            raise
        self._nightly.keep(self._context)
        news.tell(self._context)
        batch, unfilled, ids = self._look()
        if batch is None and unfilled is not None:
            # Also where nobody was there to do it when the set was made or changed.
            batch, _ = export_batch.request(self._context, "set", "the daemon", set_spec=unfilled)
        if batch is not None:
            self._run_batch(tools, batch)
            self._nightly.look_soon()
        elif ids:
            self._be_polite()
            self._export(tools, ids)
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
            ids = slices.due_or_failing(connection, 0, _AT_ONCE, self._context.clock.now())
        return batch, unfilled, ids

    def _take_over_settings(self) -> None:
        """New settings after a reload."""
        context = self._context_now()
        if context is not self._context:
            self._context = context
            self._toolbox.renew()
            self._nightly.look_soon()

    def _run_batch(self, tools: Tools, batch: Batch) -> None:
        metrics.BATCH_RUNNING.set(1)
        self.heartbeat.at("making")
        try:
            ended = export_batch.run(
                self._context,
                tools.formats,
                batch,
                tools.lease,
                stopping=self.ending.is_set,
                between=lambda last: self._between(tools, batch, last),
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

    def _between(self, tools: Tools, batch: Batch, last: int) -> None:
        """Exports what changed while a batch runs, unless the batch itself comes to it soon."""
        # One that takes all that is due comes to what is before it; the others may come to it late or never.
        upto = last if batch.kind in {"all", "nightly"} else None
        with self._context.repository.read() as connection:
            ids = due.ids(connection, 0, GROUP_SIZE, upto)
        if ids:
            self._export(tools, ids)
        self.heartbeat.at("making")

    def _export(self, tools: Tools, ids: list[int]) -> None:
        """Exports IEs; of what other packages export only the first one's, for each may take as long as they let it."""
        if tools.formats.foreign:
            self._export_in(tools, ids, only_built_in=True)
            ids = ids[:1]
        self._export_in(tools, ids, only_built_in=False)

    def _export_in(self, tools: Tools, ids: list[int], *, only_built_in: bool) -> None:
        # How long exporters may take is limited elsewhere; taking long is no sign of death.
        self.heartbeat.at("making")
        terms = ExportTerms(note=lambda connection, _group: tools.lease.renew(connection), only_built_in=only_built_in)
        for group in export_group.export(self._context, tools.formats, tools.maker, [ids], terms):
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
        self._toolbox.close(self._context)
