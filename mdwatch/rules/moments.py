"""Moments that were kept and are read again: which of them can be believed.

Clocks are set: one that was years ahead leaves moments behind that would hold everything up until they come true. So
a kept moment that lies in the future, beyond the little that clocks are corrected by, is as if it were not there.
"""

from typing import Final

AHEAD_SECONDS: Final = 300  # how far ahead a kept moment may lie and still be believed


def believed(kept: int | None, now: int) -> int | None:
    """The moment, or None where there is none, or none that can be believed; all in milliseconds since 1970 UTC."""
    return None if kept is None or kept > now + AHEAD_SECONDS * 1000 else kept


def has_come(planned: int, now: int, longest: int) -> bool:
    """Whether a moment that was planned at most `longest` milliseconds ahead has come.

    One that lies further ahead was planned by a clock that was: it counts as come.
    """
    return planned <= now or planned > now + longest + AHEAD_SECONDS * 1000


def holds_until(until: int, now: int, length: int) -> bool:
    """Whether something that was taken for `length` milliseconds, and ends at `until`, still holds now.

    Nobody can have taken it for longer: where it seems so, the clock was ahead when it was taken.
    """
    return now < until <= now + length + AHEAD_SECONDS * 1000
