"""An operator wants a batch of exports: a running daemon does it, else this process."""

from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection

from mdwatch.errors import JobBusy
from mdwatch.handlers.exports import batch as export_batch
from mdwatch.handlers.exports import batch_words, telling
from mdwatch.model import Batch, BatchKind
from mdwatch.repository import batches as repository_batches
from mdwatch.repository import sets
from mdwatch.repository.database_faults import repeated
from mdwatch.repository.exports import due
from mdwatch.runtime import lease, lease_holders
from mdwatch.runtime.context import Context
from mdwatch.runtime.formats import load_exporters
from mdwatch.runtime.site import site_of

_LOOK_SECONDS: Final = 0.2


def carry_out(
    context: Context,
    kind: BatchKind,
    asked_by: str,
    *,
    older_than: int | None = None,
    set_spec: str | None = None,
    progress: export_batch.Progress = lambda _batch: None,
    tell: Callable[[str], None] = lambda _text: None,
) -> Batch:
    """Has a batch done, and returns it when it has ended.

    `tell` is told of another one that is open already, and of what becomes of this one where the wait is interrupted.

    With a daemon, that one is followed to its end and answers for ours. Without, it is what a crash left: it is brought
    to its end first, and answers for ours if it is the same. For a set only one for the same set will do, and none that
    began before the set was changed. Raises `Deferred`, and `ConfigError` before anything is asked for.
    """
    if not lease_holders.daemon_runs(context):
        load_exporters(context.settings.export.formats)
    while True:
        batch, new = export_batch.request(context, kind, asked_by, older_than=older_than, set_spec=set_spec)
        if not new:
            tell(f"Batch {batch.id} ({batch_words.described(batch)}) is open already")
        try:
            daemon = lease_holders.daemon_runs(context)
            ended = _follow(context, batch, progress) if daemon else _run_here(context, batch, progress)
        except KeyboardInterrupt:
            how = "a daemon, or the next batch, goes on with it; `mdwatch export cancel` ends it"
            tell(f"\nBatch {batch.id} is open; {how}")
            raise
        same = _same(batch, kind, older_than, set_spec)
        answers = (
            same and _filled(context, set_spec) if kind == "set" else daemon or (same and not _left(context, kind))
        )
        if new or answers:
            return ended


def _left(context: Context, kind: BatchKind) -> bool:
    """Whether there is more to do after all: what became due behind the place where a crash had left the batch."""
    with context.repository.read() as connection:
        return kind == "all" and due.count(connection) > 0


def _filled(context: Context, set_spec: str | None) -> bool:
    """Whether the set, as it is by now, was filled: the batch may have begun before it was made or changed."""
    with context.repository.read() as connection:
        there = sets.get(connection, set_spec or "")
    return there is not None and there.filled


def _same(batch: Batch, kind: BatchKind, older_than: int | None, set_spec: str | None) -> bool:
    return (batch.kind, batch.older_than, batch.set_spec) == (kind, older_than, set_spec)


def _follow(context: Context, batch: Batch, progress: export_batch.Progress) -> Batch:
    """Waits for whoever runs the batch; takes it over where nobody does any more."""
    while True:
        with context.repository.read() as connection:
            found = _stands(connection, batch)
        progress(found)
        if found.ended_at is not None:
            return found
        if not lease_holders.daemon_runs(context):
            return _run_here(context, found, progress)
        context.clock.wait(_LOOK_SECONDS)


def _run_here(context: Context, batch: Batch, progress: export_batch.Progress) -> Batch:
    """Runs the batch in this process; one that another process runs is followed, and taken over where that one dies."""
    formats = load_exporters(context.settings.export.formats, site_of(context.settings))
    while True:
        try:
            with lease.holding(context, export_batch.LEASE) as hold:
                telling.complete_ended(context)
                found = _begun(context, batch, formats.mark)
                if found.ended_at is not None:
                    return found
                return export_batch.run(context, formats, found, hold, progress=progress)
        except JobBusy:
            with context.repository.read() as connection:
                found = _stands(connection, batch)
            progress(found)
            if found.ended_at is not None:
                return found
            context.clock.wait(_LOOK_SECONDS)


@repeated
def _begun(context: Context, batch: Batch, mark: int) -> Batch:
    """One transaction: notes which exporters are at work; the batch as it stands now."""
    with context.repository.write() as connection:
        due.note_exporters(connection, mark)
        return _stands(connection, batch)


def _stands(connection: Connection, batch: Batch) -> Batch:
    """The batch as it stands now."""
    found = repository_batches.get(connection, batch.id)
    assert found is not None  # noqa: S101
    return found
