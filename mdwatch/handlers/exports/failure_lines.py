"""What the log of a batch says of failures: those of the batch, and those that it is not yet time to try again."""

from datetime import datetime

from mdwatch.handlers.exports.group import GROUP_SIZE
from mdwatch.logs import BatchLog
from mdwatch.model import Batch
from mdwatch.repository.exports import failures
from mdwatch.runtime.context import Context


def text(pid: str, name: str, reason: str) -> str:
    """What is said of a format that an IE could not be exported in."""
    return f"IE {pid} could not be exported as {name}. Reason: {reason}"


def complete(context: Context, batch: Batch, batch_log: BatchLog) -> None:
    """Tells of the failures of the last group, where the process ended between keeping and telling them."""
    most = GROUP_SIZE * len(context.settings.export.formats)
    with context.repository.read() as connection:
        noted = failures.tried(connection, batch.started_at or 0, batch.position, most)
    texts = [text(item.pid, item.format, item.failure.reason) for item in noted]
    for missing in batch_log.complete(texts):
        batch_log.write(context.clock.now(), "ERROR", missing)


def tell_put_off(context: Context, batch: Batch, batch_log: BatchLog) -> None:
    """Failures that it is not yet time to try again are told of all the same."""
    now = context.clock.now()
    with context.repository.read() as connection:
        for item in failures.put_off(connection, now if batch.started_at is None else batch.started_at):
            since = datetime.fromtimestamp(item.failure.since // 1000).astimezone()
            again = datetime.fromtimestamp(item.failure.next_at // 1000).astimezone()
            told = (
                f"IE {item.pid} is still not exported as {item.format}: failed {item.failure.tries} times since "
                f"{since:%Y-%m-%d %H:%M:%S}, to be tried again from {again:%Y-%m-%d %H:%M:%S}. "
                f"Reason: {item.failure.reason}"
            )
            batch_log.write(now, "WARN", told)
