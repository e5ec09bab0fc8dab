"""The service log is JSON, a line for each event, and never ends the daemon, nor holds it up, wherever it goes."""

import io
import json
import logging
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

import pytest
import structlog

from mdwatch.logs import configure_service_log, lines_together
from mdwatch.logs.service_log import SafeStream
from tests.logs.job_logs import FORGED


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    before, raises = structlog.get_config(), logging.raiseExceptions
    yield
    structlog.configure(**before)
    logging.raiseExceptions = raises


def full() -> TextIO:
    return Path("/dev/full").open("w", encoding="utf-8")


def closed() -> TextIO:
    stream = io.StringIO()
    stream.close()
    return stream


def closed_below() -> TextIO:
    read, write = os.pipe()
    os.close(read)
    stream = os.fdopen(os.dup(write), "w")
    os.close(write)
    return stream


class Failing(io.StringIO):
    """A stream that takes nothing."""

    def write(self, _text: str) -> int:
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("make", [full, closed, closed_below, Failing, lambda: None])
def test_nothing_is_raised_wherever_it_goes(make: Callable[[], TextIO | None]) -> None:
    stream = make()
    safe = SafeStream(stream)
    for number in range(5):
        safe.write_line("x" * 10_000)
        assert safe.left_out == number + 1
    if stream is not None and not stream.closed:
        stream.close()


def test_a_line_through_structlog_and_one_through_logging_raise_nothing() -> None:
    with full() as stream:
        configure_service_log("info", stream)
        structlog.get_logger().error("lost", exc_info=ValueError("x"))
        handler = logging.StreamHandler(closed())
        logging.getLogger("tests.lost").addHandler(handler)
        logging.getLogger("tests.lost").error("lost")
        logging.getLogger("tests.lost").removeHandler(handler)


def test_a_reader_that_sleeps_holds_up_one_line_for_a_moment_and_then_none() -> None:
    read, write = os.pipe()
    with os.fdopen(read, "rb") as reader, os.fdopen(write, "w") as stream:
        safe = SafeStream(stream)
        begun = time.monotonic()
        written = 0
        while not safe.left_out:
            safe.write_line("x" * 1_000)
            written += 1
        held_up = time.monotonic() - begun
        for _ in range(100):
            safe.write_line("y" * 1_000)
        assert time.monotonic() - begun < held_up + 0.9
        assert safe.left_out == 101
        os.set_blocking(read, False)
        while reader.read(65_536):
            pass
        safe.write_line("z")
        told, line = reader.read().decode().splitlines()[-2:]
        assert json.loads(told)["lines"] == 101
        assert line == "z"
        assert safe.left_out == 0


def test_lines_are_whole_however_long(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with path.open("w") as stream:
        safe = SafeStream(stream)
        safe.write_line("é" * 5_000)
        safe.write_line("\udcff")
    assert path.read_bytes() == ("é" * 5_000 + "\n\\udcff\n").encode()


def test_lines_of_a_thread_are_written_together_and_whole_whatever_ends_them() -> None:
    stream = io.StringIO()
    configure_service_log("info", stream)
    log = structlog.get_logger()

    def tell_and_fail() -> None:
        with lines_together():
            for number in range(3):
                log.info("one", number=number)
            assert stream.getvalue() == ""
            raise OSError("in between")

    with pytest.raises(OSError, match="in between"):
        tell_and_fail()
    log.info("after")
    told = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line.get("number") for line in told] == [0, 1, 2, None]


def test_lines_left_out_together_are_counted_each() -> None:
    stream = SafeStream(None)
    stream.write_lines(["a", "b"])
    stream.write_lines([])
    stream.write_line("c")
    assert stream.left_out == 3


def test_the_service_log_is_json_with_bound_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JOURNAL_STREAM", raising=False)
    stream = io.StringIO()
    configure_service_log("info", stream)
    structlog.get_logger().debug("unseen")
    structlog.get_logger().warning("file_gone", job="dc", file="é\n目")
    (line,) = stream.getvalue().splitlines()
    found = json.loads(line)
    assert (found["event"], found["level"], found["job"], found["file"]) == ("file_gone", "warning", "dc", "é\n目")
    assert found["timestamp"].endswith("Z")
    assert line.isascii()


@pytest.mark.parametrize(("method", "priority"), [("debug", 7), ("info", 6), ("warning", 4), ("error", 3)])
def test_journald_gets_its_priorities(monkeypatch: pytest.MonkeyPatch, method: str, priority: int) -> None:
    monkeypatch.setenv("JOURNAL_STREAM", "8:1")
    stream = io.StringIO()
    configure_service_log("debug", stream)
    getattr(structlog.get_logger(), method)("fact")
    assert stream.getvalue().startswith(f"<{priority}>{{")


def test_a_traceback_stays_on_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JOURNAL_STREAM", raising=False)
    stream = io.StringIO()
    configure_service_log("info", stream)
    try:
        raise ValueError(FORGED)
    except ValueError:
        structlog.get_logger().exception("file_fault")
    (line,) = stream.getvalue().splitlines()
    assert "ValueError" in json.loads(line)["exception"]
