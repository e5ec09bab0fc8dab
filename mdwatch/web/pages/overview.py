"""Route: the first page: what needs attention, then every job in a line, the exports and the sets."""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

from starlette.responses import Response

from mdwatch.handlers.exports import batch_status
from mdwatch.handlers.exports.batch_words import described
from mdwatch.handlers.files import errands
from mdwatch.handlers.harvests import listing as harvest_listing
from mdwatch.handlers.ies import presence
from mdwatch.handlers.notifications import reading
from mdwatch.rules.folding import fold
from mdwatch.web.pages import attention, charts, gathering, pace, rendering, words, work_list
from mdwatch.web.pages.gathering import JobView
from mdwatch.web.pages.rendering import page, view
from mdwatch.web.serving.route import Asked, Parameter, PartTrouble

_EVERY: Final = 2  # seconds
_EVERY_OF_MANY: Final = 5
_MANY: Final = 20  # jobs
_ERRANDS: Final = 10
_FEW_JOBS: Final = 10  # which need no filter, and have room
_FEW_FILES: Final = 5  # error files that the page names all

# The states that jobs are told apart by: what they are called, and which tones belong to them.
_STATES: Final = {
    "bad": "Needs attention",
    "paused": "Paused",
    "running": "At work",
    "well": "Well",
}
_ORDERS: Final = ("state", "name", "run", "waiting", "errors")
_TONES: Final = ("bad", "warn", "busy", "calm", "good")
_PLAIN: Final = {"state": "", "institution": "", "text": "", "sort": "state"}


def _overview(asked: Asked) -> Response:
    context, values = asked.context, asked.values
    jobs = gathering.jobs(context)
    exports = gathering.exports(context)
    step = attention.step(jobs, empty=not presence.any_there(context))
    asked_for = errands.newest(context, list(context.settings.jobs), _ERRANDS)
    undelivered = reading.given_up(context) if rendering.may(asked.admitted, "GET", "/notifications") else 0
    whole = batch_status.told_whole(context)
    items = attention.items(jobs, exports, asked_for, _troubles(asked), undelivered, harvest_listing.harvests(context))
    rows = work_list.find(context, [job.facts.name for job in jobs], work_list.EVERYTHING).rows
    return page(
        asked,
        "overview.html",
        every=_EVERY if len(jobs) < _MANY else _EVERY_OF_MANY,
        jobs=jobs,
        listed=_in_order([job for job in jobs if _is_meant(job, values)], values["sort"]),
        few=_FEW_JOBS,
        wanted=values,
        states=_STATES,
        institutions=sorted({code for job in jobs for code in job.institutions}),
        address=lambda **other: address(values, **other),
        exports=exports,
        rows=rows if len(rows) <= _FEW_FILES else [],
        everything=work_list.EVERYTHING,
        step=step,
        sentence=attention.sentence(jobs, exports, step, undelivered),
        attention=items[: attention.SHOWN],
        more=len(items) - attention.SHOWN,
        batch_states=words.BATCH_STATES,
        charts=charts.of_all(context),
        pace=pace.of(exports.standing.batch if exports and whole else None, asked.now),
        whole=whole,
        described=described,
    )


def _troubles(asked: Asked) -> Sequence[PartTrouble]:
    """What does not work, of what whoever asks may see."""
    context = asked.context
    return [
        item
        for item in asked.house.troubles()
        if context.institutions is None or item.part.removeprefix("job ") in context.settings.jobs
    ]


def address(values: Any, **other: str) -> str:
    """The address of this page, with something else in place of what was asked for."""
    wanted = {name: values[name] for name in _PLAIN} | other
    told = {name: value for name, value in wanted.items() if value != _PLAIN[name]}
    return f"/?{urlencode(told)}#jobs" if told else "/#jobs"


def _is_meant(job: JobView, values: Any) -> bool:
    sought = fold(values["text"].strip())
    told = fold(f"{job.facts.name} {job.facts.settings.user} {job.facts.settings.folder}")
    of_institution = not values["institution"] or values["institution"] in job.institutions
    return sought in told and of_institution and (not values["state"] or _is_in(values["state"], job))


def _is_in(state: str, job: JobView) -> bool:
    match state:
        case "bad":
            return job.tone == "bad"
        case "running":
            return job.state.tone == "busy"
        case "paused":
            return job.state is words.PAUSED
        case _:
            return job.tone in {"good", "calm"}


def _in_order(jobs: Sequence[JobView], sort: str) -> list[JobView]:
    """Red first, unless something else is wanted; what is alike by name."""
    keys: dict[str, Any] = {
        # What cannot run comes before what has files in error only.
        "state": lambda job: (_TONES.index(job.tone), job.state.tone != "bad", -job.in_error),
        "name": lambda job: fold(job.facts.name),
        "run": lambda job: -(job.facts.last_run.started_at if job.facts.last_run else 0),
        "waiting": lambda job: -(job.facts.waiting + (job.new or 0)),
        "errors": lambda job: -job.in_error,
    }
    by_name = sorted(jobs, key=lambda job: fold(job.facts.name))
    return sorted(by_name, key=keys[sort.removeprefix("-")], reverse=sort.startswith("-"))


ROUTES: Final = (
    view(
        "/",
        "The operators' page.",
        _overview,
        Parameter(name="state", summary="Jobs in this state only.", choices=("", *_STATES), default=""),
        Parameter(name="institution", summary="Jobs of this institution only.", default=""),
        Parameter(name="text", summary="Jobs with this in name, user or folder.", longest=255, default=""),
        Parameter(
            name="sort",
            summary="The order of the jobs, backwards after a minus.",
            choices=tuple(f"{sign}{order}" for order in _ORDERS for sign in ("", "-")),
            default="state",
        ),
    ),
)
