"""UTCdatetime, to the day and to the second (OAI-PMH 2.0, section 3.3)."""

import re
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Final, NamedTuple

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
# Four digits of the year, and ASCII digits only; what is no date among these is refused by `datetime`.
_SHAPE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}):([0-9]{2}):([0-9]{2})Z)?")

# What providers write in spite of the protocol: fractions, offsets, a space, no zone.
_LOOSE: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:[.,]([0-9]+))?([Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)


class Granularity(Enum):
    """How fine a moment is told, in the words of Identify."""

    DAY = "YYYY-MM-DD"
    SECOND = "YYYY-MM-DDThh:mm:ssZ"


_LASTS: Final = {Granularity.DAY: timedelta(days=1), Granularity.SECOND: timedelta(seconds=1)}


class Moment(NamedTuple):
    """A day or a second, with its first and its last millisecond: bounds include all of it (section 2.7.1)."""

    granularity: Granularity
    first_ms: int
    last_ms: int


def read(text: str) -> Moment | None:
    """The moment that a UTCdatetime tells; None for anything else, such as impossible dates, 24:00 or leap seconds."""
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        return None
    numbers = [int(group) for group in shape.groups() if group is not None]
    try:
        start = datetime(*numbers, tzinfo=UTC)  # type: ignore[arg-type, misc]  # three or six of them
    except ValueError:
        return None
    granularity = Granularity.DAY if len(numbers) == 3 else Granularity.SECOND
    first = (start - _EPOCH) // _MILLISECOND
    return Moment(granularity, first, first + _LASTS[granularity] // _MILLISECOND - 1)


def read_of_others(text: str) -> Moment | None:
    """The same of what a provider says, also where it is no UTCdatetime and yet clear; what has no zone is UTC."""
    loose = _LOOSE.fullmatch(text)
    if loose is None:
        return read(text)
    day, time, fraction, zone = loose.groups()
    try:
        start = datetime.fromisoformat(f"{day}T{time}{zone.upper() if zone else 'Z'}")
        first = (start - _EPOCH) // _MILLISECOND
    except (ValueError, OverflowError):
        return None
    last = first + _LASTS[Granularity.SECOND] // _MILLISECOND - 1
    return Moment(Granularity.SECOND, first + int((fraction or "")[:3].ljust(3, "0")), last)


def written(moment_ms: int) -> str:
    """The moment as a UTCdatetime to the second; what is left of a second is cut off, never rounded up."""
    return f"{datetime.fromtimestamp(moment_ms // 1000, UTC).isoformat()[:19]}Z"
