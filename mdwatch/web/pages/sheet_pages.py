"""Routes: records of a set as a sheet; what a sheet, a table of values, or a stylesheet would change in a job.

An upload is only looked at. It goes along in the form with the button that carries it out, and so does a digest of what
was shown: where it comes to something else by then, it is shown anew, and nothing is written.
"""

import base64
import binascii
import hashlib
import threading
from collections.abc import Sequence
from typing import Any, Final

from starlette.responses import RedirectResponse, Response

from mdwatch.dropfolder.shares import ask
from mdwatch.errors import Deferred, UsageError
from mdwatch.formats.table import TableKind
from mdwatch.handlers.oai import sets
from mdwatch.handlers.sheets import apply as applying
from mdwatch.handlers.sheets import export as exporting
from mdwatch.handlers.sheets import replace as replacing
from mdwatch.handlers.sheets.planning import PlannedRow, RowEffect
from mdwatch.web.pages import notices, words
from mdwatch.web.pages.forms import done, refused
from mdwatch.web.pages.job_pages import JOB
from mdwatch.web.pages.notices import Notice
from mdwatch.web.pages.rendering import job_url, page, posted, view
from mdwatch.web.pages.set_pages import SPEC
from mdwatch.web.serving import uploads
from mdwatch.web.serving.faults import Fault, wrong_use
from mdwatch.web.serving.route import Asked, Parameter

UPLOAD_BYTES: Final = 8 << 20
_AGAIN_BYTES: Final = 12 << 20  # the same as text in a form
_SHOWN: Final = 200  # rows
_MOST: Final = 5_000  # rows that become files; more take longer than anybody looks at a page
_WRITE_SECONDS: Final = 120.0
_TRANSFORM_SECONDS: Final = 60.0
_SEE_OTHER: Final = 303
_transforming: Final = threading.Lock()
_GIVEN: Final = ("set", "fields", "parts")


def _download(asked: Asked) -> Response:
    kind, spec = TableKind[asked.values["kind"].upper()], asked.values["spec"]
    with wrong_use(404):
        sets.show(asked.context, spec, 0)
    with wrong_use(400):
        made = exporting.export(asked.context, asked.values["fields"].split(","), spec=spec, kind=kind)
    # A sheet has no room to tell of what it has not; and who saves it should know.
    if made.left_out and not asked.values["anyway"]:
        left = made.left_out[:_SHOWN]
        return page(asked, "sheet_left_out.html", spec=spec, values=asked.values, made=made, left=left)
    name = "".join(sign if sign.isalnum() and sign.isascii() else "-" for sign in spec)
    headers = {"Content-Disposition": f'attachment; filename="{name}{kind.suffix}"'}
    return Response(made.data, 200, headers, kind.value)


def _ask_for_sheet(asked: Asked) -> Response:
    return _asked_for(asked, "sheet")


def _ask_for_table(asked: Asked) -> Response:
    return _asked_for(asked, "replace")


def _ask_for_stylesheet(asked: Asked) -> Response:
    return _asked_for(asked, "transform")


def _asked_for(asked: Asked, what: str) -> Response:
    with wrong_use(404):
        asked.context.job(asked.values["job"])
    there = [item.oai_set for item in sets.listed(asked.context)] if what != "sheet" else []
    return page(asked, f"sheet_{what}.html", job=asked.values["job"], sets=there, largest=UPLOAD_BYTES >> 20)


def _look(asked: Asked) -> Response:
    """What an upload, or the form with what was uploaded before, would change; or the form, with why it is no good."""
    try:
        given, data, seen = _sent(asked)
        if not data:
            raise UsageError("choose a file")
        rows = _plan(asked, given, data)
    except (UsageError, Fault) as error:
        return _led(f"{asked.request.url.path.removesuffix('/apply')}", refused(str(error)))
    if seen is None:
        return _shown(asked, rows, given, data)
    if seen != _digest(rows):
        return _shown(asked, rows, given, data, changed=True)
    return _led(job_url(asked.values["job"]), _written(asked, rows))


def _sent(asked: Asked) -> tuple[dict[str, str], bytes, str | None]:
    """What was typed, the file, and the digest of what was shown where it was shown already."""
    path = asked.request.url.path
    if not path.endswith("/apply"):
        sent = uploads.parts(asked.request.headers.get("content-type", ""), asked.data)
        given = {name: sent.get(name, b"").decode("utf-8", "replace") for name in _GIVEN}
        return given, sent.get("file", b""), None
    values = asked.values
    try:
        data = base64.b64decode(values["file"], validate=True)
    except (binascii.Error, ValueError):
        raise UsageError("what was uploaded has been damaged; upload it again") from None
    return {name: values[name] for name in _GIVEN}, data, values["seen"]


def _plan(asked: Asked, given: dict[str, str], data: bytes) -> list[PlannedRow]:
    job = asked.values["job"]
    what = asked.request.url.path.removesuffix("/apply").rpartition("/")[2]
    if what == "sheet":
        rows = applying.plan(asked.context, data, job)
    elif what == "transform":
        rows = _transformed(asked, given["set"], data)
    else:
        fields = [name for name in given["fields"].split(",") if name.strip()]
        rows = replacing.by_table(asked.context, job, data, fields, parts=bool(given["parts"]), spec=given["set"])
    if sum(row.effect is RowEffect.CHANGED for row in rows) > _MOST:
        raise UsageError(f"more than {_MOST} IEs would change; use `mdwatch sheet` on the command line for that many")
    return rows


def _transformed(asked: Asked, spec: str, data: bytes) -> list[PlannedRow]:
    """What a stylesheet makes of the records; one at a time, for each has a process of its own."""
    if not _transforming.acquire(blocking=False):
        raise UsageError("another stylesheet is being tried just now; upload it again in a minute")
    try:
        return replacing.by_stylesheet(
            asked.context, asked.values["job"], data, "uploaded", spec=spec, seconds=_TRANSFORM_SECONDS
        )
    finally:
        _transforming.release()


def _shown(
    asked: Asked, rows: Sequence[PlannedRow], given: dict[str, str], data: bytes, *, changed: bool = False
) -> Response:
    of = {effect: [row for row in rows if row.effect is effect] for effect in RowEffect}
    return page(
        asked,
        "sheet_plan.html",
        job=asked.values["job"],
        form=asked.request.url.path.removesuffix("/apply"),
        to_change=of[RowEffect.CHANGED],
        to_refuse=of[RowEffect.REFUSED],
        same=len(of[RowEffect.SAME]),
        most=_SHOWN,
        given={name: value for name, value in given.items() if value},
        file=base64.b64encode(data).decode(),
        seen=_digest(rows),
        changed=changed,
    )


def _digest(rows: Sequence[PlannedRow]) -> str:
    """What is to be done, as a digest: the IEs with their versions, and the files they get."""
    found = hashlib.sha256()
    for row in rows:
        if row.effect is RowEffect.CHANGED:
            found.update(f"{row.pid} {row.version} {len(row.data)}\n".encode() + row.data)
    return found.hexdigest()


def _written(asked: Asked, rows: Sequence[PlannedRow]) -> Notice:
    job = asked.values["job"]
    try:
        folder = asked.context.job(job).folder
        written, late = ask(folder, lambda: applying.write(asked.context, rows, job), _WRITE_SECONDS)
    except (UsageError, Deferred) as error:
        return refused(str(error))
    told = [f"{words.some(len(written), 'updateMD file')} written into the drop folder; the job applies them."]
    if late:
        told.append(f"{words.some(len(late), 'IE')} changed meanwhile and left alone: {late[0].pid}, {late[0].reason}.")
    return done(*told)


def _led(to: str, notice: Notice) -> Response:
    return RedirectResponse(f"{to}?note={notices.leave(notice)}#notice", _SEE_OTHER)


def _sent_again(name: str, summary: str, **more: Any) -> Parameter:
    return Parameter(name=name, summary=summary, where="body", **more)


_APPLY: Final = (
    JOB,
    _sent_again("file", "What was uploaded, in Base64.", required=True, longest=_AGAIN_BYTES),
    _sent_again("seen", "The digest of what was shown.", required=True),
    _sent_again("set", "The set.", default=""),
    _sent_again("fields", "The fields.", default=""),
    _sent_again("parts", "Whether parts of values are replaced.", default=""),
)
_UPLOADED: Final[dict[str, Any]] = {"media_type": "text/html", "upload_bytes": UPLOAD_BYTES, "free": True}
_AGAIN: Final[dict[str, Any]] = {"media_type": "text/html", "upload_bytes": _AGAIN_BYTES}

ROUTES: Final = (
    view(
        "/sets/{spec}/sheet",
        "The members of a set as a sheet.",
        _download,
        SPEC,
        Parameter(name="fields", summary="Fields with commas between.", required=True),
        Parameter(name="kind", summary="What is written.", choices=("csv", "xlsx"), default="csv"),
        Parameter(name="anyway", summary="Also where some IEs are left out.", kind="boolean", default=False),
    ),
    view("/jobs/{job}/sheet", "The form in which a sheet is uploaded.", _ask_for_sheet, JOB),
    view("/jobs/{job}/replace", "The form in which values of a set are replaced.", _ask_for_table, JOB),
    view("/jobs/{job}/transform", "The form in which a stylesheet for a set is uploaded.", _ask_for_stylesheet, JOB),
    posted("/jobs/{job}/sheet", "What a sheet would change.", _look, JOB, **_UPLOADED),
    posted("/jobs/{job}/replace", "What a table would change.", _look, JOB, **_UPLOADED),
    posted("/jobs/{job}/transform", "What a stylesheet would change.", _look, JOB, **_UPLOADED),
    posted("/jobs/{job}/sheet/apply", "Writes what a sheet changes.", _look, *_APPLY, **_AGAIN),
    posted("/jobs/{job}/replace/apply", "Writes what a table changes.", _look, *_APPLY, **_AGAIN),
    posted("/jobs/{job}/transform/apply", "Writes what a stylesheet changes.", _look, *_APPLY, **_AGAIN),
)
