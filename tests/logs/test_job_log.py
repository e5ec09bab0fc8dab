"""The job log: its exact lines, none forged, and each exactly once whatever crash or rotation comes between."""

import bz2
import errno
import gzip
import io
import json
import lzma
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copyfile

import pytest
import structlog

from mdwatch import logs
from mdwatch.logs import BatchLog, JobLog
from mdwatch.model import RunStatus
from mdwatch.rules.codes import MEANINGS, Code, Effect

# The moment of the design's examples: Mon Dec 28 05:44:00 IST 2015.
AT = 1_451_274_240_000


@pytest.fixture(autouse=True)
def ist() -> Iterator[None]:
    """Israel Standard Time, without the machine's own time zone tables."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "IST-2IDT,M3.4.4/26,M10.5.0")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture
def log(tmp_path: Path) -> Iterator[JobLog]:
    log = JobLog(tmp_path, "dc")
    yield log
    log.close()


# --- lines ------------------------------------------------------------------------------------------------------------


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


FORGED = "\nMon Dec 28 05:44:00 IST 2015   INFO   IE IE1 has been successfully updated"


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


# --- writing ----------------------------------------------------------------------------------------------------------

NO_CHANGE = "No change in metadata"


def lines() -> list[str]:
    """The lines of a run, in the zone of now."""
    return [
        logs.file_line(AT, Code.UPDATED, "IE1", "a.xml", ""),
        logs.file_line(AT, Code.NO_CHANGE, "IE2", "größe 目録 😀.xml", NO_CHANGE),
        logs.file_line(AT, Code.NO_CHANGE, "IE2", "größe 目録 😀.xml", NO_CHANGE),  # the same again
        logs.last_line(AT, RunStatus.WARNINGS, None),
    ]


LINES = lines()
BYTES = "".join(LINES).encode()
BEFORE = "Sun Dec 27 05:44:00 IST 2015   INFO   IE IE1 has been successfully updated\n"
FOREIGN = "a line of someone else's\n"


def times(log: JobLog, *others: Path) -> list[int]:
    """How often each of the lines is in the log, in all the files it was rotated into."""
    found = [line for path in (*others, log.path) for line in path.read_text(errors="replace").split("\n")]
    return [found.count(line.removesuffix("\n")) for line in LINES]


ONCE = [1, 2, 2, 1]  # the second and the third are the same


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


def test_a_log_that_was_truncated_goes_on_at_its_start(log: JobLog) -> None:
    log.write(LINES[:1])
    os.truncate(log.path, 0)
    log.write(LINES[1:])
    assert log.path.read_text() == "".join(LINES[1:])


# --- completing after a crash -----------------------------------------------------------------------------------------


# Every third byte, which comes by every place within a character and a moment, and those around the end of a line.
_ENDS = [index for index, byte in enumerate(BYTES) if byte == ord("\n")]
CUTS = sorted({*range(0, len(BYTES) + 1, 3), *(end + near for end in _ENDS for near in (-1, 0, 1)), len(BYTES)})


def every_cut(tmp_path: Path) -> Iterator[tuple[int, JobLog]]:
    """A log of its own for every place at which a crash can cut the lines off."""
    for cut in CUTS:
        directory = tmp_path / str(cut)
        directory.mkdir()
        log = JobLog(directory, "dc")
        yield cut, log
        log.close()


def noted(log: JobLog) -> tuple[int, int]:
    """The position in the journal: behind what an earlier run wrote."""
    log.write([BEFORE])
    return log.position()


def cut_off(log: JobLog, cut: int) -> None:
    """As much of the lines as a crash let through, by a process that is gone."""
    with log.path.open("ab") as file:
        file.write(BYTES[:cut])


def test_lines_cut_off_anywhere_are_completed(tmp_path: Path) -> None:
    for cut, log in every_cut(tmp_path):
        position = noted(log)
        cut_off(log, cut)
        log.complete(*position, LINES)
        assert log.path.read_bytes() == BEFORE.encode() + BYTES, cut
        log.complete(*position, LINES)
        assert log.path.read_bytes() == BEFORE.encode() + BYTES, cut


def test_a_second_crash_while_completing_is_completed(tmp_path: Path) -> None:
    for cut, log in every_cut(tmp_path):
        position = noted(log)
        cut_off(log, len(LINES[0].encode()) + 10)
        log.complete(*position, LINES)
        os.truncate(log.path, min(log.path.stat().st_size, position[1] + cut))
        log.complete(*position, LINES)
        assert log.path.read_bytes() == BEFORE.encode() + BYTES, cut


@pytest.mark.parametrize("half", ["", "half a line of someone else's"])
def test_foreign_lines_after_the_cut_do_not_matter(tmp_path: Path, half: str) -> None:
    for cut, log in every_cut(tmp_path):
        position = noted(log)
        cut_off(log, cut)
        with log.path.open("a") as file:
            file.write(f"{FOREIGN}{FOREIGN}{half}")
        log.complete(*position, LINES)
        assert times(log) == ONCE, cut
        assert log.path.read_text(errors="replace").endswith("\n"), cut
        log.complete(*position, LINES)
        assert times(log) == ONCE, cut


def test_a_line_that_no_recovery_looks_for_keeps_its_columns_wherever_it_was_cut(tmp_path: Path) -> None:
    whole = logs.unread_line(AT, "a.xml", "Permission denied").rstrip("\n")
    for cut in range(1, len(whole) + 1):
        for left in ([], LINES):
            log = JobLog(tmp_path / f"{cut}-{len(left)}", "dc")
            log.path.parent.mkdir()
            position = noted(log)
            with log.path.open("ab") as stream:
                stream.write(whole[:cut].encode())
            log.complete(*position, left)
            log.complete(*position, left)
            log.close()
            told = log.path.read_text(encoding="utf-8").splitlines()
            assert all(line.count("   ") >= 2 for line in told), told
            assert [line for line in told if f"{line}\n" in left] == [line.rstrip("\n") for line in left]


def test_foreign_lines_before_and_between_do_not_matter(log: JobLog) -> None:
    position = noted(log)
    with log.path.open("a") as file:
        file.write(f"{FOREIGN}{LINES[0]}{FOREIGN}\n{LINES[1]}{FOREIGN}")
    log.complete(*position, LINES)
    assert times(log) == ONCE


def test_lines_of_an_earlier_run_do_not_count(log: JobLog) -> None:
    log.write(LINES)
    position = log.position()
    log.complete(*position, LINES)
    assert log.path.read_bytes() == BYTES * 2


def test_no_lines_complete_to_none(log: JobLog) -> None:
    position = noted(log)
    log.complete(*position, [])
    assert log.path.read_text() == BEFORE


@pytest.mark.parametrize("suffix", [".1", "-20151228", "-20151228.old"])
def test_rotated_by_renaming_each_line_is_there_once(tmp_path: Path, suffix: str) -> None:
    for cut, log in every_cut(tmp_path):
        position = noted(log)
        cut_off(log, cut)
        rotated = log.path.rename(log.path.parent / f"dc.log{suffix}")
        log.complete(*position, LINES)
        log.complete(*position, LINES)
        # Of a line that was cut just before its end only the end is missing, and there it stays.
        whole = BYTES[:cut].count(b"\n") + (cut < len(BYTES) and BYTES[cut : cut + 1] == b"\n")
        assert rotated.read_bytes() == BEFORE.encode() + BYTES[:cut], cut
        assert log.path.read_text() == "".join(LINES[whole:]), cut


def test_rotated_by_renaming_twice_each_line_is_there_once(tmp_path: Path) -> None:
    for cut, log in every_cut(tmp_path):
        position = noted(log)
        cut_off(log, cut)
        first = log.path.rename(log.path.parent / "dc.log.2")
        second = log.path.parent / "dc.log.1"
        second.write_text(FOREIGN)
        log.path.write_text(FOREIGN)
        log.complete(*position, LINES)
        assert times(log, first, second) == ONCE, cut


def test_rotated_by_copying_each_line_is_there_once(tmp_path: Path) -> None:
    for cut, log in every_cut(tmp_path):
        (log.path.parent / "dc.log.2").write_text("older and longer\n" * 1_000)
        os.utime(log.path.parent / "dc.log.2", ns=(0, 7))
        position = noted(log)
        cut_off(log, cut)
        copyfile(log.path, log.path.parent / "dc.log.1")
        os.truncate(log.path, 0)
        log.complete(*position, LINES)
        whole = BYTES[:cut].count(b"\n") + (cut < len(BYTES) and BYTES[cut : cut + 1] == b"\n")
        assert log.path.read_text() == "".join(LINES[whole:]), cut


def test_truncated_without_a_copy_every_line_is_written(log: JobLog) -> None:
    position = noted(log)
    cut_off(log, 100)
    os.truncate(log.path, 0)
    log.complete(*position, LINES)
    assert log.path.read_bytes() == BYTES


def test_removed_every_line_is_written(log: JobLog, tmp_path: Path) -> None:
    position = noted(log)
    cut_off(log, 100)
    log.path.rename(tmp_path / "elsewhere")
    log.complete(*position, LINES)
    assert log.path.read_bytes() == BYTES


def test_rotated_after_the_position_what_was_since_is_all_of_it(log: JobLog, tmp_path: Path) -> None:
    position = noted(log)
    log.write(LINES[:1])
    log.path.rename(tmp_path / "dc.log.1")
    log.write(LINES[1:])
    assert log.since(*position) == BYTES


# --- the log of a batch of exports ------------------------------------------------------------------------------------


def test_a_batch_log_is_named_by_its_moment_and_there_at_once(tmp_path: Path) -> None:
    log = BatchLog.begin(tmp_path, AT)
    assert log.path == tmp_path / "export_2015-12-28T05-44-00.log"
    assert log.path.read_bytes() == b""
    assert log.path.stat().st_mode & 0o777 & ~0o640 == 0


def test_a_batch_log_never_takes_the_place_of_another(tmp_path: Path) -> None:
    names = [BatchLog.begin(tmp_path, AT + step).path.name for step in (0, 1, 999, 1000)]
    stem = "export_2015-12-28T05-44-00"
    assert names == [f"{stem}.log", f"{stem}_2.log", f"{stem}_3.log", "export_2015-12-28T05-44-01.log"]


def test_a_batch_log_takes_whole_lines_that_nobody_can_forge(tmp_path: Path) -> None:
    log = BatchLog.begin(tmp_path, AT)
    log.write(AT, "INFO", "one")
    log.write(AT + 1000, "ERROR", "two\nMon Dec 28 05:44:01 IST 2015   INFO   Batch 1 finished")
    first, second = log.path.read_text(encoding="utf-8").splitlines()
    assert first == "Mon Dec 28 05:44:00 IST 2015   INFO   one"
    assert second.startswith("Mon Dec 28 05:44:01 IST 2015   ERROR   two")


@pytest.mark.parametrize("act", ["begin", "write", "anew"])
def test_a_batch_log_that_cannot_be_written_is_told_in_the_service_log(tmp_path: Path, act: str) -> None:
    logs.configure_service_log("error", stream := io.StringIO())
    log = BatchLog(tmp_path / "away" / "export.log")
    match act:
        case "begin":
            assert BatchLog.begin(tmp_path / "away", AT).path.parent == tmp_path / "away"
        case "write":
            log.write(AT, "INFO", "lost line")
        case _:
            BatchLog.anew(log.path, [(AT, "INFO", "one")])
    entry = json.loads(stream.getvalue().splitlines()[0])
    assert entry["event"] == "batch_log_not_written"
    assert "No such file" in entry["reason"]
    assert (entry["line"] == "lost line") is (act == "write")


def test_a_disk_that_takes_pieces_gets_the_whole_line_of_a_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = BatchLog.begin(tmp_path, AT)
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:7]))
    log.write(AT, "INFO", "a line that is longer than seven bytes")
    assert log.path.read_text().endswith("a line that is longer than seven bytes\n")


def test_a_batch_log_that_is_made_anew_leaves_a_late_writer_nothing_to_spoil(tmp_path: Path) -> None:
    late = BatchLog.begin(tmp_path, AT)
    late.write(AT, "INFO", "one")
    late.path.write_bytes(late.path.read_bytes() + b"Mon Dec 28 05:44")
    anew = BatchLog.anew(late.path, [(AT, "INFO", "one"), (AT, "ERROR", "two")])
    late.write(AT, "INFO", "late")
    anew.write(AT, "INFO", "three")
    texts = [line.split("   ", 1)[1] for line in anew.path.read_text(encoding="utf-8").splitlines()]
    assert texts == ["INFO   one", "ERROR   two", "INFO   three"]
    assert list(tmp_path.iterdir()) == [anew.path]
    late.close()
    anew.close()


# --- the service log --------------------------------------------------------------------------------------------------


@pytest.fixture
def structlog_restored() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.mark.usefixtures("structlog_restored")
def test_the_service_log_is_json_with_bound_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JOURNAL_STREAM", raising=False)
    stream = io.StringIO()
    logs.configure_service_log("info", stream)
    structlog.get_logger().debug("unseen")
    structlog.get_logger().warning("file_gone", job="dc", file="é\n目")
    (line,) = stream.getvalue().splitlines()
    found = json.loads(line)
    assert (found["event"], found["level"], found["job"], found["file"]) == ("file_gone", "warning", "dc", "é\n目")
    assert found["timestamp"].endswith("Z")
    assert line.isascii()


@pytest.mark.usefixtures("structlog_restored")
@pytest.mark.parametrize(("method", "priority"), [("debug", 7), ("info", 6), ("warning", 4), ("error", 3)])
def test_journald_gets_its_priorities(monkeypatch: pytest.MonkeyPatch, method: str, priority: int) -> None:
    monkeypatch.setenv("JOURNAL_STREAM", "8:1")
    stream = io.StringIO()
    logs.configure_service_log("debug", stream)
    getattr(structlog.get_logger(), method)("fact")
    assert stream.getvalue().startswith(f"<{priority}>{{")


@pytest.mark.usefixtures("structlog_restored")
def test_a_traceback_stays_on_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JOURNAL_STREAM", raising=False)
    stream = io.StringIO()
    logs.configure_service_log("info", stream)
    try:
        raise ValueError(FORGED)
    except ValueError:
        structlog.get_logger().exception("file_fault")
    (line,) = stream.getvalue().splitlines()
    assert "ValueError" in json.loads(line)["exception"]


# --- durable, and known again -----------------------------------------------------------------------------------------


def test_lines_are_durable_when_they_are_written(log: JobLog, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    monkeypatch.setattr(os, "fdatasync", lambda descriptor: sizes.append(os.fstat(descriptor).st_size))
    log.write(LINES)
    log.write([])
    assert sizes == [len(BYTES)]
    log.complete(*log.position(), LINES[:1])
    assert sizes[1:] == [len(BYTES) + len(LINES[0])]
    # What an earlier process wrote and did not live to sync counts as there only once it is durable.
    log.complete(log.position()[0], 0, LINES)
    assert len(sizes) == 3


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "NZST-12NZDT,M9.5.0,M4.1.0/3"])
def test_after_a_restart_in_another_zone_no_line_is_doubled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    again = lines()
    for cut, log in every_cut(tmp_path):
        position = noted(log)
        cut_off(log, cut)
        log.complete(*position, again)
        words = [line.split("   ", 1)[-1] for line in log.path.read_text(errors="replace").splitlines()]
        wanted = [line.split("   ", 1)[1].removesuffix("\n") for line in LINES]
        assert [word for word in words[1:] if word in wanted] == wanted, cut
        log.complete(*position, again)
        assert len(log.path.read_bytes().splitlines()) == len(words), cut


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_rotated_and_compressed_since_each_line_is_there_once(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    suffix = {"gzip": ".gz", "bz2": ".bz2", "lzma": ".xz"}[pack.__module__]
    log = JobLog(tmp_path, "dc")
    (tmp_path / f"dc.log.2{suffix}").write_bytes(pack(b"older and longer\n" * 1_000))
    os.utime(tmp_path / f"dc.log.2{suffix}", (1, 1))
    position = noted(log)
    cut_off(log, len("".join(LINES[:2]).encode()))
    (tmp_path / f"dc.log.1{suffix}").write_bytes(pack(log.path.read_bytes()))
    log.path.rename(tmp_path / "moved")
    (tmp_path / "moved").unlink()
    log.path.write_text(FOREIGN)
    log.complete(*position, LINES)
    assert log.path.read_text() == FOREIGN + "".join(LINES[2:])
    log.close()


def test_a_broken_archive_is_no_log(tmp_path: Path) -> None:
    log = JobLog(tmp_path, "dc")
    position = noted(log)
    log.path.unlink()
    (tmp_path / "dc.log.1.gz").write_bytes(b"not an archive")
    log.complete(*position, LINES)
    assert log.path.read_bytes() == BYTES
    log.close()


def test_a_full_disk_names_the_log_and_loses_no_line(log: JobLog, monkeypatch: pytest.MonkeyPatch) -> None:
    position = noted(log)
    real = os.write
    room = [len(LINES[0]) + 50]

    def write(descriptor: int, data: bytes) -> int:
        taken = real(descriptor, data[: room[0]]) if room[0] else 0
        if not taken:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        room[0] -= taken
        return taken

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", write)
        with pytest.raises(OSError, match=r"No space left on device: '.*dc\.log'"):
            log.write(LINES)
        with pytest.raises(OSError, match="No space"):
            log.complete(*position, LINES)
    log.complete(*position, LINES)
    assert log.path.read_bytes() == BEFORE.encode() + BYTES
