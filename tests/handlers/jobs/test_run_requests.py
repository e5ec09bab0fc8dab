"""Asking the daemon to run a job, and looking what came of it."""

from pathlib import Path

import pytest

from mdwatch.errors import UsageError
from mdwatch.handlers.jobs import request, run_requests
from mdwatch.handlers.jobs.run_requests import RequestState
from mdwatch.repository import control
from tests.worlds import JOB, World


def test_a_request_is_open_until_it_is_answered(tmp_path: Path) -> None:
    world = World(tmp_path)
    run = world.run().run_id
    with world.context() as context:
        first, second = run_requests.ask(context, JOB), run_requests.ask(context, JOB)
        with context.repository.read() as connection:
            assert control.open_requests(connection) == [(first, JOB), (second, JOB)]
        assert run_requests.look(context, first).state is RequestState.OPEN
        with context.repository.write() as connection:
            control.answer(connection, [first], run_id=run)
            control.answer(connection, [second], refusal="away")
        assert run_requests.look(context, first) == run_requests.RunRequest(first, JOB, RequestState.DONE, run, None)
        assert run_requests.look(context, second).reason == "away"


def test_nobody_asks_for_what_cannot_be(tmp_path: Path) -> None:
    with World(tmp_path).context() as context:
        with pytest.raises(UsageError, match="there is no job nix"):
            run_requests.ask(context, "nix")
        with pytest.raises(UsageError, match="there is no request 7"):
            run_requests.look(context, 7)
        request.pause(context, JOB)
        with pytest.raises(UsageError, match="is paused"):
            run_requests.ask(context, JOB)
        with context.repository.read() as connection:
            assert control.open_requests(connection) == []
