"""Carrying out what the journal says: files moved, reasons written, lines logged. Safe to do again after a crash."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

import structlog

from mdwatch import logs
from mdwatch.dropfolder import filing, reason_files
from mdwatch.dropfolder.folder import DropFolder, identity_at
from mdwatch.dropfolder.statx import Stat
from mdwatch.formats.printable import escape
from mdwatch.handlers.updates import remedies
from mdwatch.handlers.updates.known_files import JobFiles
from mdwatch.handlers.updates.touched_files import FileThere, TouchedFiles
from mdwatch.logs import JobLog
from mdwatch.repository.journal import Entry, FiledAs, FiledRows, MovedLate
from mdwatch.rules import faults, reasons
from mdwatch.rules.codes import MEANINGS, Code, Effect
from mdwatch.rules.faults import Scope
from mdwatch.rules.recognition import Unmoved
from mdwatch.runtime.context import utc

log = structlog.get_logger()

# Of each code, as the journal keeps it.
_EFFECTS: Final = {code.value: meaning.effect for code, meaning in MEANINGS.items()}


@dataclass(slots=True)
class Moves:
    """What came of moving files: what the journal is to note, and why those that are stuck are, by name."""

    filed: FiledRows = field(default_factory=FiledRows)
    stuck: dict[str, str] = field(default_factory=dict)

    def note_moved(self, entry: Entry, new_name: str, mtime_ns: int) -> None:
        """Takes in which name a file got, and its mtime; a row with a key is one of an earlier group."""
        if entry.carried_out:
            self.filed.late[entry.id] = MovedLate(new_name, None, mtime_ns)
        elif (new_name, mtime_ns) != (entry.name, entry.identity.mtime_ns):
            self.filed.otherwise[entry.name] = FiledAs(new_name, mtime_ns)

    def note_unmoved(self, entry: Entry, why: Unmoved) -> None:
        """Takes in that a file was not moved."""
        if entry.carried_out:
            self.filed.late[entry.id] = MovedLate(None, why, entry.identity.mtime_ns)
        else:
            self.filed.unmoved[entry.name] = why


_NONE: Final[frozenset[str]] = frozenset()


def put_files_away(
    folder: DropFolder,
    entries: Sequence[Entry],
    still_ours: Callable[[], None],
    files: JobFiles,
    moved: AbstractSet[str] = _NONE,
) -> Moves:
    """Moves each file where its verdict sends it, durably, with its reason beside it.

    A file that cannot be moved though others can is noted as stuck. `still_ours` is called before each file and raises
    where another process has taken over. Of `moved` somebody else did all of this. Raises `OSError` for faults of the
    folder; doing it all again is right.
    """
    moves = Moves()
    due = [entry for entry in entries if to_move(entry) and entry.name not in moved]
    if not due:
        return moves
    folder.keep_places()
    filer = _Filer(folder, still_ours, files, moves)
    for entry in due:
        filer.put_away(entry)
    still_ours()
    reason_files.write(folder, filer.reasons)
    to_errors = {to_error(entry) for entry in due}
    filing.sync(folder, done=False in to_errors, error=True in to_errors)
    return moves


class _Filer:
    """Moves the files of one group, one after the other; `reasons` are those of the error files among them."""

    def __init__(
        self,
        folder: DropFolder,
        still_ours: Callable[[], None],
        files: JobFiles,
        moves: Moves,
    ) -> None:
        self._folder = folder
        self._still_ours = still_ours
        self._job_files = files
        self._files = TouchedFiles(folder, files.include, files.limit)
        self._moves = moves
        self._well: dict[bool, bool] = {}
        # Whether it is in `error/`, and its name there: of what the journal does not know yet.
        self._put: set[tuple[bool, str]] = set()
        self.reasons: list[tuple[str, str]] = []

    def put_away(self, entry: Entry) -> None:
        """Moves one file, and notes what came of that."""
        self._still_ours()
        try:
            there = self._files.by_name(entry)
            name = self._moved(entry, there)
            if name is None:
                self._return_strays(entry)
                there = self._files.anywhere(entry)
                name = self._moved(entry, there)
        except _Stuck as stuck:
            self._moves.note_unmoved(entry, Unmoved.STUCK)
            self._moves.stuck[entry.name] = str(stuck)
            return
        if name is None or there is None:
            log.warning("file_gone_before_filing", job=entry.job, file=escape(entry.name), pid=entry.pid)
            self._moves.note_unmoved(entry, Unmoved.MISSING)
            return
        self._put.add((to_error(entry), name))
        if to_error(entry):
            self.reasons.append((name, reason_text(entry)))
        self._moves.note_moved(entry, name, there.identity.mtime_ns)

    def _moved(self, entry: Entry, there: FileThere | None) -> str | None:
        """The name that the file got where it was moved to; None where it is not there. Raises `_Stuck`."""
        if there is None:
            return None
        folder, in_error, when = self._folder, to_error(entry), utc(entry.at)
        try:
            return filing.put_away(folder, *there, to_error=in_error, when=when).name
        except OSError as error:
            if identity_at(folder.descriptor, there.name) == there.identity:
                _stuck(folder, entry, error, self._well)
                raise _Stuck(_why_stuck(entry, error)) from error
            # It was moved, and only then something went wrong: it is found where it went.
            return filing.put_away(folder, *there, to_error=in_error, when=when).name

    def _return_strays(self, entry: Entry) -> None:
        """What was moved in the place of a file that is gone is new work."""
        when, in_error = utc(entry.at), to_error(entry)

        def is_filed(name: str, there: Stat) -> bool:
            return (in_error, name) in self._put or self._job_files.is_filed(name, there)

        for name in filing.return_strays(self._folder, entry.name, to_error=in_error, when=when, is_filed=is_filed):
            log.warning("file_given_back", job=entry.job, file=escape(name), reason="moved before anybody decided it")
            self._files.list_anew()


class _Stuck(Exception):
    """A decided file is there and cannot be moved; says why."""


def to_move(entry: Entry) -> bool:
    """Whether the verdict sends the file somewhere, and nobody has put it back since to be tried again, or aside."""
    return _EFFECTS[entry.code] is not Effect.SKIP and entry.retried_at is None


def to_error(entry: Entry) -> bool:
    """Whether that is `error/`, and not `done/`."""
    return _EFFECTS[entry.code] is Effect.ERROR


def _stuck(folder: DropFolder, entry: Entry, error: OSError, well: dict[bool, bool]) -> None:
    """Raises the error where it is the folder's; `well` remembers, for each place, what a probe said in this group."""
    in_error = to_error(entry)
    if in_error not in well:
        well[in_error] = filing.fault(folder, to_error=in_error, when=utc(entry.at)) is None
    if faults.scope(error.errno, folder_well=well[in_error]) is Scope.FOLDER:
        raise error
    log.error("file_not_moved", job=entry.job, file=escape(entry.name), pid=entry.pid, reason=str(error))


def _why_stuck(entry: Entry, error: OSError) -> str:
    place = "error/" if to_error(entry) else "done/"
    return f"It is decided ({entry.code}) and cannot be moved to {place}: {remedies.of_moving(error)}"


def lines(entries: Sequence[Entry]) -> list[str]:
    """The lines of these files in the job log; an update of which more is to be known has one more."""
    found = []
    for entry in entries:
        code = Code(entry.code)
        found.append(logs.file_line(entry.at, code, entry.pid, entry.name, entry.reason))
        if code is Code.UPDATED and (notice := reasons.notice(entry.reason)):
            found.append(logs.notice_line(entry.at, entry.pid, notice))
    return found


def late_lines(at: int, entries: Sequence[Entry]) -> list[str]:
    """The lines of files that were decided earlier and are moved only now."""
    return [logs.moved_late_line(at, Code(entry.code), entry.name) for entry in entries]


def tell(job_log: JobLog, entries: Sequence[Entry], late: Sequence[str], still_ours: Callable[[], object]) -> None:
    """Tells both logs of these files, and the job log of those that are late; raises `OSError`.

    `still_ours` is called before that and raises where another process has taken over.
    """
    job_log.write([*lines(entries), *late], still_ours)
    # Bound once, and written together: there are as many lines as files.
    told = log.bind()
    with logs.lines_together():
        for entry in entries:
            file = escape(entry.name)
            told.info("file_decided", job=entry.job, file=file, pid=entry.pid, code=entry.code, reason=entry.reason)


def reason_text(entry: Entry) -> str:
    """The reason file of an error file, for whoever dropped it."""
    rows = (
        ("File", escape(entry.name)),
        ("Job", entry.job),
        ("When", f"{utc(entry.at):%Y-%m-%d %H:%M:%S} UTC"),
        ("IE", entry.pid or "unknown"),
        ("Code", entry.code),
        ("Reason", escape(entry.reason)),
        ("Remedy", MEANINGS[Code(entry.code)].remedy),
    )
    return "".join(f"{name + ':':8} {value}\n" for name, value in rows)
