"""Somebody follows the batches of exports: which there were, how far one is, what failed in it, its log, its end."""

from dataclasses import dataclass
from pathlib import Path

from mdwatch.errors import UsageError
from mdwatch.model import Batch, BatchSlice
from mdwatch.repository import batches
from mdwatch.repository.database_faults import repeated
from mdwatch.repository.exports import failures
from mdwatch.repository.exports.failures import Failing
from mdwatch.rules.acts import Act
from mdwatch.runtime import batch_holders
from mdwatch.runtime.acting import acting
from mdwatch.runtime.context import Context
from mdwatch.runtime.log_tail import tail


@dataclass(frozen=True, slots=True)
class FailingIe:
    """An IE that failed in a batch: its key, and the formats it could not be exported in."""

    key: int
    pid: str
    formats: tuple[Failing, ...]


@dataclass(frozen=True, slots=True)
class Followed:
    """A batch as it stands, the first IEs that failed in it, the last lines of its log, and who has what of it."""

    batch: Batch
    failing: tuple[FailingIe, ...]
    log: tuple[str, ...]
    runner: str | None
    slices: tuple[tuple[BatchSlice, str | None], ...]


def told_whole(context: Context) -> bool:
    """Whether whoever asks may know what a batch came to: it is about the IEs of all institutions."""
    return context.institutions is None


def listing(context: Context, before: int | None, limit: int) -> list[Batch]:
    """Batches older than the one of this key, newest first."""
    with context.repository.read() as connection:
        return batches.latest(connection, limit, before)


def look(context: Context, key: int, ies: int, lines: int) -> Followed:
    """One batch, with so many of its failures and of the lines of its log; raises `UsageError` for none of this key.

    Whoever may see some institutions only sees failures of their IEs, and nothing of the log, which names all.
    """
    batch = _there(context, key)
    failed = tuple(_failing(context, batch, 0, ies))
    if not told_whole(context):
        return Followed(batch, failed, (), None, ())
    log = _log(context.settings.logs.directory, batch.log, lines) if batch.log else ()
    if batch.ended_at is not None:
        return Followed(batch, failed, log, None, ())
    with context.repository.read() as connection:
        runner = batch_holders.runner(connection, context)
        return Followed(batch, failed, log, runner, tuple(batch_holders.slices(connection, context, key)))


def _log(folder: Path, name: str, lines: int) -> tuple[str, ...]:
    """The last lines of the log of a batch, which logrotate renames once."""
    return tuple(tail(folder / name, lines) or tail(folder / f"{name}.1", lines))


def failing(context: Context, key: int, after: int, limit: int) -> list[FailingIe]:
    """The IEs that failed in a batch and did not succeed since, from the one after the key `after` on, in their order.

    What was tried again since is found under the batch that did, or nowhere; the log of the batch keeps all.
    Raises `UsageError` for a batch that there is not.
    """
    return _failing(context, _there(context, key), after, limit)


@repeated
def cancel(context: Context, key: int) -> Batch:
    """Asks this batch to end after the IEs in hand; raises `UsageError` where it has ended already."""
    with acting(context, Act.BATCH_CANCEL, key) as act:
        there = batches.get(act.connection, key)
        if there is None or there.ended_at is not None:
            raise UsageError(f"batch {key} has ended already" if there else f"there is no batch {key}")
        batches.cancel(act.connection, key)
    return there


def _there(context: Context, key: int) -> Batch:
    with context.repository.read() as connection:
        found = batches.get(connection, key)
    if found is None:
        raise UsageError(f"there is no batch {key}")
    return found


def _failing(context: Context, batch: Batch, after: int, limit: int) -> list[FailingIe]:
    if batch.started_at is None:
        return []
    with context.repository.read() as connection:
        found = failures.between(connection, batch.started_at, batch.ended_at, after, limit, context.institutions)
    return [FailingIe(key, formats[0].pid, tuple(formats)) for key, formats in found]
