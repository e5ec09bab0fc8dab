"""Notifications on the page, over the API and on the command line."""

from pathlib import Path

import pytest

from mdwatch.handlers.notifications import routing, sending
from tests.cli.calls import mdwatch
from tests.handlers.notifications.receivers import hook
from tests.web.pages import Page
from tests.web.sites import site
from tests.worlds import JOB, World


@pytest.mark.parametrize("works", [True, False])
def test_who_is_told_what_became_of_it_and_a_test(tmp_path: Path, *, works: bool) -> None:
    world = World(tmp_path)
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    (tmp_path / "secret").chmod(0o600)
    with hook() as receiver:
        receiver.statuses = [] if works else [500] * 100
        wish = {"webhook": receiver.url, "events": ["run"], "secret_file": str(tmp_path / "secret")}
        world.raw["notifications"] = {"robots": wish}
        world.run()
        with site(world) as there:
            routing.route(there.context)
            sending.send_due(there.context)
            page = Page(there, "/notifications")
            state = "sent" if works else "waiting"
            assert receiver.url in page.text
            assert ("Sent " if works else "answered 500") in page.text
            assert page.buttons() == ["Send a test"]
            one = Page(there, "/notifications/1")
            assert f"job {JOB}: run completed successfully" in one.text
            assert one.buttons() == ([] if works else ["Try again now"])
            (listed,) = there.ask("GET", f"/api/notifications?state={state}")["items"]
            shown = there.ask("GET", "/api/notifications/1")
            told = shown.pop("told")
            assert shown == listed
            assert (told[0]["what"], told[0]["run"]["id"]) == ("run-succeeded", 1)
            there.ask("GET", "/api/notifications/2", 404)
            assert there.ask("GET", "/api/notifications/wishes")[0]["recipients"] == [receiver.url]
            (tried,) = there.ask("POST", "/api/notifications/test", json={"name": "robots"})
            assert (tried["reason"] is None) == works
            there.ask("POST", "/api/notifications/test", 404, json={"name": "other"})
            pressed = there.client.post("/notifications/test", data={"name": "robots"})
            assert pressed.headers["location"].startswith("/notifications?note=")
            there.ask("POST", "/api/notifications/1/resend", 409 if works else 200)
        config = world.write_settings()
        listing = mdwatch("notifications", "list", config=config).out
        assert f"1: {state}, " in listing
        assert "robots to http://127.0.0.1" in listing
        done = mdwatch("notifications", "test", "robots", config=config)
        assert (done.status, "sent" in done.out) == (0 if works else 1, works)
        assert mdwatch("notifications", "resend", 1, config=config).status == (2 if works else 0)
