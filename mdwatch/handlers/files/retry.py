"""An operator puts error files back into their drop folder, for the next run to take.

A file that is tried again is as old as it was created: where something later changed a record that it would replace, it
is refused, unless the operator says so a second time. What is put back is new work, and the journal says so before the
file is moved: a crash between the two leaves an error file, one after it a file that the next run takes.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy import Connection

from mdwatch.dropfolder import error_place, filing
from mdwatch.dropfolder.error_place import FoundErrorFiles
from mdwatch.dropfolder.folder import DropFolder
from mdwatch.errors import UsageError
from mdwatch.formats.printable import escape
from mdwatch.handlers.files import chosen, interrupted
from mdwatch.handlers.files.chosen import Chosen, Unknown
from mdwatch.handlers.files.moves import ErrorFileMoves, NotMoved
from mdwatch.handlers.files.retry_verdict import Retried, RetryFile, RetryJudge, name_of, stands_against, stored_ies
from mdwatch.handlers.updates import remedies
from mdwatch.model import Sighting
from mdwatch.repository import interventions, server_clock
from mdwatch.repository.interventions import Intervention
from mdwatch.rules import arrival
from mdwatch.rules.acts import Act, Outcome
from mdwatch.runtime.acting import record_act
from mdwatch.runtime.context import Context

log = structlog.get_logger()

AT_ONCE: Final = 100  # files that are seen to in one transaction


def retry(context: Context, job: str, names: Iterable[str], *, anyway: bool = False) -> list[Retried]:
    """Puts the named error files back, all of them where none is named, the oldest first; raises `UsageError`.

    `anyway`: also those that undo what came later; the journal keeps who said so.
    """
    settings = context.job(job)
    try:
        with DropFolder(settings.folder) as folder:
            folder.make_places()
            interrupted.finish(context, job, folder)
            anyway_at = context.repository.moment(context.clock.now()) if anyway else None
            return Retry(context, job, folder, anyway_at=anyway_at).run(list(names))
    except OSError as error:
        raise UsageError(f"the drop folder {settings.folder} cannot be used: {remedies.without_place(error)}") from None


def outlook(context: Context, job: str, name: str) -> Retried | None:
    """What would come of putting this file back now, not said twice; None where there is no such error file.

    Changes nothing. Raises `UsageError`, and `OSError` where the folder cannot be used.
    """
    return outlooks(context, job, [name]).get(name)


def outlooks(context: Context, job: str, names: Iterable[str]) -> dict[str, Retried]:
    """The same for several, by name, without those that there are not."""
    settings = context.job(job)
    with DropFolder(settings.folder) as folder:
        there = chosen.look(context, job)
        work = Retry(context, job, folder, anyway_at=None)
        return {name: work.outlook(there[name]) for name in names if name in there}


def error_files(folder: Path, include: Sequence[str]) -> list[str]:
    """The names of a job's error files, without their reasons; raises `OSError`."""
    return list(error_place.error_files(folder, include))


class Retry:
    """Putting back error files of a job, some at a time.

    `anyway_at`: when it was said that they are to go back over what came later (milliseconds), None where it was not.
    `told` notes what came of them, in the transaction that notes their moves. `errand` is the key of what it is part
    of, `ensure` sees to it that this process is still the one that is at it. Methods raise `OSError` and `Deferred`.
    """

    def __init__(
        self,
        context: Context,
        job: str,
        folder: DropFolder,
        *,
        anyway_at: int | None,
        errand: int | None = None,
        told: Callable[[Connection, Sequence[Retried]], None] = lambda *_: None,
        ensure: Callable[[], object] = lambda: None,
    ) -> None:
        self._context = context
        self._job = job
        self._folder = folder
        self._errand = errand
        self._judge = RetryJudge(context, job, anyway_at=anyway_at)
        self._told_of = told
        self._ensure = ensure

    def run(self, names: list[str]) -> list[Retried]:
        """What came of each file: in the order they were named, or, where none was, the oldest first."""
        there = chosen.look(self._context, self._job)
        answers: list[Retried | str] = []
        wanted: dict[str, None] = {}
        for given in names or [*there, *there.unseen]:
            try:
                name = self.name(given, there)
                if name in wanted:
                    raise Unknown("it is named twice")
            except Unknown as why:
                answers.append(Retried(given if "/" in given else Path(given).name, None, str(why)))
            else:
                wanted[name] = None
                answers.append(name)
        with self._context.repository.read() as connection:
            files = chosen.with_verdicts(connection, self._job, [there[name] for name in wanted])
        chosen.wait_for_runs(self._context, self._job, files)
        groups = (files[start : start + AT_ONCE] for start in range(0, len(files), AT_ONCE))
        done = {item.name: item for group in groups for item in self.act(group)}
        if not names:
            return [*(item for item in answers if isinstance(item, Retried)), *done.values()]
        return [item if isinstance(item, Retried) else done[item] for item in answers]

    def outlook(self, file: Sighting) -> Retried:
        """What would come of one file, without doing it."""
        with self._context.repository.read() as connection:
            (item,) = chosen.with_verdicts(connection, self._job, [file])
        answer = self._judge.read(self._folder, item)
        if isinstance(answer, Retried):
            return answer
        with self._context.repository.read() as connection:
            self._judge.decide(connection, answer, stored_ies(connection, [answer]))
        return self._judge.refused(answer) if answer.refusal else Retried(file.name, file.name)

    def name(self, given: str, there: FoundErrorFiles) -> str:
        """The name of the error file that is meant; raises `Unknown`."""
        name = chosen.name_of(self._context, self._job, given, there)
        why = arrival.why_ignored(name, arrival.EntryType.FILE, self._context.job(self._job).include)
        if why is not None:
            raise Unknown(f"the job would not take it: {why}")
        return name

    def act(self, some: Sequence[Chosen]) -> list[Retried]:
        """Reads some files, decides and notes in one transaction, then moves those that may go."""
        reads = [self._judge.read(self._folder, item) for item in some]
        files = [answer for answer in reads if isinstance(answer, RetryFile)]
        begun = self._context.repository.carry_out(lambda connection: self._note(connection, files))
        moves = ErrorFileMoves(self._context, self._folder, begun, self._ensure)
        answers: list[Retried] = []
        try:
            for answer in reads:
                answers.append(self._answer(answer, moves) if isinstance(answer, RetryFile) else answer)  # noqa: PERF401
        finally:
            # Also where somebody interrupts it: what was not moved is an error file as before.
            if moves.moved:
                filing.sync(self._folder)
            moves.close(lambda connection: self._told_of(connection, answers))
        return answers

    def _note(self, connection: Connection, files: Sequence[RetryFile]) -> dict[int, Chosen]:
        """Decides which may go back, and notes those; they, by the keys of their notes."""
        fresh = chosen.with_verdicts(connection, self._job, [file.chosen.file for file in files])
        now = {item.file.name: item for item in fresh}
        stored = stored_ies(connection, files)
        # By the clock of all, as what another host does with the records.
        at = server_clock.moment(connection, self._context.clock.now())
        for file in files:
            file.chosen, file.note = now[file.chosen.file.name], None
            self._judge.decide(connection, file, stored)
            if not file.refusal:
                actor = self._context.actor
                file.note = interventions.note(connection, self._intervention(file, at), file.chosen.filed_as, actor)
                continue
            name, outcome = file.chosen.file.name, Outcome.REFUSED
            record_act(
                connection, self._context, Act.FILE_RETRY, name, job=self._job, outcome=outcome, reason=file.refusal
            )
        return {file.note: file.chosen for file in files if file.note is not None}

    def _intervention(self, file: RetryFile, at: int) -> Intervention:
        item = file.chosen
        identity = item.file.identity
        return Intervention(
            kind="retry",
            job=self._job,
            name=item.file.name,
            identity=identity,
            digest=file.digest,
            created_ns=item.created_ns,
            at=at,
            journal_id=item.verdict.id if item.verdict is not None else None,
            changed=(item.file.born_ns or identity.mtime_ns) != item.created_ns,
            anyway=file.later is not None,
            errand=self._errand,
        )

    def _answer(self, file: RetryFile, moves: ErrorFileMoves) -> Retried:
        """Moves a file that may go; what came of it."""
        name = file.chosen.file.name
        if file.note is None:
            return self._judge.refused(file)
        try:
            new_name = moves.make(file.note, filing.take_back)
        except NotMoved as why:
            return Retried(name, None, str(why))
        log.info(
            "error_file_put_back",
            job=self._job,
            file=escape(name),
            put_back_as=escape(new_name),
            agent=self._context.actor.name,
            anyway=file.later is not None,
        )
        if file.later is None:
            return Retried(name, new_name)
        return Retried(name, new_name, warning=f"{stands_against(file)}, which this undoes", later=name_of(file.later))
