"""Routes: the audit trail."""

from typing import Final

from starlette.responses import Response

from mdwatch.shapes.trail import TrailShape
from mdwatch.web.serving import answers, paging, shapes, trail_query
from mdwatch.web.serving.route import Asked, Route


def _trail(asked: Asked) -> Response:
    limit = asked.values["limit"]
    found = trail_query.found(asked, limit)
    return answers.page(found, next_key=paging.next_key(found, limit, lambda item: item.id))


ROUTES: Final = (
    Route(
        method="GET",
        path="/api/trail",
        topic="trail",
        summary="Lists what was done by hand, newest first.",
        endpoint=_trail,
        gives="The acts: who, when, from where, to what, and what came of each.",
        shape=shapes.page(shapes.of(TrailShape), shapes.INTEGER),
        parameters=(*trail_query.PARAMETERS, paging.LIMIT),
    ),
)
