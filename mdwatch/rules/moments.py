"""Moments that were kept and are read again: which of them can be believed.

Clocks are set: one that was years ahead leaves moments behind that would hold everything up until they come true. So
a kept moment that lies in the future, beyond the little that clocks are corrected by, is as if it were not there.
"""

from typing import Final

NOTED_SECONDS: Final = 60  # within which a moment that passes is noted, as long as anybody is told of it
BEHIND_DAYS: Final = 30  # how far a clock may be set back and what was noted before still be believed
AHEAD_SECONDS: Final = 300  # how far ahead a kept moment may lie and still be believed
_DAY: Final = 86_400_000  # milliseconds
_SELDOM: Final = 10_000  # of them; several daemons note into the same row


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


def not_told_yet(now: int, noted: int | None, ahead: int | None) -> int:
    """The moment for what is new to harvesters: none of them was told a later one; all in milliseconds since 1970 UTC.

    That is now, but for a clock that is behind the moment that was `noted` last, or the one that this came to before
    (`ahead`). Where it is years behind, it was years ahead before, and is right now.
    """
    told = [] if noted is None or now >= noted else [noted + NOTED_SECONDS * 1000]
    told += [] if ahead is None else [ahead]
    return max([now, *(item for item in told if item - now <= BEHIND_DAYS * _DAY)])


def is_to_be_noted(now: int, noted: int) -> bool:
    """Whether a moment is to be noted in the place of another: now and then, and no earlier one."""
    return now - noted >= _SELDOM or noted - now > BEHIND_DAYS * _DAY
