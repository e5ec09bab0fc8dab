"""The log of a batch of exports."""

import io
import json
import os
from pathlib import Path

import pytest

from mdwatch import logs
from mdwatch.logs import BatchLog
from tests.logs.job_logs import (
    AT,
)


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
