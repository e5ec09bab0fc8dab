"""What ends a command that no code of ours foresaw, in a line of words: what the system refused, or the caller gave."""

import os
import sys
from pathlib import Path
from traceback import walk_tb
from typing import Final, NamedTuple

from mdwatch.errors import in_words
from mdwatch.formats.printable import escape
from mdwatch.handlers.updates import remedies


class CommandFault(NamedTuple):
    """What to tell, and the exit status."""

    words: str
    status: int


def of(error: Exception) -> CommandFault | None:
    """That of an exception; None where it is a fault of ours, whose traceback is wanted."""
    if isinstance(error, UnicodeEncodeError) and error.reason == "surrogates not allowed":
        # Python reads each byte of the command line that is no UTF-8 as half a character.
        return CommandFault(
            f"'{escape(error.object[:100])}' is not UTF-8; only names of files may be something else", 2
        )
    if isinstance(error, RuntimeError) and str(error) == "can't start new thread":
        limits = "the limits of processes (ulimit -u) and tasks (TasksMax of systemd, pids of a container)"
        return CommandFault(f"the system lets it start no further thread; look at {limits}", 1)
    return CommandFault(_of_system(error), 1) if isinstance(error, OSError) else None


def _of_system(error: OSError) -> str:
    """Of standard output, or the folder that the command was called in, no error says that it is about them.

    What could not be printed is let go of, so that the end of the process does not stumble over it again.
    """
    if _is_of_output(error):
        descriptor = os.open(os.devnull, os.O_WRONLY)
        os.dup2(descriptor, sys.stdout.fileno())
        os.close(descriptor)
        return f"standard output takes no more of what is told: {in_words(error)}"
    return _GONE if isinstance(error, FileNotFoundError) and _is_gone() else remedies.of_means(error)


def _is_of_output(error: OSError) -> bool:
    """Whether standard output is in trouble: something in it cannot be let go, or it refused to take it at once."""
    try:
        sys.stdout.flush()
    except OSError:
        return True
    # Nothing is kept back where Python does not buffer (PYTHONUNBUFFERED): what prints is what raised.
    frames = [frame for frame, _ in walk_tb(error.__traceback__)]
    return bool(frames) and str(frames[-1].f_globals.get("__name__")).startswith("click.")


_GONE: Final = "the folder that it is called in is there no more; go to another one, or give whole paths"


def _is_gone() -> bool:
    try:
        Path.cwd()
    except FileNotFoundError:
        return True
    return False
