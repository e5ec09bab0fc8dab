"""Routes: OAI sets and the IEs that belong to them."""

from typing import Final

from starlette.responses import Response

from mdwatch.formats.oai_pmh.set_specs import LONGEST_SPEC
from mdwatch.handlers.oai import sets as oai_sets
from mdwatch.shapes.sets import SetShape
from mdwatch.shapes.values import plain
from mdwatch.web.serving import answers, paging, shapes
from mdwatch.web.serving.faults import wrong_use
from mdwatch.web.serving.route import Asked, Parameter, Route

SPEC: Final = Parameter(name="spec", summary="The spec of a set.", where="path", required=True, longest=LONGEST_SPEC)
_SET_SHAPE: Final = shapes.of(SetShape)


def _list(asked: Asked) -> Response:
    return answers.ok([SetShape.of(item.oai_set, item.members) for item in oai_sets.listed(asked.context)])


def _show(asked: Asked) -> Response:
    limit = asked.values["limit"]
    with wrong_use(404):
        shown, found = oai_sets.members(asked.context, asked.values["spec"], asked.values["after"] or 0, limit)
    key = paging.next_key(found, limit, lambda member: member.ie_id)
    facts = plain(SetShape.of(shown.oai_set, shown.members))
    return answers.page([member.pid for member in found], next_key=key, **facts)


ROUTES: Final = (
    Route(
        method="GET",
        path="/api/sets",
        topic="sets",
        summary="Lists the sets with how many published IEs belong to each.",
        endpoint=_list,
        gives="The sets, by their specs; one that is not `filled` may have more members than it counts yet.",
        shape=shapes.listed(_SET_SHAPE),
    ),
    Route(
        method="GET",
        path="/api/sets/{spec}",
        topic="sets",
        summary="Shows a set and the PIDs of its members.",
        endpoint=_show,
        gives="The set, and its published members page by page.",
        shape=shapes.page(shapes.STRING, shapes.INTEGER, **_SET_SHAPE["properties"]),
        parameters=(SPEC, paging.AFTER, paging.LIMIT),
    ),
)
