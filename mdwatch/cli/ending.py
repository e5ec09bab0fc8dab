"""The end of the process: at once when all is done, for to take every module apart again lasts a tenth of a command."""

import atexit
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


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
        os._exit(statuses[0])

    atexit.register(leave)
    try:
        yield
    except SystemExit as ended:
        if ended.code is None or isinstance(ended.code, int):
            statuses.append((ended.code or 0) & 0xFF)
        raise
