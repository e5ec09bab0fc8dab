"""Routes: batches of exports: listing them, following one, ending it."""

from typing import Any, Final

from starlette.responses import Response

from mdwatch.handlers.exports import batch as export_batch
from mdwatch.handlers.exports import batch_status
from mdwatch.handlers.exports.batch_status import FailingIe
from mdwatch.repository.batches import Batch
from mdwatch.runtime.context import Context
from mdwatch.web.serving import answers, paging, shapes
from mdwatch.web.serving.faults import wrong_use
from mdwatch.web.serving.route import Asked, Parameter, Route

_SHOWN: Final = 50  # IEs that failed

BATCH_SHAPE: Final = shapes.fields(
    id=shapes.INTEGER,
    kind=shapes.STRING,
    about=shapes.STRING,
    older_than=shapes.either_null(shapes.MOMENT),
    set=shapes.either_null(shapes.STRING),
    formats={**shapes.listed(shapes.STRING), "description": "In which alone; none where it is in all of them."},
    status={"type": "string", "enum": ["waiting", "running", "finished", "cancelled", "failed"]},
    cancelling=shapes.BOOLEAN,
    reason=shapes.either_null(shapes.STRING),
    asked_by=shapes.STRING,
    asked_at=shapes.MOMENT,
    started_at=shapes.either_null(shapes.MOMENT),
    ended_at=shapes.either_null(shapes.MOMENT),
    total=shapes.INTEGER,
    processed=shapes.INTEGER,
    exported=shapes.INTEGER,
    unchanged=shapes.INTEGER,
    failed=shapes.INTEGER,
    log=shapes.either_null(shapes.STRING),
)
_FAILING: Final = shapes.fields(
    pid=shapes.STRING, failures=shapes.listed(shapes.fields(format=shapes.STRING, reason=shapes.STRING))
)


def batch_view(batch: Batch) -> dict[str, Any]:
    """A batch as it is answered; counts in IEs, `about` is what it was asked to do in words."""
    return {
        "id": batch.id,
        "kind": batch.kind,
        "about": export_batch.described(batch),
        "older_than": batch.older_than,
        "set": batch.set_spec,
        "formats": batch.formats or (),
        "status": batch_status.state(batch),
        "cancelling": batch.cancelled and batch.ended_at is None,
        "reason": batch.reason,
        "asked_by": batch.asked_by,
        "asked_at": batch.asked_at,
        "started_at": batch.started_at,
        "ended_at": batch.ended_at,
        "total": batch.total,
        "processed": batch.processed,
        "exported": batch.exported,
        "unchanged": batch.unchanged,
        "failed": batch.failed,
        "log": batch.log,
    }


def follow_at(batch: Batch) -> str:
    """The address where a batch is followed."""
    return f"/api/batches/{batch.id}"


def _list(asked: Asked) -> Response:
    limit = asked.values["limit"]
    found = batch_status.listing(asked.context, asked.values["before"], limit)
    key = paging.next_key(found, limit, lambda batch: batch.id)
    return answers.page([batch_view(batch) for batch in found], next_key=key)


def _show(asked: Asked) -> Response:
    with wrong_use(404):
        found = batch_status.look(asked.context, asked.values["batch"], _SHOWN, asked.values["lines"])
    failures = [_failing(item) for item in found.failing]
    return answers.ok({**batch_view(found.batch), "failures": failures, "tail": found.log})


def _failures(asked: Asked) -> Response:
    limit = asked.values["limit"]
    with wrong_use(404):
        found = batch_status.failing(asked.context, asked.values["batch"], asked.values["after"] or 0, limit)
    return answers.page(
        [_failing(item) for item in found], next_key=paging.next_key(found, limit, lambda item: item.key)
    )


def _failing(item: FailingIe) -> dict[str, Any]:
    failures = [{"format": failing.format, "reason": failing.failure.reason} for failing in item.formats]
    return {"pid": item.pid, "failures": failures}


def _cancel(asked: Asked) -> Response:
    context: Context = asked.context
    key = asked.values["batch"]
    with wrong_use(404):
        batch_status.look(context, key, 0, 0)
    with wrong_use(409):
        batch_status.cancel(context, key)
    return answers.done(f"batch {key} is asked to end; what is exported stays")


_BATCH: Final = Parameter(
    name="batch", summary="The number of a batch.", where="path", kind="integer", required=True, minimum=0
)
ROUTES: Final = (
    Route(
        method="GET",
        path="/api/batches",
        topic="batches",
        summary="Lists batches of exports, newest first.",
        endpoint=_list,
        gives="The batches, how far each has come, and how it ended.",
        shape=shapes.page(BATCH_SHAPE, shapes.INTEGER),
        parameters=(paging.BEFORE, paging.LIMIT),
    ),
    Route(
        method="GET",
        path="/api/batches/{batch}",
        topic="batches",
        summary="Shows how far a batch has come, what failed in it, and the end of its log.",
        endpoint=_show,
        gives=f"The batch; the first {_SHOWN} IEs that failed in it and did not succeed since; the last lines of its "
        "log, which keeps all failures.",
        shape=shapes.fields(
            **BATCH_SHAPE["properties"], failures=shapes.listed(_FAILING), tail=shapes.listed(shapes.STRING)
        ),
        parameters=(
            _BATCH,
            Parameter(
                name="lines",
                summary="How many lines of the log to give.",
                kind="integer",
                default=20,
                minimum=0,
                maximum=1_000,
            ),
        ),
    ),
    Route(
        method="GET",
        path="/api/batches/{batch}/failures",
        topic="batches",
        summary="Lists the IEs that failed in a batch and did not succeed since.",
        endpoint=_failures,
        gives="The IEs, in the order of their loading, with the reason for each format that failed.",
        shape=shapes.page(_FAILING, shapes.INTEGER),
        parameters=(_BATCH, paging.AFTER, paging.LIMIT),
    ),
    Route(
        method="POST",
        path="/api/batches/{batch}/cancel",
        topic="batches",
        summary="Ends a batch after the IEs in hand; what is exported stays.",
        endpoint=_cancel,
        shape=shapes.MESSAGE,
        parameters=(_BATCH,),
    ),
)
