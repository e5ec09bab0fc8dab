"""The log of one batch of exports, `export_YYYY-MM-DDTHH-MM-SS.log` in the logs directory (local time).

It is there from the first moment, and its lines are written whole; where it cannot be written, the batch goes on and
the service log says so.
"""

import os
from collections.abc import Iterable
from itertools import count
from pathlib import Path

import structlog

from mdwatch.formats import job_log as grammar
from mdwatch.formats.printable import escape
from mdwatch.logs import appending


class BatchLog:
    """The log of one batch."""

    def __init__(self, path: Path) -> None:
        """Names the log."""
        self.path = path

    @classmethod
    def begin(cls, directory: Path, at: int) -> "BatchLog":
        """A new log named by this moment in milliseconds, or the second of that name."""
        stem = f"export_{appending.local(at):%Y-%m-%dT%H-%M-%S}"
        for number in count(1):
            path = directory / (f"{stem}.log" if number == 1 else f"{stem}_{number}.log")
            try:
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640))
            except FileExistsError:
                continue
            except OSError as error:
                _not_written(path, error)
            return cls(path)
        raise AssertionError("there is always another number")

    def write(self, at: int, level: str, text: str) -> None:
        """Appends one line."""
        self._append(appending.encoded(grammar.line(appending.local(at), level, escape(text))), text)

    def complete(self, texts: Iterable[str]) -> list[str]:
        """Those of the texts that no line of the log has yet; a last line that was cut short is ended."""
        missing = {appending.encoded(escape(text)): text for text in texts}
        last = b"\n"
        try:
            with self.path.open("rb") as file:
                for last in file:
                    if last.endswith(b"\n"):
                        missing.pop(last.rstrip(b"\n").split(b"   ", 2)[-1], None)
        except OSError as error:
            _not_written(self.path, error)
        if not last.endswith(b"\n"):
            self._append(b"\n")
        return list(missing.values())

    def _append(self, data: bytes, text: str | None = None) -> None:
        try:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
            try:
                appending.write_all(descriptor, data)
            finally:
                os.close(descriptor)
        except OSError as error:
            _not_written(self.path, error, text)


def _not_written(path: Path, error: OSError, line: str | None = None) -> None:
    structlog.get_logger().error("batch_log_not_written", path=str(path), reason=str(error), line=line)
