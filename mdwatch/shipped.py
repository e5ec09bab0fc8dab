"""The files that come with the program: sample settings, the unit and what belongs to it, manual pages, completions.

A wheel has them in `mdwatch/share`. In a checkout those that are written by hand lie in `etc` and `systemd`; those that
are made of the code (hatch_build.py) are not there.
"""

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).parent


def read(name: str) -> bytes | None:
    """A file by its name, such as `etc/mdwatch.toml`; None where this is a checkout and it is made for wheels only."""
    inside = _PACKAGE / "share"
    path = (inside if inside.is_dir() else _PACKAGE.parent) / name
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
