"""Routes: having batches of exports done, by Dataverse's calls and by our own."""

from datetime import date, datetime
from typing import Final

from starlette.responses import Response

from mdwatch.formats.printable import escape
from mdwatch.handlers.exports import batch as export_batch
from mdwatch.handlers.exports import batch_words, serving
from mdwatch.model import Batch, BatchKind
from mdwatch.shapes.batches import AskedBatchShape
from mdwatch.web.api.batches import follow_at
from mdwatch.web.serving import answers, shapes
from mdwatch.web.serving.faults import Fault
from mdwatch.web.serving.route import Asked, Parameter, Route

_IN_PROGRESS: Final = "WORKFLOW_IN_PROGRESS"

_ASKED: Final = shapes.of(AskedBatchShape)


def _export_all(asked: Asked) -> Response:
    return _in_progress(*export_batch.request(asked.context, "all", asked.asker))


def _export_again(asked: Asked) -> Response:
    older_than = _midnight(asked.values["olderThan"])
    formats = _formats(asked)
    asked_for = export_batch.request(asked.context, "redo", asked.asker, older_than=older_than, formats=formats)
    return _in_progress(*asked_for)


def _formats(asked: Asked) -> list[str] | None:
    """The formats that are named, each once, in commas or one by one; None where none is; raises `Fault`."""
    named = [serving.format_of(name.strip()) for text in asked.values["formats"] for name in text.split(",")]
    there = asked.context.settings.export.formats
    for name in named:
        if name not in there:
            raise Fault(400, f"IEs are not exported as '{escape(name)}'; the formats are: {', '.join(there)}")
    return list(dict.fromkeys(named)) or None


def _in_progress(batch: Batch, new: bool) -> Response:
    """Dataverse's answer, which is no error and has no data; in ours they tell where to go on."""
    value = {"status": _IN_PROGRESS, "data": _asked_for(batch, new=new)}
    return answers.json_answer(value, 202, {"Location": follow_at(batch.id)})


def _ask(asked: Asked) -> Response:
    kind: BatchKind = asked.values["kind"]
    older_than = _midnight(asked.values["olderThan"])
    if older_than is not None and kind != "redo":
        raise Fault(400, "olderThan goes with the kind redo only: what is due is exported whatever its age")
    formats = _formats(asked)
    if formats is not None and kind != "redo":
        raise Fault(400, "formats goes with the kind redo only: what is due is exported in all of them")
    batch, new = export_batch.request(asked.context, kind, asked.asker, older_than=older_than, formats=formats)
    return answers.ok(_asked_for(batch, new=new), 202, {"Location": follow_at(batch.id)})


def _asked_for(batch: Batch, *, new: bool) -> AskedBatchShape:
    name = f"batch {batch.id} ({batch_words.described(batch)})"
    if new:
        message = f"{name} is asked for"
    elif batch.cancelled:
        message = f"{name} is being cancelled, and no other one was begun; ask again when it has ended"
    else:
        message = f"{name} is open already, and no other one was begun; ask again when it has ended if it will not do"
    return AskedBatchShape(batch=batch.id, new=new, follow=follow_at(batch.id), message=message)


def _midnight(day: date | None) -> int | None:
    """The beginning of a day in this machine's zone, in milliseconds."""
    if day is None:
        return None
    try:
        return int(datetime(day.year, day.month, day.day).astimezone().timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        raise Fault(400, f"olderThan: {day} is a day that this machine's calendar cannot reckon with") from None


_WHERE_TO_FOLLOW: Final = (
    "The batch and the address where to follow it; the one that is open already, with `new` false, where there is one."
)

ROUTES: Final = (
    Route(
        method="GET",
        path="/api/admin/metadata/exportAll",
        topic="batches",
        summary="Has everything exported that is due, and what failed tried again.",
        endpoint=_export_all,
        gives=_WHERE_TO_FOLLOW,
        shape=_ASKED,
        status=202,
        word=_IN_PROGRESS,
        changes=True,
    ),
    Route(
        method="GET",
        path="/api/admin/metadata/reExportAll",
        topic="batches",
        summary="Has every published IE exported anew.",
        endpoint=_export_again,
        gives=_WHERE_TO_FOLLOW,
        shape=_ASKED,
        status=202,
        word=_IN_PROGRESS,
        changes=True,
        parameters=(
            Parameter(
                name="olderThan",
                summary="Only what was exported before this day began, in the zone of this machine.",
                kind="date",
            ),
            Parameter(
                name="formats",
                summary="Only in these formats, with commas between their names.",
                kind="names",
                default=(),
                fewest=1,
                of_format=True,
            ),
        ),
    ),
    Route(
        method="POST",
        path="/api/batches",
        topic="batches",
        summary="Has what is due exported, or everything anew.",
        endpoint=_ask,
        gives=_WHERE_TO_FOLLOW,
        shape=_ASKED,
        status=202,
        forms=True,
        parameters=(
            Parameter(
                name="kind",
                summary="all: what is due, and what failed before; redo: everything anew.",
                where="body",
                required=True,
                choices=("all", "redo"),
            ),
            Parameter(
                name="olderThan",
                summary="With redo, only what was exported before this day began, in the zone of this machine.",
                where="body",
                kind="date",
            ),
            Parameter(
                name="formats",
                summary="With redo, only in these formats.",
                where="body",
                kind="names",
                default=(),
                fewest=1,
                of_format=True,
            ),
        ),
    ),
)
