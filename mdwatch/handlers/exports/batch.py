"""A batch of exports is asked for, run, cancelled, taken up again after a crash. One at a time.

Whoever holds the lease `exports` runs the open batch: a daemon, or a command where no daemon runs. It begins and ends
it, tells its log, and works off slices of it, as the other daemons that share a server do (`slices`). How far each has
come is written with each group of IEs, so that it goes on from there whatever ended it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Final

import structlog
from sqlalchemy import Connection

from mdwatch.errors import Deferred, JobBusy
from mdwatch.handlers.exports import batch_words, slices, telling
from mdwatch.handlers.exports.documents import DocumentMaker
from mdwatch.handlers.exports.processes import processes_for
from mdwatch.handlers.exports.telling import Teller
from mdwatch.logs import BatchLog
from mdwatch.model import Batch, BatchEnding, BatchKind
from mdwatch.repository import batch_lines, batches, sets
from mdwatch.repository.batch_lines import BatchLine
from mdwatch.repository.database_faults import repeated
from mdwatch.repository.exports import due, failures
from mdwatch.rules.acts import Act, Outcome
from mdwatch.runtime import lease, lease_holders, lease_names, news
from mdwatch.runtime.acting import record_act
from mdwatch.runtime.context import Context
from mdwatch.runtime.formats import Formats
from mdwatch.runtime.lease import Lease

log = structlog.get_logger()

LEASE: Final = lease_names.EXPORTS
_WAIT_SECONDS: Final = 0.2  # between two looks at what others do

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

    It ends after the groups in hand; at once where nobody runs it.
    """
    there = context.repository.carry_out(partial(_ask_to_cancel, context))
    if there is not None and not lease_holders.held(context, LEASE):
        # Where somebody runs it after all by now, that one ends it.
        with suppress(JobBusy), lease.holding(context, LEASE) as hold:
            return _end(context, *_begin(context, _again(context, there), hold), hold, "cancelled")
    return there


def _ask_to_cancel(context: Context, connection: Connection) -> Batch | None:
    there = batches.open_batch(connection)
    if there is not None:
        batches.cancel(connection, there.id)
        record_act(connection, context, Act.BATCH_CANCEL, there.id)
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

    `between` is called after each group with the last key up to which all is done, for whoever has to see to other
    things.
    """
    batch, teller = _begin(context, batch, hold)
    try:
        progress(batch)
        processes = processes_for(context, batch.total - batch.processed)
        seconds, level = context.settings.export.seconds, context.settings.logs.level
        with DocumentMaker(formats, seconds, processes, level) as maker:
            for batch in _steps(context, formats, maker, batch, hold):  # noqa: B020 - as it stands after the step.
                with context.repository.read() as connection:
                    teller.tell(connection, hold)
                progress(batch)
                if batch.cancelled:
                    break
                if stopping():
                    raise BatchStopped(f"batch {batch.id} goes on at the next start")
                between(batch.position)
        return _end(context, batch, teller, hold, "cancelled" if batch.cancelled else "finished")
    except Deferred:
        raise
    except Exception:
        log.exception("batch_failed", batch=batch.id)
        reason = "mdwatch itself failed; see the service log"
        return _end(context, batch, teller, hold, "failed", reason)
    finally:
        teller.close()


def _begin(context: Context, batch: Batch, hold: Lease) -> tuple[Batch, Teller]:
    """Counts what there is to do, or finds out what is left; the log is there from now on."""
    if batch.started_at is None:
        return _start(context, batch, hold)
    _note_resumed(context, batch, hold)
    return _again(context, batch), telling.taken_up(context, batch)


def _start(context: Context, batch: Batch, hold: Lease) -> tuple[Batch, Teller]:
    now = context.clock.now()
    batch_log = BatchLog.begin(context.settings.logs.directory, now)
    names = ", ".join(batch.formats or context.settings.export.formats)

    @repeated
    def write() -> int:
        with context.repository.write() as connection:
            hold.renew(connection)
            upto = due.last_key(connection)
            everything = due.count_exportable(connection, upto)
            total = _total(connection, batch, upto, now)
            batches.start(connection, batch.id, now, batch_log.path.name, total, upto)
            if batch.kind == "set":
                sets.begin_filling(connection, now)
            else:
                batches.add(connection, batch.id, unchanged=max(everything - total, 0))
            what = f"Batch {batch.id} ({batch_words.described(batch)})"
            line = BatchLine(now, "INFO", f"{what}: {total} of {everything} published IEs, {names}")
            batch_lines.add(connection, batch.id, [line])
        return total

    log.info("batch_started", batch=batch.id, kind=batch.kind, total=write())
    teller = Teller(context, batch, batch_log)
    with context.repository.read() as connection:
        teller.tell(connection, hold)
    return _again(context, batch), teller


@repeated
def _note_resumed(context: Context, batch: Batch, hold: Lease) -> None:
    with context.repository.write() as connection:
        hold.renew(connection)
        text = f"Batch {batch.id} resumed after {batch.processed} of {batch.total} IEs"
        batch_lines.add(connection, batch.id, [BatchLine(context.clock.now(), "INFO", text)])


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


def _steps(context: Context, formats: Formats, maker: DocumentMaker, batch: Batch, hold: Lease) -> Iterator[Batch]:
    """The batch as it stands after each group, and now and then while others have what is left of it in hand."""
    while not batch.cancelled:
        held = slices.take(context, batch, hold)
        if held is None:
            with context.repository.read() as connection:
                if not slices.left(connection, batch):
                    return
            context.clock.wait(_WAIT_SECONDS)
            batch = _again(context, batch)
            yield batch
            continue
        try:
            for _ in slices.work(context, formats, maker, batch, held):
                batch = _again(context, batch)
                yield batch
                if batch.cancelled:
                    return
        except JobBusy:
            # Whoever thought us dead has the slice; the batch may be ours all the same.
            hold.ensure(asked=True)
        finally:
            slices.give_back(held)


def _end(
    context: Context, batch: Batch, teller: Teller, hold: Lease, status: BatchEnding, reason: str | None = None
) -> Batch:
    """Ends a batch, all of it in one transaction: nothing is added to it any more, and its log has its last lines."""

    @repeated
    def write() -> Batch:
        now = context.clock.now()
        with context.repository.write() as connection:
            hold.renew(connection)
            slices.close(connection, batch)
            there = batches.get(connection, batch.id)
            assert there is not None  # noqa: S101
            if there.ended_at is not None:
                return there
            put_off = telling.put_off(connection, there, now) if status == "finished" else ()
            lines = [*put_off, *_last_lines(there, now, status, reason)]
            if status == "finished" and there.kind == "set" and there.started_at is not None:
                # Every exportable IE was seen: the sets that stood when the batch began are filled.
                sets.mark_filled(connection, there.started_at)
            batches.end(connection, batch.id, now, status, reason)
            batch_lines.add(connection, batch.id, lines)
        return there

    ended = write()
    with context.repository.read() as connection:
        teller.tell(connection, hold)
    telling.forget(context, ended)
    log.info("batch_ended", batch=batch.id, status=status, exported=ended.exported, failed=ended.failed)
    if ended.kind == "set":
        news.tell(context)
    return _again(context, batch)


def _last_lines(batch: Batch, now: int, status: BatchEnding, reason: str | None) -> list[BatchLine]:
    level = "ERROR" if batch.failed or status == "failed" else "INFO"
    counts = f"Processed: {batch.processed}. Exported: {batch.exported}. Failed: {batch.failed}."
    words = {
        "finished": "finished" + (" with failures" if batch.failed else ""),
        "cancelled": f"cancelled after {batch.processed} of {batch.total} IEs",
        "failed": f"failed. Reason: {reason}",
    }
    return [
        BatchLine(now, level, f"{counts} Unchanged: {batch.unchanged}."),
        BatchLine(now, level, f"Batch {batch.id} {words[status]}"),
    ]


def _again(context: Context, batch: Batch) -> Batch:
    """The batch as it stands now."""
    with context.repository.read() as connection:
        found = batches.get(connection, batch.id)
    assert found is not None  # noqa: S101
    return found
