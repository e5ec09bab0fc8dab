"""Route: the page of an IE: its facts, records, history with differences, events, exports and files."""

from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from starlette.responses import Response

from mdwatch.errors import Rejected
from mdwatch.exporters.records import dublin_core
from mdwatch.exporters.records.dublin_core_fields import DublinCoreField
from mdwatch.handlers.exports import reading
from mdwatch.handlers.ies import change
from mdwatch.handlers.ies import history as ie_history
from mdwatch.handlers.jobs import runs
from mdwatch.handlers.trail import listing
from mdwatch.model import IntellectualEntity, Record, Stage, Status
from mdwatch.rules.exporting import exportable
from mdwatch.web.pages import words
from mdwatch.web.pages.rendering import page, view
from mdwatch.web.serving import paging
from mdwatch.web.serving.faults import wrong_use
from mdwatch.web.serving.route import Asked, Parameter

PID: Final = Parameter(name="pid", summary="The PID of an IE.", where="path", required=True)

_EVERY: Final = 5  # seconds
_VERSIONS: Final = 10
_EVENTS: Final = 20
_FIELDS: Final = 100
_FILES: Final = 10
_SHOWN: Final = 100_000  # characters of a record
_NO_TITLE: Final = "Untitled"


class RecordView(NamedTuple):
    """A record as the page shows it: what it is called, its XML, and whether that was cut."""

    label: str
    content: str
    cut: bool


class ExportView(NamedTuple):
    """An export of an IE: its format, when it was made, whether it is of the present version, and its address."""

    format: str
    at: int
    current: bool
    url: str


def _ie(asked: Asked) -> Response:
    pid, context = asked.values["pid"], asked.context
    with wrong_use(404):
        entity = change.show(context, pid)
        history = ie_history.history(context, pid, asked.values["before"], _VERSIONS)
        version = change.history(context, pid)[-1].version
    fields = _fields(entity)
    kept, failing = reading.of_ie(context, pid)
    there = exportable(published=entity.published, harvested=entity.harvested, status=entity.status)
    return page(
        asked,
        "ie.html",
        every=_EVERY,
        ie=entity,
        title=title_of(entity),
        fields=fields[:_FIELDS],
        more_fields=max(len(fields) - _FIELDS, 0),
        version=version,
        stage=words.STAGES[entity.stage],
        deleted=entity.status is Status.DELETED,
        in_sip=entity.stage is Stage.SIP,
        records=[_record(record) for record in entity.records],
        history=history,
        causes=words.CAUSES,
        next_version=paging.next_key(history, _VERSIONS, lambda item: item.version.version),
        before=asked.values["before"],
        events=list(reversed(entity.events))[:_EVENTS],
        events_total=len(entity.events),
        exportable=there,
        exports=[
            ExportView(item.format, item.at, item.ie_version == version, _address(pid, item.format)) for item in kept
        ]
        if there
        else [],
        failing=failing,
        acts=listing.acts(context, subject=pid, limit=listing.NEWEST),
        files=runs.search(context, pid, None, _FILES).files,
    )


def title_of(entity: IntellectualEntity) -> str:
    """The first title of the descriptive record."""
    return next((field.text for field in _fields(entity) if field.term[1] == "title"), _NO_TITLE)


def _fields(entity: IntellectualEntity) -> tuple[DublinCoreField, ...]:
    """The fields of the descriptive record; none where it has none, or is over a cap of today."""
    if entity.descriptive is None:
        return ()
    try:
        return dublin_core.fields(entity.descriptive.content)
    except Rejected:
        return ()


def _record(record: Record) -> RecordView:
    label = (
        f"Source record {record.mid} ({record.sub_type})" if record.mid else f"Descriptive record ({record.sub_type})"
    )
    return RecordView(label, record.content[:_SHOWN], len(record.content) > _SHOWN)


def _address(pid: str, name: str) -> str:
    query: dict[str, Any] = {"exporter": name, "persistentId": pid}
    return f"/api/datasets/export?{urlencode(query)}"


ROUTES: Final = (
    view(
        "/ies/{pid}",
        "The page of an IE.",
        _ie,
        PID,
        Parameter(name="before", summary="Show versions before this one.", kind="integer", minimum=1),
    ),
)
