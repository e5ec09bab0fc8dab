"""The log of a batch is told what the repository has of it: each line once, whoever runs the batch, and on which host.

What is to be said is kept with what it is about, in one transaction (`repository.batch_lines`); whoever runs the batch
copies it into the log. Whoever takes the batch up makes the log anew from all of that.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from mdwatch.logs import BatchLog
from mdwatch.model import Batch
from mdwatch.repository import batch_lines, batches
from mdwatch.repository.batch_lines import BatchLine
from mdwatch.repository.exports import failures
from mdwatch.runtime.context import Context
from mdwatch.runtime.lease import Lease


class Teller:
    """Copies the lines of a batch into its log; used by whoever runs the batch, alone."""

    def __init__(self, context: Context, batch: Batch, batch_log: BatchLog, told: int = 0) -> None:
        """`told` is the key of the last line that the log has."""
        self._context = context
        self._batch = batch.id
        self._log = batch_log
        self._told = told

    def tell(self, connection: Connection, hold: Lease) -> None:
        """Writes what came since, if the batch is still ours to tell of; raises `JobBusy` where it is not."""
        for number, (key, line) in enumerate(batch_lines.after(connection, self._batch, self._told)):
            if number == 0:
                hold.ensure(asked=True)
            self._log.write(*line)
            self._told = key

    def close(self) -> None:
        """Lets the log go."""
        self._log.close()


def taken_up(context: Context, batch: Batch) -> Teller:
    """The log of a batch that was begun, made anew; one that an earlier version left, without any lines, is kept."""
    path = _path(context, batch)
    last = 0

    def lines() -> Iterator[BatchLine]:
        nonlocal last
        for last, line in batch_lines.after(connection, batch.id, 0):  # noqa: B007 - told to the outside
            yield line

    with context.repository.read() as connection:
        if not batch_lines.any_of(connection, batch.id):
            return Teller(context, batch, BatchLog(path))
        batch_log = BatchLog.anew(path, lines())
    # One that could not be written yet has none of them.
    return Teller(context, batch, batch_log, last if batch_log.is_open else 0)


def complete_ended(context: Context) -> None:
    """Makes the logs of batches that ended complete, where whoever ended one did not come to tell of it."""
    with context.repository.read() as connection:
        ended = [batches.get(connection, key) for key in batch_lines.of_ended(connection)]
    for batch in ended:
        if batch is not None:
            taken_up(context, batch).close()
            forget(context, batch)


def forget(context: Context, batch: Batch) -> None:
    """The batch has ended, and its log has all there is to say."""
    context.repository.carry_out(lambda connection: batch_lines.forget(connection, batch.id))


def failure(pid: str, name: str, reason: str) -> str:
    """What is said of a format that an IE could not be exported in."""
    return f"IE {pid} could not be exported as {name}. Reason: {reason}"


def put_off(connection: Connection, batch: Batch, now: int) -> Iterator[BatchLine]:
    """Failures that it is not yet time to try again are told of all the same."""
    for item in failures.put_off(connection, now if batch.started_at is None else batch.started_at):
        since = datetime.fromtimestamp(item.failure.since // 1000).astimezone()
        again = datetime.fromtimestamp(item.failure.next_at // 1000).astimezone()
        text = (
            f"IE {item.pid} is still not exported as {item.format}: failed {item.failure.tries} times since "
            f"{since:%Y-%m-%d %H:%M:%S}, to be tried again from {again:%Y-%m-%d %H:%M:%S}. "
            f"Reason: {item.failure.reason}"
        )
        yield BatchLine(now, "WARN", text)


def _path(context: Context, batch: Batch) -> Path:
    return context.settings.logs.directory / (batch.log or f"export_batch_{batch.id}.log")
