"""Files are applied to another repository than mdwatch's own, which no transaction of ours reaches: one by one.

1. What the rules make of a file is written down before anybody is asked: its records, on top of which version.
2. The repository is asked to replace them if the IE still stands there.
3. What came of it goes into the journal in the transaction that strikes what was written down; then the file is moved.

After a crash in between, what is written down is looked at first. Where the IE has moved on, the repository says
whether that was us, and changes nothing; where it has not, the file is decided anew and asks in the same words, so that
even a request that arrives late is made once. Where somebody else was quicker, the file is decided anew, too.
"""

from dataclasses import replace
from functools import partial
from typing import Final, NamedTuple

import structlog
from sqlalchemy import Connection

from mdwatch.errors import Deferred, Rejected
from mdwatch.formats.printable import escape
from mdwatch.handlers.targets import opening
from mdwatch.handlers.targets.interface import ReplacementAnswer
from mdwatch.handlers.targets.opening import NamedRepository
from mdwatch.handlers.updates import asking, retried
from mdwatch.handlers.updates import group as update_group
from mdwatch.handlers.updates.group import Decided, Terms
from mdwatch.handlers.updates.group_applier import GroupApplier, write
from mdwatch.handlers.updates.known_files import known_files
from mdwatch.handlers.updates.preparation import Prepared
from mdwatch.handlers.updates.session import Session
from mdwatch.repository import intents
from mdwatch.repository.database_faults import repeated
from mdwatch.repository.ies import Stored
from mdwatch.repository.intents import Intent
from mdwatch.repository.journal import Entry
from mdwatch.rules.codes import Trouble
from mdwatch.runtime.lease import Lease

log = structlog.get_logger()

_TRIES: Final = 5  # while others change the IE between the look and the replacement
_AT_ONCE: Final = 10
_AGAIN_SECONDS: Final = 30.0  # until a file is tried again whose IE could not be used


class _Begun(NamedTuple):
    """What one transaction came to: all of it, or what is to be asked for first."""

    decided: Decided
    known: list[Entry]
    intent: Intent | None
    held: set[str]


class ForeignApplier(GroupApplier):
    """Applies files to the repository `there`; what keeps that from answering is a trouble of the job (`Deferred`)."""

    def __init__(self, session: Session, lease: Lease, run_id: int, there: NamedRepository, *, goes_on: bool) -> None:
        for name in session.unusable.keys() - session.files.keys():
            session.held_by_faults.discard(session.unusable.pop(name))
        super().__init__(session, lease, run_id, goes_on=goes_on)
        self._there = there
        # What was asked for without an answer and is not done yet, by the names of the files.
        self._asked: dict[str, Intent] = {}

    @property
    def most_at_once(self) -> int:
        """Few, for each may take its time, and whoever stops the job waits for them."""
        return min(_AT_ONCE, super().most_at_once)

    def finish_asked(self) -> None:
        """Finds out what came of that which was asked for when the last run was cut short."""
        with self._context.repository.read() as connection:
            asked = intents.of_job(connection, self._name, self._run_id)
        for intent in asked:
            if intent.repository != self._there.name:
                raise Deferred(
                    f"what came of {escape(intent.entry.name)} is to be asked of repository {intent.repository}, which "
                    f"the job worked for; set jobs.{self._name}.repository to that until it has run once"
                )
            self._finish(intent)

    def _finish(self, intent: Intent) -> None:
        entry = intent.entry
        try:
            done = self._was_done(intent)
        except Rejected as rejected:
            log.error("intent_unanswered", job=self._name, pid=entry.pid, reason=rejected.reason)
            self._asked[entry.name] = intent
            return
        if done:
            decided = self._settle(intent, Decided(entries=[entry]), [])
            self.carrying_out.carry_out(decided, [], [])
            return
        there = self._session.folder.sighting(entry.name)
        if there is not None and there.identity[:2] == entry.identity[:2]:
            # Whether it is that file is told by its content, once it is read.
            self._asked[entry.name] = intent
            return
        self._context.repository.carry_out(partial(_forget, self._lease, self._name, entry.name))

    def _was_done(self, intent: Intent) -> bool:
        with asking.waiting(self._session.heartbeat):
            return asking.was_done(self._there, intent)

    def _apply(self, files: list[Prepared]) -> None:
        for file in files:
            self._try_again(file.file.name)
            try:
                decided, known = self._decide([file])
            except (OSError, Deferred):
                raise
            except Rejected as rejected:
                self._leave(file, rejected.reason)
            except Exception:
                log.exception("file_fault", job=self._name, file=escape(file.file.name))
                self._fault(file)
            else:
                self.carrying_out.carry_out(decided, known, [file])

    def _leave(self, file: Prepared, reason: str) -> None:
        """The IE cannot be used there: the file is tried again now and then, before the later ones for it."""
        log.error("ie_unusable", job=self._name, file=escape(file.file.name), reason=reason)
        why = f"repository {self._there.name}: {reason}"
        self.troubles.note(file.file, why, Trouble.FAULT, _AGAIN_SECONDS, blocks=False)
        for pid in update_group.pids_of([file]):
            self._session.unusable[file.file.name] = pid
            self._session.held_by_faults.add(pid)
            self._held.add(pid)

    def _try_again(self, name: str) -> None:
        pid = self._session.unusable.pop(name, None)
        if pid is not None:
            self._session.held_by_faults.discard(pid)
            self._held.discard(pid)

    def _decide(self, files: list[Prepared]) -> tuple[Decided, list[Entry]]:
        """One file: looked at, decided, asked for, noted."""
        (file,) = files
        asked = self._asked.get(file.file.name)
        if asked is not None and asking.is_of(asked, file) and self._was_done(asked):
            return self._settle(asked, Decided(entries=[asked.entry]), files), []
        for _ in range(_TRIES):
            with asking.waiting(self._session.heartbeat):
                stored = self._there.stored(update_group.pids_of(files))
            self._lease.ensure()
            begun = self._begin(files, stored)
            if begun.intent is None:
                self._take_in(begun.decided, begun.held, files)
                return begun.decided, begun.known
            self._take_in(Decided(), self._held, [])
            with asking.waiting(self._session.heartbeat):
                answer = self._there.replace(asking.replacement(begun.intent))
            if answer is not ReplacementAnswer.CHANGED:
                decided = self._settle(begun.intent, begun.decided, files)
                return decided, []
        raise Deferred(
            f"repository {self._there.name}: the IE of {escape(file.file.name)} is changed by others all the time"
        )

    @repeated
    def _begin(self, files: list[Prepared], stored: dict[str, Stored]) -> _Begun:
        """One transaction: decides, and writes either what it came to or what is to be asked for."""
        (file,) = files
        name, job = file.file.name, self._name
        held = set(self._held)
        with self._context.repository.write() as connection:
            self._lease.renew(connection)
            self.check_cancelled(connection)
            self.carrying_out.note_filed(connection)
            known = known_files(connection, job, self._run_id, files, self._maybe_returned(files))
            fresh = [] if known else files
            ignoring = self._session.job.ignore_field_sequence
            put_back = retried.look(connection, job, fresh, stored, ignoring=ignoring, foreign=True)
            terms = Terms.of(self._context, job, self._session.job, self._session.user, self._run_id, connection)
            decided = update_group.decide(fresh, dict(stored), held, terms, put_back)
            if decided.changes and asking.is_same(self._asked.get(name), file, decided):
                terms = replace(terms, at=self._asked[name].entry.at)
                decided = update_group.decide(fresh, dict(stored), set(self._held), terms, put_back)
            intent = asking.intent_of(self._there.name, decided)
            if intent is None:
                intents.forget(connection, job, name)
                write(connection, self._session, self._run_id, decided, self.carrying_out)
            else:
                intents.write(connection, intent)
        return _Begun(decided, list(known.values()), intent, held)

    @repeated
    def _settle(self, intent: Intent, decided: Decided, files: list[Prepared]) -> Decided:
        """One transaction: what was asked for is done. Nobody who cancels comes in between."""
        done = Decided(entries=decided.entries, taken=[] if intent.taken is None else [intent.taken])
        with self._context.repository.write() as connection:
            self._lease.renew(connection)
            self.carrying_out.note_filed(connection)
            intents.forget(connection, self._name, intent.entry.name)
            write(connection, self._session, self._run_id, done, self.carrying_out)
        self._asked.pop(intent.entry.name, None)
        self._take_in(done, self._held, files)
        if self._decided is not None:
            self._decided.add(intent.entry.name)
        return done


def _forget(lease: Lease, job: str, name: str, connection: Connection) -> None:
    lease.renew(connection)
    intents.forget(connection, job, name)


def applier_for(session: Session, lease: Lease, run_id: int, *, goes_on: bool) -> GroupApplier:
    """Whoever applies the files of a run to the repository that the job works for; raises `OSError` and `Deferred`."""
    there = opening.to_change(session.context, session.name, lease.ensure)
    if there is None:
        return GroupApplier(session, lease, run_id, goes_on=goes_on)
    applier = ForeignApplier(session, lease, run_id, there, goes_on=goes_on)
    applier.finish_asked()
    return applier
