"""Faults of calls on open descriptors, told with where they were: the system names no file in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def where(path: Path) -> Iterator[None]:
    """Has a fault of the disk tell this path, if it tells none itself."""
    try:
        yield
    except OSError as error:
        if error.filename is not None or error.errno is None:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error
