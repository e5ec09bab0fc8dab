"""Route: the page of a batch of exports."""

from typing import Final

from starlette.responses import Response

from mdwatch.handlers.exports import batch_status
from mdwatch.handlers.exports.batch_words import described
from mdwatch.web.pages import log_tail, pace, words
from mdwatch.web.pages.rendering import page, view
from mdwatch.web.serving.faults import wrong_use
from mdwatch.web.serving.route import Asked, Parameter

_EVERY: Final = 2  # seconds
_FAILING: Final = 50
_LOG_LINES: Final = 300


def _batch(asked: Asked) -> Response:
    with wrong_use(404):
        found = batch_status.look(asked.context, asked.values["batch"], _FAILING, _LOG_LINES)
    whole = batch_status.told_whole(asked.context)
    return page(
        asked,
        "batch.html",
        whole=whole,
        every=_EVERY if found.batch.ended_at is None else 0,
        batch=found.batch,
        described=described,
        pace=pace.of(found.batch, asked.now) if whole else "",
        state=words.BATCH_STATES[found.batch.status],
        failing=found.failing,
        runner=found.runner,
        slices=found.slices,
        log=[log_tail.line(text) for text in found.log],
    )


ROUTES: Final = (
    view(
        "/batches/{batch}",
        "The page of a batch of exports.",
        _batch,
        Parameter(
            name="batch", summary="The number of a batch.", where="path", kind="integer", required=True, minimum=0
        ),
    ),
)
