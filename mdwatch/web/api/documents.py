"""Routes: exported documents, as they are kept, and the formats there are; also as Dataverse has them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, Final

from starlette.responses import Response

from mdwatch.exporters.interface import Exporter
from mdwatch.formats.printable import escape
from mdwatch.handlers.exports import serving
from mdwatch.handlers.exports.reading import NotExported
from mdwatch.handlers.exports.serving import NoSuchIe, Served
from mdwatch.web.api.ies import PID
from mdwatch.web.serving import answers, faults, shapes
from mdwatch.web.serving.faults import Fault, wrong_use
from mdwatch.web.serving.route import Asked, Parameter, Route

_STALE: Final = "X-Mdwatch-Stale"
_LATEST: Final = ":latest-published"
_ANY: Final = "*/*"  # other packages bring formats of their own types
_TYPES: Final = ("application/xml", "application/json", "application/ld+json")
_NOT_CHANGED: Final = {304: "The document is the one that the client has, by If-None-Match or If-Modified-Since."}

_FORMAT: Final = {
    "type": "object",
    "properties": {
        "displayName": shapes.STRING,
        "mediaType": shapes.STRING,
        "isHarvestable": shapes.BOOLEAN,
        "isVisibleInUserInterface": shapes.BOOLEAN,
        "XMLNameSpace": shapes.STRING,
        "XMLSchemaLocation": shapes.STRING,
        "XMLSchemaVersion": shapes.STRING,
    },
    "required": ["displayName", "mediaType", "isHarvestable", "isVisibleInUserInterface"],
    "additionalProperties": False,
}


def _dataverse_document(asked: Asked) -> Response:
    """Dataverse answers 403 for whatever it cannot export; so does this, but says why."""
    name, wanted = asked.values["exporter"], asked.values["persistentId"]
    if name not in asked.context.settings.export.formats:
        name = serving.format_of(name)
    if asked.values["version"] != _LATEST:
        raise Fault(400, f"Only the latest published version ({_LATEST}) is supported: mdwatch exports no other")
    pid = serving.pid_of(asked.context, wanted)
    try:
        served = serving.document(asked.context, pid, name)
    except NoSuchIe:
        raise Fault(404, f"A dataset with the persistentId {escape(wanted)} could not be found.") from None
    except NotExported as error:
        # Not raised: it is nobody's attempt at what he may not, which the service log would be told of.
        return faults.answer(Fault(403, f"Export Failed: {error}"))
    return _sent(asked, served)


def _document(asked: Asked) -> Response:
    with wrong_use(404):
        served = serving.document(asked.context, asked.values["pid"], asked.values["format"])
    return _sent(asked, served)


def _sent(asked: Asked, served: Served) -> Response:
    """The document, or 304 for whoever has it already: the digest of its content tells."""
    kept = served.kept
    # Datestamps may be a moment ahead, which HTTP does not allow.
    changed = datetime.fromtimestamp(min(kept.datestamp, asked.context.clock.now()) // 1000, UTC)
    tag = f'"{kept.digest.hex()}"'
    headers = {"ETag": tag, "Last-Modified": format_datetime(changed, usegmt=True)}
    if kept.ie_version != served.current:
        made_of = f"version {kept.ie_version}" if kept.ie_version else "whichever version"  # its stamp was forgotten
        headers[_STALE] = f"exported from {made_of} of the IE, which is at version {served.current}"
    if _is_known(asked.request.headers, tag, kept.datestamp):
        return Response(status_code=304, headers=headers)
    return Response(served.content, headers={**headers, "Content-Type": served.media_type})


def _is_known(headers: Mapping[str, str], tag: str, datestamp: int) -> bool:
    """Whether the client has it already, by its tag, else by its moment (RFC 9110, 13.2.2)."""
    if "if-none-match" in headers:
        return _has(headers["if-none-match"], tag)
    try:
        since = parsedate_to_datetime(headers.get("if-modified-since", ""))
        # Not by the moment that was told, which is earlier where the datestamp lay ahead: it may be that of another.
        return since.timestamp() * 1000 >= datestamp
    except (ValueError, OverflowError):
        return False


def _has(sent: str, tag: str) -> bool:
    """Whether an `If-None-Match` names this entity tag; weak comparison, as RFC 9110 (13.1.2) wants."""
    tags = [text.strip().removeprefix("W/") for text in sent.split(",")]
    return sent.strip() == "*" or tag in tags


def _formats(asked: Asked) -> Response:
    found = serving.exporters(asked.context)
    return answers.ok({name: _format(exporter) for name, exporter in found.items()})


def _format(exporter: Exporter) -> dict[str, Any]:
    about: dict[str, Any] = {
        "displayName": exporter.display_name,
        "mediaType": exporter.media_type,
        "isHarvestable": exporter.harvestable,
        # Every format can be had by people too.
        "isVisibleInUserInterface": True,
    }
    if exporter.is_xml:
        about["XMLNameSpace"] = exporter.namespace
        about["XMLSchemaLocation"] = exporter.schema
        about["XMLSchemaVersion"] = exporter.schema_version
    return about


PERSISTENT_ID: Final = Parameter(
    name="persistentId", summary="The PID of an IE, or its OAI identifier.", required=True, longest=400
)

ROUTES: Final = (
    Route(
        method="GET",
        path="/api/datasets/export",
        topic="exports",
        summary="Gives the export of an IE in one format, as it is kept.",
        endpoint=_dataverse_document,
        gives="The document, with an ETag. X-Mdwatch-Stale is there where the IE changed since it was exported. 403 "
        "where there is no document, with the reason; 503 where it is about to be made.",
        media_type=_ANY,
        more_types=_TYPES,
        also=_NOT_CHANGED,
        public=True,
        parameters=(
            Parameter(
                name="exporter",
                summary="The name of a format, as /api/info/exportFormats has, or Dataverse for the like.",
                required=True,
                of_format=True,
            ),
            PERSISTENT_ID,
            Parameter(name="version", summary=f"Always {_LATEST}.", default=_LATEST, values=(_LATEST,)),
        ),
    ),
    Route(
        method="GET",
        path="/api/info/exportFormats",
        topic="exports",
        summary="Lists the formats that every published IE is exported in.",
        endpoint=_formats,
        gives="What there is to know of each format, by its name; namespace and schema of those that are XML.",
        shape={"type": "object", "additionalProperties": _FORMAT},
        public=True,
    ),
    Route(
        method="GET",
        path="/api/ies/{pid}/exports/{format}",
        topic="exports",
        summary="Gives the export of an IE in one format.",
        endpoint=_document,
        gives="The document, with the headers that /api/datasets/export sends.",
        media_type=_ANY,
        more_types=_TYPES,
        also=_NOT_CHANGED,
        parameters=(PID, Parameter(name="format", summary="The name of a format.", where="path", required=True)),
    ),
)
