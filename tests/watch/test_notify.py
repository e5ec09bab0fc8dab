"""What systemd is told, over a real socket of each kind."""

import os
import signal
import socket
from pathlib import Path

import pytest

from mdwatch.watch import notify
from mdwatch.watch.signals import Signals


@pytest.mark.parametrize("abstract", [False, True])
def test_messages_reach_the_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, abstract: bool) -> None:
    address = f"@mdwatch-test-{os.getpid()}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
        server.bind("\0" + address[1:] if abstract else address)
        monkeypatch.setenv("NOTIFY_SOCKET", address)
        assert notify.notify("READY=1", "STATUS=2 jobs")
        assert server.recv(1024) == b"READY=1\nSTATUS=2 jobs"
        assert notify.reloading()
        assert server.recv(1024).startswith(b"RELOADING=1\nMONOTONIC_USEC=")


def test_nobody_listening_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    assert not notify.notify("READY=1")
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "missing"))
    assert not notify.notify("READY=1")


def test_the_watchdog_is_asked_for_by_this_process_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "90000000")
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()))
    assert notify.watchdog_seconds() == 90
    monkeypatch.setenv("WATCHDOG_PID", "1")
    assert notify.watchdog_seconds() is None
    monkeypatch.delenv("WATCHDOG_USEC")
    assert notify.watchdog_seconds() is None


def test_signals_are_handed_on_once_in_their_order() -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    try:
        signals = Signals()
        signals.catch_all()
        assert signals.wait(0) == []
        os.kill(os.getpid(), signal.SIGHUP)
        assert signals.wait(30) == [signal.SIGHUP]
        os.kill(os.getpid(), signal.SIGHUP)
        os.kill(os.getpid(), signal.SIGTERM)
        came: list[int] = []
        while len(came) < 2:
            came += signals.wait(30)
        assert sorted(came) == sorted([signal.SIGHUP, signal.SIGTERM])
        assert signals.wait(0) == []
    finally:
        signal.set_wakeup_fd(-1)
        for number, handler in before.items():
            signal.signal(number, handler)
