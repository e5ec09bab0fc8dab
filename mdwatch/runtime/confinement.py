"""A process in which one call at a time is made under limits of memory and processor time, and which may die of it.

What a hostile document can do to a parser ends there: the caller is told, and goes on.
"""

import resource
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from mdwatch.runtime.piped import Piped
from mdwatch.runtime.processes import end_with_parent

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

# For one file: the caps on it are such that it takes a twentieth of the time, and a fifth of the memory.
SECONDS: Final = 20
MEGABYTES: Final = 512
# Bytes. What a document of this size can hold is read in tenths of a second, by any process.
SMALL: Final = 1 << 17
_STATM: Final = Path("/proc/self/statm")

Given = TypeVar("Given")
Result = TypeVar("Result")


class Died(Exception):
    """The call did not come to an end; its text says why, of the call. `certain`: nobody outside did it."""

    def __init__(self, why: str, *, certain: bool) -> None:
        super().__init__(why)
        self.certain = certain


class Confinement:
    """The process, started by the first call and again by the one after a death.

    `begin` is called in it first, with its arguments. All functions are those of a module, and arguments and results go
    from process to process.
    """

    def __init__(
        self,
        begin: Callable[..., object],
        arguments: tuple[Any, ...],
        *,
        megabytes: int = MEGABYTES,
        seconds: int = SECONDS,
    ) -> None:
        self._megabytes = megabytes
        self._seconds = seconds
        self._piped = Piped(_serve, begin, arguments, megabytes, seconds, preload=[begin.__module__])

    def call(self, function: Callable[[Given], Result], given: Given) -> Result:
        """What the function makes of the argument there; raises `Died`."""
        connection, process = self._piped.started()
        from multiprocessing.connection import wait as wait_for  # noqa: PLC0415

        try:
            connection.send((function, given))
            wait_for([connection, process.sentinel])
            known, result = connection.recv()
        except (EOFError, OSError):
            raise self._death(process) from None
        if not known:
            self.close()
            raise Died(f"it takes more than {self._megabytes} MB of memory to read", certain=True)
        return result  # type: ignore[no-any-return]

    def close(self) -> None:
        """Ends the process, whatever it is at."""
        self._piped.close()

    def _death(self, process: "BaseProcess") -> Died:
        """Why the process ended."""
        process.join()
        code = process.exitcode or 0
        self.close()
        if code == -signal.SIGXCPU:
            return Died(f"it takes more than {self._seconds} seconds of processor time to read", certain=True)
        if code == -signal.SIGKILL:
            return Died("the process that read it was killed, perhaps for want of memory", certain=False)
        with suppress(ValueError):
            return Died(f"the process that read it crashed ({signal.Signals(-code).name})", certain=True)
        return Died(f"the process that read it ended (exit status {code})", certain=True)


def limit_memory(megabytes: int = MEGABYTES) -> None:
    """Lets this process have so much memory more than it has now, and leave no image of itself where it crashes."""
    has = int(_STATM.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    _lower(resource.RLIMIT_AS, has + (megabytes << 20))
    _lower(resource.RLIMIT_CORE, 0)


_limited = 0  # seconds of processor time that this process may have


def limit_time(seconds: int = SECONDS) -> None:
    """Lets this process have so much processor time from now on."""
    global _limited  # noqa: PLW0603
    until = int(time.process_time()) + 1 + seconds
    # Whole seconds are all that the kernel knows, and most calls are over long before the next one.
    if until != _limited:
        _lower(resource.RLIMIT_CPU, until)
        _limited = until


def _lower(limit: int, value: int) -> None:
    """Sets the soft limit, where the hard one allows it."""
    hard = resource.getrlimit(limit)[1]
    resource.setrlimit(limit, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _serve(
    connection: "Connection", begin: Callable[..., object], arguments: tuple[Any, ...], megabytes: int, seconds: int
) -> None:
    """What the process does: one call after the other, until nobody calls any more."""
    end_with_parent()
    begin(*arguments)
    limit_memory(megabytes)
    # Where whoever called left an answer unread, the end of the pipe comes as a reset.
    with suppress(EOFError, ConnectionError):
        while True:
            function, given = connection.recv()
            limit_time(seconds)
            try:
                connection.send((True, function(given)))
            except MemoryError:
                connection.send((False, None))
