"""Routes: harvests of other repositories, their runs, and having them run, paused and resumed."""

from typing import Final

from starlette.responses import Response

from mdwatch.handlers.harvests import listing, request
from mdwatch.shapes.harvests import AskedHarvestShape, HarvestRunNotesShape, HarvestRunShape, HarvestShape
from mdwatch.web.serving import answers, paging, shapes
from mdwatch.web.serving.faults import wrong_use
from mdwatch.web.serving.route import Asked, Parameter, Route

_HARVEST: Final = Parameter(name="harvest", summary="The name of a harvest.", where="path", required=True)
_RUN: Final = Parameter(
    name="run", summary="The number of a run of it.", where="path", kind="integer", required=True, minimum=0
)
_FULL: Final = Parameter(
    name="full",
    summary="Ask for all records, whatever was harvested before; those that are as they were sent are left out still.",
    where="body",
    kind="boolean",
    default=False,
)


def _harvests(asked: Asked) -> Response:
    return answers.ok(listing.harvests(asked.context))


def _harvest(asked: Asked) -> Response:
    with wrong_use(404):
        return answers.ok(listing.harvest(asked.context, asked.values["harvest"]))


def _runs(asked: Asked) -> Response:
    limit = asked.values["limit"]
    with wrong_use(404):
        found = listing.runs(asked.context, asked.values["harvest"], asked.values["before"], limit)
    return answers.page(found, next_key=paging.next_key(found, limit, lambda run: run.id))


def _show_run(asked: Asked) -> Response:
    with wrong_use(404):
        return answers.ok(listing.run(asked.context, asked.values["harvest"], asked.values["run"]))


def _ask(asked: Asked) -> Response:
    name = _known(asked)
    with wrong_use(409):
        key = request.ask(asked.context, name, full=asked.values["full"])
    follow = f"/api/harvests/{name}/runs/{key}"
    return answers.ok(AskedHarvestShape(run=key, follow=follow), 202, {"Location": follow})


def _pause(asked: Asked) -> Response:
    return answers.done(request.pause(asked.context, _known(asked)))


def _resume(asked: Asked) -> Response:
    return answers.done(request.resume(asked.context, _known(asked)))


def _known(asked: Asked) -> str:
    """The name of the harvest that is meant; raises `Fault` where there is none."""
    name: str = asked.values["harvest"]
    with wrong_use(404):
        listing.settings_of(asked.context, name)
    return name


ROUTES: Final = (
    Route(
        method="GET",
        path="/api/harvests",
        topic="harvests",
        summary="Lists the harvests and how they stand.",
        endpoint=_harvests,
        gives="Every configured harvest, how far it has come, and its runs that go on and ended last.",
        shape=shapes.listed(shapes.of(HarvestShape)),
    ),
    Route(
        method="GET",
        path="/api/harvests/{harvest}",
        topic="harvests",
        summary="Shows a harvest.",
        endpoint=_harvest,
        gives="The harvest.",
        shape=shapes.of(HarvestShape),
        parameters=(_HARVEST,),
    ),
    Route(
        method="GET",
        path="/api/harvests/{harvest}/runs",
        topic="harvests",
        summary="Lists the runs of a harvest, newest first.",
        endpoint=_runs,
        gives="Runs with what came of their records.",
        shape=shapes.page(shapes.of(HarvestRunShape), shapes.INTEGER),
        parameters=(_HARVEST, paging.BEFORE, paging.LIMIT),
    ),
    Route(
        method="GET",
        path="/api/harvests/{harvest}/runs/{run}",
        topic="harvests",
        summary="Shows a run of a harvest, and what is to be known of its records.",
        endpoint=_show_run,
        gives="The run, and which records were left out, why, and which are deleted.",
        shape=shapes.of(HarvestRunNotesShape),
        parameters=(_HARVEST, _RUN),
    ),
    Route(
        method="POST",
        path="/api/harvests/{harvest}/run",
        topic="harvests",
        summary="Has the daemon harvest now.",
        endpoint=_ask,
        gives="The run that is asked for, and the address where to follow it.",
        shape=shapes.of(AskedHarvestShape),
        status=202,
        parameters=(_HARVEST, _FULL),
    ),
    Route(
        method="POST",
        path="/api/harvests/{harvest}/pause",
        topic="harvests",
        summary="Lets no run of a harvest begin or go on until it is resumed.",
        endpoint=_pause,
        shape=shapes.MESSAGE,
        parameters=(_HARVEST,),
    ),
    Route(
        method="POST",
        path="/api/harvests/{harvest}/resume",
        topic="harvests",
        summary="Lets a harvest run again.",
        endpoint=_resume,
        shape=shapes.MESSAGE,
        parameters=(_HARVEST,),
    ),
)
