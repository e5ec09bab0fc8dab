"""One webhook that never comes to an end holds up no other message."""

import threading
from pathlib import Path

import pytest

from mdwatch.handlers.notifications import webhook
from mdwatch.handlers.notifications.delivery import Letter, Undelivered
from tests.dripping import saying
from tests.worlds import World

_PATIENCE = 20.0  # seconds, for machines that are busy with other tests


def test_a_webhook_whose_answer_drips_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "_SECONDS", 0.3)
    secret = tmp_path / "secret"
    secret.write_text("a secret of some length", encoding="utf-8")
    secret.chmod(0o600)
    found: list[str] = []
    with saying(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.02) as url:
        world = World(tmp_path)
        world.raw["notifications"] = {"curators": {"webhook": url, "secret_file": str(secret), "events": ["error"]}}
        letter = Letter(notification="curators", recipient=url, message_id="m1", made_at=0, occurrences=(), link="")

        def send() -> None:
            try:
                webhook.send(world.settings.notifications["curators"], letter, 0)
            except Undelivered as error:
                found.append(error.reason)

        sending = threading.Thread(target=send, daemon=True)
        sending.start()
        sending.join(_PATIENCE)
        assert found
        assert found[0].endswith("its answer takes too long")
