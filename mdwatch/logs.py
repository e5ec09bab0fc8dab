"""The logs: a job log each job, that operators tail, a log each batch of exports, and the service log.

A job log has one line a file and one a run, in the form of the "Rosetta Update Metadata Job":

    Mon Dec 28 05:44:00 IST 2015   INFO   IE IE3129 has been successfully updated

Lines are written whole, in the order of the journal, and each exactly once, whatever crash or rotation comes between:
the journal remembers where the log stood before the lines of its open rows, and `JobLog.since` tells which of them
made it to the disk.
"""

import os
import sys
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any, Final, TextIO

import structlog

from mdwatch.formats.printable import escape
from mdwatch.model import RunStatus
from mdwatch.rules.codes import MEANINGS, Code, Effect

_LEVELS: Final = {
    Effect.UPDATE: "INFO",
    Effect.SKIP: "INFO",
    Effect.WARNING: "WARN",
    Effect.ERROR: "ERROR",
    Effect.ABORT: "ERROR",
}
_LAST_LINES: Final = {
    RunStatus.SUCCESS: "Job completed successfully",
    RunStatus.WARNINGS: "Job completed with Warnings",
    RunStatus.ERROR: "Job completed with Errors",
}


def _line(at: int, level: str, text: str) -> str:
    """One line of a job log; `at` in milliseconds since 1970 UTC, shown in the local zone."""
    return f"{_moment(at // 1000, time.tzname)}   {level}   {text}\n"


@lru_cache(maxsize=16)
def _moment(second: int, _zone: tuple[str, str]) -> str:
    """A second as the job log writes it; many lines share one."""
    return f"{datetime.fromtimestamp(second).astimezone():%a %b %d %H:%M:%S %Z %Y}"


def file_line(at: int, code: Code, pid: str | None, name: str, reason: str) -> str:
    """The line of one file."""
    name = escape(name)
    level = _LEVELS[MEANINGS[code].effect]
    if code is Code.UPDATED:
        return _line(at, level, f"IE {pid} has been successfully updated")
    if code is Code.INVALID_XML:
        text = f"IE could not be updated, XML is not well-formed or invalid. File name is {name}"
    else:
        text = f"IE {pid} was not updated. Reason: {escape(reason)}. File name is {name}"
    return _line(at, level, text)


def notice_line(at: int, pid: str | None, notice: str) -> str:
    """What is to be known of an update besides that it was made."""
    return _line(at, "INFO", f"IE {pid}: {escape(notice)}")


def unread_line(at: int, name: str, reason: str) -> str:
    """The line of a file that could not be read and stays in the drop folder."""
    return _line(at, "WARN", f"IE could not be updated. Reason: {escape(reason)}. File name is {escape(name)}")


def last_line(at: int, status: RunStatus, reason: str | None) -> str:
    """The line that ends a run."""
    if status is RunStatus.ABORTED:
        return _line(at, "ERROR", f"Job aborted. Reason: {escape(reason or '')}")
    return _line(at, "INFO", _LAST_LINES[status])


class JobLog:
    """The log of one job, `JOB.log` in the logs directory; reopened when it was rotated."""

    def __init__(self, directory: Path, job: str) -> None:
        """Names the log; nothing is opened before the first use."""
        self.path = directory / f"{job}.log"
        self._descriptor = -1

    def close(self) -> None:
        """Lets the descriptor go."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def position(self) -> tuple[int, int]:
        """Where the next line will go: inode and offset of the log. Raises `OSError`."""
        state = os.fstat(self._open())
        return state.st_ino, state.st_size

    def write(self, lines: Iterable[str]) -> None:
        """Appends lines in one write, so that whoever tails sees whole lines only. Raises `OSError`."""
        self._append(_encoded("".join(lines)))

    def _append(self, data: bytes) -> None:
        descriptor = self._open()
        while data:
            data = data[os.write(descriptor, data) :]

    def complete(self, inode: int, offset: int, lines: Sequence[str]) -> None:
        """Appends those of the lines that did not make it into the log after the given position. Raises `OSError`."""
        present = self.since(inode, offset)
        left = [_encoded(line) for line in lines]
        *whole, torn = present.split(b"\n")
        for line in whole:
            if left and left[0] == line + b"\n":
                del left[0]
        if torn:
            # A line cut short: by a power failure or a full disk. It is ours if it begins like ours.
            left = [left[0][len(torn) :], *left[1:]] if left and left[0].startswith(torn) else [b"\n", *left]
        self._append(b"".join(left))

    def since(self, inode: int, offset: int) -> bytes:
        """What was written after a position, also into a log that was rotated away since. Raises `OSError`."""
        current = self._open()
        state = os.fstat(current)
        if state.st_ino == inode and state.st_size >= offset:
            return _read_from(self.path, offset)
        rotated = [(path, path.stat()) for path in self.path.parent.glob(f"{self.path.name}?*")]
        if state.st_ino == inode:
            # A log that shrank was rotated by copying and truncating it; the newest copy has what it had.
            copies = [(found.st_mtime_ns, path) for path, found in rotated if found.st_size >= offset]
            before = [max(copies)[1]] if copies else []
        else:
            before = [path for path, found in rotated if found.st_ino == inode]
        parts = [_read_from(path, offset) for path in before]
        # A line cut short by a rotation cannot be completed any more: it ends there.
        ended = (part + b"\n" if part and not part.endswith(b"\n") else part for part in parts)
        return b"".join(ended) + _read_from(self.path, 0)

    def tail(self, lines: int) -> list[str]:
        """The last lines of the log, none where there is no log."""
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return []
        return data.decode("utf-8", "replace").splitlines()[-lines:]

    def _open(self) -> int:
        """The descriptor of the log that is at the path now."""
        if self._descriptor >= 0:
            try:
                there = self.path.stat()
                mine = os.fstat(self._descriptor)
                if (there.st_dev, there.st_ino) == (mine.st_dev, mine.st_ino):
                    return self._descriptor
            except FileNotFoundError:
                pass
            self.close()
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        self._descriptor = os.open(self.path, flags, 0o640)
        return self._descriptor


class BatchLog:
    """The log of one batch of exports, `export_YYYY-MM-DDTHH-MM-SS.log` in the logs directory (local time).

    It is there from the first moment, and its lines are written whole; where it cannot be written, the batch goes on
    and the service log says so.
    """

    def __init__(self, path: Path) -> None:
        """Names the log."""
        self.path = path

    @classmethod
    def begin(cls, directory: Path, at: int) -> "BatchLog":
        """A new log named by this moment in milliseconds, or the second of that name."""
        stem = f"export_{datetime.fromtimestamp(at // 1000):%Y-%m-%dT%H-%M-%S}"  # noqa: DTZ006
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
        self._append(_encoded(_line(at, level, escape(text))), text)

    def complete(self, texts: Iterable[str]) -> list[str]:
        """Those of the texts that no line of the log has yet; a last line that was cut short is ended."""
        missing = {_encoded(escape(text)): text for text in texts}
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
                while data:
                    data = data[os.write(descriptor, data) :]
            finally:
                os.close(descriptor)
        except OSError as error:
            _not_written(self.path, error, text)


def _not_written(path: Path, error: OSError, line: str | None = None) -> None:
    structlog.get_logger().error("batch_log_not_written", path=str(path), reason=str(error), line=line)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def _read_from(path: Path, offset: int) -> bytes:
    with path.open("rb") as file:
        file.seek(offset)
        return file.read()


_JOURNAL_PRIORITY: Final = {"debug": 7, "info": 6, "warning": 4, "error": 3, "critical": 2}


def configure_service_log(level: str, stream: TextIO | None = None) -> None:
    """Sets up structlog: for people on a terminal, JSON otherwise, with the priority journald wants under systemd."""
    stream = stream or sys.stderr
    processors: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if stream.isatty():
        processors.append(structlog.dev.ConsoleRenderer())
    else:
        processors += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=True)]
        if "JOURNAL_STREAM" in os.environ:
            processors.append(_with_priority)
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )


def _with_priority(_logger: Any, method: str, line: str) -> str:
    return f"<{_JOURNAL_PRIORITY.get(method, 6)}>{line}"
