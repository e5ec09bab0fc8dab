"""Routes: OAI sets and the IEs that belong to them."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response

from mdwatch.handlers.oai import set_members
from mdwatch.handlers.oai import sets as oai_sets
from mdwatch.handlers.oai.sets import Shown
from mdwatch.repository.sets import LONGEST_SPEC
from mdwatch.web.serving import answers, paging, shapes
from mdwatch.web.serving.faults import wrong_use
from mdwatch.web.serving.route import Asked, Parameter, Route

SPEC: Final = Parameter(name="spec", summary="The spec of a set.", where="path", required=True, longest=LONGEST_SPEC)
_FACTS: Final = {
    "spec": shapes.STRING,
    "name": shapes.STRING,
    "description": shapes.STRING,
    "definition": shapes.STRING,
    "changed_at": shapes.MOMENT,
    "filled": shapes.BOOLEAN,
    "members": shapes.INTEGER,
}


def _list(asked: Asked) -> Response:
    return answers.ok([_view(item) for item in oai_sets.listed(asked.context)])


def _show(asked: Asked) -> Response:
    limit = asked.values["limit"]
    with wrong_use(404):
        shown, found = set_members.members(asked.context, asked.values["spec"], asked.values["after"] or 0, limit)
    key = paging.next_key(found, limit, lambda member: member.ie_id)
    return answers.page([member.pid for member in found], next_key=key, **_view(shown))


def _view(shown: Shown) -> Mapping[str, Any]:
    item = shown.oai_set
    return {
        "spec": item.spec,
        "name": item.name,
        "description": item.description,
        "definition": item.definition,
        "changed_at": item.changed_at,
        "filled": item.filled,
        "members": shown.members,
    }


ROUTES: Final = (
    Route(
        method="GET",
        path="/api/sets",
        topic="sets",
        summary="Lists the sets with how many published IEs belong to each.",
        endpoint=_list,
        gives="The sets, by their specs; one that is not `filled` may have more members than it counts yet.",
        shape=shapes.listed(shapes.fields(**_FACTS)),
    ),
    Route(
        method="GET",
        path="/api/sets/{spec}",
        topic="sets",
        summary="Shows a set and the PIDs of its members.",
        endpoint=_show,
        gives="The set, and its published members page by page.",
        shape=shapes.page(shapes.STRING, shapes.INTEGER, **_FACTS),
        parameters=(SPEC, paging.AFTER, paging.LIMIT),
    ),
)
