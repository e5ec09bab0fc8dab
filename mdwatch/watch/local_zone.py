"""The zone of this machine, as the C library reads it: TZ as a name, a path or a rule, else /etc/localtime.

The logs are written through the C library too. So schedules and logs cannot disagree about what time it is.
"""

import os
import time
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Final

from mdwatch.rules import time_zones

_START: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - in UTC, without saying so
_DIRECTORY: Final = "/usr/share/zoneinfo"
_MAGIC: Final = b"TZif"
_DAY: Final = 86_400  # seconds


class LocalZone(tzinfo):
    """Local time; the hour that comes twice is told apart by `fold`."""

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        """How far local time is ahead of UTC."""
        return None if moment is None else moment.replace(tzinfo=None).astimezone().utcoffset()

    def dst(self, moment: datetime | None) -> timedelta | None:  # noqa: ARG002
        """Not known apart from the offset, and not asked for."""
        return None

    def tzname(self, moment: datetime | None) -> str | None:
        """The name of the zone, as logs have it."""
        return None if moment is None else moment.replace(tzinfo=None).astimezone().tzname()

    def fromutc(self, moment: datetime) -> datetime:
        """The moment, which is in UTC, in local time."""
        seconds = (moment.replace(tzinfo=None, microsecond=0) - _START) // timedelta(seconds=1)
        here = datetime.fromtimestamp(seconds)  # noqa: DTZ006
        return here.replace(microsecond=moment.microsecond, tzinfo=self)


LOCAL: Final = LocalZone()


def fault() -> str | None:
    """What is wrong with TZ, where moments would be in UTC without a word, or could not be told; None: nothing is."""
    given = os.environ.get("TZ")
    return None if given is None else _unknown(given) or too_far_away()


def too_far_away() -> str | None:
    """Why no moment can be told in the zone: Python knows none that is a day away from UTC; the C library does."""
    if max(abs(time.timezone), abs(time.altzone)) < _DAY:
        return None
    given = os.environ.get("TZ", "")
    return f"TZ: {given!r} is a day or more away from UTC; name a zone such as Europe/Berlin, or leave TZ out"


def _unknown(given: str) -> str | None:
    """What is wrong where the C library does not know the zone."""
    text = given.removeprefix(":")
    if time_zones.is_rule(text):
        return None
    path = Path(time_zones.zone_file(text, os.environ.get("TZDIR", _DIRECTORY)))
    try:
        with path.open("rb") as file:
            if file.read(len(_MAGIC)) == _MAGIC:
                return None
        why = f"{path} holds no time zone"
    except (OSError, ValueError) as error:
        why = f"{path} cannot be read ({getattr(error, 'strerror', None) or error}), and it is no rule of POSIX either"
    return (
        f"TZ: {given!r} is no time zone of this machine: {why}. Name one that there is, such as Europe/Berlin (the "
        "package tzdata brings them), or leave TZ out; schedules and logs would be in UTC"
    )
