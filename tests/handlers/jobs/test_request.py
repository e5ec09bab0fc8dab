"""Asking the daemon to run a job, and looking what came of it."""

from pathlib import Path

import pytest

from mdwatch.errors import UsageError
from mdwatch.handlers.jobs import request
from mdwatch.repository import control
from mdwatch.shapes.jobs import RunRequestShape
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
