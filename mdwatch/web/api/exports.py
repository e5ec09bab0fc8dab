"""Routes: how the exports stand, all of them and those of an IE, and having them made again as with Dataverse."""

from typing import Final

from starlette.responses import Response

from mdwatch.errors import UsageError
from mdwatch.formats.printable import escape
from mdwatch.handlers.exports import batch_status, public, reading, serving
from mdwatch.handlers.exports.serving import NoSuchIe
from mdwatch.shapes.exports import IeExportsShape, StandingShape
from mdwatch.web.api.documents import PERSISTENT_ID
from mdwatch.web.api.ies import PID
from mdwatch.web.serving import answers, shapes
from mdwatch.web.serving.faults import Fault, wrong_use
from mdwatch.web.serving.route import Asked, Parameter, Route


def _standing(asked: Asked) -> Response:
    whole = batch_status.told_whole(asked.context)
    return answers.ok(public.standing(reading.standing(asked.context), whole=whole))


def _of_ie(asked: Asked) -> Response:
    pid = asked.values["pid"]
    with wrong_use(404):
        return answers.ok(public.ie_exports(pid, serving.of_ie(asked.context, pid)))


def _again(asked: Asked) -> Response:
    wanted = asked.values["persistentId"] if "persistentId" in asked.values else asked.values["pid"]
    try:
        serving.export_again(asked.context, serving.pid_of(asked.context, wanted))
    except NoSuchIe:
        raise Fault(404, f"Dataset with Persistent ID {escape(wanted)} not found.") from None
    except UsageError as error:
        raise Fault(409, str(error)) from None
    return answers.done("export started")


def _clear(asked: Asked) -> Response:
    return answers.done(f"cleared: {reading.forget_stamps(asked.context)}")


ROUTES: Final = (
    Route(
        method="GET",
        path="/api/exports",
        topic="exports",
        summary="Tells how the exports stand.",
        endpoint=_standing,
        gives="How many IEs are published, due, and failing in some format; documents by format; what failed longest; "
        "the batch that waits or runs.",
        shape=shapes.of(StandingShape),
    ),
    Route(
        method="GET",
        path="/api/ies/{pid}/exports",
        topic="exports",
        summary="Lists the exports of an IE, and the formats that fail.",
        endpoint=_of_ie,
        gives="Of each format: of which version of the IE it was made, when, and the digest; `deleted` where only the "
        "note for harvesters is left. `without` says why an IE has none. Version 0 is one that is to be made again.",
        shape=shapes.of(IeExportsShape),
        parameters=(PID,),
    ),
    Route(
        method="GET",
        path="/api/admin/metadata/clearExportTimestamps",
        topic="exports",
        summary="Makes every export due; documents stay until new ones replace them.",
        endpoint=_clear,
        gives="Of how many IEs.",
        shape=shapes.MESSAGE,
        changes=True,
    ),
    # Before the one with a PID in its place.
    Route(
        method="GET",
        path="/api/admin/metadata/:persistentId/reExportDataset",
        topic="exports",
        summary="Has an IE exported anew, in the background.",
        endpoint=_again,
        gives="That it will be; /api/ies/{pid}/exports tells when it is.",
        shape=shapes.MESSAGE,
        changes=True,
        parameters=(PERSISTENT_ID,),
    ),
    Route(
        method="GET",
        path="/api/admin/metadata/{pid}/reExportDataset",
        topic="exports",
        summary="Has an IE exported anew, in the background.",
        endpoint=_again,
        gives="That it will be; /api/ies/{pid}/exports tells when it is.",
        shape=shapes.MESSAGE,
        changes=True,
        parameters=(
            Parameter(
                name="pid",
                summary="The PID of an IE, or its OAI identifier.",
                where="path",
                required=True,
                longest=400,
            ),
        ),
    ),
)
