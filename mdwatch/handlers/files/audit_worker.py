"""Every minute error files are counted, and after each nightly batch everything is audited, while the daemon lives."""

import threading
from collections.abc import Callable
from typing import Final

import structlog
from sqlalchemy import Connection

from mdwatch.dropfolder.shares import ask
from mdwatch.errors import Deferred, UsageError
from mdwatch.formats.numbers import counted
from mdwatch.handlers.files import errors
from mdwatch.handlers.files.audit import Audit
from mdwatch.repository import control, occurrences
from mdwatch.repository.occurrences import Occurrence
from mdwatch.rules.job_states import AUDIT, NIGHTLY
from mdwatch.rules.notifying import Happening
from mdwatch.runtime import metrics
from mdwatch.runtime.context import Context
from mdwatch.runtime.worker_loop import OwnThread

log = structlog.get_logger()

_LOOK_SECONDS: Final = 60.0
_NAMED: Final = 100  # findings that the service log names


class AuditWorker(OwnThread):
    """The thread of both; it is nobody's loss where it is left behind, for it only reads."""

    def __init__(self, context: Callable[[], Context]) -> None:
        super().__init__("audit")
        self._context = context
        self._ending = threading.Event()

    def stop(self) -> None:
        """Asks the thread to end."""
        self._ending.set()

    def run(self) -> None:
        """Works until it is stopped; no fault ends it."""
        while not self._ending.wait(_LOOK_SECONDS):
            try:
                self.look()
            except (Deferred, OSError) as error:
                log.warning("audit_put_off", reason=str(error))
            except Exception:
                log.exception("audit_fault")

    def look(self) -> None:
        """Counts, and audits where a nightly batch has come since the last audit; raises `Deferred` and `OSError`."""
        context = self._context()
        for job in context.settings.jobs:
            _count(context, job)
        with context.repository.read() as connection:
            states = control.states(connection)
        tick = states[NIGHTLY].last_tick if NIGHTLY in states else None
        last = states[AUDIT].last_tick if AUDIT in states else None
        if tick is not None and (last is None or last < tick):
            self._audit(context, tick)

    def _audit(self, context: Context, tick: int) -> None:
        found, number, first = Audit(context).findings(), 0, None
        named: list[str] = []
        for item in found:
            if self._ending.is_set():
                return
            first = first or f"{item.sentence}: {item.subject}"
            number += 1
            if number <= _NAMED:
                named.append(f"{item.sentence}: {item.subject}")
                log.error("audit_finding", kind=item.kind, subject=item.subject)
        metrics.AUDIT_FINDINGS.set(number)
        log.info("audited", findings=number)
        reason = f"{counted(number, 'finding')}, the first: {first}" if first is not None else None
        now = context.clock.now()
        told = counted(number, "finding")
        what = Occurrence(at=now, what=Happening.AUDIT_FAILED, reason=told, details=tuple(named))

        def tell(connection: Connection) -> None:
            control.tell(connection, AUDIT, state="idle", reason=reason, since=now, last_tick=tick)
            if reason is not None:
                occurrences.note(connection, what)

        context.repository.carry_out(tell)


def _count(context: Context, job: str) -> None:
    """Sets how many error files a job has; leaves what was told before where its share does not answer."""
    try:
        counts = ask(context.job(job).folder, lambda: errors.counts(context, job))
    except (Deferred, OSError, UsageError):
        return
    metrics.ERROR_FILES.labels(job, "open").set(counts.open)
    metrics.ERROR_FILES.labels(job, "settled").set(counts.settled)
