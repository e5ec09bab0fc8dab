"""One group of files, decided and applied: everything of it in one transaction, or nothing.

Within the group the files see each other's effects, as if each had been applied before the next was looked at.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final, Self

from sqlalchemy import Connection

from mdwatch.config import JobSettings, UserSettings
from mdwatch.formats import dnx
from mdwatch.formats.printable import escape
from mdwatch.handlers.updates import notices, retried
from mdwatch.handlers.updates.preparation import Prepared
from mdwatch.handlers.updates.retried import PutBack
from mdwatch.model import IeState, InvalidUpdate, Metadata, RecordState, RecordType, UpdateMD
from mdwatch.repository import server_clock
from mdwatch.repository.changes import IeChange, RecordChange, json_text
from mdwatch.repository.ies import Stored
from mdwatch.repository.journal import Entry
from mdwatch.repository.waiting_list import Waiting
from mdwatch.rules import admission, mids, sequence, subtypes
from mdwatch.rules.admission import Verdict
from mdwatch.rules.codes import Code
from mdwatch.rules.recognition import Unmoved
from mdwatch.runtime.context import Context, local_time


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a group is decided under: the job, its user, the supported subtypes, and the moment (milliseconds)."""

    run_id: int
    name: str
    job: JobSettings
    user: UserSettings
    source_subtypes: frozenset[str]
    at: int

    @classmethod
    def of(
        cls,
        context: Context,
        name: str,
        job: JobSettings,
        user: UserSettings,
        run_id: int,
        connection: Connection | None = None,
    ) -> Self:
        """Those of a job now, under the settings of this context.

        `connection`: of the transaction that is to write what is decided. What came later is told by that moment, also
        by other hosts, so it goes by the clock of all.
        """
        subtypes, at = frozenset(context.settings.source.subtypes), context.clock.now()
        if connection is not None:
            at = server_clock.moment(connection, at)
        return cls(run_id=run_id, name=name, job=job, user=user, source_subtypes=subtypes, at=at)

    @cached_property
    def when(self) -> str:
        """The moment as DNX writes it."""
        return local_time(self.at)

    def event(self, file: str) -> str:
        """The event of an update by this file, as it is kept."""
        detail = _AS_JSON(f"JOB={self.name};FILE={escape(file)};")
        return f"{self._event[:-3]}{detail}}}"

    @cached_property
    def _event(self) -> str:
        """The event of any update, which ends with an empty detail."""
        return json_text({**dnx.modified_event(self.job.user, self.when, ""), dnx.DETAIL: ""})


@dataclass(slots=True)
class Decided:
    """What a group comes to: rows for the journal, changes of IEs, files that wait, and retries that were answered."""

    entries: list[Entry] = field(default_factory=list)
    changes: list[IeChange] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    taken: list[int] = field(default_factory=list)

    def names(self) -> list[str]:
        """The names of the files decided."""
        return [entry.name for entry in self.entries]

    def leave_out(self, names: AbstractSet[str]) -> None:
        """Drops the journal rows of files of which nothing new is to be told."""
        self.entries = [entry for entry in self.entries if entry.name not in names]


def pids_of(files: Iterable[Prepared]) -> set[str]:
    """The PIDs that a group is about."""
    return {file.update.pid for file in files if isinstance(file.update, UpdateMD)}


# A text as JSON has it, as `changes.json_text` writes it.
_AS_JSON: Final = json.encoder.encode_basestring

_NO_FILES: Mapping[str, PutBack] = {}


def decide(
    files: Sequence[Prepared],
    stored: dict[str, Stored],
    held: set[str],
    terms: Terms,
    put_back: Mapping[str, PutBack] = _NO_FILES,
) -> Decided:
    """Decides files in their order. `stored` and `held` are brought up to date as it goes.

    `put_back` are those that an operator put back, by name.
    """
    decided = Decided()
    for file in files:
        again = put_back.get(file.file.name)
        update = file.update
        assert update is not None, "files in trouble are not decided"  # noqa: S101
        ie = stored.get(update.pid) if update.pid else None
        update = mids.addressed(update, ie.state if ie else None)
        verdict = judge(update, ie.state if ie else None, held, terms, again)
        if verdict.code is Code.IN_SIP and update.pid:
            held.add(update.pid)
            decided.waiting.append(_waiting(file, update.pid, verdict, terms))
        elif again is not None and again.note is not None:
            decided.taken.append(again.note.id)
        if verdict.code is Code.UPDATED and ie is not None and isinstance(update, UpdateMD):
            change, stored[update.pid] = apply(verdict.changed, ie, file.file.name, terms)
            decided.changes.append(change)
        decided.entries.append(_entry(file, verdict, terms, again))
    return decided


def judge(
    update: UpdateMD | InvalidUpdate,
    ie: IeState | None,
    held: set[str],
    terms: Terms,
    again: PutBack | None = None,
) -> Verdict:
    """The verdict on one file; `again` where it was put back."""
    later = again.later if again is not None else None
    verdict = admission.judge(
        update,
        ie,
        role=terms.user.role,
        covered=ie is not None and terms.user.covers(ie.institution),
        held=update.pid in held,
        source_subtypes=terms.source_subtypes,
        ignore_field_sequence=terms.job.ignore_field_sequence,
        superseded=None if later is None else retried.told(later, update.pid or ""),
    )
    told = notices.told(verdict.code, verdict.reason, update)
    return verdict if told == verdict.reason else verdict._replace(reason=told)


def apply(changed: Sequence[Metadata], ie: Stored, file: str, terms: Terms) -> tuple[IeChange, Stored]:
    """The change that an update makes by the elements whose records differ, and the IE as it stands after it."""
    state = ie.state
    version = state.version + 1
    characteristics = _modified(ie.characteristics, terms.job.user, terms.when)
    records = [_record_change(item, ie) for item in changed]
    change = IeChange(
        ie_id=ie.id,
        version=version,
        at=terms.at,
        agent=terms.job.user,
        cause="update",
        records=records,
        events=(terms.event(file),),
        characteristics=characteristics,
        job=terms.name,
        file=file,
    )
    now = dict(state.records)
    for item in records:
        now[item.type, item.mid] = RecordState(item.sub_type, item.digests)
    return change, Stored(ie.id, state._replace(version=version, records=now), characteristics, ie.records)


@lru_cache(maxsize=64)
def _modified(characteristics: str, user: str, when: str) -> str:
    """Characteristics after a change by this user; many IEs have the same."""
    return json_text(dnx.with_modification(json.loads(characteristics), user, when))


def _record_change(item: Metadata, ie: Stored) -> RecordChange:
    """The new state of the record that a `metadata` element replaces; its stored subtype stays."""
    name = type_, mid = subtypes.record_type(item.type) or RecordType.SOURCE, item.mid
    there = ie.state.records.get(name)
    sub_type = there.sub_type if there else item.sub_type
    return RecordChange(ie.records.get(name), type_, mid, sub_type, item.content, item.digests)


def _entry(file: Prepared, verdict: Verdict, terms: Terms, again: PutBack | None) -> Entry:
    update = file.update
    return Entry(
        run_id=terms.run_id,
        job=terms.name,
        name=file.file.name,
        identity=file.file.identity,
        digest=file.digest,
        pid=update.pid if update is not None else None,
        code=verdict.code.value,
        reason=verdict.reason,
        at=terms.at,
        created_ns=again.created_ns if again is not None else sequence.created_ns(file.file),
        records=retried.targets(update.metadata) if isinstance(update, UpdateMD) else None,
        ctime_ns=file.file.ctime_ns,
        born_ns=file.file.born_ns,
        unmoved=None if verdict.code is Code.IN_SIP else Unmoved.DUE,
    )


def _waiting(file: Prepared, pid: str, verdict: Verdict, terms: Terms) -> Waiting:
    return Waiting(
        job=terms.name,
        name=file.file.name,
        identity=file.file.identity,
        pid=pid,
        code=verdict.code.value,
        reason=verdict.reason,
        since=terms.at,
    )
