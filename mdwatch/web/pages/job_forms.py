"""Routes: the buttons of a job: run now, cancel the run, pause, resume, retry, dismiss."""

from typing import Final

from starlette.responses import Response

from mdwatch.handlers.files import errands
from mdwatch.handlers.jobs import cancel, request
from mdwatch.handlers.jobs import runs as job_runs
from mdwatch.handlers.jobs.runs import PastRun
from mdwatch.model import RunStatus
from mdwatch.web.pages import gathering, words
from mdwatch.web.pages.error_forms import act
from mdwatch.web.pages.file_pages import name_of
from mdwatch.web.pages.forms import done, form, refused
from mdwatch.web.pages.job_pages import JOB
from mdwatch.web.pages.notices import Notice
from mdwatch.web.pages.rendering import job_url, page, view
from mdwatch.web.serving.faults import wrong_use
from mdwatch.web.serving.route import Asked, Parameter

_SECONDS: Final = 4.0  # for which somebody waits to learn what came of a run

_BACK: Final = Parameter(
    name="back", summary="Where to go back to.", where="body", choices=("overview", "job"), default="job"
)

_NAME: Final = Parameter(name="name", summary="The file, its bytes percent-encoded.", where="body", required=True)


def _back(asked: Asked) -> tuple[str, str]:
    job = asked.values["job"]
    return ("/", f"job-{job}") if asked.values["back"] == "overview" else (job_url(job), "")


def _run(asked: Asked) -> Notice:
    name, context = asked.values["job"], asked.context
    found = request.wait(context, request.ask(context, name), _SECONDS)
    gathering.forget_folder(context, name)
    if found.state == "refused":
        return refused(_sentence(found.reason or "it was refused"))
    if found.run is None:
        return done(f"Job {name} is asked to run now.")
    return came_of(job_runs.run(context, found.run))


def came_of(past: PastRun) -> Notice:
    """What came of a run, in a sentence."""
    run = past.run
    if run.status == RunStatus.ABORTED.value:
        return refused(f"Job {run.job} was aborted: {run.reason}.")
    counts = ", ".join(f"{words.grouped(item.number)} {item.words.label}" for item in words.in_brief(past.counts))
    told = counts or "there was nothing to take"
    return Notice(words.RUN_STATES[run.status].tone, (f"Job {run.job} ran: {told} (run {run.id}).",))


def _pause(asked: Asked) -> Notice:
    return done(_sentence(request.pause(asked.context, asked.values["job"])))


def _resume(asked: Asked) -> Notice:
    return done(_sentence(request.resume(asked.context, asked.values["job"])))


def _cancel(asked: Asked) -> Notice:
    return done(_sentence(cancel.cancel(asked.context, asked.values["job"])))


def _question(asked: Asked) -> Response:
    name = asked.values["job"]
    with wrong_use(404):
        watches = asked.context.job(name).schedule == "watch"
    lines = ["The files it has in hand are put away; all others stay in the folder, untouched. It ends as Aborted."]
    if watches:
        lines.append(
            "The job is paused then, or the next run would begin at once; resume it when the files may be taken."
        )
    return page(
        asked,
        "confirm.html",
        heading=f"Cancel the run of {name}?",
        about="",
        lines=lines,
        records=(),
        action=f"{job_url(name)}/cancel",
        label="Cancel the run",
        fields={},
        back=job_url(name),
    )


def _retry(asked: Asked) -> Notice:
    values = asked.values
    name = name_of(values["name"])
    return act(asked, [errands.retry(values["job"], [name], anyway=values["anyway"])])


def _retry_all(asked: Asked) -> Notice:
    return act(asked, [errands.retry(asked.values["job"], [])])


def _dismiss(asked: Asked) -> Notice:
    return act(asked, [errands.dismissal(asked.values["job"], [name_of(asked.values["name"])])])


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


ROUTES: Final = (
    form("/jobs/{job}/run", "Has a job run now.", _run, _back, JOB, _BACK),
    form("/jobs/{job}/pause", "Pauses a job.", _pause, _back, JOB, _BACK),
    view("/jobs/{job}/cancel", "What cancelling the run of a job would come to.", _question, JOB),
    form("/jobs/{job}/cancel", "Cancels the run of a job.", _cancel, _back, JOB, _BACK),
    form("/jobs/{job}/resume", "Resumes a job.", _resume, _back, JOB, _BACK),
    form(
        "/jobs/{job}/retry",
        "Puts an error file back.",
        _retry,
        _back,
        JOB,
        _BACK,
        _NAME,
        Parameter(
            name="anyway", summary="Also where it undoes what came later.", where="body", kind="boolean", default=False
        ),
    ),
    form("/jobs/{job}/dismiss", "Puts an error file aside.", _dismiss, _back, JOB, _BACK, _NAME),
    form("/jobs/{job}/retry-all", "Puts all error files back.", _retry_all, _back, JOB, _BACK),
)
