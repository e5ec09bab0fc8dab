"""Routes: the audit trail."""

from datetime import date, datetime
from typing import Final

from starlette.responses import Response

from mdwatch.handlers.trail import listing
from mdwatch.rules.acts import Act
from mdwatch.shapes.trail import TrailShape
from mdwatch.web.serving import answers, paging, shapes
from mdwatch.web.serving.faults import Fault
from mdwatch.web.serving.route import Asked, Parameter, Route


def _trail(asked: Asked) -> Response:
    values, limit = asked.values, asked.values["limit"]
    found = listing.acts(
        asked.context,
        subject=values["subject"],
        who=values["who"],
        act=values["act"],
        since=_midnight(values["since"]),
        before=values["before"],
        limit=limit,
    )
    return answers.page(found, next_key=paging.next_key(found, limit, lambda item: item.id))


def _midnight(day: date | None) -> int | None:
    """The beginning of a day in this machine's zone, in milliseconds."""
    try:
        return None if day is None else int(datetime(day.year, day.month, day.day).astimezone().timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        raise Fault(400, f"since: {day} is a day that this machine's calendar cannot reckon with") from None


ROUTES: Final = (
    Route(
        method="GET",
        path="/api/trail",
        topic="trail",
        summary="Lists what was done by hand, newest first.",
        endpoint=_trail,
        gives="The acts: who, when, from where, to what, and what came of each.",
        shape=shapes.page(shapes.of(TrailShape), shapes.INTEGER),
        parameters=(
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
            paging.LIMIT,
        ),
    ),
)
