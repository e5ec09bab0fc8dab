"""Routes: runs, and the files of a run."""

from typing import Final

from starlette.responses import Response

from mdwatch.errors import JobBusy
from mdwatch.handlers.jobs import public
from mdwatch.handlers.jobs import runs as job_runs
from mdwatch.handlers.jobs import undo as job_undo
from mdwatch.handlers.jobs.runs import PastFile, PastRun
from mdwatch.rules.codes import Code
from mdwatch.shapes.runs import RunFileShape, RunShape
from mdwatch.shapes.undo import UndoShape
from mdwatch.web.serving import answers, paging, shapes
from mdwatch.web.serving.faults import Fault, wrong_use
from mdwatch.web.serving.route import Asked, Parameter, Route

RUN_SHAPE: Final = shapes.of(RunShape)
FILE_SHAPE: Final = shapes.of(RunFileShape)


def file_view(file: PastFile) -> RunFileShape:
    """What became of a file, as it is answered."""
    return public.run_file(file.entry, file.remedy)


def _view(past: PastRun) -> RunShape:
    return public.run(past.run, past.counts)


def _runs(asked: Asked) -> Response:
    limit = asked.values["limit"]
    with wrong_use(404):
        found = job_runs.runs(asked.context, asked.values["job"], asked.values["before"], limit)
    return answers.page([_view(past) for past in found], next_key=paging.next_key(found, limit, lambda p: p.run.id))


def _run(asked: Asked) -> Response:
    with wrong_use(404):
        return answers.ok(_view(job_runs.run(asked.context, asked.values["run"])))


def _files(asked: Asked) -> Response:
    limit = asked.values["limit"]
    with wrong_use(404):
        found = job_runs.files_of_run(
            asked.context, asked.values["run"], asked.values["code"], asked.values["after"], limit
        )
    return answers.page(
        [file_view(file) for file in found], next_key=paging.next_key(found, limit, lambda f: f.entry.id)
    )


def _undo_preview(asked: Asked) -> Response:
    with wrong_use(404):
        job_runs.run(asked.context, asked.values["run"])
    with wrong_use(409):
        return answers.ok(job_undo.preview(asked.context, asked.values["run"]))


def _undo(asked: Asked) -> Response:
    key = asked.values["run"]
    with wrong_use(404):
        job_runs.run(asked.context, key)
    try:
        with wrong_use(409):
            done = job_undo.begin(asked.context, key)
    except JobBusy as error:
        raise Fault(409, str(error)) from None
    message = f"run {key} is undone" if done else f"run {key} is being undone"
    follow = f"/api/runs/{key}/undo"
    return answers.ok({"message": message, "follow": follow}, 202, {"Location": follow})


_RUN: Final = Parameter(
    name="run", summary="The number of a run.", where="path", kind="integer", required=True, minimum=0
)
_RUNS_SHAPE: Final = shapes.page(RUN_SHAPE, shapes.INTEGER)

ROUTES: Final = (
    Route(
        method="GET",
        path="/api/runs",
        topic="runs",
        summary="Lists runs, newest first.",
        endpoint=_runs,
        gives="Runs with how many files came to each code; `status` is null while a run lasts, or was cut short.",
        shape=_RUNS_SHAPE,
        parameters=(Parameter(name="job", summary="Of this job only."), paging.BEFORE, paging.LIMIT),
    ),
    Route(
        method="GET",
        path="/api/jobs/{job}/runs",
        topic="runs",
        summary="Lists the runs of a job, newest first.",
        endpoint=_runs,
        gives="Runs with how many files came to each code.",
        shape=_RUNS_SHAPE,
        parameters=(
            Parameter(name="job", summary="The name of a job.", where="path", required=True),
            paging.BEFORE,
            paging.LIMIT,
        ),
    ),
    Route(
        method="GET",
        path="/api/runs/{run}",
        topic="runs",
        summary="Shows a run.",
        endpoint=_run,
        gives="The run.",
        shape=RUN_SHAPE,
        parameters=(_RUN,),
    ),
    Route(
        method="GET",
        path="/api/runs/{run}/undo",
        topic="runs",
        summary="Tells what undoing a run would come to.",
        endpoint=_undo_preview,
        gives="How many of the IEs it changed would be taken back, how many are already, and which would be left, why.",
        shape=shapes.of(UndoShape),
        parameters=(_RUN,),
    ),
    Route(
        method="POST",
        path="/api/runs/{run}/undo",
        topic="runs",
        summary="Takes back what a run did, but for IEs that somebody changed since.",
        endpoint=_undo,
        gives="Whether it is done, and the address that tells how far it has come.",
        shape=shapes.fields(message=shapes.STRING, follow=shapes.STRING),
        status=202,
        parameters=(_RUN,),
    ),
    Route(
        method="GET",
        path="/api/runs/{run}/files",
        topic="runs",
        summary="Lists the files of a run, in the order they took effect.",
        endpoint=_files,
        gives="What was decided of each file, why, and what whoever dropped it can do.",
        shape=shapes.page(FILE_SHAPE, shapes.INTEGER),
        parameters=(
            _RUN,
            Parameter(name="code", summary="Of this outcome only.", choices=tuple(code.value for code in Code)),
            paging.AFTER,
            paging.LIMIT,
        ),
    ),
)
