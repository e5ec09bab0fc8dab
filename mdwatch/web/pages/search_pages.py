"""Route: finding files by parts of their names, and IEs by the beginnings of PIDs and by words of titles."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from starlette.responses import Response

from mdwatch.dropfolder.shares import ask
from mdwatch.errors import Deferred
from mdwatch.formats.pids import valid_pid
from mdwatch.handlers.exports.serving import pid_of
from mdwatch.handlers.ies import search as ie_search
from mdwatch.handlers.ies.search import FoundIes
from mdwatch.handlers.jobs import runs
from mdwatch.runtime.context import Context
from mdwatch.web.pages.recent import Recent
from mdwatch.web.pages.rendering import page, view
from mdwatch.web.serving import paging
from mdwatch.web.serving.route import Asked, Parameter

_FILES: Final = 50
_IES: Final = 50
_SECONDS: Final = 2.0
_TITLE_SECONDS: Final = 3.0
_PID: Final = re.compile(r"IE[0-9]*", re.ASCII | re.IGNORECASE)


def _search(asked: Asked) -> Response:
    text = asked.values["text"].strip()
    if not text:
        nothing: dict[str, Any] = {"files": [], "next_file": None, "here": [], "before": None, "ies": (), "whole": True}
        return page(asked, "search.html", text="", pid=None, **nothing)
    # People type PIDs as they come, and copy them from harvesters.
    named = pid_of(asked.context, text).upper()
    sought = named if valid_pid(named) else text
    found = runs.search(asked.context, sought, asked.values["before"], _FILES)
    if sought != text and not found.pid and not found.files:
        found = runs.search(asked.context, text, asked.values["before"], _FILES)
    ies = FoundIes(()) if asked.values["before"] is not None else _ies(asked.context, sought)
    here = [] if found.files or found.pid or "/" in text else _in_folders(asked.context, text)
    return page(
        asked,
        "search.html",
        text=text,
        pid=found.pid,
        ies=ies.ies,
        whole=ies.whole,
        files=found.files,
        next_file=paging.next_key(found.files, _FILES, lambda file: file.entry.id),
        here=here,
        before=asked.values["before"],
    )


def _ies(context: Context, text: str) -> FoundIes:
    """IEs by the beginning of their PIDs, where the text may be that; else by words of their titles, within a limit."""
    if _PID.fullmatch(text):
        found = ie_search.by_pid(context, text.upper(), _IES)
        if found.ies:
            return found
    answers = Recent[str, FoundIes]().ask({text: partial(ie_search.by_title, context, text, _IES)}, _TITLE_SECONDS)
    return answers.get(text, FoundIes((), whole=False))


def _in_folders(context: Context, name: str) -> list[str]:
    """The jobs in whose folders a file of this name lies that no run has looked at; those that answer in time."""
    questions: dict[str, Callable[[], bool]] = {
        job: partial(_lies_in, context, job, name) for job in context.settings.jobs
    }
    answers = Recent[str, bool]().ask(questions, _SECONDS)
    return [job for job, lies in answers.items() if lies]


def _lies_in(context: Context, job: str, name: str) -> bool:
    file = context.job(job).folder / name
    try:
        return ask(file.parent, file.is_file, _SECONDS)
    except (Deferred, OSError):
        # It does not answer, or no file can have this name.
        return False


ROUTES: Final = (
    view(
        "/search",
        "Finds files by parts of their names, and IEs by PIDs and titles.",
        _search,
        Parameter(
            name="text",
            summary="A PID or its beginning, a part of a file name, or words of a title.",
            default="",
            longest=255,
        ),
        Parameter(name="before", summary="Show older ones than this.", kind="integer", minimum=0),
    ),
)
