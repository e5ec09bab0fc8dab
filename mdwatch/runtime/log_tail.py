"""The end of a log, read from its end: logs grow long, and whoever shows them asks often."""

import os
from pathlib import Path
from typing import Final

_BYTES_A_LINE: Final = 400  # a guess, high enough for most; a tail of long lines is shorter


def tail(path: Path, lines: int) -> list[str]:
    """The last whole lines of a log, none where there is no log or it cannot be read."""
    if not path.is_file():
        # A pipe would have us wait, and a device has no end.
        return []
    try:
        with path.open("rb") as file:
            start = max(os.fstat(file.fileno()).st_size - lines * _BYTES_A_LINE, 0)
            file.seek(start)
            data = file.read()
    except OSError:
        return []
    # The last one is still being written, or empty.
    found = data.decode("utf-8", "replace").split("\n")[:-1]
    if start > 0:
        del found[:1]
    return found[-lines:] if lines else []
