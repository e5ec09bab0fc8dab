"""Routes: files that wait, files in `error/` and putting them back or aside, and finding files by name or PID."""

from typing import Final

from starlette.responses import Response

from mdwatch.dropfolder.shares import ask
from mdwatch.errors import UsageError
from mdwatch.handlers.files import dismiss as file_dismiss
from mdwatch.handlers.files import errors as file_errors
from mdwatch.handlers.files import retry as file_retry
from mdwatch.handlers.files.dismiss import Dismissed
from mdwatch.handlers.files.errors import ErrorFile
from mdwatch.handlers.files.retry import Retried
from mdwatch.handlers.jobs import runs as job_runs
from mdwatch.shapes.files import WaitingShape
from mdwatch.web.api.jobs import JOB
from mdwatch.web.api.runs import FILE_SHAPE, file_view
from mdwatch.web.serving import answers, paging, shapes
from mdwatch.web.serving.faults import Fault, busy, wrong_use
from mdwatch.web.serving.route import Asked, Parameter, Route

_RETRY_SECONDS: Final = 30.0  # a share may be slow, and the files many

_FILES: Final = Parameter(
    name="files",
    summary="The names of the files.",
    where="body",
    kind="names",
    default=(),
    longest=255,
    file_name=True,
)


def _waiting(asked: Asked) -> Response:
    limit = asked.values["limit"]
    with wrong_use(404):
        found = job_runs.waiting(asked.context, asked.values["job"], paging.name_of(asked.values["after"]), limit)
    return answers.page(found, next_key=paging.next_key(found, limit, lambda file: paging.name_key(file.name)))


def _errors(asked: Asked) -> Response:
    after = paging.name_of(asked.values["after"])
    with wrong_use(404):
        found = file_errors.listing(asked.context, asked.values["job"], after, asked.values["limit"])
    return answers.page(list(found.files), next_key=paging.name_key(found.next_name), total=found.total)


def _retry(asked: Asked) -> Response:
    job, names = asked.values["job"], asked.values["files"]
    if bool(names) == asked.values["all"]:
        raise Fault(400, 'say which files: {"files": ["a.xml", ...]}, or {"all": true} for all error files')
    with wrong_use(404):
        folder = asked.context.job(job).folder
    agent, anyway = asked.asker, asked.values["anyway"]
    try:
        found = ask(
            folder, lambda: file_retry.retry(asked.context, job, names, agent=agent, anyway=anyway), _RETRY_SECONDS
        )
    except UsageError as error:
        raise busy(str(error)) from None
    return answers.ok(found)


def _dismiss(asked: Asked) -> Response:
    job, names = asked.values["job"], asked.values["files"]
    if not names:
        raise Fault(400, 'say which files: {"files": ["a.xml", ...]}')
    with wrong_use(404):
        folder = asked.context.job(job).folder
    try:
        found = ask(folder, lambda: file_dismiss.dismiss(asked.context, job, names, agent=asked.asker), _RETRY_SECONDS)
    except UsageError as error:
        raise busy(str(error)) from None
    return answers.ok(found)


def _search(asked: Asked) -> Response:
    limit = asked.values["limit"]
    found = job_runs.search(asked.context, asked.values["text"], asked.values["before"], limit)
    key = paging.next_key(found.files, limit, lambda file: file.entry.id)
    return answers.page([file_view(file) for file in found.files], next_key=key, pid=found.pid)


ROUTES: Final = (
    Route(
        method="GET",
        path="/api/jobs/{job}/waiting",
        topic="files",
        summary="Lists the files that were read and wait in the drop folder, by name, and why they do.",
        endpoint=_waiting,
        gives="The files, each with its reason and since when it waits.",
        shape=shapes.page(shapes.of(WaitingShape), shapes.STRING),
        parameters=(JOB, paging.AFTER_NAME, paging.LIMIT),
    ),
    Route(
        method="GET",
        path="/api/jobs/{job}/errors",
        topic="files",
        summary="Lists the files in error/, by name, why they are there and what to do about it.",
        endpoint=_errors,
        gives="The files; what a run would know is null for one that no run put there. `settled_by` names the file "
        "that has done what this one was to do; `changed` tells that it is not the file any more that the run judged.",
        shape=shapes.page(shapes.of(ErrorFile), shapes.STRING, total=shapes.INTEGER),
        parameters=(JOB, paging.AFTER_NAME, paging.LIMIT),
    ),
    Route(
        method="POST",
        path="/api/jobs/{job}/retry",
        topic="files",
        summary="Puts error files back into the drop folder, for the next run to take.",
        endpoint=_retry,
        gives="Each file with the name it has there now, or null and the reason why it could not be put back; where "
        "something later stands against it, `later` names that, and `differences` are what the file would change.",
        shape=shapes.listed(shapes.of(Retried)),
        forms=True,
        parameters=(
            JOB,
            _FILES,
            Parameter(name="all", summary="All error files of the job.", where="body", kind="boolean", default=False),
            Parameter(
                name="anyway",
                summary="Also those that undo what came later; the journal keeps who said so.",
                where="body",
                kind="boolean",
                default=False,
            ),
        ),
    ),
    Route(
        method="POST",
        path="/api/jobs/{job}/dismiss",
        topic="files",
        summary="Puts error files aside, into error/dismissed.",
        endpoint=_dismiss,
        gives="Each file with the name it has there now, or null and the reason why it could not be put there.",
        shape=shapes.listed(shapes.of(Dismissed)),
        forms=True,
        parameters=(JOB, _FILES),
    ),
    Route(
        method="GET",
        path="/api/search",
        topic="files",
        summary="Finds what became of files: for an IE by its PID, or by the beginning of their names.",
        endpoint=_search,
        gives="The files, newest first; `pid` is the PID of the IE that the text names, if there is one.",
        shape=shapes.page(FILE_SHAPE, shapes.INTEGER, pid=shapes.either_null(shapes.STRING)),
        parameters=(
            Parameter(name="text", summary="A PID, or the beginning of a file name.", required=True, longest=255),
            paging.BEFORE,
            paging.LIMIT,
        ),
    ),
)
