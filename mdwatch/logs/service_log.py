"""The service log, on standard error: for people on a terminal, JSON otherwise.

Whoever reads it may be gone, its disk full, its pipe never emptied: a line that cannot be written within a second is
left out, and how many were is told by the first that can be.
"""

import json
import logging
import os
import select
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, TextIO

import structlog

_JOURNAL_PRIORITY: Final = {"debug": 7, "info": 6, "warning": 4, "error": 3, "critical": 2}
_PATIENCE_SECONDS: Final = 1.0
_PIECE: Final = 4096  # a pipe or socket that takes anything takes so much (PIPE_BUF)


def configure_service_log(level: str, stream: TextIO | None = None) -> None:
    """Sets up structlog: for people on a terminal, JSON otherwise, with the priority journald wants under systemd."""
    # Python's own logging shall not raise either where standard error is gone; ours cannot.
    logging.raiseExceptions = False
    given = stream if stream is not None else sys.stderr
    output = SafeStream(given)
    processors: list[Any] = [structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True)]
    if output.isatty():
        processors.append(structlog.dev.ConsoleRenderer())
    else:
        processors += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(serializer=_as_json)]
        if "JOURNAL_STREAM" in os.environ:
            processors.append(_with_priority)
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_names: _Logger(output),
        cache_logger_on_first_use=False,
    )


# json.dumps would make an encoder for each line. What JSON has no word for is told as Python would show it.
_ENCODER: Final = json.JSONEncoder(default=repr)


def _as_json(line: dict[str, Any], **_how: Any) -> str:
    return _ENCODER.encode(line)


def _with_priority(_logger: Any, method: str, line: str) -> str:
    return f"<{_JOURNAL_PRIORITY.get(method, 6)}>{line}"


class SafeStream:
    """A stream that takes lines and never raises; those it cannot write are counted in `left_out`."""

    def __init__(self, stream: TextIO | None) -> None:
        self.left_out = 0
        self._stream = stream
        self._descriptor = _descriptor_of(stream)
        self._lock = threading.Lock()
        self._patience = _PATIENCE_SECONDS

    def isatty(self) -> bool:
        """Whether people look at it."""
        try:
            return self._stream is not None and self._stream.isatty()
        except (OSError, ValueError):
            return False

    def write_line(self, text: str) -> None:
        """Writes a line, or leaves it out."""
        self.write_lines([text])

    def write_lines(self, lines: Sequence[str]) -> None:
        """Writes lines, or leaves them out."""
        if not lines:
            return
        with self._lock:
            told = ""
            if self.left_out:
                told = f'{{"event": "log_lines_left_out", "level": "warning", "lines": {self.left_out}}}\n'
            try:
                written = self._write(told + "\n".join(lines) + "\n")
            except (OSError, ValueError):
                written = False
            # Whoever did not answer once is not waited for again before they do.
            self._patience = _PATIENCE_SECONDS if written else 0.0
            self.left_out = 0 if written else self.left_out + len(lines)

    def _write(self, text: str) -> bool:
        if self._descriptor is None:
            if self._stream is None:
                return False
            self._stream.write(text)
            self._stream.flush()
            return True
        data = text.encode("utf-8", "backslashreplace")
        until = time.monotonic() + self._patience
        for start in range(0, len(data), _PIECE):
            piece = data[start : start + _PIECE]
            while piece:
                if not _takes(self._descriptor, max(0.0, until - time.monotonic())):
                    return False
                piece = piece[os.write(self._descriptor, piece) :]
        return True


def _takes(descriptor: int, seconds: float) -> bool:
    """Whether the descriptor can be written to without waiting, within so many seconds."""
    asked = select.poll()
    asked.register(descriptor, select.POLLOUT)
    answers = asked.poll(seconds * 1000)
    return bool(answers) and not answers[0][1] & (select.POLLERR | select.POLLNVAL)


def _descriptor_of(stream: TextIO | None) -> int | None:
    """The descriptor behind a stream; written to directly, for what a stream cannot write it keeps and tries again."""
    try:
        return stream.fileno() if stream is not None else None
    except (OSError, ValueError, AttributeError):
        return None


class _LinesHeld(threading.local):
    """Lines of this thread that are to be written together, with where they go; None while each is written at once."""

    lines: list[tuple[SafeStream, str]] | None = None


_held: Final = _LinesHeld()


@contextmanager
def lines_together() -> Iterator[None]:
    """The lines of this thread are written when this ends: hundreds cost one write then, and not a write each."""
    lines = _held.lines = []
    try:
        yield
    finally:
        _held.lines = None
        for output, of_output in groupby(lines, key=itemgetter(0)):
            output.write_lines([text for _, text in of_output])


class _Logger:
    """What structlog hands finished lines to."""

    def __init__(self, output: SafeStream) -> None:
        self._output = output

    def msg(self, message: str) -> None:
        """Writes a line."""
        if _held.lines is not None:
            _held.lines.append((self._output, message))
        else:
            self._output.write_line(message)

    log = debug = info = warn = warning = error = critical = fatal = failure = exception = msg
