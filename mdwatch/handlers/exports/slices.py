"""A batch is worked off in slices. With SQLite one process has all of it; on a server each daemon takes the next one.

A slice is cut off the front of what is left when somebody takes it, so that all are worth the same work. Each is held
by a lease of its own, whose fence every group's transaction checks: of a process that died, hangs or was cut off
another takes the slice up where it is, and what the late one writes is refused. The log is told by whoever holds the
lease of the exports, the batch's counts are the sum of its slices'.
"""

import heapq
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from sqlalchemy import Connection

from mdwatch.errors import JobBusy
from mdwatch.handlers.exports import group as export_group
from mdwatch.handlers.exports import telling
from mdwatch.handlers.exports.documents import DocumentMaker
from mdwatch.handlers.exports.group import GROUP_SIZE, ExportTerms, Group
from mdwatch.model import Batch, BatchSlice
from mdwatch.repository import batch_lines, batch_slices, batches, leases
from mdwatch.repository.batch_lines import BatchLine
from mdwatch.repository.database_faults import repeated
from mdwatch.repository.exports import due, failures
from mdwatch.rules.exporting import Wanted, slice_size
from mdwatch.runtime import batch_holders, lease
from mdwatch.runtime.context import Context
from mdwatch.runtime.formats import Formats
from mdwatch.runtime.lease import Lease

_WANTED: Final = {"all": Wanted.RETRY, "nightly": Wanted.DUE, "redo": Wanted.REDO, "set": Wanted.RETRY}
_MARGIN_SECONDS: Final = 60.0
_GROUPS_AT_ONCE: Final = 4  # whose keys are asked for together, for each question is a transaction of its own


@dataclass(frozen=True, slots=True)
class HeldSlice:
    """A slice of a batch that is ours under a lease: its own, or that of the exports."""

    item: BatchSlice
    hold: Lease
    own: bool


@repeated
def take(context: Context, batch: Batch, exports: Lease | None = None) -> HeldSlice | None:
    """The next slice that nobody has; None where there is none, now or any more.

    `exports` is the lease of whoever runs the batch: alone with the database it needs no other.
    """
    with context.repository.write() as connection:
        there = batches.get(connection, batch.id)
        if there is None or there.ended_at is not None or there.cancelled or there.started_at is None:
            return None
        if exports is not None:
            exports.renew(connection)
        for item in (*batch_slices.in_hand(connection, batch.id), None):
            item = item or _cut(connection, context, there)  # noqa: PLW2901 - only after all that were cut
            if item is None:
                return None
            if exports is not None and not context.repository.shared:
                return HeldSlice(item, exports, own=False)
            try:
                taken = lease.take(connection, context, batch_holders.name(item))
            except JobBusy:
                continue
            return HeldSlice(item, taken, own=True)
        return None


def _cut(connection: Connection, context: Context, batch: Batch) -> BatchSlice | None:
    """A new slice off the front of what is left; None where nothing is."""
    after = batch_slices.given_out(connection, batch.id)
    if after >= batch.upto:
        return None
    if not context.repository.shared:
        return batch_slices.cut(connection, batch.id, after, batch.upto)
    size = slice_size(batch.total - batch.processed)
    ids = _next(connection, batch, after, batch.upto, size, context.clock.now())
    upto = ids[-1] if len(ids) >= size else batch.upto
    if ids:
        return batch_slices.cut(connection, batch.id, after, upto)
    batch_slices.pass_over(connection, batch.id, after, upto)
    return None


def work(context: Context, formats: Formats, maker: DocumentMaker, batch: Batch, held: HeldSlice) -> Iterator[Group]:
    """Exports a slice group by group, and gives it back; raises `JobBusy` where it is another's by now.

    Whoever stops in the middle gives the slice back as it is (`give_back`).
    """
    moved_at = time.monotonic()
    limit = _MARGIN_SECONDS + context.settings.export.seconds * GROUP_SIZE * max(1, len(formats.foreign))
    if held.own:
        # A thread that hangs keeps nothing from the others.
        held.hold.wanted = lambda: time.monotonic() - moved_at < limit

    def note(connection: Connection, group: Group) -> None:
        held.hold.renew(connection)
        batch_slices.advance(connection, held.item.id, group.last, group.counts())
        now = context.clock.now()
        lines = (BatchLine(now, "ERROR", telling.failure(*failing)) for failing in group.failing())
        batch_lines.add(connection, batch.id, lines)

    terms = ExportTerms(
        wanted=_WANTED[batch.kind],
        older_than=batch.older_than,
        only_set=batch.set_spec,
        only_formats=batch.formats,
        note=note,
    )
    for group in export_group.export(context, formats, maker, _candidates(context, batch, held.item), terms):
        moved_at = time.monotonic()
        yield group
    _done(context, held)


@repeated
def _done(context: Context, held: HeldSlice) -> None:
    with context.repository.write() as connection:
        held.hold.renew(connection)
        batch_slices.add_up(connection, held.item.batch, held.item.id)
        if held.own:
            leases.forget(connection, batch_holders.name(held.item))
    if held.own:
        held.hold.let_go()


def give_back(held: HeldSlice) -> None:
    """Leaves the rest of a slice to whoever takes it next; nobody waits for the lease to run out."""
    if held.own:
        held.hold.give_back()


def close(connection: Connection, batch: Batch) -> None:
    """Takes all slices from whoever has them, and adds them to the batch: nothing is written under them any more."""
    batch_slices.add_up(connection, batch.id)
    leases.forget(connection, batch_holders.prefix(batch.id))


def left(connection: Connection, batch: Batch) -> bool:
    """Whether slices are still in hand, or to be cut."""
    given_out = batch_slices.given_out(connection, batch.id)
    return given_out < batch.upto or bool(batch_slices.in_hand(connection, batch.id))


def _candidates(context: Context, batch: Batch, item: BatchSlice) -> Iterator[list[int]]:
    """The keys of the IEs that the slice still has to see, in groups."""
    after = item.position
    while True:
        with context.repository.read() as connection:
            ids = _next(connection, batch, after, item.upto, _GROUPS_AT_ONCE * GROUP_SIZE, context.clock.now())
        if not ids:
            return
        yield from (ids[start : start + GROUP_SIZE] for start in range(0, len(ids), GROUP_SIZE))
        after = ids[-1]


def _next(connection: Connection, batch: Batch, after: int, upto: int, limit: int, now: int) -> list[int]:
    match batch.kind:
        case "all":
            return due_or_failing(connection, after, limit, None, upto)
        case "nightly":
            return due_or_failing(connection, after, limit, now, upto)
        case "redo" if batch.older_than is not None:
            # Not by what was exported since the batch began: it was asked for all that was older then.
            return due.older(connection, batch.older_than, after, upto, limit)
        case _:
            return due.exportable(connection, after, upto, limit)


def due_or_failing(
    connection: Connection, after: int, limit: int, before: int | None, upto: int | None = None
) -> list[int]:
    """The keys of IEs that are due, or failed and are to be tried again by `before` (milliseconds), in order."""
    changed = due.ids(connection, after, limit, upto)
    failing = failures.ids(connection, after, limit, before, upto)
    merged = heapq.merge(changed, failing)
    return list(islice(dict.fromkeys(merged), limit))
