"""The log of one batch of exports, `export_YYYY-MM-DDTHH-MM-SS.log` in the logs directory (local time).

It is there from the first moment, and its lines are written whole; where it cannot be written, the batch goes on and
the service log says so.

The repository has its lines, too, until the batch has ended. Whoever takes a batch up puts a new file in its place,
made from them: so a line that was cut short is none, and a process that wakes up late, the batch being another's by
then, writes into a file that nobody sees any more.
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from itertools import count
from pathlib import Path

import structlog

from mdwatch.formats import job_log as grammar
from mdwatch.formats.printable import escape
from mdwatch.logs import appending

_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC


class BatchLog:
    """The log of one batch, open until it is closed."""

    def __init__(self, path: Path, descriptor: int = -1) -> None:
        """Names the log; opened when it is written to, where it is not open."""
        self.path = path
        self._descriptor = descriptor

    @classmethod
    def begin(cls, directory: Path, at: int) -> "BatchLog":
        """A new log named by this moment in milliseconds, or the second of that name."""
        stem = f"export_{appending.local(at):%Y-%m-%dT%H-%M-%S}"
        for number in count(1):
            path = directory / (f"{stem}.log" if number == 1 else f"{stem}_{number}.log")
            try:
                return cls(path, os.open(path, _FLAGS | os.O_EXCL, 0o640))
            except FileExistsError:
                continue
            except OSError as error:
                _not_written(path, error)
                return cls(path)
        raise AssertionError("there is always another number")

    @classmethod
    def anew(cls, path: Path, lines: Iterable[tuple[int, str, str]]) -> "BatchLog":
        """A log of these lines (moment in milliseconds, level, text) in place of the one at the path."""
        beside = path.with_name(f".{path.name}.{os.getpid()}.new")
        made = cls(path)
        try:
            # What an earlier try left is no log of anybody's.
            beside.unlink(missing_ok=True)
            made._descriptor = os.open(beside, _FLAGS | os.O_EXCL, 0o640)
            for line in lines:
                appending.write_all(made._descriptor, _encoded(*line))
            beside.rename(path)
        except OSError as error:
            made.close()
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            _not_written(path, error)
        return made

    def write(self, at: int, level: str, text: str) -> None:
        """Appends one line."""
        try:
            if self._descriptor < 0:
                self._descriptor = os.open(self.path, _FLAGS, 0o640)
            appending.write_all(self._descriptor, _encoded(at, level, text))
        except OSError as error:
            _not_written(self.path, error, text)

    @property
    def is_open(self) -> bool:
        """Whether it is there to be written to, as far as anybody tried."""
        return self._descriptor >= 0

    def close(self) -> None:
        """Lets the file go."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _encoded(at: int, level: str, text: str) -> bytes:
    return appending.encoded(grammar.line(appending.stamp(at), level, escape(text)))


def _not_written(path: Path, error: OSError, line: str | None = None) -> None:
    structlog.get_logger().error("batch_log_not_written", path=str(path), reason=str(error), line=line)
