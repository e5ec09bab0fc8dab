"""A log that was compressed after it was rotated away; read only where a line is looked for in it."""

import bz2
import gzip
import lzma
import zlib
from pathlib import Path
from typing import Final

_UNPACK: Final = {".gz": gzip.decompress, ".bz2": bz2.decompress, ".xz": lzma.decompress}


def unpacked(path: Path) -> bytes:
    """All that it holds; raises `OSError`, also for a broken one."""
    try:
        return _UNPACK[path.suffix](path.read_bytes())
    except (EOFError, ValueError, zlib.error, lzma.LZMAError) as error:
        raise OSError(f"{path}: {error}") from error
