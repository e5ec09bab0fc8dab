"""Each line of the job log is there exactly once whatever crash or rotation comes between."""

import bz2
import errno
import gzip
import lzma
import os
import time
from collections.abc import Callable
from pathlib import Path
from shutil import copyfile

import pytest

from mdwatch import logs
from mdwatch.logs import JobLog
from tests.logs.job_logs import (
    AT,
    BEFORE,
    BYTES,
    FOREIGN,
    LINES,
    ONCE,
    cut_off,
    every_cut,
    lines,
    noted,
    times,
)


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
