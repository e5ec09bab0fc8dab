"""Whether an error file may be put back: what it says, what it would change, and what it would undo that came later."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from sqlalchemy import Connection

from mdwatch.dropfolder.folder import ERROR, Changed, DropFolder
from mdwatch.errors import Rejected
from mdwatch.formats import updatemd
from mdwatch.handlers.files import check, chosen
from mdwatch.handlers.files.check import RecordDifference
from mdwatch.handlers.files.chosen import Chosen
from mdwatch.handlers.targets import opening
from mdwatch.handlers.updates import retried
from mdwatch.model import IeState, InvalidUpdate, Metadata, UpdateMD
from mdwatch.repository import ies, server_clock
from mdwatch.repository.error_files import PastChange
from mdwatch.rules import evidence, supersession
from mdwatch.rules.supersession import Choice, Content, ErrorFileAge, Later, RetryFacts, RetryVerdict
from mdwatch.runtime.context import Context


@dataclass(frozen=True, slots=True)
class Retried:
    """One error file: the name it has in the drop folder now, or why it could not be put back, and a word of warning.

    `later` names what stands against it, the file or what was done by hand, and `differences` are what the file would
    change; None and empty where nothing does. The warning tells what it will undo, where that was wanted.
    """

    name: str
    put_back_as: str | None
    reason: str = ""
    warning: str = ""
    later: str | None = None
    differences: tuple[RecordDifference, ...] = ()


@dataclass(slots=True)
class RetryFile:
    """An error file that is tried again: what it says, and what came of the wish.

    `there` is its IE as it stands in another repository, where the job works for one.
    """

    chosen: Chosen
    digest: bytes
    update: UpdateMD | InvalidUpdate
    note: int | None = None
    later: PastChange | None = None
    refusal: str = ""
    there: IeState | None = None
    differing: tuple[Metadata, ...] = field(default=())


class RetryJudge:
    """Judges the error files of a job that are to be tried again.

    `anyway_at`: also over what came later, said at this moment (milliseconds); None where it was not said.
    """

    def __init__(self, context: Context, job: str, *, anyway_at: int | None) -> None:
        self._context = context
        self._job = job
        self._anyway_at = anyway_at
        self._foreign = opening.to_ask(context, job)

    def read(self, folder: DropFolder, item: Chosen) -> RetryFile | Retried:
        """The file as it lies there now, which may be another one than the run judged."""
        limits = self._context.settings.limits.limits()
        try:
            with DropFolder(folder.path / ERROR) as place:
                data = place.read(item.file, limits.bytes)
        except Changed:
            return Retried(item.file.name, None, "it is being changed at the moment")
        except OSError as error:
            return Retried(item.file.name, None, f"it cannot be read: {error.strerror or error}")
        update = updatemd.prepare(data, limits)
        there = None
        if self._foreign is not None and isinstance(update, UpdateMD):
            # Asked before any transaction, for it may be far away.
            there = self._foreign.facts([update.pid]).get(update.pid)
        return RetryFile(item, blake2b(data, digest_size=16).digest(), update, there=there)

    def decide(self, connection: Connection, file: RetryFile, stored: dict[str, ies.Stored]) -> None:
        """Decides whether one may go back."""
        file.refusal, file.later = "", None
        if chosen.in_hand(connection, self._context, self._job, file.chosen):
            file.refusal = "the run that put it there is not through with it; try again in a moment"
            return
        content = Content.UNREADABLE
        if isinstance(file.update, UpdateMD):
            content = self._compare(connection, file, file.update, stored)
        later = Later.NONE if file.later is None else Later.FILE if file.later.cause == "update" else Later.HAND
        choice = Choice.ORDINARY if file.later is None else supersession.choice(self._anyway_at, file.later.at)
        if supersession.decide(RetryFacts(later, content, choice)) is RetryVerdict.REFUSED:
            file.refusal = f"{stands_against(file)}; the older file would undo that"

    def _compare(
        self, connection: Connection, file: RetryFile, update: UpdateMD, stored: dict[str, ies.Stored]
    ) -> Content:
        """Whether the file would change a record, and what stands against that."""
        foreign = self._foreign is not None
        ie = file.there if foreign else stored[update.pid].state if update.pid in stored else None
        job = self._context.job(self._job)
        if ie is not None and not self._context.user(job).covers(ie.institution):
            # The job does not apply it, so that nothing is undone; and what came of the IE is for others to know.
            return Content.SAME
        ignoring = job.ignore_field_sequence
        if ie is not None:
            file.differing = evidence.changed(update, ie, ignore_field_sequence=ignoring)
        if not file.differing:
            return Content.SAME
        verdict = file.chosen.verdict
        decided_at = server_clock.moment(connection, self._context.clock.now()) if verdict is None else verdict.at
        age = ErrorFileAge(file.chosen.key, decided_at)
        changes = retried.changes_known(connection, self._job, update.pid, foreign=foreign)
        file.later = retried.later_change(changes, file.differing, age)
        return Content.DIFFERS

    def refused(self, file: RetryFile) -> Retried:
        """What is answered of a file that may not go back, with what it would change."""
        answer = Retried(file.chosen.file.name, None, file.refusal)
        if file.later is None:
            return answer
        return replace(answer, later=name_of(file.later), differences=self._differences(file))

    def _differences(self, file: RetryFile) -> tuple[RecordDifference, ...]:
        """What the file would change of the records as they are now."""
        assert isinstance(file.update, UpdateMD)  # noqa: S101
        if self._foreign is not None:
            # It does not tell what records say.
            return ()
        with self._context.repository.read() as connection:
            entity = ies.get(connection, file.update.pid, events=False)
        records = entity.records if entity is not None else ()
        contents = {(record.type, record.mid): record.content for record in records}
        try:
            return check.differences(self._context, UpdateMD(file.update.pid, file.differing), contents)
        except Rejected:
            # The caps may have been lowered since the record was stored.
            return ()


def stands_against(file: RetryFile) -> str:
    """What came later than the file and is of the same record, in words."""
    assert file.later is not None  # noqa: S101
    return retried.told(file.later, file.update.pid or "")


def stored_ies(connection: Connection, files: Iterable[RetryFile]) -> dict[str, ies.Stored]:
    """The IEs that files are for, as they are stored, by PID."""
    return ies.stored(connection, {file.update.pid for file in files if isinstance(file.update, UpdateMD)})


def name_of(change: PastChange) -> str:
    """What stands against a file, by name."""
    return change.file if change.cause == "update" and change.file else f"{change.cause} by {change.agent}"
