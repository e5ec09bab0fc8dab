"""Routes: the buttons of an IE: lock, unlock, stage, publish, unpublish, delete, undelete, revert."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from mdwatch.handlers.ies import change as ie_change
from mdwatch.model import Stage
from mdwatch.web.pages import gathering
from mdwatch.web.pages.forms import done, form
from mdwatch.web.pages.ie_pages import PID
from mdwatch.web.pages.ie_questions import TO
from mdwatch.web.pages.notices import Notice
from mdwatch.web.pages.rendering import ie_url
from mdwatch.web.serving.route import Asked, Parameter, Route


def _back(asked: Asked) -> tuple[str, str]:
    return ie_url(asked.values["pid"]), ""


def _changed(asked: Asked, change: Callable[..., str], *arguments: Any) -> Notice:
    told = change(asked.context, asked.values["pid"], *arguments)
    gathering.forget_exports(asked.context)
    return done(f"{told}.")


def _lock(asked: Asked) -> Notice:
    return _changed(asked, ie_change.lock, asked.asker)


def _unlock(asked: Asked) -> Notice:
    return _changed(asked, ie_change.unlock)


def _stage(asked: Asked) -> Notice:
    return _changed(asked, ie_change.set_stage, Stage(asked.values["stage"]))


def _publish(asked: Asked) -> Notice:
    return _changed(asked, ie_change.publish)


def _unpublish(asked: Asked) -> Notice:
    return _changed(asked, ie_change.unpublish)


def _delete(asked: Asked) -> Notice:
    return _changed(asked, ie_change.delete)


def _undelete(asked: Asked) -> Notice:
    return _changed(asked, ie_change.undelete)


def _revert(asked: Asked) -> Notice:
    pid, to = asked.values["pid"], asked.values["to"]
    made = ie_change.revert(asked.context, pid, to, asked.asker)
    gathering.forget_exports(asked.context)
    if made.version is None:
        return done(f"IE {pid} has the records of version {to} already; nothing was changed.")
    return done(f"IE {pid} has the records of version {to} again, as version {made.version}.")


_STAGE: Final = Parameter(
    name="stage", summary="Where to.", where="body", required=True, choices=tuple(stage.value for stage in Stage)
)


def _form(name: str, summary: str, act: Callable[[Asked], Notice], *parameters: Parameter) -> Route:
    return form(f"/ies/{{pid}}/{name}", summary, act, _back, PID, *parameters)


ROUTES: Final = (
    _form("lock", "Locks an IE.", _lock),
    _form("unlock", "Releases the lock of an IE.", _unlock),
    _form("stage", "Moves an IE to a stage.", _stage, _STAGE),
    _form("publish", "Publishes an IE.", _publish),
    _form("unpublish", "Takes an IE back from publication.", _unpublish),
    _form("delete", "Marks an IE as deleted.", _delete),
    _form("undelete", "Takes back the deletion of an IE.", _undelete),
    _form("revert", "Makes an earlier version current again.", _revert, replace(TO, where="body")),
)
