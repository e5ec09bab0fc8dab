"""Routes: the buttons of the work list, for one error file, those that were selected, or all that are meant."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response

from mdwatch.formats.printable import escape
from mdwatch.handlers.files import errands
from mdwatch.handlers.files.errands import Wish
from mdwatch.runtime.context import Context
from mdwatch.shapes.errands import ErrandFileShape, ErrandShape
from mdwatch.web.pages import gathering, words, work_list
from mdwatch.web.pages.error_pages import CHECKED, FILES, meant
from mdwatch.web.pages.forms import form
from mdwatch.web.pages.notices import Notice
from mdwatch.web.pages.rendering import file_url
from mdwatch.web.pages.work_list import Filter
from mdwatch.web.serving.route import Asked, Parameter, Route

_NAMED: Final = 10  # files that a notice names
_SEE_OTHER: Final = 303
_LONGEST: Final = 4_000  # characters of an address


def act(asked: Asked, wishes: Sequence[Wish]) -> Notice:
    """Has something done with error files, and waits for a moment; what came of it, or where to follow it.

    Raises `UsageError` and `Deferred`.
    """
    done = []
    for wish in wishes:
        done.append(errands.do(asked.context, wish, seconds=errands.MOMENT))
        gathering.forget_folder(asked.context, wish.job)
    going_on = [errand for errand in done if errand.ended_at is None]
    if going_on:
        to = f"/errands/{going_on[0].id}" if len(done) == 1 else None
        told = "; ".join(_under_way(errand) for errand in going_on)
        return Notice("busy", (f"{told[0].upper()}{told[1:]}. It goes on by itself, also if you leave this page.",), to)
    return _together([_notice(asked.context, errand) for errand in done])


def _under_way(errand: ErrandShape) -> str:
    what = "a retry" if errand.kind == "retry" else "a dismissal"
    of = f" of {words.some(errand.total, 'file')}" if errand.total else ""
    return f"{what}{of} is asked for in job {errand.job} (errand {errand.id})"


def _notice(context: Context, errand: ErrandShape) -> Notice:
    """What came of an errand that is done."""
    files = errands.files(context, errand.id, left=False, after=-1, limit=-1)
    return (_retried if errand.kind == "retry" else _dismissed)(errand.job, files)


def _retried(job: str, files: Sequence[ErrandFileShape]) -> Notice:
    if not files:
        return Notice("bad", ("There is nothing in error/ to put back.",))
    left = [file for file in files if file.new_name is None]
    back = [file for file in files if file.new_name is not None]
    lines = _left(left, "put back")
    lines += [f"Mind: {file.warning}." for file in back if file.warning][:_NAMED]
    if len(back) == 1:
        lines.append(f"{escape(back[0].new_name or '')} is back in the drop folder; the next run takes it.")
    elif back:
        lines.append(f"{words.some(len(back), 'file')} are back in the drop folder; the next run takes them.")
    # Where something stands against it, its own page shows what, and has the button for doing it all the same.
    to = file_url(job, left[0].name) if len(files) == 1 and left and left[0].later is not None else None
    warned = any(file.warning for file in back)
    return Notice("bad" if left else "warn" if warned else "good", tuple(lines), to)


def _dismissed(job: str, files: Sequence[ErrandFileShape]) -> Notice:  # noqa: ARG001
    if not files:
        return Notice("bad", ("There is nothing in error/ to put aside.",))
    left = [file for file in files if file.new_name is None]
    gone = [file for file in files if file.new_name is not None]
    lines = _left(left, "put aside")
    if len(gone) == 1:
        lines.append(f"{escape(gone[0].name)} is put aside in error/dismissed as {escape(gone[0].new_name or '')}.")
    elif gone:
        lines.append(f"{words.some(len(gone), 'file')} are put aside in error/dismissed.")
    return Notice("bad" if left else "good", tuple(lines))


def _left(left: Sequence[ErrandFileShape], what: str) -> list[str]:
    lines = [f"{escape(file.name)} was not {what}: {file.reason}." for file in left[:_NAMED]]
    if len(left) > _NAMED:
        lines.append(f"Nor were {words.some(len(left) - _NAMED, 'other file')}.")
    return lines


def _together(told: Sequence[Notice]) -> Notice:
    loudest: words.Tone = "good"
    for tone in ("warn", "bad"):
        if any(notice.tone == tone for notice in told):
            loudest = "warn" if tone == "warn" else "bad"
    to = told[0].to if len(told) == 1 else None
    return Notice(loudest, tuple(line for notice in told for line in notice.lines), to)


def _act(asked: Asked) -> Notice:
    """What a button of the work list asks for."""
    values, context = asked.values, asked.context
    for kind in ("retry", "dismiss"):
        if values[f"{kind}_one"]:
            return act(asked, _wishes(asked, kind, [values[f"{kind}_one"]]))
    kind, _, extent = values["act"].partition("_")
    if extent == "all":
        wanted = Filter.of(values)
        found = work_list.find(context, list(context.settings.jobs), wanted)
        keys = [row.key for row in found.rows]
    else:
        keys = list(values["file"])
    if not keys:
        return Notice("warn", ("No file is selected.",))
    return act(asked, _wishes(asked, kind, keys))


def _wishes(asked: Asked, kind: str, keys: Sequence[str]) -> list[Wish]:
    """What is asked for, one wish a job; raises `Fault` for what is no file of a job."""
    by_job: dict[str, list[str]] = {}
    for key in keys:
        job, name = meant(asked.context, key)
        by_job.setdefault(job, []).append(name)
    if kind == "retry":
        return [errands.retry(job, names) for job, names in by_job.items()]
    return [errands.dismissal(job, names) for job, names in by_job.items()]


def _back(asked: Asked) -> tuple[str, str]:
    wanted = Filter.of(asked.values)
    if asked.values["back"] == "overview":
        return "/", ""
    if asked.values["back"] == "job" and wanted.job:
        return f"/jobs/{wanted.job}", "errors"
    return wanted.address(), ""


def _dispatch(asked: Asked) -> Response:
    """Acts; but a check, and what is to be asked first, are pages of their own."""
    values = asked.values
    one = values["retry_one"] or values["dismiss_one"]
    if not one and values["act"] == "check" and values["file"]:
        return _to(_check_address(values["file"]))
    if not one and values["act"] == "dismiss_all" and not values["sure"]:
        return _to(Filter.of(values).address("/errors/dismiss"))
    return _FORM.endpoint(asked)  # type: ignore[return-value]


def _check_address(keys: Sequence[str]) -> str:
    """The address of the check of these files, of as many of them as an address has room for."""
    query: list[tuple[str, object]] = [("of", len(keys))]
    for key in keys[:CHECKED]:
        if len(urlencode(query)) > _LONGEST:
            break
        query.append(("file", key))
    return f"/errors/check?{urlencode(query)}"


def _to(address: str) -> Response:
    return Response(status_code=_SEE_OTHER, headers={"Location": address})


def _body(name: str, summary: str, **more: object) -> Parameter:
    return Parameter(name=name, summary=summary, where="body", default="", **more)  # type: ignore[arg-type]


_FORM: Final[Route] = form(
    "/errors/act",
    "Puts error files back, or aside.",
    _act,
    _back,
    *work_list.parameters("body"),
    _body("act", "What is wanted.", choices=("", "check", "retry", "dismiss", "retry_all", "dismiss_all")),
    _body("retry_one", "The file to put back."),
    _body("dismiss_one", "The file to put aside."),
    _body("back", "Where to go back to.", choices=("", "job", "overview")),
    Parameter(name="sure", summary="It was asked before.", where="body", kind="boolean", default=False),
    replace(FILES, where="body"),
)

ROUTES: Final = (replace(_FORM, endpoint=_dispatch),)
