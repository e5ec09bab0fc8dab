"""Routes: files that wait, files in `error/` and putting them back or aside, and finding files by name or PID."""

from typing import Any, Final

from starlette.responses import Response

from mdwatch.dropfolder.shares import ask
from mdwatch.errors import UsageError
from mdwatch.handlers.files import dismiss as file_dismiss
from mdwatch.handlers.files import errors as file_errors
from mdwatch.handlers.files import retry as file_retry
from mdwatch.handlers.jobs import runs as job_runs
from mdwatch.web.api.jobs import JOB
from mdwatch.web.api.runs import FILE_SHAPE, file_view
from mdwatch.web.serving import answers, paging, shapes
from mdwatch.web.serving.faults import Fault, busy, wrong_use
from mdwatch.web.serving.route import Asked, Parameter, Route

_RETRY_SECONDS: Final = 30.0  # a share may be slow, and the files many

_NOBODY: Final = "administrator"  # where no user name came with the token

_WAITING: Final = shapes.fields(
    name=shapes.STRING,
    pid=shapes.either_null(shapes.STRING),
    code=shapes.STRING,
    reason=shapes.STRING,
    since=shapes.MOMENT,
)
_ERROR: Final = shapes.fields(
    name=shapes.STRING,
    pid=shapes.either_null(shapes.STRING),
    code=shapes.either_null(shapes.STRING),
    reason=shapes.either_null(shapes.STRING),
    remedy=shapes.either_null(shapes.STRING),
    at=shapes.either_null(shapes.MOMENT),
    run=shapes.either_null(shapes.INTEGER),
    changed=shapes.BOOLEAN,
    settled_by=shapes.either_null(shapes.STRING),
)
_FIELD: Final = shapes.fields(path=shapes.STRING, value=shapes.STRING)
_DIFFERENCE: Final = shapes.fields(removed=shapes.listed(_FIELD), added=shapes.listed(_FIELD), reordered=shapes.BOOLEAN)
_RETRIED: Final = shapes.fields(
    name=shapes.STRING,
    put_back_as=shapes.either_null(shapes.STRING),
    reason=shapes.STRING,
    warning=shapes.STRING,
    later=shapes.either_null(shapes.STRING),
    differences=shapes.listed(shapes.fields(type=shapes.STRING, mid=shapes.STRING, difference=_DIFFERENCE)),
)
_DISMISSED: Final = shapes.fields(
    name=shapes.STRING, dismissed_as=shapes.either_null(shapes.STRING), reason=shapes.STRING
)
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
    items: list[Any] = [
        {"name": file.name, "pid": file.pid, "code": file.code, "reason": file.reason, "since": file.since}
        for file in found
    ]
    return answers.page(items, next_key=paging.next_key(found, limit, lambda file: paging.name_key(file.name)))


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
    agent, anyway = asked.user or _NOBODY, asked.values["anyway"]
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
    agent = asked.user or _NOBODY
    try:
        found = ask(folder, lambda: file_dismiss.dismiss(asked.context, job, names, agent=agent), _RETRY_SECONDS)
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
        shape=shapes.page(_WAITING, shapes.STRING),
        parameters=(JOB, paging.AFTER_NAME, paging.LIMIT),
    ),
    Route(
        method="GET",
        path="/api/jobs/{job}/errors",
        topic="files",
        summary="Lists the files in error/, by name, why they are there and what to do about it.",
        endpoint=_errors,
        gives="The files; all but the name is null for one that no run put there. `settled_by` names the file that has "
        "done what this one was to do; `changed` tells that it is not the file any more that the run judged.",
        shape=shapes.page(_ERROR, shapes.STRING, total=shapes.INTEGER),
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
        shape=shapes.listed(_RETRIED),
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
        shape=shapes.listed(_DISMISSED),
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
