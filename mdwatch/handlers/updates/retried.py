"""Files that an operator put back: known again, as old as they were created, and not over newer work.

Those that `retry` put back have notes. Between the retry and the run, a file created later may have been applied, so
that what `retry` looked at is looked at again, in the transaction that decides the file. Those that somebody moved out
of `done/` or `error/`, by hand or to restore a backup, are known by their rows in the journal.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from mdwatch.formats.printable import escape
from mdwatch.handlers.updates.preparation import Prepared
from mdwatch.model import Metadata, RecordType, UpdateMD
from mdwatch.repository import error_files, interventions, past_files
from mdwatch.repository.error_files import PastChange
from mdwatch.repository.ies import Stored
from mdwatch.repository.interventions import Intervention
from mdwatch.repository.journal import Entry
from mdwatch.rules import evidence, sequence, subtypes, supersession
from mdwatch.rules.recognition import Traces, Unmoved, may_have_been_away, same_file, same_file_yet
from mdwatch.rules.supersession import Cause, ChangeFacts, Choice, ErrorFileAge, Novelty, Timing


class PutBack(NamedTuple):
    """A file of the group that was put back: its note, when it was created, and what stands against it.

    There is no note of one that was moved by hand; `later` is None where nothing stands against it.
    """

    note: Intervention | None
    created_ns: int
    later: PastChange | None


def look(
    connection: Connection,
    job: str,
    files: Sequence[Prepared],
    stored: Mapping[str, Stored],
    *,
    ignoring: bool,
    foreign: bool = False,
) -> dict[str, PutBack]:
    """Those files of a group that were put back, by name; `ignoring` the order of fields when records are compared.

    `foreign`: the IEs are those of another repository, of whose changes only the journal of the job tells.
    """

    def later(file: Prepared, age: ErrorFileAge) -> PastChange | None:
        ie = stored.get(file.update.pid) if isinstance(file.update, UpdateMD) else None
        if not isinstance(file.update, UpdateMD) or ie is None:
            return None
        differing = evidence.changed(file.update, ie.state, ignore_field_sequence=ignoring)
        return later_change(changes_known(connection, job, file.update.pid, foreign=foreign), differing, age)

    found = {}
    for file, note in _noted(connection, job, files):
        change = later(file, _age(connection, note))
        against = None if change is None or _agreed_to_undo(note, change) else change
        found[file.file.name] = PutBack(note, note.created_ns, against)
    for file, entry in _moved_by_hand(connection, job, [file for file in files if file.file.name not in found], stored):
        created_ns = error_files.created_ns(entry)
        age = ErrorFileAge(sequence.key(created_ns, entry.identity.mtime_ns, entry.name), entry.at)
        found[file.file.name] = PutBack(None, created_ns, later(file, age))
    return found


def _noted(connection: Connection, job: str, files: Sequence[Prepared]) -> Iterator[tuple[Prepared, Intervention]]:
    """Those of the files that `retry` put back, each with its note."""
    if not interventions.any_open(connection, job):
        return
    notes = interventions.open_retries(connection, job, [file.file.identity.inode for file in files])
    for file in files:
        note = next((note for note in notes.get(file.file.identity.inode, ()) if _is_of(note, file)), None)
        if note is not None:
            yield file, note


def _moved_by_hand(
    connection: Connection, job: str, files: Sequence[Prepared], stored: Mapping[str, Stored]
) -> Iterator[tuple[Prepared, Entry]]:
    """Those of the files that were put away once and lie here again as they were, each with its newest row.

    Of an IE that was never changed nothing is undone, and its files are not looked for.
    """
    wanted = [file for file in files if _may_undo(file, stored)]
    if not wanted:
        return
    names, inodes = [file.file.name for file in wanted], [file.file.identity.inode for file in wanted]
    rows = past_files.put_away(connection, job, names, inodes)[::-1]
    for file in wanted:
        row = next((row for row in rows if same_file(row.traces, Unmoved.DUE, file.traces)), None)
        if row is not None:
            yield file, row


def _may_undo(file: Prepared, stored: Mapping[str, Stored]) -> bool:
    ie = stored.get(file.update.pid) if isinstance(file.update, UpdateMD) else None
    there = file.file
    return (
        ie is not None
        and ie.state.version > 1
        and may_have_been_away(there.born_ns, there.identity.mtime_ns, there.ctime_ns)
    )


def _is_of(note: Intervention, file: Prepared) -> bool:
    """Whether this file was put back then, be it that its times were set since."""
    # Where its times tell when it was created, and the file system when it was born, that is the same.
    born_ns = 0 if note.changed else note.created_ns
    return same_file_yet(Traces(note.identity, note.digest, born_ns, 0), file.traces)


def _agreed_to_undo(note: Intervention, change: PastChange) -> bool:
    """Whether who put the file back said that it is to undo this change."""
    return supersession.choice(note.at if note.anyway else None, change.at) is Choice.ANYWAY


def _age(connection: Connection, note: Intervention) -> ErrorFileAge:
    key = sequence.key(note.created_ns, note.identity.mtime_ns, note.name)
    return ErrorFileAge(key, interventions.decided_at(connection, note))


def changes_known(connection: Connection, job: str, pid: str, *, foreign: bool) -> Callable[[], Iterator[PastChange]]:
    """Asks for every change of the records of an IE that is known of, newest first."""
    if foreign:
        return lambda: error_files.updates_by(connection, job, pid)
    return lambda: error_files.changes_of(connection, pid)


def later_change(
    changes_known: Callable[[], Iterator[PastChange]], differing: Iterable[Metadata], age: ErrorFileAge
) -> PastChange | None:
    """The newest change that stands against an older file, of a record in which that differs from what is stored."""
    records = {target(item) for item in differing}
    changes = changes_known() if records else iter(())
    return next((item for item in changes if (item.type, item.mid) in records and _stands(item, age)), None)


def target(item: Metadata) -> tuple[RecordType, str]:
    """Which record a `metadata` element is to replace."""
    return subtypes.record_type(item.type) or RecordType.SOURCE, item.mid


def targets(items: Iterable[Metadata]) -> tuple[tuple[str, str], ...]:
    """The records that `metadata` elements are to replace, as the journal keeps them."""
    return tuple((type_.value, mid) for type_, mid in map(target, items))


def _stands(change: PastChange, age: ErrorFileAge) -> bool:
    cause = Cause(change.cause)
    timing = _timing_of_file(change, age) if cause is Cause.UPDATE else supersession.timing_by_hand(change.at, age)
    return supersession.stands(ChangeFacts(cause, Novelty.BROUGHT if change.first else Novelty.REPLACED, timing))


def _timing_of_file(change: PastChange, age: ErrorFileAge) -> Timing:
    key = sequence.key(error_files.created_ns(change), change.mtime_ns or 0, change.file or "")
    return supersession.timing_of_file(key, age)


def told(change: PastChange, pid: str) -> str:
    """What stands against an older file, in words that end a sentence."""
    match change.cause:
        case "update":
            return f"IE {pid} was updated by {escape(change.file or 'a file')}, which was created later"
        case "revert":
            return f"IE {pid} was taken back to an earlier version by {escape(change.agent)} later"
        case _:
            return f"IE {pid} was loaded anew by {escape(change.agent)} later"
