"""How the audit trail is asked for, by the API and on its page."""

from datetime import date, datetime
from typing import Final

from mdwatch.handlers.trail import listing
from mdwatch.rules.acts import Act
from mdwatch.shapes.trail import TrailShape
from mdwatch.web.serving import paging
from mdwatch.web.serving.faults import Fault
from mdwatch.web.serving.route import Asked, Parameter

PARAMETERS: Final = (
    Parameter(
        name="subject",
        summary="What was done to this: a PID, a job (and its files), a file, a set.",
        longest=255,
        file_name=True,
    ),
    Parameter(name="who", summary="What this user did."),
    Parameter(name="act", summary="This act only.", choices=tuple(act.value for act in Act)),
    Parameter(name="since", summary="Not before this day began, in the zone of this machine.", kind="date"),
    paging.BEFORE,
)


def found(asked: Asked, limit: int) -> list[TrailShape]:
    """The acts that a request asks for, newest first; raises `Fault` for a day beyond this machine's calendar."""
    values = asked.values
    return listing.acts(
        asked.context,
        subject=values["subject"],
        who=values["who"],
        act=values["act"],
        since=_midnight(values["since"]),
        before=values["before"],
        limit=limit,
    )


def _midnight(day: date | None) -> int | None:
    """The beginning of a day in this machine's zone, in milliseconds."""
    try:
        return None if day is None else int(datetime(day.year, day.month, day.day).astimezone().timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        raise Fault(400, f"since: {day} is a day that this machine's calendar cannot reckon with") from None
