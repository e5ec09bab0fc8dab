"""Routes: the pages of harvests and of their runs, and their buttons."""

from typing import Final

from starlette.responses import Response

from mdwatch.handlers.harvests import listing, request
from mdwatch.shapes.harvests import HarvestRunShape, HarvestShape
from mdwatch.web.pages import words
from mdwatch.web.pages.forms import done, form
from mdwatch.web.pages.notices import Notice
from mdwatch.web.pages.rendering import harvest_url, page, view
from mdwatch.web.pages.words import Words
from mdwatch.web.serving import paging
from mdwatch.web.serving.faults import wrong_use
from mdwatch.web.serving.route import Asked, Parameter

_EVERY: Final = 5  # seconds
_LIMIT: Final = 50
_PAGE: Final = "/harvests"
_HARVEST: Final = Parameter(name="harvest", summary="The name of a harvest.", where="path", required=True)
_RUN: Final = Parameter(
    name="run", summary="The number of a run of it.", where="path", kind="integer", required=True, minimum=0
)
_FULL: Final = Parameter(
    name="full", summary="All records, whatever was harvested before.", where="body", kind="boolean", default=False
)
_ASKED: Final = Words("Asked for", "calm")
_UNDER_WAY: Final = Words("Under way", "busy")


def state(item: HarvestShape) -> Words:
    """How a harvest stands."""
    if item.paused:
        return words.PAUSED
    known = words.JOB_STATES.get(item.state, words.JOB_STATES[""])
    if item.open_run is not None and known.tone != "bad":
        return run_state(item.open_run)
    return known


def run_state(run: HarvestRunShape) -> Words:
    """How a run of a harvest stands."""
    if run.ended_at is not None:
        return words.RUN_STATES[run.status]
    if run.started_at is None:
        return _ASKED
    return _UNDER_WAY if run.reason is None else words.INTERRUPTED


def _harvests(asked: Asked) -> Response:
    return page(
        asked, "harvests.html", every=_EVERY, found=listing.harvests(asked.context), state=state, run_state=run_state
    )


def _harvest(asked: Asked) -> Response:
    name = asked.values["harvest"]
    with wrong_use(404):
        item = listing.harvest(asked.context, name)
        runs = listing.runs(asked.context, name, asked.values["before"], _LIMIT)
    next_key = paging.next_key(runs, _LIMIT, lambda run: run.id)
    return page(
        asked, "harvest.html", every=_EVERY, item=item, runs=runs, next_key=next_key, state=state, run_state=run_state
    )


def _show_run(asked: Asked) -> Response:
    with wrong_use(404):
        found = listing.run(asked.context, asked.values["harvest"], asked.values["run"])
    return page(asked, "harvest_run.html", every=_EVERY, run=found.run, notes=found.notes, run_state=run_state)


def _ask(asked: Asked) -> Notice:
    name, full = asked.values["harvest"], asked.values["full"]
    key = request.ask(asked.context, name, full=full)
    return done(f"Harvest {name} is asked to run now{', for all records' if full else ''} (run {key}).")


def _pause(asked: Asked) -> Notice:
    request.pause(asked.context, asked.values["harvest"])
    return done(f"Harvest {asked.values['harvest']} is paused.")


def _resume(asked: Asked) -> Notice:
    request.resume(asked.context, asked.values["harvest"])
    return done(f"Harvest {asked.values['harvest']} is resumed.")


def _back(asked: Asked) -> tuple[str, str]:
    return harvest_url(asked.values["harvest"]), ""


ROUTES: Final = (
    view(_PAGE, "All harvests, and how they stand.", _harvests),
    view(f"{_PAGE}/{{harvest}}", "The page of a harvest, with its runs.", _harvest, _HARVEST, paging.BEFORE),
    view(f"{_PAGE}/{{harvest}}/runs/{{run}}", "The page of a run of a harvest.", _show_run, _HARVEST, _RUN),
    form(f"{_PAGE}/{{harvest}}/run", "Has the daemon harvest now.", _ask, _back, _HARVEST, _FULL),
    form(f"{_PAGE}/{{harvest}}/pause", "Pauses a harvest.", _pause, _back, _HARVEST),
    form(f"{_PAGE}/{{harvest}}/resume", "Resumes a harvest.", _resume, _back, _HARVEST),
)
