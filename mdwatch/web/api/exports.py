"""Routes: how the exports stand, all of them and those of an IE, and having them made again as with Dataverse."""

from typing import Any, Final

from starlette.responses import Response

from mdwatch.errors import UsageError
from mdwatch.formats.printable import escape
from mdwatch.handlers.exports import reading, serving
from mdwatch.handlers.exports.serving import Exports, NoSuchIe
from mdwatch.repository.exports.failures import Failing
from mdwatch.web.api.batches import BATCH_SHAPE, batch_view
from mdwatch.web.api.documents import PERSISTENT_ID
from mdwatch.web.api.ies import PID
from mdwatch.web.serving import answers, shapes
from mdwatch.web.serving.faults import Fault, wrong_use
from mdwatch.web.serving.route import Asked, Parameter, Route

_FAILURE: Final = shapes.fields(
    format=shapes.STRING,
    ie_version=shapes.INTEGER,
    exporter_version=shapes.STRING,
    reason=shapes.STRING,
    since=shapes.MOMENT,
    tries=shapes.INTEGER,
    next_at=shapes.MOMENT,
)
_KEPT: Final = shapes.fields(
    format=shapes.STRING,
    ie_version=shapes.INTEGER,
    exporter_version=shapes.STRING,
    at=shapes.MOMENT,
    datestamp=shapes.MOMENT,
    digest=shapes.STRING,
    deleted=shapes.BOOLEAN,
    stale=shapes.BOOLEAN,
)
_STANDING: Final = shapes.fields(
    published=shapes.INTEGER,
    due=shapes.INTEGER,
    failing=shapes.INTEGER,
    formats=shapes.listed(
        shapes.fields(format=shapes.STRING, documents=shapes.INTEGER, tombstones=shapes.INTEGER, failing=shapes.INTEGER)
    ),
    failures=shapes.listed(shapes.fields(pid=shapes.STRING, failure=_FAILURE)),
    batch=shapes.either_null(BATCH_SHAPE),
)
_OF_IE: Final = shapes.fields(
    pid=shapes.STRING,
    version=shapes.INTEGER,
    due=shapes.BOOLEAN,
    without=shapes.either_null(shapes.STRING),
    exports=shapes.listed(_KEPT),
    failures=shapes.listed(_FAILURE),
)


def failure_view(failing: Failing) -> dict[str, Any]:
    """A format that an IE could not be exported in, as it is answered."""
    failure = failing.failure
    return {
        "format": failing.format,
        "ie_version": failure.ie_version,
        "exporter_version": failure.exporter_version,
        "reason": failure.reason,
        "since": failure.since,
        "tries": failure.tries,
        "next_at": failure.next_at,
    }


def _standing(asked: Asked) -> Response:
    found = reading.standing(asked.context)
    return answers.ok(
        {
            "published": found.published,
            "due": found.due,
            "failing": found.failing,
            "formats": found.formats,
            "failures": [{"pid": item.pid, "failure": failure_view(item)} for item in found.failures],
            "batch": None if found.batch is None else batch_view(found.batch),
        }
    )


def _of_ie(asked: Asked) -> Response:
    with wrong_use(404):
        found = serving.of_ie(asked.context, asked.values["pid"])
    return answers.ok({"pid": asked.values["pid"], **_exports(found)})


def _exports(found: Exports) -> dict[str, Any]:
    return {
        "version": found.where.version,
        "due": found.where.due and not found.without,
        "without": found.without or None,
        "exports": [
            {
                "format": kept.format,
                "ie_version": kept.ie_version,
                "exporter_version": kept.exporter_version,
                "at": kept.at,
                "datestamp": kept.datestamp,
                "digest": kept.digest,
                "deleted": kept.format in found.tombstones,
                "stale": kept.ie_version != found.where.version,
            }
            for kept in found.kept
        ],
        "failures": [failure_view(item) for item in found.failures],
    }


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
        shape=_STANDING,
    ),
    Route(
        method="GET",
        path="/api/ies/{pid}/exports",
        topic="exports",
        summary="Lists the exports of an IE, and the formats that fail.",
        endpoint=_of_ie,
        gives="Of each format: of which version of the IE it was made, when, and the digest; `deleted` where only the "
        "note for harvesters is left. `without` says why an IE has none. Version 0 is one that is to be made again.",
        shape=_OF_IE,
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
