"""What is to be written to the store beyond the database, and when it is tried again. Pure: counters, never clocks.

An object has one version for each version of its IE, and one for each change of its facts that was seen. What is in the
store is never rewritten: where it and the database tell different histories, nothing is written and somebody is told.
"""

from typing import Final, NamedTuple

AT_ONCE: Final = 50  # versions of one IE that are written before others have their turn
BEHIND_SECONDS: Final = 3_600.0  # for how long work may be left before somebody is told
_FIRST_PAUSE: Final = 60_000  # milliseconds, doubled with each try
_LONGEST_PAUSE: Final = 86_400_000


class MissingVersions(NamedTuple):
    """What is missing in an object: these versions of the IE, and then its facts; or why nothing may be written."""

    versions: range
    facts: bool
    conflict: str = ""


def missing(kept: int | None, version: int, *, same_facts: bool, same_origin: bool) -> MissingVersions:
    """What an object lacks. `kept` is the IE's version that it has, None where there is no object.

    `same_origin`: that version came about in the store as in the database; where the database does not reach so far, it
    cannot be told and does not matter.
    """
    if kept is None:
        return MissingVersions(range(1, version + 1), facts=False)
    if kept > version:
        why = f"the store has version {kept} of it, and the database version {version} only"
        return MissingVersions(range(0), facts=False, conflict=f"{why}; was an older database put back?")
    if not same_origin:
        why = f"version {kept} of it came about otherwise in the store than in the database"
        return MissingVersions(range(0), facts=False, conflict=f"{why}; was another database put in its place?")
    return MissingVersions(range(kept + 1, version + 1), facts=not same_facts)


def next_try(tries: int, now: int) -> int:
    """When an IE that could not be kept is tried again, in milliseconds; `tries` so far."""
    pause: int = _FIRST_PAUSE << min(max(tries - 1, 0), 20)
    return now + min(pause, _LONGEST_PAUSE)
