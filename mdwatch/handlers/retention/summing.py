"""Old rows of the journal and old runs are summed up and removed, some at a time, each time in a transaction.

Before that, what lies flat in `done/` is moved into dated folders where a job has such (`tidying`).

1. Look: rows that are old, what hangs on them, and which of their files lie in `done/` and `error/`.
2. Decide: by `rules.retention`, once more in the transaction that removes them.
3. Carry out: sums, what tells the files in `done/` from strangers, and the removal are written together. So a crash
   leaves every file counted once.

Where a drop folder cannot be looked into, or the mount that held it is missing, the rows of its job stay.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, NamedTuple

import structlog
from sqlalchemy import Connection

from mdwatch.dropfolder import done_place, error_place
from mdwatch.dropfolder.shares import ask
from mdwatch.errors import Deferred, JobBusy, UsageError, in_words
from mdwatch.handlers.retention import tidying
from mdwatch.handlers.updates import share
from mdwatch.model import Identity
from mdwatch.repository import retiring
from mdwatch.repository.database_faults import repeated
from mdwatch.repository.journal import Entry
from mdwatch.repository.retiring import FiledFile, Surroundings
from mdwatch.rules import retention as rules
from mdwatch.rules.acts import Act
from mdwatch.rules.codes import MEANINGS, Code, Effect
from mdwatch.rules.retention import RowFacts, RowFate
from mdwatch.runtime import lease
from mdwatch.runtime.acting import record_act
from mdwatch.runtime.context import Context
from mdwatch.runtime.lease import Lease

log = structlog.get_logger()

LEASE: Final = "retention"
_AT_ONCE: Final = 500  # rows in a transaction
_SHARE_SECONDS: Final = 60.0  # for which a folder may think about so many names


class SummedUp(NamedTuple):
    """What it came to: rows of the journal and runs that went, old rows that stay, and folders that were away, why.

    `moved` are files that were moved from `done/` itself into its dated folders.
    """

    files: int
    runs: int
    stay: int
    away: dict[str, str]
    moved: int = 0


@dataclass(slots=True)
class _SummingUp:
    """One go at it; `errors` are the names in `error/` of each job that was looked at."""

    context: Context
    hold: Lease | None
    now: int
    errors: dict[str, frozenset[str]] = field(default_factory=dict)
    away: dict[str, str] = field(default_factory=dict)
    files: int = 0
    runs: int = 0
    stay: int = 0
    moved: int = 0


def by_hand(context: Context, *, dry_run: bool = False) -> SummedUp:
    """An operator wants it done now, or to know what it would come to.

    Raises `UsageError` where no setting says that anything goes, `JobBusy` while another process does it.
    """
    if not wanted(context):
        raise UsageError(
            "nothing is old by the settings; set journal_days, and runs_days, under [retention], "
            "or done to month or day in a job"
        )
    if not dry_run:
        settings = context.settings.retention
        act = partial(record_act, context=context, act=Act.REPOSITORY_RETENTION, subject="journal")
        runs_days = settings.runs_days or None
        context.repository.carry_out(partial(act, journal_days=settings.journal_days, runs_days=runs_days))
    return sum_up(context, dry_run=dry_run)


def wanted(context: Context) -> bool:
    """Whether the settings say that anything goes."""
    return context.settings.retention.journal_days > 0 or bool(tidying.wanted(context))


def sum_up(
    context: Context,
    *,
    dry_run: bool = False,
    pause: Callable[[], bool] = lambda: False,
) -> SummedUp:
    """Sums up and removes what is old; raises `JobBusy`, `Deferred`.

    `pause` is called after each transaction, and true where it is to end. `dry_run`: it is only counted.
    """
    work = _SummingUp(context, None, context.clock.now())
    if dry_run:
        return _all(work, pause)
    with lease.holding(context, LEASE) as hold:
        work.hold = hold
        return _all(work, pause)


def _all(work: _SummingUp, pause: Callable[[], bool]) -> SummedUp:
    settings = work.context.settings.retention
    # First: what a crash left between the note of a name and the move is where its row says afterwards.
    done = work.hold is None or _tidy(work, work.hold, pause)
    if settings.journal_days:
        done = done and _journal(work, rules.horizon(work.now, settings.journal_days), pause)
    done = done and work.hold is not None and _filed(work, pause)
    if done and settings.runs_days:
        _runs(work, rules.horizon(work.now, settings.runs_days), pause)
    for job, why in work.away.items():
        log.warning("journal_not_summed_up", job=job, reason=why)
    if work.hold is not None:
        log.info("journal_summed_up", files=work.files, runs=work.runs, stay=work.stay, moved=work.moved)
    return SummedUp(work.files, work.runs, work.stay, work.away, work.moved)


def _tidy(work: _SummingUp, hold: Lease, pause: Callable[[], bool]) -> bool:
    """Moves what lies flat in `done/` of jobs that have dated folders; whether it came to the end."""
    for job in tidying.wanted(work.context):
        tidy = tidying.Tidying(work.context, job, hold)
        try:
            if not tidy.all_there_is(pause):
                return False
        except JobBusy:
            raise
        except (OSError, Deferred) as error:
            work.away[job] = in_words(error)
        finally:
            work.moved += tidy.moved
    return True


def _journal(work: _SummingUp, before: int, pause: Callable[[], bool]) -> bool:
    """Goes through all old rows once; whether it came to the end."""
    after = 0
    with work.context.repository.read() as connection:
        below = retiring.last_key(connection, before)
    while True:
        with work.context.repository.read() as connection:
            page = retiring.page(connection, before, after, below, _AT_ONCE)
        for job in sorted({entry.job for entry in page}):
            _rows(work, job, [entry for entry in page if entry.job == job])
        if len(page) < _AT_ONCE:
            return True
        after = page[-1].id
        if pause():
            return False


def _rows(work: _SummingUp, job: str, some: Sequence[Entry]) -> None:
    """Sees to some old rows of a job; where its folder is away, or it is no job any more, they stay."""
    # A file that is put away meanwhile lies elsewhere than it was looked for, and nobody would know it there.
    settled = [entry for entry in some if entry.carried_out and entry.unmoved is None]
    filed = _look(work, job, settled)
    if filed is None:
        work.stay += len(some)
        return
    gone = _remove(work, job, settled, filed)
    work.files += gone
    work.stay += len(some) - gone


def _look(work: _SummingUp, job: str, some: Sequence[Entry]) -> dict[str, Identity] | None:
    """What lies in `done/` under the names of these rows; None where that cannot be told."""
    if job in work.away or job not in work.context.settings.jobs:
        return None
    names = [entry.filed_as or entry.name for entry in some if _is_done(entry)]
    return _asked(work, job, names)


def _asked(work: _SummingUp, job: str, names: Iterable[str]) -> dict[str, Identity] | None:
    """What lies in `done/` under these names; `error/` is looked at, too, the first time."""
    known = share.remembered(work.context, job)

    def question() -> dict[str, Identity]:
        folder, _ = share.opened(work.context, job, known)
        with folder:
            if job not in work.errors:
                work.errors[job] = error_place.names_in_error(folder)
            return done_place.identities(folder, names)

    try:
        return ask(work.context.job(job).folder, question, _SHARE_SECONDS)
    except (OSError, Deferred) as error:
        work.away[job] = in_words(error)
        return None


def _is_done(entry: Entry) -> bool:
    return MEANINGS[Code(entry.code)].effect in {Effect.UPDATE, Effect.WARNING}


@repeated
def _remove(work: _SummingUp, job: str, some: Sequence[Entry], filed: dict[str, Identity]) -> int:
    """Removes those that may go, as they are now; how many those are."""
    keys = [entry.id for entry in some]
    if work.hold is None:
        with work.context.repository.read() as connection:
            return len(_going(connection, work, job, keys))
    with work.context.repository.write() as connection:
        work.hold.renew(connection)
        going = _going(connection, work, job, keys)
        retiring.remove(connection, going, _lying(going, filed))
    return len(going)


def _lying(entries: Sequence[Entry], filed: dict[str, Identity]) -> Sequence[FiledFile]:
    """Those of the files that lie in `done/`, each once: one may have been taken back by hand, and decided again."""
    there = (FiledFile(entry.filed_as or entry.name, entry.identity, entry.at) for entry in entries if _is_done(entry))
    return list({item.name: item for item in there if filed.get(item.name) == item.identity}.values())


def _going(connection: Connection, work: _SummingUp, job: str, keys: Sequence[int]) -> list[Entry]:
    entries = retiring.still(connection, keys)
    around = retiring.surroundings(connection, job, entries)
    return [entry for entry in entries if rules.fate(_facts(entry, around, work.errors[job])) is RowFate.GOES]


def _facts(entry: Entry, around: Surroundings, errors: frozenset[str]) -> RowFacts:
    return RowFacts(
        effect=MEANINGS[Code(entry.code)].effect,
        carried_out=entry.carried_out,
        unmoved=entry.unmoved is not None,
        run_over=entry.run_id in around.runs_over,
        newest=entry.id == around.newest,
        waits=(entry.job, entry.name) in around.waiting,
        handled=around.handled(entry),
        in_error=(entry.filed_as or entry.name) in errors,
        needed=around.needed(entry),
    )


def _filed(work: _SummingUp, pause: Callable[[], bool]) -> bool:
    """Forgets those of the files that were summed up which somebody took out of `done/`; whether it came to the end."""
    for job in work.context.settings.jobs:
        after = ""
        while True:
            with work.context.repository.read() as connection:
                page = retiring.filed_after(connection, job, after, _AT_ONCE)
            there = _asked(work, job, [file.name for file in page]) if page and job not in work.away else None
            if there is None:
                break
            _forget(work, job, [file for file in page if there.get(file.name) != file.identity])
            after = page[-1].name
            if pause():
                return False
    return True


@repeated
def _forget(work: _SummingUp, job: str, files: Sequence[FiledFile]) -> None:
    if files and work.hold is not None:
        with work.context.repository.write() as connection:
            work.hold.renew(connection)
            retiring.forget_filed(connection, job, [file.name for file in files])


def _runs(work: _SummingUp, before: int, pause: Callable[[], bool]) -> None:
    while True:
        gone = _some_runs(work, before)
        work.runs += gone
        if gone < _AT_ONCE or pause():
            return


@repeated
def _some_runs(work: _SummingUp, before: int) -> int:
    assert work.hold is not None  # noqa: S101
    with work.context.repository.write() as connection:
        work.hold.renew(connection)
        keys = retiring.old_runs(connection, before, _AT_ONCE)
        if keys:
            retiring.remove_runs(connection, keys)
    return len(keys)
