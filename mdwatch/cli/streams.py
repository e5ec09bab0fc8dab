"""Standard input, output and error, where whoever called closed them or they take no more; and the folder it is in."""

import os
import sys
from pathlib import Path

from mdwatch.errors import in_words


def open_all() -> None:
    """Has descriptors 0 to 2, and Python's streams of them, be something.

    A file of ours that got the number of one would be written to in its place, and what prints would fail.
    """
    descriptor = os.open(os.devnull, os.O_RDWR)
    while descriptor <= 2:
        os.set_inheritable(descriptor, True)
        descriptor = os.open(os.devnull, os.O_RDWR)
    os.close(descriptor)
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - for as long as the process lives
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115


def fault(error: OSError) -> str:
    """What kept a command from its end, in words: of standard output or the folder it was called in no error says so.

    What could not be printed is let go of, so that the end of the process does not stumble over it again.
    """
    try:
        sys.stdout.flush()
    except OSError:
        descriptor = os.open(os.devnull, os.O_WRONLY)
        os.dup2(descriptor, sys.stdout.fileno())
        os.close(descriptor)
        return f"standard output takes no more of what is told: {in_words(error)}"
    try:
        Path.cwd()
    except FileNotFoundError:
        return "the folder that it is called in is there no more; go to another one, or give whole paths"
    return in_words(error)
