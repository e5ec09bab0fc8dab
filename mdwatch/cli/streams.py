"""Standard input, output and error, where whoever called closed them."""

import os
import sys
from pathlib import Path


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
