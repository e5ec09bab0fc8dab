"""Route: the first page, everything at a glance."""

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response

from mdwatch.handlers.exports.batch import described
from mdwatch.web.pages import gathering, words
from mdwatch.web.pages.gathering import ExportNews, JobView
from mdwatch.web.pages.rendering import page, view
from mdwatch.web.serving.route import Asked

_EVERY: Final = 2  # seconds


def _overview(asked: Asked) -> Response:
    jobs = gathering.jobs(asked.context)
    exports = gathering.exports(asked.context)
    return page(
        asked,
        "overview.html",
        every=_EVERY,
        jobs=jobs,
        exports=exports,
        sentence=sentence(jobs, exports),
        attention=[job for job in jobs if job.state.tone == "bad"],
        batch_states=words.BATCH_STATES,
        described=described,
        named=gathering.NAMED,
    )


def sentence(jobs: Sequence[JobView], exports: ExportNews | None) -> str:
    """How things stand in one sentence; the only one that a screen reader is told of when it changes."""
    bad = sum(job.state.tone == "bad" for job in jobs)
    errors = sum(job.in_error for job in jobs)
    failing = exports.standing.failing if exports else 0
    parts = [
        f"{words.some(bad, 'job')} {'needs' if bad == 1 else 'need'} attention" if bad else "",
        f"{words.some(errors, 'file')} in error" if errors else "",
        f"{words.some(failing, 'IE')} cannot be exported in full" if failing else "",
    ]
    told = ", ".join(part for part in parts if part)
    return f"{told}." if told else "All is well." if jobs else "No job is configured yet."


ROUTES: Final = (view("/", "The operators' page.", _overview),)
