"""Formats whose exporters hang or die: one that does so again and again is not tried for a while."""

import time
from collections.abc import Iterable
from typing import Final

import structlog

log = structlog.get_logger()

# A format that silences its process so many times in a row is left out for so long.
_MOST: Final = 3
_AVOIDED_SECONDS: Final = 600.0


class Silences:
    """How often in a row each format has silenced the process that was to make it."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._until: dict[str, float] = {}

    def __bool__(self) -> bool:
        """Whether any format has, and not answered since."""
        return bool(self._counts)

    def note(self, name: str) -> None:
        """The format has done so once more."""
        self._counts[name] = self._counts.get(name, 0) + 1
        if self._counts[name] >= _MOST:
            self._until[name] = time.monotonic() + _AVOIDED_SECONDS
            log.error("exporter_avoided", format=name, minutes=_AVOIDED_SECONDS / 60)

    def answered(self, names: Iterable[str]) -> None:
        """These formats have answered."""
        for name in names:
            self._counts.pop(name, None)

    def avoided(self) -> dict[str, str]:
        """The formats that are not tried for now, each with the reason."""
        now = time.monotonic()
        reason = f"not tried: its exporter hung or died {_MOST} times in a row, with other IEs"
        return {name: reason for name, until in list(self._until.items()) if now < until}
