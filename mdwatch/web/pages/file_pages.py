"""Route: the story of a file: where it is, where it went and why."""

from pathlib import Path
from typing import Final

from starlette.responses import Response

from mdwatch.dropfolder.shares import ask
from mdwatch.errors import Deferred, UsageError
from mdwatch.handlers.files import content as file_content
from mdwatch.handlers.files import explain as file_explain
from mdwatch.handlers.files import retry as file_retry
from mdwatch.handlers.files.content import FileContent
from mdwatch.handlers.files.explain import Explanation
from mdwatch.handlers.files.retry_verdict import Retried
from mdwatch.handlers.jobs import runs
from mdwatch.handlers.trail import listing
from mdwatch.rules.acts import ActedOn
from mdwatch.rules.codes import MEANINGS, Code, Effect
from mdwatch.runtime.context import Context
from mdwatch.web.pages.job_pages import JOB
from mdwatch.web.pages.rendering import page, view
from mdwatch.web.serving import paging
from mdwatch.web.serving.faults import Fault, wrong_use
from mdwatch.web.serving.route import Asked, Parameter

NAME: Final = Parameter(name="name", summary="The name of a file, its bytes percent-encoded.", required=True)

_EVERY: Final = 3  # seconds
_SECONDS: Final = 2.0
_PAST: Final = 20


def name_of(key: str) -> str:
    """The file name of a key; raises `Fault` for what can be none."""
    name = paging.name_of(key) or ""
    if not name or "\0" in name or "/" in name or name in {".", ".."}:
        raise Fault(404, "this is no name of a file")
    return name


def _file(asked: Asked) -> Response:
    job, name, context = asked.values["job"], name_of(asked.values["name"]), asked.context
    with wrong_use(404):
        folder = context.job(job).folder
    found, fault = _explain(context, job, folder / name)
    here = found.here if found is not None else None
    past = runs.of_file(context, job, name, _PAST)
    left = bool(past) and (past[0].act is None or past[0].act.new_name is None)
    failed = left and MEANINGS[Code(past[0].entry.code)].effect is Effect.ERROR
    error_name = (past[0].entry.filed_as or name) if failed and here is None else None
    return page(
        asked,
        "file.html",
        every=_EVERY,
        job=job,
        name=name,
        here=here,
        fault=fault,
        standing=found.standing if found is not None else (),
        past=[(file.entry, file.remedy, file.act) for file in past],
        acts=listing.acts(context, kind=ActedOn.FILE, subject=name, job=job, limit=listing.NEWEST),
        contents=_contents(context, job, name),
        retry=error_name,
        outlook=None if error_name is None else _outlook(context, job, error_name),
    )


def _contents(context: Context, job: str, name: str) -> list[FileContent]:
    """How the files of this name begin; none where that cannot be told in time."""
    try:
        return ask(context.job(job).folder, lambda: file_content.find(context, job, name), _SECONDS)
    except (Deferred, OSError, UsageError):
        return []


def _outlook(context: Context, job: str, name: str) -> Retried | None:
    """What would come of trying the file again; None where that cannot be told in time."""
    try:
        return ask(context.job(job).folder, lambda: file_retry.outlook(context, job, name), _SECONDS)
    except (Deferred, OSError, UsageError):
        return None


def _explain(context: Context, job: str, file: Path) -> tuple[Explanation | None, str | None]:
    """What is known of the file, None where nothing is; or why that cannot be told in time."""
    try:
        found = ask(context.job(job).folder, lambda: file_explain.explain(context, file, job), _SECONDS)
    except Deferred as error:
        return None, str(error)
    return (found[0] if found else None), None


ROUTES: Final = (view("/jobs/{job}/file", "The story of a file.", _file, JOB, NAME),)
