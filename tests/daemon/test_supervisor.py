"""What the supervisor passes on, and the line of status, as `systemctl status` shows it."""

import socket
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from mdwatch.daemon.supervisor import Supervisor
from mdwatch.daemon.troubles import PartTroubles
from mdwatch.dropfolder.folder import DropFolder
from mdwatch.handlers.files import errand_work, errands
from mdwatch.handlers.updates.worker import JobWorker
from mdwatch.repository import server_clock
from tests.worlds import JOB, World


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as server:
        server.bind(str(tmp_path / "notify"))
        server.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield server


def test_the_line_of_status_tells_of_jobs_parts_and_refused_settings_and_only_news(systemd: socket.socket) -> None:
    nothing: Any = None
    troubles = PartTroubles(lambda: 0)
    workers = SimpleNamespace(jobs={"one": nothing, "two": nothing})
    supervisor = Supervisor(nothing, nothing, cast(Any, workers), nothing, nothing, troubles)
    supervisor.tell_status([])
    assert systemd.recv(1000) == b"STATUS=2 jobs"
    troubles.note_jobs({"two": "its folder is gone"})
    troubles.note("settings", "a reload was refused: x")
    troubles.note("exports", "no disk")
    supervisor.tell_status(["one"])
    told = b"2 jobs; in trouble: two; settings refused, the old ones hold; exports in trouble; frozen: one"
    assert systemd.recv(1000) == b"STATUS=" + told
    supervisor.tell_status(["one"])
    with pytest.raises(BlockingIOError):
        systemd.recv(1000)
    for part in ("settings", "exports"):
        troubles.note(part, None)
    troubles.note_jobs({})
    supervisor.tell_status([])
    assert systemd.recv(1000) == b"STATUS=2 jobs"


def test_errands_are_passed_on_until_they_are_done_and_wake_a_worker_once(tmp_path: Path) -> None:
    world = World(tmp_path)
    nothing: Any = None
    with world.context() as context:
        worker = JobWorker(context, JOB, None, None)
        harvests = SimpleNamespace(pass_on=lambda *_: None)
        workers: Any = SimpleNamespace(jobs={JOB: worker}, harvests=harvests)
        sharing: Any = SimpleNamespace(nobodys=lambda _name: False)
        supervisor = Supervisor(lambda: context, nothing, workers, sharing, nothing, nothing)

        def passed_on() -> tuple[bool, bool]:
            worker.errands.asked = False
            supervisor._read_database()
            return worker.errands.asked, worker.bell.wait(0)

        assert passed_on() == (False, False)
        errands.ask(context, errands.retry(JOB, []))
        assert passed_on() == (True, True)
        assert passed_on() == (True, False)
        with DropFolder(world.folder) as folder:
            errand_work.carry_out(context, JOB, folder)
        assert passed_on() == (False, False)
        worker.close()


@pytest.mark.sqlite
def test_the_moment_is_noted_so_that_a_clock_set_back_hides_nothing_from_harvesters(tmp_path: Path) -> None:
    world = World(tmp_path)
    nothing: Any = None
    lease: Any = SimpleNamespace(renew=lambda _connection: None)
    with world.context() as context:
        supervisor = Supervisor(lambda: context, lease, nothing, nothing, nothing, nothing)
        context.repository.carry_out(partial(supervisor._answer, [], []))
        now = context.clock.now()
        with context.repository.write() as connection:
            assert server_clock.datestamp_moment(connection, now - 86_400_000) > now
