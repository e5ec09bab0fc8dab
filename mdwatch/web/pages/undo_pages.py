"""Routes: the page that tells what undoing a run would come to, or how far it has come, and its button."""

from typing import Final

from starlette.responses import Response

from mdwatch.handlers.jobs import runs as job_runs
from mdwatch.handlers.jobs import undo
from mdwatch.web.pages import gathering, words
from mdwatch.web.pages.forms import done, form
from mdwatch.web.pages.notices import Notice
from mdwatch.web.pages.rendering import page, view
from mdwatch.web.serving.faults import wrong_use
from mdwatch.web.serving.route import Asked, Parameter

_EVERY: Final = 5  # seconds
_LEFT: Final = 200  # IEs that are listed
_RUN: Final = Parameter(
    name="run", summary="The number of a run.", where="path", kind="integer", required=True, minimum=0
)


def _preview(asked: Asked) -> Response:
    key = asked.values["run"]
    with wrong_use(404):
        run = job_runs.run(asked.context, key).run
    with wrong_use(409):
        found = undo.preview(asked.context, key)
    # While it is being undone, it changes by itself.
    every = _EVERY if found.already and found.undone else 0
    return page(asked, "undo.html", every=every, run=run, found=found, left=found.left[:_LEFT])


def _undo(asked: Asked) -> Notice:
    key = asked.values["run"]
    ended = undo.begin(asked.context, key)
    gathering.forget_exports(asked.context)
    if not ended:
        return done(f"Run {key} is being undone; this page tells how far it has come.")
    found = undo.preview(asked.context, key)
    left = f" Left as they are: {words.some(len(found.left), 'IE')}." if found.left else ""
    return done(f"Run {key} is undone. With the records of before: {words.some(found.already, 'IE')}.{left}")


ROUTES: Final = (
    view("/runs/{run}/undo", "What undoing a run would come to.", _preview, _RUN),
    form("/runs/{run}/undo", "Undoes a run.", _undo, lambda asked: (f"/runs/{asked.values['run']}/undo", ""), _RUN),
)
