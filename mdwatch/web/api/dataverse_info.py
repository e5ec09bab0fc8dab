"""Routes: what Dataverse's clients ask first: which version of its API they speak to, and whose server it is."""

from typing import Final

from starlette.responses import Response

from mdwatch.web.serving import answers, openapi, shapes
from mdwatch.web.serving.route import Asked, Route
from mdwatch.web.serving.same_origin import host_name

# The one whose calls mdwatch answers; clients ask whether it is new enough for them.
DATAVERSE: Final = "6.11"


async def _version(asked: Asked) -> Response:  # noqa: ARG001
    return answers.ok({"version": DATAVERSE, "build": f"mdwatch {openapi.version_here()}"})


async def _server(asked: Asked) -> Response:
    return answers.done(host_name(asked.base_url.partition("://")[2].partition("/")[0]) or "localhost")


ROUTES: Final = (
    Route(
        method="GET",
        path="/api/info/version",
        topic="health",
        summary="Tells the version of Dataverse whose calls are answered, and that of mdwatch.",
        endpoint=_version,
        gives="The version of Dataverse; mdwatch's own stands in `build`.",
        shape=shapes.fields(version=shapes.STRING, build=shapes.STRING),
        public=True,
    ),
    Route(
        method="GET",
        path="/api/info/server",
        topic="health",
        summary="Tells the name of the server, as Dataverse does.",
        endpoint=_server,
        gives="The host name in http.base_url, else the one that it was asked by.",
        shape=shapes.MESSAGE,
        public=True,
    ),
)
