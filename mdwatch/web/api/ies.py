"""Routes: Intellectual Entities: showing them, their history, and changing their facts."""

import json
from collections.abc import Callable
from typing import Any, Final

from starlette.responses import Response

from mdwatch.formats import mets, native
from mdwatch.handlers.ies import change as ie_change
from mdwatch.handlers.ies import history as ie_history
from mdwatch.handlers.ies import public
from mdwatch.model import Stage
from mdwatch.runtime.context import Context
from mdwatch.shapes.ies import VersionShape
from mdwatch.web.serving import answers, paging, shapes
from mdwatch.web.serving.faults import wrong_use
from mdwatch.web.serving.route import Asked, Parameter, Route

PID: Final = Parameter(
    name="pid",
    summary="The PID of an IE: IE and digits.",
    where="path",
    required=True,
    pattern="IE[0-9]{1,30}",
)


def _show(asked: Asked) -> Response:
    with wrong_use(404):
        entity = ie_change.show(asked.context, asked.values["pid"])
        version = ie_change.history(asked.context, entity.pid)[-1].version
    if asked.values["format"] == "mets":
        return Response(mets.write(entity), media_type="application/xml")
    return answers.ok({"version": version, "ie": json.loads(native.write(entity))})


def _history(asked: Asked) -> Response:
    limit = asked.values["limit"]
    with wrong_use(404):
        found = ie_history.history(asked.context, asked.values["pid"], asked.values["before"], limit)
    return answers.page(
        [public.version(item) for item in found],
        next_key=paging.next_key(found, limit, lambda item: item.version.version),
    )


def _lock(asked: Asked) -> Response:
    return _done(asked, ie_change.lock, asked.values["by"] or asked.asker)


def _unlock(asked: Asked) -> Response:
    return _done(asked, ie_change.unlock)


def _stage(asked: Asked) -> Response:
    return _done(asked, ie_change.set_stage, Stage(asked.values["stage"]))


def _publish(asked: Asked) -> Response:
    return _done(asked, ie_change.publish)


def _unpublish(asked: Asked) -> Response:
    return _done(asked, ie_change.unpublish)


def _delete(asked: Asked) -> Response:
    return _done(asked, ie_change.delete)


def _undelete(asked: Asked) -> Response:
    return _done(asked, ie_change.undelete)


def _revert(asked: Asked) -> Response:
    pid = _there(asked)
    with wrong_use(409):
        made = ie_change.revert(asked.context, pid, asked.values["to"], asked.asker)
    return answers.ok({"version": made.version})


def _done(asked: Asked, change: Callable[..., str], *arguments: Any) -> Response:
    """Carries out one change; what is refused now is refused for the state that the IE is in."""
    pid = _there(asked)
    context: Context = asked.context
    with wrong_use(409):
        return answers.done(change(context, pid, *arguments))


def _there(asked: Asked) -> str:
    """The PID, of an IE that there is; raises `Fault` else."""
    pid: str = asked.values["pid"]
    with wrong_use(404):
        ie_change.history(asked.context, pid)
    return pid


def _change(name: str, summary: str, endpoint: Callable[[Asked], Response], *parameters: Parameter) -> Route:
    """The route of one change."""
    return Route(
        method="POST",
        path=f"/api/ies/{{pid}}/{name}",
        topic="ies",
        summary=summary,
        endpoint=endpoint,
        shape=shapes.MESSAGE,
        forms=True,
        parameters=(PID, *parameters),
    )


ROUTES: Final = (
    Route(
        method="GET",
        path="/api/ies/{pid}",
        topic="ies",
        summary="Shows an IE, as native JSON or as METS in the Rosetta profile.",
        endpoint=_show,
        gives="The version of the IE, and the IE in the shape that `mdwatch ie load` takes; or the METS.",
        shape=shapes.fields(version=shapes.INTEGER, ie={"type": "object"}),
        more_types=("application/xml",),
        parameters=(
            PID,
            Parameter(name="format", summary="The format wanted.", choices=("json", "mets"), default="json"),
        ),
    ),
    Route(
        method="GET",
        path="/api/ies/{pid}/history",
        topic="ies",
        summary="Lists the versions of an IE, newest first, and what each changed.",
        endpoint=_history,
        gives="The versions: when, by whom and from which file, and field by field the differences of each record.",
        shape=shapes.page(shapes.of(VersionShape), shapes.INTEGER),
        parameters=(PID, paging.BEFORE, paging.LIMIT),
    ),
    _change(
        "lock",
        "Locks an IE, so that no update changes it.",
        _lock,
        Parameter(name="by", summary="Who holds the lock; else whoever asks.", where="body", longest=200),
    ),
    _change("unlock", "Releases the lock of an IE, whoever holds it.", _unlock),
    _change(
        "stage",
        "Moves an IE into SIP processing or into the permanent repository.",
        _stage,
        Parameter(
            name="stage",
            summary="Where to.",
            where="body",
            required=True,
            choices=tuple(stage.value for stage in Stage),
        ),
    ),
    _change("publish", "Publishes an IE.", _publish),
    _change("unpublish", "Takes an IE back from publication.", _unpublish),
    _change("delete", "Marks an IE as deleted; its records and history stay.", _delete),
    _change(
        "undelete", "Takes back the deletion of an IE: it is as it was, and exported anew if published.", _undelete
    ),
    Route(
        method="POST",
        path="/api/ies/{pid}/revert",
        topic="ies",
        summary="Makes the records of an earlier version current again, as a new version.",
        endpoint=_revert,
        gives="The new version, or null where the records were the same already.",
        shape=shapes.fields(version=shapes.either_null(shapes.INTEGER)),
        forms=True,
        parameters=(
            PID,
            Parameter(
                name="to",
                summary="The version whose records are wanted again.",
                where="body",
                kind="integer",
                required=True,
                minimum=1,
            ),
        ),
    ),
)
