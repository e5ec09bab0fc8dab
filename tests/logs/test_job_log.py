"""The job log: its exact lines, none forged, appended whole to the file that has its name."""

import os
import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from mdwatch import logs
from mdwatch.logs import JobLog
from mdwatch.model import RunStatus
from mdwatch.rules.codes import MEANINGS, Code, Effect
from mdwatch.runtime.log_tail import tail
from tests.logs.job_logs import AT, BEFORE, BYTES, FORGED, LINES


@pytest.mark.parametrize(
    ("seconds", "code", "pid", "name", "reason", "expected"),
    [
        (0, Code.UPDATED, "IE3129", "a.xml", "unsaid", "INFO   IE IE3129 has been successfully updated"),
        (
            1,
            Code.NO_CHANGE,
            "IE3135",
            "updateMD-IE23423-dc.xml",
            "No change in metadata",
            "WARN   IE IE3135 was not updated. Reason: No change in metadata. File name is updateMD-IE23423-dc.xml",
        ),
        (
            1,
            Code.INVALID_XML,
            None,
            "bad.xml",
            "unsaid",
            "ERROR   IE could not be updated, XML is not well-formed or invalid. File name is bad.xml",
        ),
        (
            59,
            Code.LOCKED,
            "IE1",
            "a.xml",
            "IE is locked by ann",
            "ERROR   IE IE1 was not updated. Reason: IE is locked by ann. File name is a.xml",
        ),
        (0, Code.IN_SIP, "IE1", "a", "In SIP", "INFO   IE IE1 was not updated. Reason: In SIP. File name is a"),
    ],
)
def test_the_line_of_a_file_is_exactly_that_of_the_design(
    seconds: int, code: Code, pid: str | None, name: str, reason: str, expected: str
) -> None:
    for milliseconds in (0, 999):
        line = logs.file_line(AT + 1_000 * seconds + milliseconds, code, pid, name, reason)
        assert line == f"Mon Dec 28 05:44:{seconds:02} IST 2015   {expected}\n"


def test_the_line_of_an_unread_file() -> None:
    expected = "WARN   IE could not be updated. Reason: it grows. File name is a.xml\n"
    assert logs.unread_line(AT, "a.xml", "it grows") == f"Mon Dec 28 05:44:00 IST 2015   {expected}"


@pytest.mark.parametrize(
    ("status", "reason", "expected"),
    [
        (RunStatus.SUCCESS, None, "INFO   Job completed successfully"),
        (RunStatus.WARNINGS, None, "INFO   Job completed with Warnings"),
        (RunStatus.ERROR, None, "INFO   Job completed with Errors"),
        (RunStatus.ABORTED, "no rights", "ERROR   Job aborted. Reason: no rights"),
        (RunStatus.ABORTED, None, "ERROR   Job aborted. Reason: "),
    ],
)
def test_the_last_line_is_exactly_that_of_the_design(status: RunStatus, reason: str | None, expected: str) -> None:
    assert logs.last_line(AT + 2_000, status, reason) == f"Mon Dec 28 05:44:02 IST 2015   {expected}\n"


def test_summer_time_is_the_zones() -> None:
    summer = 1_435_730_400_000
    assert logs.last_line(summer, RunStatus.SUCCESS, None).startswith("Wed Jul 01 09:00:00 IDT 2015   INFO")


LEVELS = {
    Effect.UPDATE: "INFO",
    Effect.SKIP: "INFO",
    Effect.WARNING: "WARN",
    Effect.ERROR: "ERROR",
    Effect.ABORT: "ERROR",
}


@pytest.mark.parametrize("code", Code)
def test_every_code_has_a_line_of_its_level(code: Code) -> None:
    line = logs.file_line(AT, code, "IE1", "a.xml", "why")
    assert line.split("   ")[1] == LEVELS[MEANINGS[code].effect]
    assert line.count("\n") == 1


@pytest.mark.parametrize(
    "end", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
)
def test_no_name_and_no_reason_forges_a_line(end: str) -> None:
    text = FORGED.replace("\n", end)
    for line in (
        *(logs.file_line(AT, code, "IE1", text, text) for code in Code),
        logs.unread_line(AT, text, text),
        logs.last_line(AT, RunStatus.ABORTED, text),
    ):
        assert len(line.splitlines()) == 1
        assert line.endswith("\n")


def test_stray_bytes_of_a_name_are_shown() -> None:
    line = logs.file_line(AT, Code.LOCKED, "IE1", os.fsdecode(b"caf\xe9\x1b[31m.xml"), "why")
    assert line.endswith("File name is caf\\xe9\\x1b[31m.xml\n")


def test_nothing_is_made_before_the_first_use(tmp_path: Path) -> None:
    log = JobLog(tmp_path, "dc")
    log.close()
    assert list(tmp_path.iterdir()) == []


def test_lines_are_appended(log: JobLog, tmp_path: Path) -> None:
    (tmp_path / "dc.log").write_text(BEFORE)
    log.write(LINES[:2])
    log.write([])
    log.write(iter(LINES[2:]))
    assert log.path.read_bytes() == BEFORE.encode() + BYTES


def test_the_position_is_the_end(log: JobLog) -> None:
    assert log.position() == (log.path.stat().st_ino, 0)
    log.write(LINES)
    assert log.position() == (log.path.stat().st_ino, len(BYTES))


def test_others_may_not_read_the_log(log: JobLog) -> None:
    log.write(LINES)
    assert log.path.stat().st_mode & 0o137 == 0


def test_what_is_written_late_goes_into_the_log_before(log: JobLog, tmp_path: Path) -> None:
    log.write([BEFORE])
    late = JobLog(tmp_path, "dc")
    mode = log.path.stat().st_mode

    def taken_over() -> None:
        inode = log.copy(2)
        assert log.has(inode)
        assert log.has(log.position()[0])
        log.put_copy(2)
        assert log.position() == (inode, len(BEFORE.encode()))

    late.write(LINES, taken_over)
    assert log.path.read_text() == BEFORE
    late.write(LINES[:1])
    assert log.path.read_text() == BEFORE + LINES[0]
    assert [path.name for path in tmp_path.iterdir()] == ["dc.log"]
    assert log.path.stat().st_mode == mode
    late.close()


def test_a_copy_that_is_late_does_not_come_into_the_log_s_place(log: JobLog, tmp_path: Path) -> None:
    late = JobLog(tmp_path, "dc")
    late.copy(2)
    log.copy(3)
    log.put_copy(3)
    log.write(LINES)
    with pytest.raises(FileNotFoundError):
        late.put_copy(2)
    assert log.path.read_bytes() == BYTES
    # Those of a job whose name begins alike are others.
    other = JobLog(tmp_path, "dc.log")
    other.copy(1)
    log.copy(4)
    log.put_copy(4)
    other.put_copy(1)
    other.close()
    late.close()


def test_a_missing_directory_is_a_fault(tmp_path: Path) -> None:
    log = JobLog(tmp_path / "missing", "dc")
    for act in (log.position, lambda: log.write(LINES), lambda: log.complete(1, 0, LINES)):
        with pytest.raises(FileNotFoundError):
            act()


def test_a_disk_that_takes_pieces_gets_all(log: JobLog, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda descriptor, data: real(descriptor, data[:7]))
        log.write(LINES)
    assert log.path.read_bytes() == BYTES


def test_a_log_that_was_renamed_is_made_anew(log: JobLog, tmp_path: Path) -> None:
    log.write(LINES[:1])
    log.path.rename(tmp_path / "dc.log.1")
    log.write(LINES[1:])
    assert (tmp_path / "dc.log.1").read_text() == LINES[0]
    assert log.path.read_text() == "".join(LINES[1:])


def test_a_log_that_was_renamed_and_made_by_another_is_taken(log: JobLog, tmp_path: Path) -> None:
    log.write(LINES[:1])
    log.path.rename(tmp_path / "dc.log.1")
    log.path.touch()
    log.write(LINES[1:])
    assert log.path.read_text() == "".join(LINES[1:])


def test_a_log_that_was_removed_is_made_anew(log: JobLog) -> None:
    log.write(LINES[:1])
    log.path.unlink()
    log.write(LINES[1:])
    assert log.path.read_text() == "".join(LINES[1:])


def pipe(path: Path) -> None:
    os.mkfifo(path)


def full(path: Path) -> None:
    path.symlink_to("/dev/full")


def bound(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


@pytest.mark.timeout(20)
@pytest.mark.parametrize("make", [Path.mkdir, pipe, full, bound])
def test_what_is_no_file_is_told_and_neither_waited_for_nor_read(log: JobLog, make: Callable[[Path], None]) -> None:
    log.write(LINES[:1])
    inode, offset = log.position()
    before = log.path.rename(log.path.with_name("before"))
    make(log.path)
    for act in (log.position, lambda: log.write(LINES[1:]), lambda: log.complete(inode, offset, LINES[1:])):
        with pytest.raises(OSError, match=rf"^{re.escape(str(log.path))} is not a file; remove it"):
            act()
    assert tail(log.path, 10) == []
    if log.path.is_dir():
        log.path.rmdir()
    else:
        log.path.unlink()
    before.rename(log.path)
    log.complete(inode, offset, LINES[1:])
    assert log.path.read_text() == "".join(LINES)


@pytest.mark.timeout(20)
def test_a_pipe_beside_the_log_is_no_rotated_one(log: JobLog) -> None:
    inode, offset = log.position()
    # Kept, for its number would be that of the next log.
    log.path.rename(log.path.with_name("elsewhere"))
    os.mkfifo(log.path.with_name(f"{log.path.name}.1.gz"))
    log.complete(inode, offset, LINES)
    assert log.path.read_text() == "".join(LINES)


def test_a_log_that_was_truncated_goes_on_at_its_start(log: JobLog) -> None:
    log.write(LINES[:1])
    os.truncate(log.path, 0)
    log.write(LINES[1:])
    assert log.path.read_text() == "".join(LINES[1:])
