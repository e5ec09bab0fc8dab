"""The end of a command; and of its process, at once: to take every module apart again lasts a tenth of a command."""

import atexit
import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Final

import click

_ENDING: Final = (signal.SIGTERM, signal.SIGHUP)  # Ctrl-C is Python's own.
_CONNECTIONS: Final = "sqlalchemy.pool.impl.QueuePool"  # what tells of those that could not be given back


class EndedBySignal(KeyboardInterrupt):
    """Somebody has the process end, by a signal of this number: as by Ctrl-C, what is in hand is let go in order."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number: Final = number


def _end(number: int, _frame: FrameType | None) -> None:
    # Who sends it again does not wait for that.
    signal.signal(number, signal.SIG_DFL)
    raise EndedBySignal(number)


def heed_signals() -> None:
    """Has the signals that end a process do so in order; those that are ignored, as by nohup, stay so."""
    for number in _ENDING:
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _end)


@contextmanager
def cut_short() -> Iterator[None]:
    """Tells of a command that ends in the middle; of both ways click says no more than that it did.

    Raises `click.exceptions.Exit` of an interrupted one, with the status that shells know, and `RuntimeError` where
    data ended too early, for the traceback: questions see to their own, but a module whose file was cut off ends so.
    """
    logging.getLogger(_CONNECTIONS).addFilter(_is_no_interruption)
    try:
        yield
    except KeyboardInterrupt as interruption:
        number = interruption.number if isinstance(interruption, EndedBySignal) else signal.SIGINT
        # Nobody may be there any more to be told.
        with suppress(OSError):
            # Behind what the terminal shows of the keys.
            click.echo("\nmdwatch: interrupted; what was done stands", err=True)
        raise click.exceptions.Exit(128 + number) from None
    except EOFError as error:
        raise RuntimeError("data ended too early") from error


def _is_no_interruption(record: logging.LogRecord) -> bool:
    """Whether it tells of anything but Ctrl-C, which may come while a connection is being given back."""
    return not (record.exc_info and isinstance(record.exc_info[1], KeyboardInterrupt))


@contextmanager
def at_once() -> Iterator[None]:
    """Has the process end with the status that is raised here as soon as threads and whatever is left to exit are done.

    What is registered with `atexit` is done last come, first: this is the last of what comes after it. A fault that
    nobody caught, a message in place of a status and streams that do not take what was printed are left to Python.
    """
    statuses: list[int] = []

    def leave() -> None:
        if not statuses:
            return
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except (OSError, ValueError):
            return
        if statuses[0] - 128 in _ENDING:
            # Whoever sent it, such as systemd, is to see what the process died of.
            os.kill(os.getpid(), statuses[0] - 128)
        os._exit(statuses[0])

    atexit.register(leave)
    try:
        yield
    except SystemExit as ended:
        if ended.code is None or isinstance(ended.code, int):
            statuses.append((ended.code or 0) & 0xFF)
        raise
