"""What somebody has to see to, the worst first, each with the page to see to it on; and what to do where all is new."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from mdwatch.shapes.errands import ErrandShape
from mdwatch.shapes.harvests import HarvestShape
from mdwatch.web.pages import words, work_list
from mdwatch.web.pages.gathering import ExportNews, JobView
from mdwatch.web.pages.rendering import harvest_url, job_url
from mdwatch.web.pages.words import Tone
from mdwatch.web.serving.route import PartTrouble

SHOWN: Final = 8  # things that are named; a page is to begin with them, not to consist of them
_REASONS: Final = 3  # of the error files of a job
_A_JOB: Final = """[users.editor]
institution = "INS01"
role = "editor-full"

[jobs.NAME]
user = "editor"
folder = "/srv/drop/NAME"
"""


class Attention(NamedTuple):
    """One thing: how bad it is, of what (with its page), and what is the matter."""

    key: str
    tone: Tone
    subject: str
    address: str
    text: str


class NextStep(NamedTuple):
    """What to do next where there is nothing to show yet: a sentence, and commands or settings that do it."""

    title: str
    text: str
    commands: tuple[str, ...] = ()


def items(
    jobs: Sequence[JobView],
    exports: ExportNews | None,
    errands: Sequence[ErrandShape],
    parts: Sequence[PartTrouble],
    undelivered: int = 0,
    harvests: Sequence[HarvestShape] = (),
) -> list[Attention]:
    """What is to be seen to, the worst first.

    `parts` are those of the daemon that do not work, `undelivered` the messages that reached nobody lately.
    """
    found = [
        *_troubles(jobs, {part.part: part.reason for part in parts}),
        *_errors(jobs),
        *_harvests(harvests),
        *_exports(exports),
        *_undelivered(undelivered),
        *_paused(jobs),
        *_going_on(errands),
    ]
    order = ("bad", "warn", "busy")
    return sorted(found, key=lambda item: order.index(item.tone))


def _troubles(jobs: Sequence[JobView], reasons: Mapping[str, str]) -> Iterator[Attention]:
    for job in jobs:
        frozen = reasons.get(f"job {job.facts.name}")
        if frozen is not None and job.state.tone != "bad":
            yield Attention(f"job-{job.facts.name}", "bad", job.facts.name, job_url(job.facts.name), frozen)
        elif job.state.tone == "bad" or (job.state.tone == "warn" and job.state is not words.PAUSED):
            name = job.facts.name
            yield Attention(f"job-{name}", job.state.tone, name, job_url(name), job.reason or job.state.label)


def _errors(jobs: Sequence[JobView]) -> Iterator[Attention]:
    for job in sorted(jobs, key=lambda job: -job.in_error):
        if not job.in_error:
            continue
        open_files = [file for file in job.errors if file.settled_by is None]
        counts = Counter(file.code or work_list.UNKNOWN for file in open_files).most_common()
        reasons = [_counted(code, number, len(counts)) for code, number in counts[:_REASONS]]
        more = ", and other reasons" if len(counts) > _REASONS else ""
        name = job.facts.name
        text = f"{words.some(job.in_error, 'file')} in error: {', '.join(reasons)}{more}"
        yield Attention(f"errors-{name}", "bad", name, f"{job_url(name)}/errors", text)


def _counted(code: str, number: int, reasons: int) -> str:
    return work_list.sentence(code) + (f" ({words.grouped(number)})" if reasons > 1 else "")


def _exports(exports: ExportNews | None) -> Iterator[Attention]:
    if exports is not None and exports.standing.failing:
        number = exports.standing.failing
        text = f"{words.some(number, 'IE')} cannot be exported in every format"
        yield Attention("exports-failing", "bad", "Exports", "#exports", text)


def _undelivered(number: int) -> Iterator[Attention]:
    if number:
        text = f"{words.some(number, 'message')} of the last seven days reached nobody"
        yield Attention("notifications", "bad", "Notifications", "/notifications?state=given-up", text)


def _harvests(harvests: Sequence[HarvestShape]) -> Iterator[Attention]:
    for item in harvests:
        told = words.JOB_STATES.get(item.state, words.JOB_STATES[""])
        key, subject, address = f"harvest-{item.name}", f"Harvest {item.name}", harvest_url(item.name)
        if item.paused:
            yield Attention(key, "warn", subject, address, "is paused")
        elif told.tone == "bad":
            yield Attention(key, "bad", subject, address, item.reason or told.label)
        elif item.last_run is not None and item.last_run.left_out:
            left_out = words.some(item.last_run.left_out, "record")
            to = f"{address}/runs/{item.last_run.id}"
            yield Attention(key, "warn", subject, to, f"left out {left_out}")


def _paused(jobs: Sequence[JobView]) -> Iterator[Attention]:
    paused = [job for job in jobs if job.state is words.PAUSED]
    if len(paused) == 1:
        name = paused[0].facts.name
        yield Attention(f"job-{name}", "warn", name, job_url(name), "is paused; files wait in its folder")
    elif paused:
        yield Attention("paused", "warn", f"{len(paused)} jobs", "/?state=paused#jobs", "are paused; files wait")


def _going_on(errands: Sequence[ErrandShape]) -> Iterator[Attention]:
    for errand in errands:
        if errand.ended_at is None:
            what = "Retry" if errand.kind == "retry" else "Dismissal"
            of = (
                f"{words.grouped(errand.done)} of {words.some(errand.total, 'file')}" if errand.total else "begins soon"
            )
            told = f"; tried again by itself: {errand.reason}" if errand.reason else ""
            yield Attention(
                f"errand-{errand.id}", "busy", f"{what} in {errand.job}", f"/errands/{errand.id}", f"{of}{told}"
            )


def step(jobs: Sequence[JobView], *, empty: bool) -> NextStep | None:
    """What to do next; None where all of it is done. `empty`: there is no IE in the repository."""
    if not jobs:
        return NextStep(
            "No job is configured yet",
            "A job takes updateMD files from a drop folder. Give it a user and a folder in mdwatch.toml, check that, "
            "and have the service take it over.",
            (_A_JOB, "mdwatch config check", "systemctl reload mdwatch"),
        )
    if empty:
        return NextStep(
            "The repository is empty",
            "Files can be applied to IEs that are there. Load those that you have: Rosetta IE METS files, or native "
            "JSON, one IE a line. Until then each file that is dropped goes to error.",
            ("mdwatch ie load PATH...",),
        )
    if all(job.facts.last_run is None and not job.new for job in jobs):
        first = jobs[0].facts
        return NextStep(
            "No file was dropped yet",
            f"Drop an updateMD file into a folder, and see here what comes of it. The folder of {first.name}:",
            (str(first.settings.folder),),
        )
    return None


def sentence(
    jobs: Sequence[JobView], exports: ExportNews | None, next_step: NextStep | None, undelivered: int = 0
) -> str:
    """How things stand in one sentence; the only one that a screen reader is told of when it changes."""
    bad = sum(job.state.tone == "bad" for job in jobs)
    errors = sum(job.in_error for job in jobs)
    failing = exports.standing.failing if exports else 0
    parts = [
        f"{words.some(bad, 'job')} {'needs' if bad == 1 else 'need'} attention" if bad else "",
        f"{words.some(errors, 'file')} in error" if errors else "",
        f"{words.some(failing, 'IE')} cannot be exported in full" if failing else "",
        f"{words.some(undelivered, 'message')} reached nobody" if undelivered else "",
    ]
    told = ", ".join(part for part in parts if part)
    if told:
        return f"{told}."
    if next_step is not None:
        return f"{next_step.title}."
    unknown = sum(job.folder is None for job in jobs)
    return f"{words.some(unknown, 'folder')} not looked into yet." if unknown else "All is well."
