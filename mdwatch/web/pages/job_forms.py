"""Routes: the buttons of a job: run now, pause, resume, retry, dismiss."""

from collections.abc import Sequence
from typing import Final

from mdwatch.dropfolder.shares import ask
from mdwatch.formats.printable import escape
from mdwatch.handlers.files import dismiss as file_dismiss
from mdwatch.handlers.files import retry as file_retry
from mdwatch.handlers.files.retry import Retried
from mdwatch.handlers.jobs import request
from mdwatch.web.pages import gathering, words
from mdwatch.web.pages.file_pages import name_of
from mdwatch.web.pages.forms import done, form, refused
from mdwatch.web.pages.job_pages import JOB
from mdwatch.web.pages.notices import Notice
from mdwatch.web.pages.rendering import file_url, job_url
from mdwatch.web.serving.route import Asked, Parameter

_RETRY_SECONDS: Final = 30.0  # a share may be slow, and the files many
_NAMED: Final = 10  # files that a notice names

_BACK: Final = Parameter(
    name="back", summary="Where to go back to.", where="body", choices=("overview", "job"), default="job"
)

_NAME: Final = Parameter(name="name", summary="The file, its bytes percent-encoded.", where="body", required=True)


def _back(asked: Asked) -> tuple[str, str]:
    job = asked.values["job"]
    return ("/", f"job-{job}") if asked.values["back"] == "overview" else (job_url(job), "")


def _run(asked: Asked) -> Notice:
    request.ask(asked.context, asked.values["job"])
    return done(f"Job {asked.values['job']} is asked to run now.")


def _pause(asked: Asked) -> Notice:
    return done(_sentence(request.pause(asked.context, asked.values["job"])))


def _resume(asked: Asked) -> Notice:
    return done(_sentence(request.resume(asked.context, asked.values["job"])))


def _retry(asked: Asked) -> Notice:
    job, name = asked.values["job"], name_of(asked.values["name"])
    found = _put_back(asked, [name], anyway=asked.values["anyway"])
    notice = retried(found)
    # Where something stands against it, its own page shows what, and has the button for doing it all the same.
    refused_for = [item for item in found if item.put_back_as is None and item.later is not None]
    return notice._replace(to=file_url(job, name)) if refused_for else notice


def _retry_all(asked: Asked) -> Notice:
    return retried(_put_back(asked, []))


def _put_back(asked: Asked, names: Sequence[str], *, anyway: bool = False) -> list[Retried]:
    """Puts these error files back, all where none is named; raises `UsageError`, and `Deferred` for a silent share."""
    context, job, agent = asked.context, asked.values["job"], asked.asker
    found = ask(
        context.job(job).folder,
        lambda: file_retry.retry(context, job, names, agent=agent, anyway=anyway),
        _RETRY_SECONDS,
    )
    gathering.forget_folder(context, job)
    return found


def _dismiss(asked: Asked) -> Notice:
    context, job, agent = asked.context, asked.values["job"], asked.asker
    name = name_of(asked.values["name"])
    (found,) = ask(
        context.job(job).folder, lambda: file_dismiss.dismiss(context, job, [name], agent=agent), _RETRY_SECONDS
    )
    gathering.forget_folder(context, job)
    if found.dismissed_as is None:
        return refused(f"{escape(name)} was not put aside: {found.reason}.")
    return done(f"{escape(name)} is put aside in error/dismissed as {escape(found.dismissed_as)}.")


def retried(found: Sequence[Retried]) -> Notice:
    """What came of putting error files back, those that could not be first."""
    if not found:
        return refused("There is nothing in error/ to put back.")
    left = [item for item in found if item.put_back_as is None]
    back = [item for item in found if item.put_back_as is not None]
    lines = [f"{escape(item.name)} was not put back: {item.reason}." for item in left[:_NAMED]]
    if len(left) > _NAMED:
        lines.append(f"Nor were {words.some(len(left) - _NAMED, 'other file')}.")
    lines += [f"Mind: {item.warning}." for item in back if item.warning][:_NAMED]
    if len(back) == 1:
        lines.append(f"{escape(back[0].put_back_as or '')} is back in the drop folder; the next run takes it.")
    elif back:
        lines.append(f"{words.some(len(back), 'file')} are back in the drop folder; the next run takes them.")
    tone: words.Tone = "bad" if left else "warn" if any(item.warning for item in back) else "good"
    return Notice(tone, tuple(lines))


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


ROUTES: Final = (
    form("/jobs/{job}/run", "Has a job run now.", _run, _back, JOB, _BACK),
    form("/jobs/{job}/pause", "Pauses a job.", _pause, _back, JOB, _BACK),
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
