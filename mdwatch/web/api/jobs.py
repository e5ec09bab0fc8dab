"""Routes: the jobs, how they stand, and having them run, paused and resumed."""

from typing import Any, Final

from starlette.responses import Response

from mdwatch.errors import Deferred
from mdwatch.handlers.jobs import request as job_request
from mdwatch.handlers.jobs import run_requests
from mdwatch.handlers.jobs import status as job_status
from mdwatch.handlers.jobs.status import JobFacts
from mdwatch.web.api.runs import RUN_SHAPE, run_view
from mdwatch.web.serving import answers, shapes
from mdwatch.web.serving.faults import wrong_use
from mdwatch.web.serving.route import Asked, Parameter, Route

JOB: Final = Parameter(name="job", summary="The name of a job.", where="path", required=True)

_FACTS: Final = {
    "name": shapes.STRING,
    "user": shapes.STRING,
    "folder": shapes.STRING,
    "schedule": shapes.STRING,
    "paused": shapes.BOOLEAN,
    "state": shapes.STRING,
    "reason": shapes.either_null(shapes.STRING),
    "since": shapes.either_null(shapes.MOMENT),
    "interrupted": shapes.either_null(shapes.STRING),
    "last_run": shapes.either_null(RUN_SHAPE),
    "waiting": shapes.INTEGER,
    "waiting_since": shapes.either_null(shapes.MOMENT),
}
_FOLDER: Final = shapes.fields(
    files=shapes.INTEGER, errors=shapes.INTEGER, settled=shapes.INTEGER, ignored=shapes.INTEGER
)
_REQUEST: Final = shapes.fields(
    id=shapes.INTEGER,
    job=shapes.STRING,
    state={"type": "string", "enum": [state.value for state in run_requests.RequestState]},
    run=shapes.either_null(shapes.INTEGER),
    reason=shapes.either_null(shapes.STRING),
)


def _view(facts: JobFacts) -> dict[str, Any]:
    run, state = facts.last_run, facts.state
    return {
        "name": facts.name,
        "user": facts.settings.user,
        "folder": facts.settings.folder,
        "schedule": facts.settings.schedule,
        "paused": state.paused,
        "state": state.state,
        "reason": state.reason,
        "since": state.since or None,
        "interrupted": facts.interrupted,
        "last_run": None if run is None else run_view(run, facts.counts),
        "waiting": facts.waiting,
        "waiting_since": facts.waiting_since,
    }


def _jobs(asked: Asked) -> Response:
    return answers.ok([_view(facts) for facts in job_status.jobs(asked.context)])


def _job(asked: Asked) -> Response:
    name = asked.values["job"]
    with wrong_use(404):
        view = _view(job_status.job(asked.context, name))
    try:
        return answers.ok({**view, "contents": job_status.folder(asked.context, name), "fault": None})
    except Deferred as error:
        return answers.ok({**view, "contents": None, "fault": str(error)})


def _run(asked: Asked) -> Response:
    name = _known(asked)
    with wrong_use(409):
        key = run_requests.ask(asked.context, name)
    follow = f"/api/requests/{key}"
    return answers.ok({"request": key, "follow": follow}, 202, {"Location": follow})


def _request(asked: Asked) -> Response:
    with wrong_use(404):
        return answers.ok(run_requests.look(asked.context, asked.values["request"]))


def _pause(asked: Asked) -> Response:
    return answers.done(job_request.pause(asked.context, _known(asked)))


def _resume(asked: Asked) -> Response:
    return answers.done(job_request.resume(asked.context, _known(asked)))


def _known(asked: Asked) -> str:
    """The name of the job that is meant; raises `Fault` where there is none."""
    name: str = asked.values["job"]
    with wrong_use(404):
        asked.context.job(name)
    return name


ROUTES: Final = (
    Route(
        method="GET",
        path="/api/jobs",
        topic="jobs",
        summary="Lists the jobs and how they stand.",
        endpoint=_jobs,
        gives="Every configured job, its state, last run, and how many files are known to wait; answers at once, "
        "whatever their folders do.",
        shape=shapes.listed(shapes.fields(**_FACTS)),
    ),
    Route(
        method="GET",
        path="/api/jobs/{job}",
        topic="jobs",
        summary="Shows a job, and what its folder holds.",
        endpoint=_job,
        gives="The job; `contents` counts the files in its folder, in error/ (those that another file has "
        "replaced apart, as settled) and ignored, or is null where `fault` "
        "says why the folder cannot be looked into.",
        shape=shapes.fields(**_FACTS, contents=shapes.either_null(_FOLDER), fault=shapes.either_null(shapes.STRING)),
        parameters=(JOB,),
    ),
    Route(
        method="POST",
        path="/api/jobs/{job}/run",
        topic="jobs",
        summary="Has a job run now.",
        endpoint=_run,
        gives="The request, and the address where to follow it.",
        shape=shapes.fields(request=shapes.INTEGER, follow=shapes.STRING),
        status=202,
        parameters=(JOB,),
    ),
    Route(
        method="GET",
        path="/api/requests/{request}",
        topic="jobs",
        summary="Tells what came of a request to run a job.",
        endpoint=_request,
        gives="Its state; `run` is the run that was made for it, once that has ended.",
        shape=_REQUEST,
        parameters=(
            Parameter(
                name="request",
                summary="The number of the request.",
                where="path",
                kind="integer",
                required=True,
                minimum=0,
            ),
        ),
    ),
    Route(
        method="POST",
        path="/api/jobs/{job}/pause",
        topic="jobs",
        summary="Lets no run of a job begin until it is resumed.",
        endpoint=_pause,
        shape=shapes.MESSAGE,
        parameters=(JOB,),
    ),
    Route(
        method="POST",
        path="/api/jobs/{job}/resume",
        topic="jobs",
        summary="Lets a job run again, and forgets where its folder was mounted.",
        endpoint=_resume,
        shape=shapes.MESSAGE,
        parameters=(JOB,),
    ),
)
