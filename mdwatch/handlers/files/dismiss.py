"""An operator puts error files aside that need no more attention: into `error/dismissed`, with who and when."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import structlog
from sqlalchemy import Connection

from mdwatch.dropfolder import error_place
from mdwatch.dropfolder.error_place import FoundErrorFiles
from mdwatch.dropfolder.folder import ERROR, Changed, DropFolder
from mdwatch.errors import UsageError
from mdwatch.formats.printable import escape
from mdwatch.handlers.files import chosen, interrupted
from mdwatch.handlers.files.chosen import Chosen, Unknown
from mdwatch.handlers.files.moves import ErrorFileMoves, NotMoved
from mdwatch.handlers.files.retry import AT_ONCE
from mdwatch.handlers.updates import remedies
from mdwatch.repository import interventions
from mdwatch.repository.interventions import Intervention
from mdwatch.rules.acts import Act, Outcome
from mdwatch.runtime.acting import record_act
from mdwatch.runtime.context import Context

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Dismissed:
    """One error file: the name it has in `error/dismissed` now, or why it could not be put there."""

    name: str
    dismissed_as: str | None
    reason: str = ""


def dismiss(context: Context, job: str, names: Iterable[str]) -> list[Dismissed]:
    """Puts the named error files aside; raises `UsageError`."""
    settings = context.job(job)
    try:
        with DropFolder(settings.folder) as folder:
            folder.make_places()
            interrupted.finish(context, job, folder)
            return Dismissal(context, job, folder).run(list(names))
    except OSError as error:
        raise UsageError(f"the drop folder {settings.folder} cannot be used: {remedies.without_place(error)}") from None


@dataclass(slots=True)
class _Leaving:
    """An error file that is dismissed: its digest, the key of the note once there is one, or why it stays."""

    chosen: Chosen
    digest: bytes = b""
    note: int | None = None
    refusal: str = ""


class Dismissal:
    """Putting error files of a job aside, some at a time. `told`, `errand` and `ensure` are as with `Retry`."""

    def __init__(
        self,
        context: Context,
        job: str,
        folder: DropFolder,
        *,
        errand: int | None = None,
        told: Callable[[Connection, Sequence[Dismissed]], None] = lambda *_: None,
        ensure: Callable[[], object] = lambda: None,
    ) -> None:
        self._context = context
        self._job = job
        self._folder = folder
        self._errand = errand
        self._told_of = told
        self._ensure = ensure

    def run(self, names: Sequence[str]) -> list[Dismissed]:
        """What came of each file, in the order they were named."""
        there = chosen.look(self._context, self._job)
        answers: list[Dismissed | str] = []
        for given in names:
            try:
                name = self.name(given, there)
                if name in answers:
                    raise Unknown("it is named twice")
                answers.append(name)
            except Unknown as why:
                answers.append(Dismissed(given if "/" in given else Path(given).name, None, str(why)))
        wanted = [there[item] for item in answers if isinstance(item, str)]
        with self._context.repository.read() as connection:
            files = chosen.with_verdicts(connection, self._job, wanted)
        chosen.wait_for_runs(self._context, self._job, files)
        groups = (files[start : start + AT_ONCE] for start in range(0, len(files), AT_ONCE))
        done = {item.name: item for group in groups for item in self.act(group)}
        return [item if isinstance(item, Dismissed) else done[item] for item in answers]

    def name(self, given: str, there: FoundErrorFiles) -> str:
        """The name of the error file that is meant; raises `Unknown`."""
        return chosen.name_of(self._context, self._job, given, there)

    def act(self, some: Sequence[Chosen]) -> list[Dismissed]:
        """Notes in one transaction that some files are dismissed, then moves them."""
        files = [self._read(item) for item in some]
        begun = self._context.repository.carry_out(lambda connection: self._note(connection, files))
        moves = ErrorFileMoves(self._context, self._folder, begun, self._ensure)
        answers: list[Dismissed] = []
        try:
            for file in files:
                answers.append(self._answer(file, moves))  # noqa: PERF401 - it may be interrupted
        finally:
            moves.close(lambda connection: self._told_of(connection, answers))
        return answers

    def _read(self, item: Chosen) -> _Leaving:
        """The file with its digest, empty where it cannot be read: then it may be dismissed all the same."""
        try:
            with DropFolder(self._folder.path / ERROR) as place:
                data = place.read(item.file, self._context.settings.limits.limits().bytes)
        except Changed:
            return _Leaving(item, refusal="it is being changed at the moment")
        except OSError:
            return _Leaving(item)
        return _Leaving(item, blake2b(data, digest_size=16).digest())

    def _note(self, connection: Connection, files: Sequence[_Leaving]) -> dict[int, Chosen]:
        """Notes which files are dismissed; they, by the keys of their notes."""
        fresh = chosen.with_verdicts(connection, self._job, [file.chosen.file for file in files])
        now = {item.file.name: item for item in fresh}
        for file in files:
            file.chosen, file.note = now[file.chosen.file.name], None
            if not file.refusal and chosen.in_hand(connection, self._context, self._job, file.chosen):
                file.refusal = "the run that put it there is not through with it; try again in a moment"
            if not file.refusal:
                actor = self._context.actor
                file.note = interventions.note(connection, self._intervention(file), file.chosen.filed_as, actor)
                continue
            name, outcome = file.chosen.file.name, Outcome.REFUSED
            record_act(
                connection, self._context, Act.FILE_DISMISS, name, job=self._job, outcome=outcome, reason=file.refusal
            )
        return {file.note: file.chosen for file in files if file.note is not None}

    def _intervention(self, file: _Leaving) -> Intervention:
        item = file.chosen
        return Intervention(
            kind="dismissal",
            job=self._job,
            name=item.file.name,
            identity=item.file.identity,
            digest=file.digest,
            created_ns=item.created_ns,
            at=self._context.clock.now(),
            journal_id=item.verdict.id if item.verdict is not None else None,
            errand=self._errand,
        )

    def _answer(self, file: _Leaving, moves: ErrorFileMoves) -> Dismissed:
        name = file.chosen.file.name
        if file.note is None:
            return Dismissed(name, None, file.refusal)
        try:
            new_name = moves.make(file.note, error_place.dismiss)
        except NotMoved as why:
            return Dismissed(name, None, str(why))
        shown = {"file": escape(name), "dismissed_as": escape(new_name)}
        log.info("error_file_dismissed", job=self._job, agent=self._context.actor.name, **shown)
        return Dismissed(name, new_name)
