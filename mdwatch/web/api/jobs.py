"""Routes: the jobs, how they stand, and having them run, paused, resumed and their runs cancelled."""

from typing import Final

from starlette.responses import Response

from mdwatch.errors import Deferred
from mdwatch.handlers.files import folder_check
from mdwatch.handlers.jobs import cancel as job_cancel
from mdwatch.handlers.jobs import facts as job_facts
from mdwatch.handlers.jobs import public
from mdwatch.handlers.jobs import request as job_request
from mdwatch.handlers.jobs import status as job_status
from mdwatch.shapes.files import FolderForecastShape
from mdwatch.shapes.jobs import AskedRunShape, FolderShape, JobShape, RunRequestShape
from mdwatch.shapes.values import plain
from mdwatch.web.serving import answers, shapes
from mdwatch.web.serving.faults import wrong_use
from mdwatch.web.serving.route import Asked, Parameter, Route

JOB: Final = Parameter(name="job", summary="The name of a job.", where="path", required=True)

_JOB_SHAPE: Final = shapes.of(JobShape)


def _jobs(asked: Asked) -> Response:
    return answers.ok([public.job(facts) for facts in job_facts.jobs(asked.context)])


def _job(asked: Asked) -> Response:
    name = asked.values["job"]
    with wrong_use(404):
        view = plain(public.job(job_facts.job(asked.context, name)))
    try:
        return answers.ok({**view, "contents": job_status.folder(asked.context, name), "fault": None})
    except Deferred as error:
        return answers.ok({**view, "contents": None, "fault": str(error)})


def _run(asked: Asked) -> Response:
    name = _known(asked)
    with wrong_use(409):
        key = job_request.ask(asked.context, name)
    follow = f"/api/requests/{key}"
    return answers.ok(AskedRunShape(request=key, follow=follow), 202, {"Location": follow})


def _request(asked: Asked) -> Response:
    with wrong_use(404):
        return answers.ok(job_request.look(asked.context, asked.values["request"]))


def _check(asked: Asked) -> Response:
    name = _known(asked)
    with wrong_use(409):
        return answers.ok(folder_check.of_folder_in_time(asked.context, name))


def _pause(asked: Asked) -> Response:
    return answers.done(job_request.pause(asked.context, _known(asked)))


def _cancel(asked: Asked) -> Response:
    return answers.done(job_cancel.cancel(asked.context, _known(asked)))


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
        shape=shapes.listed(_JOB_SHAPE),
    ),
    Route(
        method="GET",
        path="/api/jobs/{job}",
        topic="jobs",
        summary="Shows a job, and what its folder holds.",
        endpoint=_job,
        gives="The job; `contents` counts the files in its folder, in error/ (those that another file has "
        "replaced apart, as settled) and ignored, or is null where `fault` says why the folder cannot be looked into.",
        shape=shapes.fields(
            **_JOB_SHAPE["properties"],
            contents=shapes.either_null(shapes.of(FolderShape)),
            fault=shapes.either_null(shapes.STRING),
        ),
        parameters=(JOB,),
    ),
    Route(
        method="POST",
        path="/api/jobs/{job}/run",
        topic="jobs",
        summary="Has a job run now.",
        endpoint=_run,
        gives="The request, and the address where to follow it.",
        shape=shapes.of(AskedRunShape),
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
        shape=shapes.of(RunRequestShape),
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
        method="GET",
        path="/api/jobs/{job}/check",
        topic="jobs",
        summary="Tells what a run of a job would come to, and changes nothing.",
        endpoint=_check,
        gives="All files that lie in its folder now, by outcome: how many, and the first of them with why. It takes as "
        "long as reading them does; a folder too large for a minute is told to be: use the command line.",
        shape=shapes.of(FolderForecastShape),
        parameters=(JOB,),
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
        path="/api/jobs/{job}/cancel",
        topic="jobs",
        summary="Ends the run of a job before its time; it takes no further file.",
        endpoint=_cancel,
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
