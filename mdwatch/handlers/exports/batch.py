"""A batch of exports is asked for, run, cancelled, taken up again after a crash. One at a time.

Whoever holds the lease `exports` runs the open batch: the daemon, or a command where no daemon runs. How far it has
come is written with each group of IEs, so that it goes on from there whatever ended it.
"""

import heapq
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final

import structlog
from sqlalchemy import Connection

from mdwatch.errors import Deferred
from mdwatch.handlers.exports import batch_words, failure_lines, news
from mdwatch.handlers.exports import group as export_group
from mdwatch.handlers.exports.documents import WORTH_PROCESSES, DocumentMaker
from mdwatch.handlers.exports.group import GROUP_SIZE, ExportTerms, Group
from mdwatch.logs import BatchLog
from mdwatch.model import Batch, BatchEnding, BatchKind
from mdwatch.repository import batches, sets
from mdwatch.repository.database_faults import repeated
from mdwatch.repository.exports import due, failures
from mdwatch.rules.acts import Act, Outcome
from mdwatch.rules.exporting import Wanted
from mdwatch.runtime import lease
from mdwatch.runtime.acting import record_act
from mdwatch.runtime.context import Context
from mdwatch.runtime.formats import Formats
from mdwatch.runtime.lease import Lease
from mdwatch.runtime.processes import cores

log = structlog.get_logger()

LEASE: Final = "exports"
_WANTED: Final = {"all": Wanted.RETRY, "nightly": Wanted.DUE, "redo": Wanted.REDO, "set": Wanted.RETRY}

Progress = Callable[[Batch], None]


class BatchStopped(Deferred):
    """The process is to end; the batch goes on at the next start."""


@repeated
def request(
    context: Context,
    kind: BatchKind,
    asked_by: str,
    *,
    older_than: int | None = None,
    set_spec: str | None = None,
    formats: Sequence[str] | None = None,
) -> tuple[Batch, bool]:
    """A new batch, or the one that is open already; whether it is new. `older_than` in milliseconds.

    `formats` are those in which everything is to be made anew, None for all of them.
    """
    now = context.clock.now()
    with context.repository.write() as connection:
        new = batches.ask(connection, kind, asked_by, now, older_than=older_than, set_spec=set_spec, formats=formats)
        there = new or batches.open_batch(connection)
        assert there is not None  # noqa: S101
        if kind != "nightly":
            _record(connection, context, kind, there, new=new is not None, older_than=older_than, set_spec=set_spec)
    return there, new is not None


def _record(
    connection: Connection,
    context: Context,
    kind: BatchKind,
    there: Batch,
    *,
    new: bool,
    older_than: int | None,
    set_spec: str | None,
) -> None:
    """Records who asked for it; where another batch is open, that came to nothing."""
    act = {"all": Act.EXPORT_ALL, "redo": Act.EXPORT_REDO, "set": Act.SET_EXPORT}[kind]
    subject = set_spec if kind == "set" else "exports"
    outcome = Outcome.DONE if new else Outcome.NOTHING
    record_act(connection, context, act, subject, outcome=outcome, batch=there.id, older_than=older_than)


def cancel(context: Context) -> Batch | None:
    """Asks for the open batch to end; None where there is none.

    It ends after the group in hand; at once where nobody runs it.
    """
    with context.repository.write() as connection:
        there = batches.open_batch(connection)
        if there is not None:
            batches.cancel(connection, there.id)
            record_act(connection, context, Act.BATCH_CANCEL, there.id)
    if there is not None and not lease.held(context, LEASE):
        batch, batch_log = _begin(context, _again(context, there))
        return _end(context, batch, batch_log, "cancelled")
    return there


def open_batch(context: Context) -> Batch | None:
    """The batch that waits or runs."""
    with context.repository.read() as connection:
        return batches.open_batch(connection)


def run(
    context: Context,
    formats: Formats,
    batch: Batch,
    hold: Lease,
    *,
    stopping: Callable[[], bool] = lambda: False,
    between: Callable[[int], None] = lambda _last: None,
    progress: Progress = lambda _batch: None,
) -> Batch:
    """Runs a batch to its end, or takes it up again; raises `BatchStopped` and `Deferred`, it then stays open.

    `between` is called after each group with the last key that is done, for whoever has to see to other things.
    """
    batch, batch_log = _begin(context, batch)
    progress(batch)
    if batch.cancelled:
        return _end(context, batch, batch_log, "cancelled")
    try:
        for group, batch in _groups(context, formats, batch, hold):  # noqa: B020 - as it stands after the group.
            for failing in group.failing():
                batch_log.write(context.clock.now(), "ERROR", failure_lines.text(*failing))
            progress(batch)
            if batch.cancelled:
                return _end(context, batch, batch_log, "cancelled")
            if stopping():
                raise BatchStopped(f"batch {batch.id} goes on at the next start")
            between(group.last)
        _end_of_set(context, batch)
        failure_lines.tell_put_off(context, batch, batch_log)
    except Deferred:
        raise
    except Exception:
        log.exception("batch_failed", batch=batch.id)
        reason = "mdwatch itself failed; see the service log"
        return _end(context, _again(context, batch), batch_log, "failed", reason)
    return _end(context, _again(context, batch), batch_log, "finished")


def _begin(context: Context, batch: Batch) -> tuple[Batch, BatchLog]:
    """Counts what there is to do, or finds out what is left; the log is there from now on."""
    directory = context.settings.logs.directory
    now = context.clock.now()
    if batch.started_at is not None:
        batch_log = BatchLog(directory / (batch.log or f"export_batch_{batch.id}.log"))
        failure_lines.complete(context, batch, batch_log)
        batch_log.write(now, "INFO", f"Batch {batch.id} resumed after {batch.processed} of {batch.total} IEs")
        return batch, batch_log
    batch_log = BatchLog.begin(directory, now)
    with context.repository.write() as connection:
        upto = due.last_key(connection)
        everything = due.count_exportable(connection, upto)
        total = _total(connection, batch, upto, now)
        batches.start(connection, batch.id, now, batch_log.path.name, total, upto)
        if batch.kind == "set":
            sets.begin_filling(connection, now)
        else:
            batches.advance(connection, batch.id, 0, unchanged=max(everything - total, 0))
    log.info("batch_started", batch=batch.id, kind=batch.kind, total=total)
    names = ", ".join(batch.formats or context.settings.export.formats)
    batch_log.write(
        now,
        "INFO",
        f"Batch {batch.id} ({batch_words.described(batch)}): {total} of {everything} published IEs, {names}",
    )
    return _again(context, batch), batch_log


def _total(connection: Connection, batch: Batch, upto: int, now: int) -> int:
    match batch.kind:
        case "all":
            return _count(connection, None)
        case "nightly":
            return _count(connection, now)
        case "redo":
            return due.count_exportable(connection, upto, batch.older_than)
        case "set":
            return due.count_exportable(connection, upto)


def _count(connection: Connection, before: int | None) -> int:
    """How many IEs are due or failed before; one that is both counts once."""
    return due.count(connection) + failures.count(connection, before, attended=True)


def _groups(context: Context, formats: Formats, batch: Batch, hold: Lease) -> Iterator[tuple[Group, Batch]]:
    """The groups, each with the batch as it stood in the group's transaction."""
    standing = batch

    def note(connection: Connection, group: Group) -> None:
        nonlocal standing
        hold.renew(connection)
        standing = batches.advance(connection, batch.id, group.last, **group.counts())

    terms = ExportTerms(
        wanted=_WANTED[batch.kind],
        older_than=batch.older_than,
        only_set=batch.set_spec,
        only_formats=batch.formats,
        note=note,
    )
    processes = processes_for(context, batch.total - batch.processed)
    settings = context.settings
    with DocumentMaker(formats, settings.export.seconds, processes, settings.logs.level) as maker:
        for group in export_group.export(context, formats, maker, _candidates(context, batch), terms):
            yield group, standing


def processes_for(context: Context, ies: int) -> int:
    """How many worker processes so many IEs deserve."""
    return cores(context.settings.workers.processes) if ies >= WORTH_PROCESSES else 0


def _candidates(context: Context, batch: Batch) -> Iterator[list[int]]:
    """The keys of the IEs that the batch still has to see, in groups."""
    after = batch.position
    while True:
        with context.repository.read() as connection:
            ids = _next(connection, batch, after, context.clock.now())
        if not ids:
            return
        yield ids
        after = ids[-1]


def _next(connection: Connection, batch: Batch, after: int, now: int) -> list[int]:
    match batch.kind:
        case "all":
            return due_or_failing(connection, after, GROUP_SIZE, None, batch.upto)
        case "nightly":
            return due_or_failing(connection, after, GROUP_SIZE, now, batch.upto)
        case "redo" if batch.older_than is not None:
            # Not by what was exported since the batch began: it was asked for all that was older then.
            return due.older(connection, batch.older_than, after, batch.upto, GROUP_SIZE)
        case _:
            return due.exportable(connection, after, batch.upto, GROUP_SIZE)


def due_or_failing(
    connection: Connection, after: int, limit: int, before: int | None, upto: int | None = None
) -> list[int]:
    """The keys of IEs that are due, or failed and are to be tried again by `before` (milliseconds), in order."""
    changed = due.ids(connection, after, limit, upto)
    failing = failures.ids(connection, after, limit, before, upto)
    merged = heapq.merge(changed, failing)
    return list(islice(dict.fromkeys(merged), limit))


def _end_of_set(context: Context, batch: Batch) -> None:
    """Every exportable IE was seen: the sets that stood when the batch began are filled."""
    if batch.kind == "set" and batch.started_at is not None:
        with context.repository.write() as connection:
            sets.mark_filled(connection, batch.started_at)
        news.tell(context)


def _end(context: Context, batch: Batch, batch_log: BatchLog, status: BatchEnding, reason: str | None = None) -> Batch:
    now = context.clock.now()
    level = "ERROR" if batch.failed or status == "failed" else "INFO"
    counts = f"Processed: {batch.processed}. Exported: {batch.exported}. Failed: {batch.failed}."
    batch_log.write(now, level, f"{counts} Unchanged: {batch.unchanged}.")
    words = {
        "finished": "finished" + (" with failures" if batch.failed else ""),
        "cancelled": f"cancelled after {batch.processed} of {batch.total} IEs",
        "failed": f"failed. Reason: {reason}",
    }
    batch_log.write(now, level, f"Batch {batch.id} {words[status]}")
    with context.repository.write() as connection:
        batches.end(connection, batch.id, now, status, reason)
    log.info("batch_ended", batch=batch.id, status=status, exported=batch.exported, failed=batch.failed)
    return _again(context, batch)


def _again(context: Context, batch: Batch) -> Batch:
    """The batch as it stands now."""
    with context.repository.read() as connection:
        found = batches.get(connection, batch.id)
    assert found is not None  # noqa: S101
    return found
