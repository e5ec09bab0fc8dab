"""What of mdwatch does not work, and since when: for /readyz, for metrics, for the line of `systemctl status`."""

from collections.abc import Callable

from mdwatch.runtime import metrics
from mdwatch.web.serving.route import PartTrouble

_JOB = "job "
_HARVEST = "harvest "


class PartTroubles:
    """The parts that do not work. One thread notes; any may read, for what they read is replaced, never changed."""

    def __init__(self, now: Callable[[], int]) -> None:
        """`now` is the moment, in milliseconds since 1970 UTC."""
        self._now = now
        self._known: dict[str, PartTrouble] = {}

    def all(self) -> tuple[PartTrouble, ...]:
        """All there are, those known longest first."""
        return tuple(self._known.values())

    def parts(self) -> list[str]:
        """The names of the parts that are neither jobs nor harvests, whose workers tell of them."""
        return [name for name in self._known if not name.startswith((_JOB, _HARVEST))]

    def jobs(self) -> list[str]:
        """The names of the jobs among them."""
        return [name.removeprefix(_JOB) for name in self._known if name.startswith(_JOB)]

    def harvests(self) -> list[str]:
        """The harvests among them, each with that word before its name."""
        return [name for name in self._known if name.startswith(_HARVEST)]

    def note(self, part: str, reason: str | None) -> None:
        """Notes why a part does not work, or, by None, that it works."""
        known = self._known.get(part)
        since = known.since if known is not None else self._now()
        others = {name: trouble for name, trouble in self._known.items() if name != part}
        if reason is not None:
            self._known = {**self._known, part: PartTrouble(part, since, reason)}
        elif known is not None:
            self._known = others
        if part in metrics.PARTS:
            metrics.PART_IN_TROUBLE.labels(part).set(reason is not None)

    def note_jobs(self, reasons: dict[str, str | None]) -> None:
        """Notes how all jobs are; those not named are no more."""
        for name in dict.fromkeys((*self.jobs(), *reasons)):
            self.note(f"{_JOB}{name}", reasons.get(name))

    def note_harvests(self, reasons: dict[str, str | None]) -> None:
        """Notes how all harvests are; those not named are no more."""
        known = (name.removeprefix(_HARVEST) for name in self._known if name.startswith(_HARVEST))
        for name in dict.fromkeys((*known, *reasons)):
            self.note(f"{_HARVEST}{name}", reasons.get(name))
