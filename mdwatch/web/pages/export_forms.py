"""Routes: the buttons of exports: export what is due, cancel the batch that runs."""

from typing import Final

from mdwatch.handlers.exports import batch as export_batch
from mdwatch.handlers.exports import batch_status
from mdwatch.web.pages import gathering
from mdwatch.web.pages.forms import done, form, refused
from mdwatch.web.pages.notices import Notice
from mdwatch.web.serving.route import Asked, Parameter

_BATCH: Final = Parameter(
    name="batch", summary="The number of a batch.", where="path", kind="integer", required=True, minimum=0
)


def _export(asked: Asked) -> Notice:
    batch, new = export_batch.request(asked.context, "all", asked.asker)
    gathering.forget_exports(asked.context)
    if new:
        return done(f"Batch {batch.id} is asked for; it exports what is due and what failed before.")
    return refused(f"Batch {batch.id} is open already; one batch runs at a time.")


def _cancel(asked: Asked) -> Notice:
    batch = batch_status.cancel(asked.context, asked.values["batch"])
    gathering.forget_exports(asked.context)
    return done(f"Batch {batch.id} is asked to end; it does so after the IEs in hand.")


def _overview(asked: Asked) -> tuple[str, str]:  # noqa: ARG001
    return "/", "exports"


ROUTES: Final = (
    form("/exports/all", "Exports what is due.", _export, _overview),
    form("/batches/{batch}/cancel", "Cancels a batch of exports.", _cancel, _overview, _BATCH),
)
