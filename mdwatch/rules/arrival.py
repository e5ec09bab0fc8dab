"""Which entries of a drop folder are taken, and why the others are left lying (design section 4, sighted)."""

import re
from collections.abc import Iterable
from enum import Enum
from fnmatch import fnmatchcase, translate
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


# One expression, for a large folder asks this of every name.
_IS_TEMPORARY: Final = re.compile("|".join(translate(pattern) for pattern in TEMPORARY))


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
    if not any(fnmatchcase(name, pattern) for pattern in include):
        return f"its name matches none of the job's include patterns ({', '.join(include)})"
    return None
