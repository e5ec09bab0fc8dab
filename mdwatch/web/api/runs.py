"""Routes: runs, and the files of a run."""

from typing import Any, Final

from starlette.responses import Response

from mdwatch.handlers.jobs import runs as job_runs
from mdwatch.handlers.jobs.runs import PastFile, PastRun
from mdwatch.repository.journal import Run
from mdwatch.rules.codes import MEANINGS, Code, Effect
from mdwatch.web.serving import answers, paging, shapes
from mdwatch.web.serving.faults import wrong_use
from mdwatch.web.serving.route import Asked, Parameter, Route

RUN_SHAPE: Final = shapes.fields(
    id=shapes.INTEGER,
    job=shapes.STRING,
    user=shapes.STRING,
    started_at=shapes.MOMENT,
    ended_at=shapes.either_null(shapes.MOMENT),
    status=shapes.either_null(shapes.STRING),
    reason=shapes.either_null(shapes.STRING),
    counts=shapes.COUNTS,
)
FILE_SHAPE: Final = shapes.fields(
    id=shapes.INTEGER,
    run=shapes.INTEGER,
    job=shapes.STRING,
    name=shapes.STRING,
    pid=shapes.either_null(shapes.STRING),
    code=shapes.STRING,
    reason=shapes.STRING,
    remedy=shapes.STRING,
    at=shapes.MOMENT,
    filed_as=shapes.either_null(shapes.STRING),
    filed=shapes.BOOLEAN,
)


def run_view(run: Run, counts: dict[str, int]) -> dict[str, Any]:
    """A run as it is answered; `status` is null while it lasts."""
    return {
        "id": run.id,
        "job": run.job,
        "user": run.user,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "status": run.status,
        "reason": run.reason,
        "counts": counts,
    }


def file_view(file: PastFile) -> dict[str, Any]:
    """What became of a file, as it is answered; `filed_as` is null where it kept its name."""
    entry = file.entry
    return {
        "id": entry.id,
        "run": entry.run_id,
        "job": entry.job,
        "name": entry.name,
        "pid": entry.pid,
        "code": entry.code,
        "reason": entry.reason,
        "remedy": file.remedy,
        "at": entry.at,
        "filed_as": entry.filed_as,
        "filed": entry.carried_out and MEANINGS[Code(entry.code)].effect is not Effect.SKIP,
    }


def _view(past: PastRun) -> dict[str, Any]:
    return run_view(past.run, past.counts)


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
