"""Routes: files that wait, files in `error/` and putting them back or aside, and finding files by name or PID."""

from typing import Final

from starlette.responses import Response

from mdwatch.errors import UsageError
from mdwatch.handlers.files import errands
from mdwatch.handlers.files import errors as file_errors
from mdwatch.handlers.files.dismiss import Dismissed
from mdwatch.handlers.files.errands import Wish
from mdwatch.handlers.files.errors import ErrorFile
from mdwatch.handlers.files.retry_verdict import Retried
from mdwatch.handlers.jobs import runs as job_runs
from mdwatch.shapes.errands import AskedErrandShape, ErrandFileShape, ErrandShape
from mdwatch.shapes.files import WaitingShape
from mdwatch.web.api.jobs import JOB
from mdwatch.web.api.runs import FILE_SHAPE, file_view
from mdwatch.web.serving import answers, paging, shapes
from mdwatch.web.serving.faults import Fault, busy, wrong_use
from mdwatch.web.serving.route import Asked, Parameter, Route

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
    wish = errands.retry(job, names, anyway=asked.values["anyway"])
    errand = _done(asked, wish)
    return answers.ok(errands.retried(asked.context, errand)) if errand.ended_at is not None else _follow(errand)


def _dismiss(asked: Asked) -> Response:
    job, names = asked.values["job"], asked.values["files"]
    if not names:
        raise Fault(400, 'say which files: {"files": ["a.xml", ...]}')
    errand = _done(asked, errands.dismissal(job, names))
    return answers.ok(errands.dismissed(asked.context, errand)) if errand.ended_at is not None else _follow(errand)


def _done(asked: Asked, wish: Wish) -> ErrandShape:
    """What was asked for, done where that takes a moment only."""
    with wrong_use(404):
        asked.context.job(wish.job)
    try:
        return errands.do(asked.context, wish, seconds=errands.MOMENT)
    except UsageError as error:
        raise busy(str(error)) from None


def _follow(errand: ErrandShape) -> Response:
    follow = f"/api/errands/{errand.id}"
    return answers.ok(AskedErrandShape(errand=errand.id, follow=follow), 202, {"Location": follow})


def _errands(asked: Asked) -> Response:
    job = asked.values["job"]
    with wrong_use(404):
        if job is not None:
            asked.context.job(job)
    jobs = list(asked.context.settings.jobs) if job is None else [job]
    return answers.ok(errands.newest(asked.context, jobs, asked.values["limit"]))


def _errand(asked: Asked) -> Response:
    with wrong_use(404):
        return answers.ok(errands.look(asked.context, asked.values["errand"]))


def _errand_files(asked: Asked) -> Response:
    limit, after = asked.values["limit"], asked.values["after"]
    with wrong_use(404):
        found = errands.files(
            asked.context,
            asked.values["errand"],
            left=asked.values["left"],
            after=-1 if after is None else after,
            limit=limit,
        )
    return answers.page(found, next_key=paging.next_key(found, limit, lambda file: file.position))


def _search(asked: Asked) -> Response:
    limit = asked.values["limit"]
    found = job_runs.search(asked.context, asked.values["text"], asked.values["before"], limit)
    key = paging.next_key(found.files, limit, lambda file: file.entry.id)
    return answers.page([file_view(file) for file in found.files], next_key=key, pid=found.pid)


_ERRAND: Final = Parameter(
    name="errand", summary="The number of an errand.", where="path", kind="integer", required=True, minimum=0
)
_ASKED: Final = {202: "It takes longer than a moment: the errand that was made of it, and where to follow that."}

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
        also=_ASKED,
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
        also=_ASKED,
        parameters=(JOB, _FILES),
    ),
    Route(
        method="GET",
        path="/api/errands",
        topic="files",
        summary="Lists what was asked to be done with error files, newest first.",
        endpoint=_errands,
        gives="The errands, and how far each has come.",
        shape=shapes.listed(shapes.of(ErrandShape)),
        parameters=(Parameter(name="job", summary="Of this job only."), paging.LIMIT),
    ),
    Route(
        method="GET",
        path="/api/errands/{errand}",
        topic="files",
        summary="Tells how far an errand about error files has come.",
        endpoint=_errand,
        gives="The errand; what has no answer yet when the daemon ends is gone on with at its next start.",
        shape=shapes.of(ErrandShape),
        parameters=(_ERRAND,),
    ),
    Route(
        method="GET",
        path="/api/errands/{errand}/files",
        topic="files",
        summary="Lists the files of an errand, and what came of each.",
        endpoint=_errand_files,
        gives="The files in the order they were named.",
        shape=shapes.page(shapes.of(ErrandFileShape), shapes.INTEGER),
        parameters=(
            _ERRAND,
            Parameter(name="left", summary="Those that were left in error/, only.", kind="boolean", default=False),
            paging.AFTER,
            paging.LIMIT,
        ),
    ),
    Route(
        method="GET",
        path="/api/search",
        topic="files",
        summary="Finds what became of files: for an IE by its PID, or by a part of their names, in any case.",
        endpoint=_search,
        gives="The files, newest first; `pid` is the PID of the IE that the text names, if there is one.",
        shape=shapes.page(FILE_SHAPE, shapes.INTEGER, pid=shapes.either_null(shapes.STRING)),
        parameters=(
            Parameter(name="text", summary="A PID, or a part of a file name.", required=True, longest=255),
            paging.BEFORE,
            paging.LIMIT,
        ),
    ),
)
