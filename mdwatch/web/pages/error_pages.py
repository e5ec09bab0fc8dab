"""Routes: the work list of error files, over all jobs or of one; the same as CSV; and what files of it would change."""

import csv
import io
from datetime import UTC, datetime
from typing import Any, Final

from starlette.responses import Response

from mdwatch.dropfolder.folder import ERROR
from mdwatch.dropfolder.shares import ask
from mdwatch.errors import Deferred, UsageError
from mdwatch.formats.printable import escape
from mdwatch.handlers.files import errands, trying
from mdwatch.handlers.files.check import Forecast
from mdwatch.runtime.context import Context
from mdwatch.web.pages import words, work_list
from mdwatch.web.pages.file_pages import name_of
from mdwatch.web.pages.job_pages import JOB
from mdwatch.web.pages.rendering import page, view
from mdwatch.web.pages.work_list import PER_PAGE, ErrorList, ErrorRow, Filter
from mdwatch.web.serving.faults import Fault, wrong_use
from mdwatch.web.serving.route import Asked, Parameter, Route

CHECKED: Final = 20  # files that are checked at a time

_EVERY: Final = 5  # seconds
_ERRANDS: Final = 5
_SECONDS: Final = 10.0  # for which a check waits for a share
_COLUMNS: Final = (
    "job", "file", "path", "IE", "code", "reason", "what to do", "since", "run", "changed since", "settled by",
)  # fmt: skip
# A spreadsheet takes what begins with one of these for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")

FILES: Final = Parameter(
    name="file", summary="Files, as JOB/NAME with the bytes of the name percent-encoded.", kind="names", default=()
)


def _list(asked: Asked) -> Response:
    return _listed(asked, Filter.of(asked.values))


def _list_of_job(asked: Asked) -> Response:
    with wrong_use(404):
        asked.context.job(asked.values["job"])
    return _listed(asked, Filter.of(asked.values))


def _listed(asked: Asked, wanted: Filter) -> Response:
    context, number = asked.context, asked.values["page"]
    jobs = list(context.settings.jobs)
    found = work_list.find(context, jobs, wanted)
    pages = max((len(found.rows) + PER_PAGE - 1) // PER_PAGE, 1)
    number = min(number, pages)
    return page(
        asked,
        "errors.html",
        every=_EVERY,
        wanted=wanted,
        found=found,
        rows=found.rows[(number - 1) * PER_PAGE : number * PER_PAGE],
        number=number,
        pages=pages,
        total=sum(group.number for group in found.groups),
        jobs=jobs,
        institutions=work_list.institutions(context),
        sentence=work_list.sentence,
        errands=errands.newest(context, [wanted.job] if wanted.job in jobs else jobs, _ERRANDS),
    )


def _csv(asked: Asked) -> Response:
    wanted = Filter.of(asked.values)
    found = work_list.find(asked.context, list(asked.context.settings.jobs), wanted)
    if found.late or found.away:
        # A list that lacks some would be taken for all there is.
        raise Fault(503, f"the folders of these jobs have not answered: {', '.join((*found.late, *found.away))}")
    headers = {"Content-Disposition": f'attachment; filename="errors-{_day(asked.now)}.csv"'}
    return Response(_as_csv(asked.context, found), 200, headers, "text/csv; charset=utf-8")


def _as_csv(context: Context, found: ErrorList) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for row in found.rows:
        writer.writerow([_cell(value) for value in _line(context, row)])
    # With the mark by which spreadsheets know UTF-8.
    return text.getvalue().encode("utf-8-sig", "backslashreplace")


def _line(context: Context, row: ErrorRow) -> tuple[object, ...]:
    file = row.file
    path = context.job(row.job).folder / ERROR / file.name
    return (
        row.job,
        escape(file.name),
        escape(str(path)),
        file.pid or "",
        file.code or "",
        file.reason or "",
        (file.remedy or "").replace("`", ""),
        "" if file.at is None else f"{datetime.fromtimestamp(file.at // 1000, UTC):%Y-%m-%dT%H:%M:%SZ}",
        file.run or "",
        "yes" if file.changed else "",
        escape(file.settled_by or ""),
    )


def _cell(value: object) -> str:
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _day(at: int) -> str:
    return f"{datetime.fromtimestamp(at // 1000).astimezone():%Y-%m-%d}"


def _check(asked: Asked) -> Response:
    keys = asked.values["file"]
    if not keys:
        raise Fault(400, "say which files")
    return page(
        asked,
        "check.html",
        checked=[_checked(asked.context, *meant(asked.context, key)) for key in keys[:CHECKED]],
        left=max(asked.values["of"], len(keys)) - len(keys[:CHECKED]),
        tone=words.brief,
    )


def meant(context: Context, key: str) -> tuple[str, str]:
    """The job and the name of a file that a form or an address names; raises `Fault`."""
    job, _, name = key.partition("/")
    with wrong_use(404):
        context.job(job)
    return job, name_of(name)


def _checked(context: Context, job: str, name: str) -> tuple[str, str, Forecast | None, str]:
    """A file, and what would come of trying it, or why that cannot be told."""
    forecast, why = forecast_of(context, job, name)
    return job, name, forecast, why


def forecast_of(context: Context, job: str, name: str) -> tuple[Forecast | None, str]:
    """What would come of trying an error file now; or None and why that cannot be told."""
    folder = context.job(job).folder
    try:
        (found,) = ask(folder, lambda: trying.check(context, [folder / ERROR / name], job), _SECONDS)
    except (Deferred, UsageError) as error:
        return None, str(error)
    return found, ""


def _confirm(asked: Asked) -> Response:
    wanted = Filter.of(asked.values)
    found = work_list.find(asked.context, list(asked.context.settings.jobs), wanted)
    return page(asked, "dismiss.html", wanted=wanted, number=len(found.rows), sentence=work_list.sentence)


_OF: Final = Parameter(name="of", summary="Out of how many.", kind="integer", default=0, minimum=0)
_PAGE: Final = Parameter(name="page", summary="The number of a page.", kind="integer", default=1, minimum=1)
_FILTER: Final = work_list.parameters("query")


def _plain(path: str, summary: str, endpoint: Any, *parameters: Parameter) -> Route:
    """A route of the pages that gives no page."""
    return Route(
        method="GET",
        path=path,
        topic="pages",
        summary=summary,
        endpoint=endpoint,
        documented=False,
        media_type="text/csv",
        parameters=parameters,
    )


ROUTES: Final = (
    view("/errors", "The error files of all jobs.", _list, *_FILTER, _PAGE),
    view(
        "/jobs/{job}/errors",
        "The error files of a job.",
        _list_of_job,
        JOB,
        *(parameter for parameter in _FILTER if parameter.name != "job"),
        _PAGE,
    ),
    view("/errors/check", "What would come of trying error files.", _check, FILES, _OF),
    view("/errors/dismiss", "Asks whether error files are to be put aside.", _confirm, *_FILTER),
    _plain("/errors.csv", "The error files as a table.", _csv, *_FILTER),
)
