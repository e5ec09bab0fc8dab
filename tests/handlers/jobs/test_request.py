"""Asking the daemon to run a job, and looking what came of it."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mdwatch.errors import UsageError
from mdwatch.handlers.jobs import request
from mdwatch.model import RunStatus
from mdwatch.repository import control, run_entries
from mdwatch.repository.run_entries import LogPosition
from mdwatch.runtime import lease, lease_names
from mdwatch.runtime.context import SystemClock
from mdwatch.shapes.jobs import RunRequestShape
from tests.cli.calls import mdwatch
from tests.system.daemons import until
from tests.worlds import JOB, World


def test_a_request_is_open_until_it_is_answered(tmp_path: Path) -> None:
    world = World(tmp_path)
    run = world.run().run_id
    with world.context() as context:
        first, second = request.ask(context, JOB), request.ask(context, JOB)
        with context.repository.read() as connection:
            assert control.open_requests(connection) == [(first, JOB), (second, JOB)]
        assert request.look(context, first).state == "open"
        with context.repository.write() as connection:
            control.answer(connection, [first], run_id=run)
            control.answer(connection, [second], refusal="away")
        assert request.look(context, first) == RunRequestShape(id=first, job=JOB, state="done", run=run, reason=None)
        assert request.look(context, second).reason == "away"


def test_nobody_asks_for_what_cannot_be(tmp_path: Path) -> None:
    with World(tmp_path).context() as context:
        with pytest.raises(UsageError, match="there is no job nix"):
            request.ask(context, "nix")
        with pytest.raises(UsageError, match="there is no request 7"):
            request.look(context, 7)
        request.pause(context, JOB)
        with pytest.raises(UsageError, match="is paused"):
            request.ask(context, JOB)
        with context.repository.read() as connection:
            assert control.open_requests(connection) == []


def test_who_asks_for_a_run_is_told_once_what_it_waits_for(tmp_path: Path) -> None:
    log = LogPosition(0, 0)
    told: list[tuple[str, int | None]] = []
    with World(tmp_path).context() as context, lease.being_the_daemon(context), ThreadPoolExecutor() as threads:
        repository = context.repository
        asked = threads.submit(request.run, context, JOB, None, lambda *what: told.append(what))
        until(lambda: len(told) == 1)
        with repository.write() as connection:
            control.tell(connection, JOB, state="trouble", reason="the share is away", since=7)
        until(lambda: len(told) == 2)
        with lease.holding(context, lease_names.job_name(JOB)):
            with repository.write() as connection:
                run = run_entries.start_run(connection, JOB, "editor", 5, log).id
            until(lambda: len(told) == 3)
            with repository.write() as connection:
                run_entries.end_run(connection, run, 9, RunStatus.SUCCESS.value, None, log)
                [(key, _)] = control.open_requests(connection)
                control.answer(connection, [key], run_id=run)
            assert asked.result(30).run_id == run
    assert told[0] == (f"job {JOB} waits for the daemon to begin its run", None)
    assert told[1] == (f"job {JOB} waits: the share is away", 7)
    assert told[2][0].startswith(f"job {JOB}: run {run} goes on in process ")
    assert (told[2][1], len(told)) == (5, 3)


def test_who_stops_waiting_for_the_daemon_is_told_that_the_run_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path)

    def interrupted(_: SystemClock, seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(SystemClock, "wait", interrupted)
    with world.context() as context, lease.being_the_daemon(context):
        done = mdwatch("job", "run", JOB, config=world.write_settings())
        assert done.status == 130
        assert f"The daemon makes the run all the same; `mdwatch job cancel {JOB}` ends it" in done.err
        with context.repository.read() as connection:
            assert len(control.open_requests(connection)) == 1
