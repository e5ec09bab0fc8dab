"""An operator wants something done with error files, perhaps with thousands: it is kept as an errand.

Where a daemon runs on this host, the worker of the job carries it out, so that no run begins in the middle of it and
all that it put back is taken in one; else it is done here, and ends with this process. Who cannot wait asks, and looks
later how far it has come.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from mdwatch.dropfolder.folder import DropFolder
from mdwatch.dropfolder.shares import ask as ask_share
from mdwatch.errors import Deferred, UsageError
from mdwatch.handlers.files import errand_holders, errand_work
from mdwatch.handlers.files import retry as file_retry
from mdwatch.handlers.files.dismiss import Dismissed
from mdwatch.handlers.files.retry_verdict import Retried
from mdwatch.handlers.updates import remedies
from mdwatch.repository import errands, interventions, server_clock
from mdwatch.repository.errands import Errand, ErrandFile
from mdwatch.repository.interventions import DISMISSAL, RETRY, Kind
from mdwatch.rules.acts import Act
from mdwatch.runtime.acting import record_act
from mdwatch.runtime.context import Context
from mdwatch.runtime.lease import Lease
from mdwatch.runtime.lease_holders import daemon_runs
from mdwatch.shapes.errands import ErrandFileShape, ErrandShape

_LOOK_SECONDS: Final = 0.1
_FEW: Final = 50  # files that are seen to in a moment
MOMENT: Final = 3.0  # seconds, for which somebody may wait who looks at a page
_HERE_SECONDS: Final = 30.0  # for a share, where there is no daemon to wait for it
_SHOWN: Final = 100  # files that something stands against, whose differences are told

ErrandNews = Callable[[ErrandShape], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be done with which error files of a job: those named, or all where none is.

    `anyway`: a retry also of those that undo what came later.
    """

    job: str
    kind: Kind
    names: Sequence[str] = ()
    anyway: bool = False


def retry(job: str, names: Sequence[str], *, anyway: bool = False) -> Wish:
    """The wish to put error files back into the drop folder."""
    return Wish(job=job, kind=RETRY, names=names, anyway=anyway)


def dismissal(job: str, names: Sequence[str]) -> Wish:
    """The wish to put error files aside."""
    return Wish(job=job, kind=DISMISSAL, names=names)


def ask(context: Context, wish: Wish) -> ErrandShape:
    """Asks for it; raises `UsageError` for an unknown job. Answers at once, whatever the share does."""
    key, _ = _ask(context, wish, here=False)
    return look(context, key)


def _ask(context: Context, wish: Wish, *, here: bool) -> tuple[int, Lease | None]:
    """Writes the errand; its key, and its lease where it is to be carried out `here`."""
    context.job(wish.job)

    def write(connection: Connection) -> tuple[int, Lease | None]:
        # By the clock of all: what came later, and is not to be undone with it, may be of another host.
        now = server_clock.moment(connection, context.clock.now())
        names = [_from_anywhere(name) for name in wish.names]
        errand = errands.ask(connection, _errand(context, wish, now), names)
        act = Act.JOB_RETRY if wish.kind == RETRY else Act.JOB_DISMISS
        files, anyway = len(wish.names) or "all", wish.anyway or None
        record_act(connection, context, act, wish.job, errand=errand.id, files=files, anyway=anyway)
        return errand.id, errand_holders.take(connection, context, errand.id) if here else None

    return context.repository.carry_out(write)


def _errand(context: Context, wish: Wish, asked_at: int) -> Errand:
    """The errand as it is asked for, without its key."""
    return Errand(
        id=0,
        job=wish.job,
        kind=wish.kind,
        everything=not wish.names,
        anyway=wish.anyway,
        actor=context.actor,
        asked_at=asked_at,
        started_at=None,
        ended_at=None,
        reason=None,
        refused=False,
        run_id=None,
    )


def _from_anywhere(name: str) -> str:
    """A name that is told to another process, which works in another folder."""
    path = Path(name)
    return str(path.absolute()) if "/" in name and not path.is_absolute() and path.exists() else name


def do(
    context: Context,
    wish: Wish,
    *,
    seconds: float | None = None,
    news: ErrandNews = lambda _: None,
    tell: Callable[[str], object] = lambda _: None,
) -> ErrandShape:
    """Asks for it, and waits until it is done; how far it has come then.

    With a limit of seconds it does not wait for longer, nor at all where there is more to do than takes a moment; and
    what a daemon was asked for is left to the next one where that ends.
    `tell` is told what becomes of it where the wait is interrupted.

    Raises `UsageError` where it cannot be done at all, and `Deferred` where a share does not answer.
    """
    key, held = _ask(context, wish, here=not daemon_runs(context))
    # How much "all" is shows when it is begun, which takes a second.
    deadline = None if seconds is None else time.monotonic() + (seconds if wish.names else seconds / 2)
    try:
        while (errand := look(context, key)).ended_at is None:
            news(errand)
            if held is None and deadline is None and not daemon_runs(context):
                held = context.repository.carry_out(partial(errand_holders.take_over, context=context, key=key))
            elif held is not None:
                _here(context, errand, limited=deadline is not None)
            elif deadline is not None and (errand.total > _FEW or time.monotonic() >= deadline):
                return errand
            else:
                context.clock.wait(_LOOK_SECONDS)
    except KeyboardInterrupt:
        if held is None:
            tell("\nThe daemon goes on with it; `mdwatch status` tells how many files are left")
        else:
            _refuse(context, key, "it was interrupted")
        raise
    finally:
        if held is not None:
            held.let_go()
    news(errand)
    if errand.refused:
        raise UsageError(errand.reason or "it was refused")
    return errand


def _here(context: Context, errand: ErrandShape, *, limited: bool) -> None:
    """Carries it out in this process, or waits a moment for another command that is at error files of the job.

    Whoever waits for it is told at once what keeps it from being done.
    """
    folder = context.job(errand.job).folder

    def work() -> None:
        with DropFolder(folder) as opened:
            errand_work.carry_out(context, errand.job, opened, only=errand.id)

    try:
        if limited:
            ask_share(folder, work, _HERE_SECONDS)
        else:
            work()
        if look(context, errand.id).ended_at is None:
            context.clock.wait(_LOOK_SECONDS)
    except OSError as error:
        why = f"the drop folder {folder} cannot be used: {remedies.without_place(error)}"
        _refuse(context, errand.id, why)
    except Deferred as error:
        # What ended before, done or given up, tells so itself.
        if _refuse(context, errand.id, str(error)):
            raise


def _refuse(context: Context, key: int, reason: str) -> bool:
    return context.repository.carry_out(lambda connection: errand_holders.refuse(connection, context, key, reason))


def look(context: Context, key: int) -> ErrandShape:
    """How far an errand has come; raises `UsageError` where there is none of this key."""
    with context.repository.read() as connection:
        errand = errands.of_key(connection, key)
        if errand is None:
            raise UsageError(f"there is no errand {key}")
        counts = errands.counts(connection, key)
        taken = interventions.count_taken(connection, key) if errand.kind == RETRY else 0
    return _shape(errand, counts, taken)


def _shape(errand: Errand, counts: errands.ErrandCounts, taken: int) -> ErrandShape:
    return ErrandShape(
        id=errand.id,
        job=errand.job,
        kind=errand.kind,
        agent=errand.actor.name,
        anyway=errand.anyway,
        asked_at=errand.asked_at,
        started_at=errand.started_at,
        ended_at=errand.ended_at,
        refused=errand.refused,
        reason=errand.reason,
        total=counts.total,
        done=counts.done,
        moved=counts.moved,
        left=counts.done - counts.moved,
        taken=taken,
        run=errand.run_id,
    )


def newest(context: Context, jobs: Sequence[str], limit: int) -> list[ErrandShape]:
    """The errands in these jobs, newest first."""
    with context.repository.read() as connection:
        keys = [errand.id for errand in errands.newest(connection, jobs, limit)]
    return [look(context, key) for key in keys]


def files(context: Context, key: int, *, left: bool, after: int, limit: int) -> list[ErrandFileShape]:
    """The files of an errand after this position, or those only that were `left`; raises `UsageError` for no errand."""
    with context.repository.read() as connection:
        if errands.of_key(connection, key) is None:
            raise UsageError(f"there is no errand {key}")
        found = errands.files(connection, key, left=left, after=after, limit=limit)
    return [_file_shape(item) for item in found]


def _file_shape(item: ErrandFile) -> ErrandFileShape:
    return ErrandFileShape(
        position=item.position,
        name=item.name,
        done=item.done,
        new_name=item.new_name,
        reason=item.reason,
        warning=item.warning,
        later=item.later,
    )


def retried(context: Context, errand: ErrandShape) -> list[Retried]:
    """What came of each file of a retry that is done."""
    found = files(context, errand.id, left=False, after=-1, limit=-1)
    against = [item.name for item in found if item.later is not None and item.new_name is None]
    try:
        outlooks = file_retry.outlooks(context, errand.job, against[:_SHOWN]) if against else {}
    except OSError:
        outlooks = {}
    return [
        Retried(
            item.name,
            item.new_name,
            reason=item.reason,
            warning=item.warning,
            later=item.later,
            differences=outlooks[item.name].differences if item.name in outlooks else (),
        )
        for item in found
    ]


def dismissed(context: Context, errand: ErrandShape) -> list[Dismissed]:
    """What came of each file of a dismissal that is done."""
    found = files(context, errand.id, left=False, after=-1, limit=-1)
    return [Dismissed(item.name, item.new_name, item.reason) for item in found]
