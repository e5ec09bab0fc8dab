"""Routes: OAI sets by Dataverse's calls: showing, making, changing, deleting and exporting them."""

from typing import Final
from urllib.parse import quote

from starlette.responses import Response

from mdwatch.errors import UsageError
from mdwatch.formats.numbers import counted
from mdwatch.formats.oai_pmh.set_specs import LONGEST_SPEC
from mdwatch.formats.printable import escape
from mdwatch.handlers.exports import batch as export_batch
from mdwatch.handlers.exports import batch_words
from mdwatch.handlers.oai import sets as oai_sets
from mdwatch.model import OaiSet
from mdwatch.rules import membership
from mdwatch.shapes.batches import StartedBatchShape
from mdwatch.shapes.sets import DataverseSetShape
from mdwatch.shapes.values import plain
from mdwatch.web.api.batches import follow_at
from mdwatch.web.api.sets import SPEC
from mdwatch.web.serving import answers, paging, shapes
from mdwatch.web.serving.faults import Fault
from mdwatch.web.serving.route import Asked, Parameter, Route

_PLACE: Final = "/api/harvest/server/oaisets"
_PLAIN: Final = "-_.!~*'():"  # stand as they are in a path

_DATAVERSE: Final = shapes.of(DataverseSetShape)
_MADE: Final = shapes.fields(**_DATAVERSE["properties"], batch=shapes.either_null(shapes.INTEGER))


def _dataverse_list(asked: Asked) -> Response:
    return answers.ok({"oaisets": [DataverseSetShape.of(item.oai_set) for item in oai_sets.listed(asked.context)]})


def _dataverse_show(asked: Asked) -> Response:
    return answers.ok(DataverseSetShape.of(_there(asked)))


def _create(asked: Asked) -> Response:
    values = asked.values
    spec = values["spec"] or values["name"]
    made = oai_sets.create(asked.context, spec, values["definition"], values["name"], values["description"])
    headers = {"Location": _address(made)}
    return answers.ok({**plain(DataverseSetShape.of(made)), "batch": _filling(asked, made)}, 201, headers)


def _change(asked: Asked) -> Response:
    values = asked.values
    wanted = {"where": values["definition"], "name": values["name"], "description": values["description"]}
    if all(value is None for value in wanted.values()):
        raise Fault(400, "nothing to change; give definition, description or name")
    changed = oai_sets.change(asked.context, _there(asked).spec, **wanted)
    batch = _filling(asked, changed)
    return answers.told(_address(changed), {**plain(DataverseSetShape.of(changed)), "batch": batch})


def _datasets(asked: Asked) -> Response:
    """Dataverse has a place for them, and nothing in it."""
    spec, limit = _there(asked).spec, asked.values["limit"]
    shown, found = oai_sets.members(asked.context, spec, asked.values["after"] or 0, limit)
    message = f"{counted(shown.members, 'IE')} {'belongs' if shown.members == 1 else 'belong'} to the set {spec}"
    key = paging.next_key(found, limit, lambda member: member.ie_id)
    return answers.ok({"message": message, "datasets": [member.pid for member in found], "next": key})


def _delete(asked: Asked) -> Response:
    spec = _there(asked).spec
    oai_sets.delete(asked.context, spec)
    return answers.done(f"OAI Set {spec} deleted")


def _address(item: OaiSet) -> str:
    return f"{_PLACE}/{quote(item.spec, safe=_PLAIN)}"


def _there(asked: Asked) -> OaiSet:
    """The set that is meant; raises `Fault` in Dataverse's words."""
    spec = asked.values["spec"]
    try:
        return oai_sets.show(asked.context, spec, 0).oai_set
    except UsageError:
        raise Fault(404, f"OAI set {escape(spec)} not found.") from None


def _filling(asked: Asked, item: OaiSet) -> int | None:
    """The batch that fills the set; None where it is filled, or where the daemon has to end another one first."""
    if item.filled:
        return None
    batch, new = export_batch.request(asked.context, "set", asked.asker, set_spec=item.spec)
    return batch.id if new else None


def _export(asked: Asked) -> Response:
    spec = asked.values["spec"]
    try:
        oai_sets.show(asked.context, spec, 0)
    except UsageError:
        raise Fault(404, "unable to find specified OAI set") from None
    batch, new = export_batch.request(asked.context, "set", asked.asker, set_spec=spec)
    follow = follow_at(batch.id)
    if not new and batch.set_spec != spec:
        about = f"batch {batch.id} ({batch_words.described(batch)}) is open; ask again when it has ended: {follow}"
        raise Fault(409, about, {"Location": follow})
    return answers.ok(
        StartedBatchShape(message="export started", batch=batch.id, follow=follow), 200, {"Location": follow}
    )


_DEFINITION: Final = Parameter(
    name="definition",
    summary="Who belongs to it: FIELD OPERATOR VALUE [| VALUE ...] and ..., such as dc:subject ~ maps | atlases; "
    "fields are pid, institution, subtype, dc:ELEMENT and dcterms:TERM, operators =, ^= and ~, each also after !.",
    where="body",
    longest=membership.LONGEST,
)
_DESCRIPTION: Final = Parameter(name="description", summary="What harvesters are told of it.", where="body")
_BATCH: Final = (
    "`batch` fills it; null where there is nothing to do, or where the daemon will when another one has ended."
)


def _creation(path: str) -> Route:
    return Route(
        method="POST",
        path=path,
        topic="sets",
        summary="Makes a set, and exports those of its members that are not exported yet.",
        endpoint=_create,
        gives=f"The set. {_BATCH}",
        shape=_MADE,
        status=201,
        parameters=(
            Parameter(
                name="name",
                summary="Its name, which is also its spec where none is given.",
                where="body",
                required=True,
            ),
            Parameter(
                name="spec",
                summary="The spec that harvesters name it by.",
                where="body",
                longest=LONGEST_SPEC,
            ),
            Parameter(
                name="definition",
                summary=_DEFINITION.summary,
                where="body",
                required=True,
                longest=_DEFINITION.longest,
            ),
            Parameter(name="description", summary=_DESCRIPTION.summary, where="body", default=""),
        ),
    )


ROUTES: Final = (
    Route(
        method="GET",
        path=_PLACE,
        topic="sets",
        summary="Lists the sets, as Dataverse does.",
        endpoint=_dataverse_list,
        gives="The sets.",
        shape=shapes.fields(oaisets=shapes.listed(_DATAVERSE)),
    ),
    _creation(_PLACE),
    # Where Dataverse has it; the set `add` is found at /api/sets/add only.
    _creation(f"{_PLACE}/add"),
    Route(
        method="GET",
        path=f"{_PLACE}/{{spec}}",
        topic="sets",
        summary="Shows a set, as Dataverse does.",
        endpoint=_dataverse_show,
        gives="The set.",
        shape=_DATAVERSE,
        parameters=(SPEC,),
    ),
    Route(
        method="GET",
        path=f"{_PLACE}/{{spec}}/datasets",
        topic="sets",
        summary="Lists the members of a set.",
        endpoint=_datasets,
        gives="How many there are, and the PIDs of those that are published, page by page.",
        shape=shapes.fields(
            message=shapes.STRING, datasets=shapes.listed(shapes.STRING), next=shapes.either_null(shapes.INTEGER)
        ),
        parameters=(SPEC, paging.AFTER, paging.LIMIT),
    ),
    Route(
        method="PUT",
        path=f"{_PLACE}/{{spec}}",
        topic="sets",
        summary="Changes a set in what is given; another definition looks at all members anew.",
        endpoint=_change,
        gives=f"The set. {_BATCH}",
        shape=_MADE,
        message=shapes.MESSAGE,
        parameters=(
            SPEC,
            Parameter(name="name", summary="What harvesters are shown as its name.", where="body"),
            _DEFINITION,
            _DESCRIPTION,
        ),
    ),
    Route(
        method="DELETE",
        path=f"{_PLACE}/{{spec}}",
        topic="sets",
        summary="Deletes a set; its members and their exports stay.",
        endpoint=_delete,
        shape=shapes.MESSAGE,
        parameters=(SPEC,),
    ),
    Route(
        method="PUT",
        path="/api/admin/metadata/exportOAI/{spec}",
        topic="sets",
        summary="Looks anew at who belongs to a set, and exports those of its members that are not exported yet.",
        endpoint=_export,
        gives="The batch that does it, and the address where to follow it.",
        shape=shapes.of(StartedBatchShape),
        parameters=(SPEC,),
    ),
)
