"""How a run of a harvest ends, and from where on the next one asks."""

from typing import Final

from mdwatch.model import RunStatus
from mdwatch.rules.moments import believed

_HELD_BACK: Final = 86_400_000  # milliseconds for which what was sent waits for the end of its list


def status(left_out: int) -> RunStatus:
    """The status of a run that came to its end: it has warnings where records could not be used."""
    return RunStatus.WARNINGS if left_out else RunStatus.SUCCESS


def last_moment(reached: int | None, began_at: int | None, before: int | None) -> int | None:
    """The last datestamp up to which everything is known, when a list is through; moments in milliseconds.

    `reached` is the last datestamp in the list, and `began_at` when the list began, by the provider's clock. What
    changed on a page that was read already, while the list went on, is not in it: nothing after its beginning is
    certain, though later datestamps came. Nor is a datestamp ever taken back.
    """
    certain = min((moment for moment in (reached, began_at) if moment is not None), default=None)
    known = [moment for moment in (certain if reached is not None else None, before) if moment is not None]
    return max(known, default=None)


def holds_back(started_at: int | None, now: int) -> bool:
    """Whether what was sent waits for a list that the provider does not bring to its end; moments in milliseconds.

    Files come in the order of datestamps where the list is through soon. It may never be.
    """
    begun = believed(started_at, now)
    return begun is None or now - begun < _HELD_BACK
