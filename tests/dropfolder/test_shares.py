"""Asking shares that answer, that fail, and that hang."""

import threading
from pathlib import Path

import pytest

from mdwatch.dropfolder import shares
from mdwatch.dropfolder.shares import ShareBusy, ask
from mdwatch.errors import Deferred


def test_an_answer_comes_back(tmp_path: Path) -> None:
    assert ask(tmp_path, lambda: 7) == 7
    assert ask(tmp_path, lambda: None) is None


def test_an_error_is_raised_where_it_was_asked(tmp_path: Path) -> None:
    def fail() -> None:
        raise FileNotFoundError("gone")

    with pytest.raises(FileNotFoundError, match="gone"):
        ask(tmp_path, fail)
    assert ask(tmp_path, lambda: 7) == 7


def test_one_that_hangs_is_left_and_nobody_else_is_sent_until_it_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()
    asked = []
    with pytest.raises(ShareBusy, match="does not answer so far; it may be busy"):
        ask(tmp_path, go.wait, seconds=0.01)
    (left,) = [thread for thread in threading.enumerate() if thread.name == f"asking {tmp_path}"]
    with pytest.raises(ShareBusy, match=str(tmp_path)):
        ask(tmp_path, lambda: asked.append(1))
    monkeypatch.setattr(shares, "_SILENT_SECONDS", 0)
    with pytest.raises(Deferred, match="does not answer; see to its server") as told:
        ask(tmp_path, lambda: asked.append(1))
    assert not isinstance(told.value, ShareBusy)
    assert asked == []
    assert ask(tmp_path / "another", lambda: 7) == 7
    go.set()
    left.join()
    assert ask(tmp_path, lambda: 8) == 8
