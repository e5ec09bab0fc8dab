"""Route: the page of an errand: what is being done with error files, how far it is, and what was left."""

from typing import Final

from starlette.responses import Response

from mdwatch.handlers.files import errands
from mdwatch.handlers.jobs import runs as job_runs
from mdwatch.web.pages import words
from mdwatch.web.pages.rendering import page, view
from mdwatch.web.serving import paging
from mdwatch.web.serving.faults import wrong_use
from mdwatch.web.serving.route import Asked, Parameter

_EVERY: Final = 1  # seconds
_SHOWN: Final = 200


def _errand(asked: Asked) -> Response:
    key, after = asked.values["errand"], asked.values["after"]
    with wrong_use(404):
        errand = errands.look(asked.context, key)
        left = errands.files(asked.context, key, left=True, after=-1 if after is None else after, limit=_SHOWN)
    past = None if errand.run is None else job_runs.run(asked.context, errand.run)
    # It goes on until the run has taken what was put back, where a run takes it by itself.
    by_itself = asked.context.settings.jobs.get(errand.job)
    taking = errand.kind == "retry" and by_itself is not None and by_itself.schedule == "watch" and errand.run is None
    return page(
        asked,
        "errand.html",
        every=_EVERY if errand.ended_at is None or (taking and errand.moved) else 0,
        errand=errand,
        taking=taking,
        left=left,
        next_left=paging.next_key(left, _SHOWN, lambda file: file.position),
        outcomes=[] if past is None else words.in_brief(past.counts),
        run_state=None if past is None else words.RUN_STATES[past.run.status],
    )


ROUTES: Final = (
    view(
        "/errands/{errand}",
        "The page of an errand.",
        _errand,
        Parameter(
            name="errand", summary="The number of an errand.", where="path", kind="integer", required=True, minimum=0
        ),
        Parameter(name="after", summary="Show files that follow this one.", kind="integer", minimum=0),
    ),
)
