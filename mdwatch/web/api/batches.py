"""Routes: batches of exports: listing them, following one, ending it."""

from typing import Final

from starlette.responses import Response

from mdwatch.handlers.exports import batch_status, public
from mdwatch.runtime.context import Context
from mdwatch.shapes.batches import BatchShape, FailedIeShape
from mdwatch.shapes.values import plain
from mdwatch.web.serving import answers, paging, shapes
from mdwatch.web.serving.faults import wrong_use
from mdwatch.web.serving.route import Asked, Parameter, Route

_SHOWN: Final = 50  # IEs that failed

_BATCH_SHAPE: Final = shapes.of(BatchShape)
_FAILING: Final = shapes.of(FailedIeShape)


def follow_at(batch: int) -> str:
    """The address where a batch is followed."""
    return f"/api/batches/{batch}"


def _list(asked: Asked) -> Response:
    limit = asked.values["limit"]
    found = batch_status.listing(asked.context, asked.values["before"], limit)
    key = paging.next_key(found, limit, lambda batch: batch.id)
    whole = batch_status.told_whole(asked.context)
    return answers.page([public.batch(batch, whole=whole) for batch in found], next_key=key)


def _show(asked: Asked) -> Response:
    with wrong_use(404):
        found = batch_status.look(asked.context, asked.values["batch"], _SHOWN, asked.values["lines"])
    failures = [public.failed_ie(item) for item in found.failing]
    batch = public.batch(found.batch, whole=batch_status.told_whole(asked.context))
    return answers.ok({**plain(batch), "failures": failures, "tail": found.log})


def _failures(asked: Asked) -> Response:
    limit = asked.values["limit"]
    with wrong_use(404):
        found = batch_status.failing(asked.context, asked.values["batch"], asked.values["after"] or 0, limit)
    return answers.page(
        [public.failed_ie(item) for item in found], next_key=paging.next_key(found, limit, lambda item: item.key)
    )


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
        shape=shapes.page(_BATCH_SHAPE, shapes.INTEGER),
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
            **_BATCH_SHAPE["properties"], failures=shapes.listed(_FAILING), tail=shapes.listed(shapes.STRING)
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
