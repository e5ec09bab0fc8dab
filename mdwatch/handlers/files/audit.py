"""An operator, or the daemon at night, has everything accounted for: files, records, histories, exports. Reads only."""

from collections import Counter
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Final

import structlog

from mdwatch.dropfolder import done_place
from mdwatch.dropfolder.folder import DONE, ERROR, DropFolder, identity_found
from mdwatch.errors import Deferred, Rejected, in_words
from mdwatch.formats import canonical, xml
from mdwatch.handlers.files import chosen
from mdwatch.handlers.files.audit_repeats import Repeats
from mdwatch.model import Identity
from mdwatch.repository import auditing, interventions, retiring, waiting_list
from mdwatch.repository.auditing import AuditedExport, AuditedRecord, Explanations, LyingFile
from mdwatch.repository.interventions import RETRY, Intervention
from mdwatch.repository.journal import Entry
from mdwatch.rules import audit as rules
from mdwatch.rules.audit import (
    REMEDIES,
    SENTENCES,
    Account,
    FileFacts,
    FileSeen,
    FilingPlace,
    FindingKind,
    LastAct,
    filing_place,
)
from mdwatch.rules.codes import Code
from mdwatch.runtime import lease_holders, lease_names
from mdwatch.runtime.context import Context

log = structlog.get_logger()

_AT_ONCE: Final = 300  # names that the database is asked for at a time


@dataclass(frozen=True, slots=True)
class Finding:
    """What does not fit together: of which kind, a sentence, which file, record, IE or export it is, and what to do."""

    kind: str
    sentence: str
    subject: str
    remedy: str


class Audit:
    """One audit; `accounts` counts, for each job, where its files are, once `findings` has run to its end."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.accounts: dict[str, Counter[str]] = {}

    def findings(self) -> Iterator[Finding]:
        """What does not fit together, as it is found; raises `Deferred`.

        A part that fails is a finding of its own, and the others are done all the same.
        """
        for job in self._context.settings.jobs:
            self.accounts[job] = Counter()
            yield from _part(f"the files of job {job}", self._files(job))
            yield from _part(f"what lies in the folder of job {job}", self._strangers(job))
        yield from _part("the records", self._records())
        yield from _part("the histories of IEs", self._histories())
        yield from _part("the exports", self._exports())

    def _files(self, job: str) -> Iterator[Finding]:
        """Every file that the journal knows."""
        folder = self._context.job(job).folder
        try:
            DropFolder(folder).close()
        except OSError as error:
            yield _finding(FindingKind.FOLDER_AWAY, f"{job}: {folder}: {error.strerror or error}")
            return
        explanations = Explanations(self._context.repository.read, job)
        repeats = Repeats()
        entries = repeats.watched(auditing.entries(self._context.repository.read, job))
        # Rows of files that stay are left out: such a file waits still, or has another row by now.
        sent = ((entry, place) for entry in entries if (place := filing_place(entry.code)) is not None)
        while some := list(islice(sent, _AT_ONCE)):
            yield from self._some_files(job, folder, some, explanations)
            yield from self._applied_again(job, repeats)
        yield from self._applied_again(job, repeats)
        yield from self._summed_up(job, folder, explanations)
        with self._context.repository.read() as connection:
            if number := waiting_list.count_waiting_for(connection, job, Code.IN_SIP.value):
                self.accounts[job][Account.WAITING.value] = number

    def _applied_again(self, job: str, repeats: Repeats) -> Iterator[Finding]:
        """Files that were applied once more over newer ones, and are what their IE has."""
        with self._context.repository.read() as connection:
            found = list(repeats.over_newer(connection))
        for entry, version, over in found:
            subject = f"{job}: {entry.name} (row {entry.id}) over {over}: version {version} of IE {entry.pid}"
            yield _finding(FindingKind.APPLIED_AGAIN, subject)

    def _summed_up(self, job: str, folder: Path, explanations: Explanations) -> Iterator[Finding]:
        """Files whose rows were removed by their age: they are counted, and those in done/ are known still."""
        with self._context.repository.read() as connection:
            if number := retiring.summed_up(connection, job):
                self.accounts[job][Account.SUMMED.value] += number
        after = ""
        while True:
            with self._context.repository.read() as connection:
                page = retiring.filed_after(connection, job, after, _AT_ONCE)
            there = [_lying(folder, FilingPlace.DONE, file.name, file.identity) for file in page]
            seen = _seen(there, [file.identity for file in page], explanations)
            for file, what in zip(page, seen, strict=True):
                if what is FileSeen.OTHER:
                    yield _finding(FindingKind.CHANGED_DONE, f"{job}: {file.name} (summed up)")
            if len(page) < _AT_ONCE:
                return
            after = page[-1].name

    def _some_files(
        self, job: str, folder: Path, some: list[tuple[Entry, FilingPlace]], explanations: Explanations
    ) -> Iterator[Finding]:
        handled = [entry.id for entry, _ in some if entry.retried_at is not None]
        with self._context.repository.read() as connection:
            acts = interventions.of_verdicts(connection, handled)
            # What a run has in hand is about to be carried out.
            running = lease_holders.in_use(connection, self._context, lease_names.job_name(job))
        there = [_lying(folder, place, entry.filed_as or entry.name, entry.identity) for entry, place in some]
        seen = _seen(there, [entry.identity for entry, _ in some], explanations)
        for (entry, place), what in zip(some, seen, strict=True):
            act = _last_act(entry, acts.get(entry.id), what)
            done = (entry.carried_out and entry.unmoved is None) or (running and not entry.carried_out)
            where, kind = rules.account(FileFacts(place, act, what, done))
            self.accounts[job][where.value] += 1
            if kind is not None:
                yield _finding(kind, f"{job}: {entry.name} ({entry.code}, row {entry.id})")

    def _strangers(self, job: str) -> Iterator[Finding]:
        """Files in done/ and error/ that the journal does not know."""
        folder = self._context.job(job).folder
        names = done_place.names(folder / DONE)
        dated: list[str] | None = None
        while some := list(islice(names, _AT_ONCE)):
            with self._context.repository.read() as connection:
                known = auditing.known(connection, job, some)
                if len(known) < len(some):
                    # Their names in dated folders are noted before they are moved there.
                    flat = [name for name in some if name not in known and "/" not in name]
                    if flat and dated is None:
                        dated = list(done_place.prefixes(folder / DONE))
                    for prefix in dated if flat and dated else ():
                        noted = auditing.known(connection, job, [prefix + name for name in flat])
                        known |= {name.removeprefix(prefix) for name in noted}
                in_hand = auditing.in_hand(connection, job) if len(known) < len(some) else set()
            for name in sorted(set(some) - known):
                if _is_strange(folder / DONE / name, in_hand):
                    yield _finding(FindingKind.UNKNOWN_DONE, f"{job}: {DONE}/{name}")
        there = chosen.look(self._context, job)
        with self._context.repository.read() as connection:
            items = chosen.with_verdicts(connection, job, there.values())
        for item in items:
            if item.verdict is None:
                yield _finding(FindingKind.UNKNOWN_ERROR, f"{job}: {ERROR}/{item.file.name}")

    def _records(self) -> Iterator[Finding]:
        for record in auditing.records(self._context.repository.read):
            subject = f"{record.pid}: {record.type} record {record.mid}".rstrip()
            if record.content is None:
                yield _finding(FindingKind.RECORD_CONTENT, subject)
            elif not self._matches(record, record.content):
                yield _finding(FindingKind.RECORD_DIGEST, subject)

    def _matches(self, record: AuditedRecord, content: str) -> bool:
        """Whether the content is what its digests say; those of an earlier form are made anew when they are needed."""
        if not canonical.is_current(record.digests.ordered):
            return True
        limits = self._context.settings.limits.limits()
        try:
            return canonical.digests(xml.parse(content, limits), limits) == record.digests
        except Rejected:
            return False

    def _histories(self) -> Iterator[Finding]:
        for pid, facts in auditing.histories(self._context.repository.read):
            for kind in rules.ie_findings(facts):
                yield _finding(kind, pid)

    def _exports(self) -> Iterator[Finding]:
        for export in auditing.exports(self._context.repository.read):
            subject = f"{export.pid}: {export.format}"
            if not _is_whole(export):
                yield _finding(FindingKind.EXPORT_DIGEST, subject)
            if not rules.stamp_fits(export.facts):
                yield _finding(FindingKind.EXPORT_STAMP, subject)


def _is_strange(path: Path, in_hand: AbstractSet[Identity]) -> bool:
    """Whether a file that no row has under its name lies there still, and is none that a run just moved there.

    In a dated folder, or beside one of its name, such a file has a name that is noted only when the group is through.
    """
    there = identity_found(path)
    return there is not None and there not in in_hand


def _is_whole(export: AuditedExport) -> bool:
    """Whether the document is what its digest says; a tombstone has none."""
    if export.content is None or export.facts.deleted:
        return export.content is None and export.facts.deleted
    return blake2b(export.content, digest_size=16).digest() == export.digest


def _part(name: str, findings: Iterator[Finding]) -> Iterator[Finding]:
    """The findings of one part, up to where it fails; raises `Deferred` where the database cannot be asked at all."""
    try:
        yield from findings
    except Deferred:
        raise
    except OSError as error:
        yield _finding(FindingKind.PART_FAILED, f"{name}: {in_words(error)}")
    except Exception:
        log.exception("audit_part_fault", part=name)
        yield _finding(FindingKind.PART_FAILED, f"{name}: mdwatch itself failed; see the service log")


def _last_act(entry: Entry, noted: Intervention | None, what: FileSeen) -> LastAct:
    """What an operator did with this file; nothing where the note was made, and the file lies in `error/` still."""
    if noted is None:
        return LastAct.NONE if entry.retried_at is None else LastAct.RETRY
    if noted.new_name is None and noted.taken_at is None and what is FileSeen.SAME:
        return LastAct.NONE
    return LastAct.RETRY if noted.kind == RETRY else LastAct.DISMISSAL


def _lying(folder: Path, place: FilingPlace, name: str, identity: Identity) -> LyingFile | None:
    """What lies where this file is to be, and by which path there."""
    top = folder / (DONE if place is FilingPlace.DONE else ERROR)
    path = done_place.whereabouts(top, name, identity) if place is FilingPlace.DONE else top / name
    # That it cannot be looked at does not tell that somebody took it away.
    there = identity_found(path)
    return None if there is None else LyingFile(place, str(path.relative_to(top)), there)


def _seen(there: list[LyingFile | None], wanted: list[Identity], explanations: Explanations) -> Iterator[FileSeen]:
    """What lies where files are to be, for each of them; the file of another row says that this one was taken away."""
    found = list(zip(there, wanted, strict=True))
    others = {file for file, identity in found if file is not None and file.identity != identity}
    explained = explanations.of(others) if others else frozenset()
    for file, identity in found:
        if file is not None and file.identity == identity:
            yield FileSeen.SAME
        else:
            yield FileSeen.NONE if file is None or file in explained else FileSeen.OTHER


def _finding(kind: FindingKind, subject: str) -> Finding:
    return Finding(kind.value, SENTENCES[kind], subject, REMEDIES[kind])
