"""Files that an operator put back: known again by their notes, as old as they were created, and not over newer work.

Between the retry and the run, a file created later may have been applied. So what `retry` looked at is looked at again,
in the transaction that decides the file.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from mdwatch.formats.printable import escape
from mdwatch.handlers.updates.preparation import Prepared
from mdwatch.model import Metadata, RecordType, UpdateMD
from mdwatch.repository import error_files, interventions
from mdwatch.repository.error_files import PastChange
from mdwatch.repository.ies import Stored
from mdwatch.repository.interventions import Intervention
from mdwatch.rules import evidence, sequence, subtypes, supersession
from mdwatch.rules.recognition import Traces, same_file_yet
from mdwatch.rules.supersession import Cause, ChangeFacts, Choice, ErrorFileAge, Novelty, Timing


class PutBack(NamedTuple):
    """A file of the group that was put back: its note, and what stands against it, None where nothing does."""

    note: Intervention
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
    if not interventions.any_open(connection, job):
        return {}
    notes = interventions.open_retries(connection, job, [file.file.identity.inode for file in files])
    found = {}
    for file in files:
        note = next((note for note in notes.get(file.file.identity.inode, ()) if _is_of(note, file)), None)
        if note is not None:
            ie = stored.get(file.update.pid) if isinstance(file.update, UpdateMD) else None
            later = None
            if isinstance(file.update, UpdateMD) and ie is not None:
                differing = evidence.changed(file.update, ie.state, ignore_field_sequence=ignoring)
                changes = changes_known(connection, job, file.update.pid, foreign=foreign)
                change = later_change(changes, differing, _age(connection, note))
                later = None if change is None or _agreed_to_undo(note, change) else change
            found[file.file.name] = PutBack(note, later)
    return found


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
