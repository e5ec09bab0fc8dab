"""The log of a job: one line a file and one a run, whole, in the order of the journal, each exactly once.

Whatever crash, power failure or rotation comes between: lines are durable before their rows count as carried out, the
journal remembers where the log stood before the lines of its open rows, and `complete` adds those that did not make it.
Of several daemons that share a log only the one that has the job writes into it: it asks for that when the log is open,
and whoever takes over puts a copy in the log's place, so that what comes late goes into the one before.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from mdwatch.formats import job_log as grammar
from mdwatch.formats.printable import escape
from mdwatch.logs import appending, putting_anew
from mdwatch.model import RunStatus
from mdwatch.rules.codes import MEANINGS, Code, Effect

_LEVELS: Final = {
    Effect.UPDATE: "INFO",
    Effect.SKIP: "INFO",
    Effect.WARNING: "WARN",
    Effect.ERROR: "ERROR",
    Effect.ABORT: "ERROR",
}
_LAST_LINES: Final = {
    RunStatus.SUCCESS: "Job completed successfully",
    RunStatus.WARNINGS: "Job completed with Warnings",
    RunStatus.ERROR: "Job completed with Errors",
}


def file_line(at: int, code: Code, pid: str | None, name: str, reason: str) -> str:
    """The line of one file; `at` in milliseconds since 1970 UTC, shown in the local zone."""
    if code is Code.UPDATED:
        text = grammar.updated(pid)
    elif code is Code.INVALID_XML:
        text = grammar.invalid(name)
    else:
        text = grammar.not_updated(pid, reason, name)
    return grammar.line(appending.stamp(at), _LEVELS[MEANINGS[code].effect], text)


def notice_line(at: int, pid: str | None, notice: str) -> str:
    """What is to be known of an update besides that it was made; no line that a recovery would look for."""
    return grammar.line(appending.stamp(at), "INFO", grammar.notice(pid, notice))


def unread_line(at: int, name: str, reason: str) -> str:
    """The line of a file that could not be read and stays in the drop folder."""
    return grammar.line(appending.stamp(at), "WARN", grammar.unread(reason, name))


def unmoved_line(at: int, name: str, reason: str) -> str:
    """The line of a file that is decided and cannot be moved."""
    return grammar.line(appending.stamp(at), "WARN", grammar.unmoved(reason, name))


def moved_late_line(at: int, code: Code, name: str) -> str:
    """The line of a file that was decided earlier, and is moved only now."""
    return grammar.line(appending.stamp(at), "INFO", grammar.moved_late(code.value, name))


def undone_line(at: int, run: int, by: str, undone: int, left: int) -> str:
    """The line of a run that somebody took back: of how many IEs, and how many were left; no recovery looks for it."""
    text = f"Run {run} was undone by {escape(by)}: {undone} taken back, {left} left as they are"
    return grammar.line(appending.stamp(at), "WARN" if left else "INFO", text)


def last_line(at: int, status: RunStatus, reason: str | None) -> str:
    """The line that ends a run."""
    if status is RunStatus.ABORTED:
        return grammar.line(appending.stamp(at), "ERROR", f"Job aborted. Reason: {escape(reason or '')}")
    return grammar.line(appending.stamp(at), "INFO", _LAST_LINES[status])


def harvest_line(at: int, level: str, identifier: str, text: str) -> str:
    """What is to be known of a record of another repository; without an identifier, of its list."""
    subject = f"Record {escape(identifier)} " if identifier else "Harvest: "
    return grammar.line(appending.stamp(at), level, f"{subject}{escape(text)}")


def harvest_last_line(at: int, status: RunStatus, text: str) -> str:
    """The line that ends the run of a harvest: what it came to, or why it was aborted."""
    told = {RunStatus.SUCCESS: "completed successfully", RunStatus.WARNINGS: "completed with Warnings"}
    level = "INFO" if status in told else "ERROR"
    ending = f"Harvest {told[status]}: " if status in told else "Harvest aborted. Reason: "
    return grammar.line(appending.stamp(at), level, f"{ending}{escape(text)}")


class JobLog:
    """The log of one job, `JOB.log` in the logs directory; reopened when it was rotated. Errors name its path."""

    def __init__(self, directory: Path, job: str) -> None:
        """Names the log; nothing is opened before the first use."""
        self.path = directory / f"{job}.log"
        self._descriptor = -1

    def close(self) -> None:
        """Lets the descriptor go."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def position(self) -> tuple[int, int]:
        """Where the next line will go: inode and offset of the log. Raises `OSError`."""
        state = os.fstat(self._open())
        return state.st_ino, state.st_size

    def write(self, lines: Iterable[str], still_ours: Callable[[], object] = lambda: None) -> None:
        """Appends lines in one write, so that whoever tails sees whole lines only; durable. Raises `OSError`.

        `still_ours` is called right before, with the log open already, and raises where another process has the job.
        """
        data = appending.encoded("".join(lines))
        if data:
            self._append(data, still_ours)

    def _append(self, data: bytes, still_ours: Callable[[], object]) -> None:
        """Appends, and makes all that is in the log durable."""
        # Opened first: whoever takes over after the answer puts another log in the place of this one.
        descriptor = self._open()
        still_ours()
        try:
            appending.write_all(descriptor, data)
            os.fdatasync(descriptor)
        except OSError as error:
            # The kernel's words alone would not tell which of our disks is full.
            raise OSError(error.errno, error.strerror, str(self.path)) from error

    def complete(
        self, inode: int, offset: int, lines: Sequence[str], still_ours: Callable[[], object] = lambda: None
    ) -> None:
        """Appends those of the lines that did not make it into the log after the given position, and makes all durable.

        `still_ours` as for `write`. Raises `OSError`.
        """
        *whole, torn = self.since(inode, offset).split(b"\n")
        left = grammar.missing([_text(line) for line in whole], lines)
        data = b"".join(appending.encoded(line) for line in left)
        if torn:
            # A line cut short: by a power failure or a full disk. It is ours if it begins like ours.
            data = _ending(torn, left)
        self._append(data, still_ours)

    def has(self, inode: int) -> bool:
        """Whether a position with this inode is one in the log that is at the path now. Raises `OSError`."""
        if os.fstat(self._open()).st_ino == inode:
            return True
        # Noted for a copy that never came into the log's place: what it says of offsets holds for the log.
        return any(copy.stat().st_ino == inode for copy in putting_anew.copies(self.path.resolve()))

    def copy(self, fence: int) -> int:
        """Copies the log, for `put_copy`; the inode that positions in it will have. Raises `OSError`."""
        self._open()
        return putting_anew.copy(self.path.resolve(), fence)

    def put_copy(self, fence: int) -> None:
        """Puts the copy in the log's place; whoever has the log open writes where nobody looks any more.

        The lease of this number is to be asked for between `copy` and this. Raises `FileNotFoundError` where somebody
        else has taken over since, and `OSError`.
        """
        putting_anew.put(self.path.resolve(), fence)
        self.close()

    def since(self, inode: int, offset: int) -> bytes:
        """What was written after a position, also into a log that was rotated away since. Raises `OSError`."""
        current = self._open()
        state = os.fstat(current)
        if state.st_ino == inode and state.st_size >= offset:
            return appending.content(self.path, offset)
        before = self._rotated(inode, offset, renamed=state.st_ino != inode)
        part = appending.content(before, offset) if before is not None else b""
        # A line cut short by a rotation cannot be completed any more: it ends there.
        return (part + b"\n" if part and not part.endswith(b"\n") else part) + appending.content(self.path, 0)

    def _rotated(self, inode: int, offset: int, *, renamed: bool) -> Path | None:
        """The rotated log that the position is in; None where it was removed.

        A log that was renamed has its inode still. One that shrank was rotated by copying and truncating it: the newest
        copy has what it had. One that was compressed since is another file too: the newest archive that is long enough.
        """
        there = [(path, path.stat()) for path in self.path.parent.glob(f"{self.path.name}?*") if path.is_file()]
        if renamed:
            same = [path for path, found in there if found.st_ino == inode and not appending.is_compressed(path)]
            if same:
                return same[0]
        copies = sorted(
            ((found.st_mtime_ns, path) for path, found in there if not renamed or appending.is_compressed(path)),
            reverse=True,
        )
        return next((path for _, path in copies if _is_longer(path, offset)), None)

    def _open(self) -> int:
        """The descriptor of the log that is at the path now."""
        if self._descriptor >= 0:
            try:
                there = self.path.stat()
                mine = os.fstat(self._descriptor)
                if (there.st_dev, there.st_ino) == (mine.st_dev, mine.st_ino):
                    return self._descriptor
            except FileNotFoundError:
                pass
            self.close()
        is_new = not self.path.exists()
        self._descriptor = appending.opened(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        if is_new:
            appending.sync_folder(self.path.parent)
        return self._descriptor


def _text(line: bytes) -> str:
    return line.decode("utf-8", "backslashreplace")


def _ending(torn: bytes, left: Sequence[str]) -> bytes:
    """What follows a line that was cut short, at whichever byte."""
    first = appending.encoded(left[0]) if left else b""
    others = b"".join(appending.encoded(line) for line in left[1:])
    if first.startswith(torn):
        return first[len(torn) :] + others
    # In another zone: the character that was cut in two is told by the bytes of the words.
    marks = torn.split(b"   ", 2)
    words = first.split(b"   ", 2)
    if len(marks) == len(words) == 3 and marks[1] == words[1] and marks[2] and words[2].startswith(marks[2]):
        return words[2][len(marks[2]) :] + others
    rest = grammar.rest_of(_text(torn), left[0]) if left else None
    if rest is None:
        return appending.encoded(grammar.cut_short(_text(torn))) + first + others
    return appending.encoded(rest) + others


def _is_longer(path: Path, offset: int) -> bool:
    """Whether a rotated log holds the position; one that cannot be read does not."""
    try:
        return bool(appending.content(path, offset)) if appending.is_compressed(path) else path.stat().st_size >= offset
    except OSError:
        return False
