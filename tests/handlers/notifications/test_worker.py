"""Whoever does not take messages is their own trouble: others get theirs, and the daemon ends all the same."""

import socket
import threading
from pathlib import Path

import pytest

from mdwatch.errors import UsageError
from mdwatch.handlers.notifications import reading, trial
from mdwatch.handlers.notifications.worker import NotificationWorker
from mdwatch.repository import occurrences
from mdwatch.repository.occurrences import Occurrence
from mdwatch.rules.notifying import Happening
from mdwatch.runtime.context import Context
from mdwatch.shapes.notifications import TrialShape
from tests.handlers.notifications.receivers import hook
from tests.handlers.notifications.test_notifications import wishing
from tests.waiting import until


def happen(context: Context, reason: str) -> None:
    """Something happens."""
    with context.repository.write() as connection:
        occurrences.note(connection, Occurrence(at=context.clock.now(), what=Happening.PART_FAILED, reason=reason))


def tried(context: Context) -> list[str]:
    """By what ways messages were tried that have not gone so far."""
    return [item.channel for item in reading.listed(context, "waiting", None, 99) if item.tries]


def test_a_mail_server_and_a_webhook_that_never_answer_hold_up_no_other(tmp_path: Path) -> None:
    with hook() as receiver, socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        world = wishing(
            tmp_path,
            a={"mail": [f"{number}@one.example" for number in range(9)], "events": ["trouble"]},
            b={"webhook": f"http://127.0.0.1:{port}/", "events": ["trouble"]},
            c={"webhook": receiver.url, "events": ["trouble"]},
        )
        world.raw["mail"] = {"host": "127.0.0.1", "port": port, "security": "none", "seconds": 30}
        with world.context() as context:
            happen(context, "the disk is full")
            worker = NotificationWorker(lambda: context)
            worker.start()
            try:
                until(lambda: receiver.received)
                until(lambda: reading.listed(context, "sent", None, 9))
                until(lambda: sorted(tried(context)) == ["mail", "webhook"])
            finally:
                worker.stop()
                for _ in tried(context):
                    silent.accept()[0].close()
                worker.join(20)
            assert not worker.is_alive()
            # Those that nobody tried yet are left for the next start.
            assert sum(item.tries for item in reading.listed(context, None, None, 99)) == 3


def test_no_more_than_two_wait_for_what_comes_of_a_test(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        world = wishing(tmp_path, a={"mail": ["a@one.example"], "events": ["trouble"]})
        port = silent.getsockname()[1]
        world.raw["mail"] = {"host": "127.0.0.1", "port": port, "security": "none", "seconds": 30}
        with world.context() as context:
            found: list[TrialShape] = []
            trying = [threading.Thread(target=lambda: found.extend(trial.run(context, "a", "ann"))) for _ in range(2)]
            for thread in trying:
                thread.start()
            hanging = [silent.accept()[0] for _ in trying]
            with pytest.raises(UsageError, match="just now"):
                trial.run(context, "a", "ann")
            for connection in hanging:
                connection.close()
            for thread in trying:
                thread.join(20)
            assert ["cannot be used" in (item.reason or "") for item in found] == [True, True]
            # And when that is through, it can be tried again.
            silent.close()
            assert "Connection refused" in (trial.run(context, "a", "ann")[0].reason or "")
