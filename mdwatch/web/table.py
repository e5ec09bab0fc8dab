"""Every route there is. The server and `/api/openapi.json` are both made from this, so that they cannot drift.

A new topic is a module with a tuple `ROUTES`, named in `_TOPICS`. Whatever is served stands here, static files too:
what is not in the table is answered by nobody, and what is in it is asked for a token unless it says `public`.
"""

from typing import Final

from starlette.responses import Response

from mdwatch.handlers.exports import serving
from mdwatch.web import oai
from mdwatch.web.api import (
    batch_requests,
    batches,
    dataverse_info,
    dataverse_sets,
    documents,
    exports,
    files,
    harvests,
    health,
    ies,
    jobs,
    notifications,
    runs,
    sets,
    trail,
)
from mdwatch.web.pages import table as pages
from mdwatch.web.serving import answers, openapi
from mdwatch.web.serving.route import Asked, Route

_TOPICS: Final = (
    jobs,
    runs,
    harvests,
    files,
    ies,
    documents,
    exports,
    batch_requests,
    batches,
    dataverse_info,
    dataverse_sets,
    sets,
    trail,
    notifications,
    oai,
    health,
    pages,
)


def _openapi(asked: Asked) -> Response:
    document = openapi.document(ROUTES, serving.names_of_formats(asked.context))
    document["servers"] = [{"url": asked.base_url}]
    return answers.json_answer(document)


ROUTES: Final[tuple[Route, ...]] = (
    *(route for topic in _TOPICS for route in topic.ROUTES),
    Route(
        method="GET",
        path="/api/openapi.json",
        topic="health",
        summary="This document.",
        endpoint=_openapi,
        gives="The OpenAPI document of this service.",
        documented=False,
    ),
)
