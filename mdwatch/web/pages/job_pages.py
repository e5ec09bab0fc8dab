"""Routes: the page of a job, and the page of a run with its files."""

from typing import Final

from starlette.responses import Response

from mdwatch.handlers.jobs import facts as job_facts
from mdwatch.handlers.jobs import runs as job_runs
from mdwatch.handlers.trail import listing
from mdwatch.rules.codes import Code
from mdwatch.web.pages import charts, gathering, words, work_list
from mdwatch.web.pages.rendering import page, view
from mdwatch.web.pages.work_list import Filter
from mdwatch.web.serving import paging
from mdwatch.web.serving.faults import wrong_use
from mdwatch.web.serving.route import Asked, Parameter

JOB: Final = Parameter(name="job", summary="The name of a job.", where="path", required=True)

_EVERY: Final = 2  # seconds
_SELDOM: Final = 15  # for who leafs through a list
_PAGES: Final = ("waiting", "before")
_LOG_LINES: Final = 200
_RUNS: Final = 10
_ERRORS: Final = 10
_RUN_FILES: Final = 200


def _job(asked: Asked) -> Response:
    name, context = asked.values["job"], asked.context
    with wrong_use(404):
        job = gathering.job(context, name, _LOG_LINES)
        waiting = job_runs.waiting(context, name, paging.name_of(asked.values["waiting"]), gathering.LISTED)
        runs = job_runs.runs(context, name, asked.values["before"], _RUNS)
    wanted = Filter(job=name, institution="", code="", state="open", text="", sort="-since")
    found = work_list.find(context, [name], wanted)
    return page(
        asked,
        "job.html",
        every=_SELDOM if {asked.values[key] for key in _PAGES} - {None} else _EVERY,
        job=job,
        acts=listing.acts(context, subject=name, limit=listing.NEWEST),
        charts=charts.of_job(context, name),
        rows=found.rows[:_ERRORS],
        found=found,
        wanted=wanted,
        waiting=waiting,
        next_waiting=paging.next_key(waiting, gathering.LISTED, lambda file: paging.name_key(file.name)),
        runs=[(past.run, words.RUN_STATES[past.run.status], words.in_brief(past.counts)) for past in runs],
        next_run=paging.next_key(runs, _RUNS, lambda past: past.run.id),
    )


def _run(asked: Asked) -> Response:
    key = asked.values["run"]
    with wrong_use(404):
        past = job_runs.run(asked.context, key)
        files = job_runs.files_of_run(asked.context, key, asked.values["code"], asked.values["after"], _RUN_FILES)
    return page(
        asked,
        "run.html",
        every=_EVERY if past.run.ended_at is None else 0,
        run=past.run,
        next_time=job_facts.next_run(asked.context, past.run.job),
        run_state=words.RUN_STATES[past.run.status],
        counts=[
            (code, words.OutcomeCount(number, words.outcome(code))) for code, number in sorted(past.counts.items())
        ],
        code=asked.values["code"],
        files=files,
        next_file=paging.next_key(files, _RUN_FILES, lambda file: file.entry.id),
    )


ROUTES: Final = (
    view(
        "/jobs/{job}",
        "The page of a job.",
        _job,
        JOB,
        Parameter(name="waiting", summary="Show waiting files that follow this one."),
        Parameter(name="before", summary="Show runs older than this one.", kind="integer", minimum=0),
    ),
    view(
        "/runs/{run}",
        "The page of a run.",
        _run,
        Parameter(name="run", summary="The number of a run.", where="path", kind="integer", required=True, minimum=0),
        Parameter(name="code", summary="Show files of this outcome.", choices=tuple(code.value for code in Code)),
        Parameter(name="after", summary="Show files that follow this one.", kind="integer", minimum=0),
    ),
)
