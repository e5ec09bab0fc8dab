"""Routes: what is asked before an IE is locked, unpublished, deleted or reverted, and what would follow from it.

Each question stands at the address that its form is then posted to.
"""

from collections.abc import Sequence
from typing import Any, Final

from starlette.responses import Response

from mdwatch.handlers.ies import change, history
from mdwatch.handlers.ies.history import ChangedRecord
from mdwatch.model import IntellectualEntity
from mdwatch.web.pages.ie_pages import PID, title_of
from mdwatch.web.pages.rendering import ie_url, page, view
from mdwatch.web.serving.faults import wrong_use
from mdwatch.web.serving.route import Asked, Parameter

TO: Final = Parameter(name="to", summary="The version.", kind="integer", required=True, minimum=1)


def _asked_first(
    asked: Asked,
    entity: IntellectualEntity,
    verb: str,
    lines: Sequence[str],
    *,
    label: str = "",
    records: Sequence[ChangedRecord] = (),
    **fields: Any,
) -> Response:
    to = ie_url(entity.pid)
    return page(
        asked,
        "confirm.html",
        heading=f"{label or verb.capitalize()} {'' if label else entity.pid}".strip() + "?",
        about=f"{entity.pid}: {title_of(entity)}",
        lines=lines,
        records=records,
        action=f"{to}/{verb}",
        label=label or f"{verb.capitalize()} {entity.pid}",
        fields=fields,
        back=to,
    )


def _entity(asked: Asked) -> IntellectualEntity:
    with wrong_use(404):
        return change.show(asked.context, asked.values["pid"])


def _lock(asked: Asked) -> Response:
    entity = _entity(asked)
    lines = [
        f"It is locked in the name of {asked.asker}.",
        "No update changes it from then on: files for it go to error/, until somebody unlocks it and retries them.",
        "It stays as it is, published or not; its exports are made anew where they tell of the lock.",
    ]
    if entity.locked_by:
        lines.insert(0, f"It is locked by {entity.locked_by} already; have it unlocked first.")
    return _asked_first(asked, entity, "lock", lines)


def _unpublish(asked: Asked) -> Response:
    lines = [
        "Its exports are taken away at once: nobody gets a document of it any more.",
        "Harvesters are told that it is deleted, the next time they ask, and it leaves its OAI sets.",
        "Its records and its history stay, updates go on; publishing it again makes the exports anew.",
    ]
    return _asked_first(asked, _entity(asked), "unpublish", lines)


def _delete(asked: Asked) -> Response:
    entity = _entity(asked)
    lines = [
        "It is marked as deleted: files for it go to error/ from then on.",
        "Its records, history, lock and stage stay, and whether it is published, for when it is undeleted.",
    ]
    if entity.published:
        lines.insert(1, "Its exports are taken away, and harvesters are told that it is deleted.")
    return _asked_first(asked, entity, "delete", lines)


def _undelete(asked: Asked) -> Response:
    entity = _entity(asked)
    exports = (
        "It is published, so that its exports are made anew, and harvesters are told of it again."
        if entity.published
        else "It is not published, and has no exports."
    )
    lock = f" and locked by {entity.locked_by}" if entity.locked_by else ""
    lines = [
        f"It is as it was before: in stage {entity.stage.value}{lock}, with all its records and versions.",
        exports,
        "Files for it that went to error/ meanwhile stay there; retry those that are wanted.",
    ]
    return _asked_first(asked, entity, "undelete", lines)


def _revert(asked: Asked) -> Response:
    entity, to = _entity(asked), asked.values["to"]
    with wrong_use(404):
        records = history.back_to(asked.context, entity.pid, to)
    lines = [
        f"The records of version {to} are current again, as a new version; no version is lost.",
        "It is exported anew where it is published.",
    ]
    if not records:
        lines = [f"Its records are those of version {to} already: nothing would change."]
    return _asked_first(
        asked, entity, "revert", lines, label=f"Revert {entity.pid} to version {to}", records=records, to=to
    )


ROUTES: Final = (
    view("/ies/{pid}/lock", "Asks whether to lock an IE.", _lock, PID),
    view("/ies/{pid}/unpublish", "Asks whether to unpublish an IE.", _unpublish, PID),
    view("/ies/{pid}/delete", "Asks whether to delete an IE.", _delete, PID),
    view("/ies/{pid}/undelete", "Asks whether to undelete an IE.", _undelete, PID),
    view("/ies/{pid}/revert", "Asks whether to revert an IE.", _revert, PID, TO),
)
