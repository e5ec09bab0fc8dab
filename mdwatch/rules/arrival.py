"""Which entries of a drop folder are taken, and why the others are left lying (design section 4, sighted)."""

import re
from collections.abc import Iterable
from enum import Enum
from fnmatch import translate
from functools import lru_cache
from typing import Final

DEFAULT_INCLUDE: Final = ("*.xml", "*.XML")

# Names under which copy tools, editors and sync clients keep what is not finished.
TEMPORARY: Final = (
    "*~", "~$*", "#*#", "~syncthing~*", "*.camelLock", "*.PROCESSING",
    "*.part", "*.partial", "*.filepart", "*.tmp", "*.temp", "*.crdownload", "*.download", "*.swp", "*.lock",
    "*.writing",
)  # fmt: skip

# Folders that belong to the job itself.
OWN_FOLDERS: Final = ("done", "error")


class EntryType(Enum):
    """What an entry of the folder is; links are never followed."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    OTHER = "other"


class _Names:
    """Names that one of some patterns fits; a large folder asks this of every one, and most patterns are mere ends."""

    def __init__(self, patterns: Iterable[str]) -> None:
        ends = {pattern for pattern in patterns if _MERE_END.fullmatch(pattern)}
        self._ends = tuple(pattern[1:] for pattern in ends)
        others = [translate(pattern) for pattern in patterns if pattern not in ends]
        self._others = re.compile("|".join(others)) if others else None

    def has(self, name: str) -> bool:
        """Whether this is one of them; without patterns none is."""
        return name.endswith(self._ends) or (self._others is not None and self._others.match(name) is not None)


_MERE_END: Final = re.compile(r"\*[^*?\[]*")
_any_of = lru_cache(_Names)


_TEMPORARY_NAMES: Final = _Names(TEMPORARY)


def is_hidden(name: str) -> bool:
    """Whether the name starts with a dot: of a file that is never taken, so that nobody need be woken for it."""
    return name.startswith(".")


_NO_FILES: Final = {
    EntryType.FOLDER: "a folder",
    EntryType.LINK: "a symbolic link; drop the file itself",
    EntryType.OTHER: "not a regular file",
}


def why_ignored(name: str, entry: EntryType, include: Iterable[str]) -> str | None:
    """Why the entry is not taken, or None where it is."""
    if entry is not EntryType.FILE:
        return "the job's own folder" if entry is EntryType.FOLDER and name in OWN_FOLDERS else _NO_FILES[entry]
    if is_hidden(name):
        return "a hidden or temporary name (it starts with a dot)"
    if _TEMPORARY_NAMES.has(name):
        return "a temporary name; rename it when it is complete"
    if not _any_of(tuple(include)).has(name):
        return f"its name matches none of the job's include patterns ({', '.join(include)})"
    return None
