"""Routes for machines that watch the service: alive, ready, metrics."""

from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import Response

from mdwatch.runtime import metrics
from mdwatch.runtime.metrics import REGISTRY
from mdwatch.web.serving import answers, shapes
from mdwatch.web.serving.route import Asked, Route

_TROUBLE: Final = shapes.fields(part=shapes.STRING, since=shapes.MOMENT)


async def _alive(asked: Asked) -> Response:  # noqa: ARG001
    """Says so by answering; asks no thread, database or share, for their troubles are no reason to restart."""
    return answers.ok({"alive": True})


async def _ready(asked: Asked) -> Response:
    """Names the parts that are not ready, but not why: everybody is answered, and reasons hold names of folders."""
    troubles = asked.house.troubles()
    data = {"ready": not troubles, "troubles": [{"part": item.part, "since": item.since} for item in troubles]}
    if not troubles:
        return answers.ok(data)
    message = f"not ready: {', '.join(item.part for item in troubles)}"
    return answers.json_answer({"status": "ERROR", "message": message, "data": data}, 503)


def _troubles(asked: Asked) -> Response:
    found = asked.house.troubles()
    if asked.context.institutions is not None:
        # Those of other parts name whatever is in the settings, of all institutions.
        known = {f"job {name}" for name in asked.context.settings.jobs}
        found = [item for item in found if item.part in known]
    return answers.ok(list(found))


def _metrics(asked: Asked) -> Response:
    shown = REGISTRY if asked.context.institutions is None else metrics.of_jobs(asked.context.settings.jobs)
    return Response(generate_latest(shown), headers={"Content-Type": CONTENT_TYPE_LATEST})


ROUTES: Final = (
    Route(
        method="GET",
        path="/healthz",
        topic="health",
        summary="Tells that the service is alive.",
        endpoint=_alive,
        gives="That it is.",
        shape=shapes.fields(alive=shapes.BOOLEAN),
        public=True,
    ),
    Route(
        method="GET",
        path="/readyz",
        topic="health",
        summary="Tells whether every part of the service works; 503 where one does not.",
        endpoint=_ready,
        gives="That it does; else the parts that do not, and since when.",
        shape=shapes.fields(ready=shapes.BOOLEAN, troubles=shapes.listed(_TROUBLE)),
        tokenless=True,
    ),
    Route(
        method="GET",
        path="/api/troubles",
        topic="health",
        summary="Lists the parts of the service that do not work, since when, and why.",
        endpoint=_troubles,
        gives="The parts; none where all is well.",
        shape=shapes.listed(shapes.fields(part=shapes.STRING, since=shapes.MOMENT, reason=shapes.STRING)),
    ),
    Route(
        method="GET",
        path="/metrics",
        topic="health",
        summary="What is counted and timed, for Prometheus.",
        endpoint=_metrics,
        gives="Metrics in Prometheus' text format.",
        media_type="text/plain",
    ),
)
