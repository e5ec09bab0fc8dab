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


@lru_cache
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """One expression for all of them, for a large folder asks this of every name; without patterns nothing fits."""
    return re.compile("|".join(map(translate, patterns)) if patterns else "(?!)")


_IS_TEMPORARY: Final = _any_of(TEMPORARY)


def is_hidden(name: str) -> bool:
    """Whether the name starts with a dot: of a file that is never taken, so that nobody need be woken for it."""
    return name.startswith(".")


def why_ignored(name: str, entry: EntryType, include: Iterable[str]) -> str | None:
    """Why the entry is not taken, or None where it is."""
    if entry is EntryType.FOLDER:
        return "a folder" if name not in OWN_FOLDERS else "the job's own folder"
    if entry is EntryType.LINK:
        return "a symbolic link; drop the file itself"
    if entry is EntryType.OTHER:
        return "not a regular file"
    if is_hidden(name):
        return "a hidden or temporary name (it starts with a dot)"
    if _IS_TEMPORARY.match(name):
        return "a temporary name; rename it when it is complete"
    if not _any_of(tuple(include)).match(name):
        return f"its name matches none of the job's include patterns ({', '.join(include)})"
    return None
