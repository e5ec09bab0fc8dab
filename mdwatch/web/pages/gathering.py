"""What pages show of the jobs and the exports: the database asked at once, shares and costly counts within a limit."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from mdwatch.dropfolder.shares import ShareBusy, ask
from mdwatch.errors import Deferred, UsageError
from mdwatch.handlers.exports import batch as export_batch
from mdwatch.handlers.exports import reading
from mdwatch.handlers.exports.reading import ExportStanding
from mdwatch.handlers.files.errors import ErrorFile
from mdwatch.handlers.jobs import facts as job_facts
from mdwatch.handlers.jobs import status as job_status
from mdwatch.handlers.jobs.facts import JobFacts
from mdwatch.handlers.oai import sets as oai_sets
from mdwatch.handlers.oai.sets import SetOverview
from mdwatch.model import Batch
from mdwatch.runtime.context import Context
from mdwatch.shapes.jobs import FolderShape
from mdwatch.web.pages import log_tail, words
from mdwatch.web.pages.log_tail import Line
from mdwatch.web.pages.recent import NoAnswer, Recent, Seen, seen_by
from mdwatch.web.pages.words import OutcomeCount, Tone, Words

_SECONDS: Final = 2.0  # for which a page waits for what may be slow
LISTED: Final = 50  # files of a kind that the page of a job names


class FolderNews(NamedTuple):
    """What a job's folder holds, and its error files; `facts` is None while that is not told, or for a `fault`."""

    facts: FolderShape | None = None
    errors: tuple[ErrorFile, ...] = ()
    fault: str | None = None


class ExportNews(NamedTuple):
    """How the exports stand, and the sets."""

    standing: ExportStanding
    sets: list[SetOverview]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """A job as pages show it; `new` counts the files in its folder that no run has looked at, None where unknown."""

    facts: JobFacts
    state: Words
    reason: str | None
    since: int | None
    schedule: str
    run_state: Words | None
    outcomes: list[OutcomeCount]
    new: int | None
    errors: tuple[ErrorFile, ...]
    folder: FolderShape | None
    fault: str | None
    institutions: tuple[str, ...]
    log: list[Line] = field(default_factory=list)

    @property
    def mark(self) -> Words:
        """How the job stands in one word; one with error files is not well, however ready its worker is."""
        return words.FILES_IN_ERROR if self.in_error and self.state.tone in {"good", "calm"} else self.state

    @property
    def tone(self) -> Tone:
        """How loudly it is shown: one with error files is red, whatever else it does."""
        return "bad" if self.in_error else self.state.tone

    @property
    def in_error(self) -> int:
        """How many error files are to be seen to: those that another file has replaced are not."""
        return self.folder.errors if self.folder is not None else 0


_folders: Final[Recent[Path, FolderNews]] = Recent()
_exports: Final[Recent[Seen, ExportNews]] = Recent()
_NOT_TOLD: Final = FolderNews()
_PATIENCE: Final = 60.0  # seconds for which a share that has much to do may take its time


def jobs(context: Context) -> list[JobView]:
    """Every job, in the order of the settings."""
    found = job_facts.jobs(context)
    news = folders(context, [facts.name for facts in found])
    return [_view(context, facts, news[facts.name]) for facts in found]


def job(context: Context, name: str, log_lines: int) -> JobView:
    """One job; raises `UsageError` where there is none of this name."""
    facts = job_facts.job(context, name)
    found = _view(context, facts, folders(context, [name])[name])
    return replace(found, log=log_tail.shown(context.settings.logs.directory / f"{name}.log", log_lines))


def institutions_of(context: Context, name: str) -> tuple[str, ...]:
    """The institutions that a job works for."""
    given = context.user(context.job(name)).institution
    return (given,) if isinstance(given, str) else tuple(given)


def forget_folder(context: Context, name: str) -> None:
    """Something was done in the folder of a job."""
    _folders.forget(context.job(name).folder)


def exports(context: Context) -> ExportNews | None:
    """How the exports stand; None where that cannot be told in time."""
    key = seen_by(context)
    found = _exports.ask({key: partial(_ask_exports, context)}, _SECONDS).get(key)
    return None if found is None else _with_batch_of_now(context, found)


def forget_exports(context: Context) -> None:
    """Something was done that changes how the exports stand."""
    _exports.forget(seen_by(context))


def _ask_exports(context: Context) -> ExportNews:
    return ExportNews(reading.standing(context), oai_sets.listed(context))


def _with_batch_of_now(context: Context, news: ExportNews) -> ExportNews:
    """The open batch moves faster than the counts."""
    batch: Batch | None = export_batch.open_batch(context)
    standing = news.standing
    return ExportNews(_replaced(standing, batch), news.sets)


def _replaced(standing: ExportStanding, batch: Batch | None) -> ExportStanding:
    return ExportStanding(
        published=standing.published,
        due=standing.due,
        failing=standing.failing,
        formats=standing.formats,
        failures=standing.failures,
        batch=batch,
        latest=tuple(item for item in standing.latest if batch is None or item.id != batch.id),
    )


def folders(context: Context, names: Sequence[str]) -> dict[str, FolderNews]:
    """What the folders of these jobs hold, as far as that is known."""
    folders = {name: context.job(name).folder for name in names}
    answers = _folders.ask({folder: partial(_ask_folder, context, name) for name, folder in folders.items()}, _SECONDS)
    # One that takes its time is no trouble yet: of one that hangs, the worker of the job tells.
    return {name: answers.get(folder, _NOT_TOLD) for name, folder in folders.items()}


def _ask_folder(context: Context, name: str) -> FolderNews:
    """What there is in a folder; the question is left to a thread of its own where the share hangs.

    Raises `NoAnswer` where it is only busy: what was known before is as good as can be had.
    """
    folder = context.job(name).folder
    try:
        facts, errors = ask(folder, partial(job_status.contents, context, name), _PATIENCE)
    except ShareBusy as error:
        raise NoAnswer from error
    except OSError as error:
        return FolderNews(fault=f"{folder}: {error.strerror or error}")
    except (Deferred, UsageError) as error:
        return FolderNews(fault=str(error))
    return FolderNews(facts, errors)


def _view(context: Context, facts: JobFacts, news: FolderNews) -> JobView:
    state, reason, since = _state(facts, news)
    run = facts.last_run
    return JobView(
        facts=facts,
        state=state,
        reason=reason,
        since=since,
        schedule=words.schedule(facts.settings.schedule),
        run_state=words.RUN_STATES[run.status] if run else None,
        outcomes=words.in_brief(facts.counts),
        new=max(news.facts.files - facts.waiting, 0) if news.facts else None,
        errors=news.errors,
        folder=news.facts,
        fault=news.fault,
        institutions=institutions_of(context, facts.name),
    )


def _state(facts: JobFacts, news: FolderNews) -> tuple[Words, str | None, int | None]:
    """How a job stands, why, and since when; what somebody did on purpose comes first, then what is wrong."""
    told = words.JOB_STATES.get(facts.state.state, words.JOB_STATES["fault"])
    since = facts.state.since or None
    if facts.state.paused:
        return words.PAUSED, "Files wait in its folder until it is resumed.", since if told == words.PAUSED else None
    if told.tone == "bad":
        return told, facts.state.reason, since
    if news.fault is not None:
        return words.UNREACHABLE, news.fault, None
    if facts.interrupted is not None:
        return words.INTERRUPTED, f"Its last run was cut short and will be taken up again: {facts.interrupted}", None
    if told.tone != "busy" and facts.last_run is not None and facts.last_run.ended_at is None:
        return words.RUNNING, None, facts.last_run.started_at
    return told, facts.state.reason, since
