"""Errands about error files are carried out: some files at a time, each with its answer, whatever cuts that short.

A file's answer is written in the transaction that notes its move, and the note that it is to be moved, before the move,
names the errand. So who goes on with an errand knows of each file whether that was seen to.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import structlog
from sqlalchemy import Connection

from mdwatch.dropfolder.error_place import FoundErrorFiles
from mdwatch.dropfolder.folder import DropFolder
from mdwatch.errors import Deferred, JobBusy
from mdwatch.handlers.files import chosen, errand_holders, interrupted
from mdwatch.handlers.files.chosen import Chosen, Unknown
from mdwatch.handlers.files.dismiss import Dismissal, Dismissed
from mdwatch.handlers.files.retry import AT_ONCE, Retry
from mdwatch.handlers.files.retry_verdict import Retried
from mdwatch.handlers.updates import remedies
from mdwatch.model import Sighting
from mdwatch.repository import errands, interventions
from mdwatch.repository.errands import Errand, ErrandCounts, ErrandFile
from mdwatch.repository.interventions import RETRY
from mdwatch.runtime import lease
from mdwatch.runtime.context import Context
from mdwatch.runtime.lease import Lease

log = structlog.get_logger()


class ErrandStopped(Deferred):
    """The files in hand are finished, and no more are begun: the process is to end, or the errand was ended."""


@dataclass(frozen=True, slots=True)
class Signs:
    """How whoever carries out an errand tells that it lives, and hears that it is to end."""

    alive: Callable[[], object] = lambda: None
    stopping: Callable[[], bool] = lambda: False


def carry_out(
    context: Context, job: str, folder: DropFolder, signs: Signs = Signs(), *, only: int | None = None
) -> list[int]:
    """Carries out what was asked for in a job; the keys of the retries that put something back.

    With `only` this one errand, for the command that waits for it; without, those that no command is at. Nothing where
    another process is at it. Raises `OSError` and `Deferred`; what is open then is so still.
    """
    with context.repository.read() as connection:
        if not errands.open_of(connection, job):
            return []
    try:
        with lease.holding(context, f"error files of {job}") as held:
            return _all(context, job, folder, signs, held, only)
    except JobBusy:
        return []


def _all(context: Context, job: str, folder: DropFolder, signs: Signs, held: Lease, only: int | None) -> list[int]:
    # Read again: another process may have been at them.
    with context.repository.read() as connection:
        wanted = [errand for errand in errands.open_of(connection, job) if only in {None, errand.id}]
    back = []
    for errand in wanted:
        is_for_anybody = partial(errand_holders.is_for_anybody, context=context, key=errand.id)
        if only is None and not context.repository.carry_out(is_for_anybody):
            continue
        try:
            moved = _ErrandWork(context, errand, folder, signs, held).do()
        except (OSError, Deferred) as error:
            _stumble(context, errand, folder, error)
            raise
        if moved and errand.kind == RETRY:
            back.append(errand.id)
    return back


def _stumble(context: Context, errand: Errand, folder: DropFolder, error: OSError | Deferred) -> None:
    """Notes what an errand waits for, where whoever asked for it looks."""
    if isinstance(error, ErrandStopped | JobBusy):
        return
    try:
        reason = remedies.reason(error, folder.path)
        context.repository.carry_out(lambda connection: errands.stumble(connection, errand.id, reason))
    except Deferred:
        log.warning("interruption_not_noted", errand=errand.id)


class _ErrandWork:
    """One errand."""

    def __init__(self, context: Context, errand: Errand, folder: DropFolder, signs: Signs, held: Lease) -> None:
        # In the name of whoever asked for it.
        self._context = context = context.of(errand.actor)
        self._errand = errand
        self._folder = folder
        self._signs = signs
        self._lease = held
        self._positions: dict[str, int] = {}
        if errand.kind == RETRY:
            self._act: Retry | Dismissal = Retry(
                context,
                errand.job,
                folder,
                anyway_at=errand.asked_at if errand.anyway else None,
                errand=errand.id,
                told=self._told,
                ensure=held.ensure,
            )
        else:
            self._act = Dismissal(context, errand.job, folder, errand=errand.id, told=self._told, ensure=held.ensure)

    def do(self) -> int:
        """Sees to every file that has no answer yet; how many were moved in all."""
        context, errand = self._context, self._errand
        self._folder.make_places()
        interrupted.finish(context, errand.job, self._folder)
        self._signs.alive()
        there = chosen.look(context, errand.job)
        context.repository.carry_out(lambda connection: self._begin(connection, there))
        files = self._left(there)
        chosen.wait_for_runs(context, errand.job, files)
        for start in range(0, len(files), AT_ONCE):
            if self._signs.stopping():
                raise ErrandStopped("stopped; the next start goes on with it")
            self._check_open()
            self._signs.alive()
            self._act.act(files[start : start + AT_ONCE])
        counts = context.repository.carry_out(self._end)
        log.info(
            "errand_done", errand=errand.id, job=errand.job, kind=errand.kind, files=counts.done, moved=counts.moved
        )
        return counts.moved

    def _begin(self, connection: Connection, there: FoundErrorFiles) -> None:
        errand = self._errand
        if errand.everything and errand.started_at is None:
            errands.name(connection, errand.id, [*there, *there.unseen])
        errands.begin(connection, errand.id, errand.started_at or self._context.clock.now())

    def _check_open(self) -> None:
        """Raises `ErrandStopped` where it was ended meanwhile: whoever waited for a share was told so."""
        with self._context.repository.read() as connection:
            errand = errands.of_key(connection, self._errand.id)
        if errand is None or errand.ended_at is not None:
            raise ErrandStopped("it was ended meanwhile; nothing more is done of it")

    def _end(self, connection: Connection) -> ErrandCounts:
        errand_holders.end(connection, self._context, self._errand.id)
        return errands.counts(connection, self._errand.id)

    def _left(self, there: FoundErrorFiles) -> list[Chosen]:
        """The files that are to be seen to, the oldest first, when the others have got their answers."""
        wanted: list[Sighting] = []
        answers: list[ErrandFile] = []
        with self._context.repository.read() as connection:
            files = errands.files(connection, self._errand.id, done=False)
            moved = interventions.of_errand(connection, self._errand.id)
        for file in files:
            plain = Path(file.name).name
            if plain in moved:
                # Cut short between the move and its answer.
                answers.append(replace(file, done=True, new_name=moved[plain]))
                continue
            try:
                name = self._act.name(file.name, there)
                if name in self._positions:
                    raise Unknown("it is named twice")
            except Unknown as why:
                answers.append(replace(file, done=True, reason=str(why)))
            else:
                self._positions[name] = file.position
                wanted.append(there[name])

        def answer(connection: Connection) -> list[Chosen]:
            errands.answer(connection, self._errand.id, answers)
            return chosen.with_verdicts(connection, self._errand.job, wanted)

        return self._context.repository.carry_out(answer)

    def _told(self, connection: Connection, found: Sequence[Retried] | Sequence[Dismissed]) -> None:
        """Notes the answers of some files, in the transaction that notes their moves."""
        self._lease.renew(connection)
        errands.answer(connection, self._errand.id, [self._answer(item) for item in found])

    def _answer(self, item: Retried | Dismissed) -> ErrandFile:
        position = self._positions[item.name]
        if isinstance(item, Dismissed):
            return ErrandFile(position=position, name=item.name, new_name=item.dismissed_as, reason=item.reason)
        return ErrandFile(
            position=position,
            name=item.name,
            new_name=item.put_back_as,
            reason=item.reason,
            warning=item.warning,
            later=item.later,
        )
