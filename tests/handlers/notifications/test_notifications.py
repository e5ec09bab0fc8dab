"""Mail and webhooks arrive, once where the world lets them, through real servers and real crashes."""

import hashlib
import hmac
import json
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from mdwatch.errors import ConfigError, UsageError
from mdwatch.handlers.accounts import tokens
from mdwatch.handlers.jobs import status
from mdwatch.handlers.notifications import reading, routing, sending, setup, trial
from mdwatch.handlers.notifications.parts import PartNews
from mdwatch.handlers.notifications.worker import NotificationWorker
from mdwatch.handlers.updates.standing import Standing
from mdwatch.model import AccountRole
from mdwatch.repository import notifications, occurrences
from mdwatch.repository.notifications import Channel
from mdwatch.repository.occurrences import Occurrence
from mdwatch.rules.job_states import Event
from mdwatch.rules.notifying import EVENTS, Happening
from mdwatch.runtime.context import Context, SystemClock
from tests.cli.calls import environment, mdwatch
from tests.handlers.notifications.receivers import PASSWORD, USER, hook, mail_server
from tests.web.pages import text_of
from tests.web.sites import BEARER, TOKEN, site
from tests.worlds import JOB, World, dc, ie, update

SECRET = "a secret to sign with"
MINUTE = 60_000


class SetClock(SystemClock):
    """A clock that is put on by hand."""

    def __init__(self) -> None:
        self.at = 1_790_000_000_000

    def now(self) -> int:
        """The moment."""
        return self.at


def wishing(root: Path, **tables: dict[str, Any]) -> World:
    """A world in which somebody is told."""
    world = World(root)
    secret = root / "secret"
    secret.write_text(f"{SECRET}\n", encoding="utf-8")
    secret.chmod(0o600)
    world.raw["notifications"] = {
        name: {**({"secret_file": str(secret)} if "webhook" in table else {}), **table}
        for name, table in tables.items()
    }
    return world


def mailing(world: World, port: int, **settings: Any) -> None:
    """Through this server."""
    password = world.root / "password"
    password.write_text(PASSWORD, encoding="utf-8")
    password.chmod(0o600)
    world.raw["mail"] = {
        "host": "localhost",
        "port": port,
        "user": USER,
        "password_file": str(password),
        "sender": "mdwatch@archive.example",
        "seconds": 5,
        **settings,
    }


def tell(context: Context) -> int:
    """Makes messages and tries those that are due; how many."""
    while routing.route(context):
        pass
    return sending.send_due(context)


def states(context: Context) -> list[tuple[str, int]]:
    """The state and the tries of each message, oldest first."""
    return [(item.state, item.tries) for item in reversed(reading.listed(context, None, None, 100))]


@pytest.mark.parametrize("tls", [False, True], ids=["starttls", "tls"])
def test_a_run_that_ends_in_errors_is_mailed_encrypted_to_each_recipient(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, tls: bool
) -> None:
    world = wishing(tmp_path, curators={"mail": ["a@one.example", "b@two.example"]})
    mailing(world, 1)
    world.load(ie("IE1"))
    world.drop("bad\nSubject: forged\n\u202eمرحبا.xml", b"<")
    world.drop("good.xml", update("IE1", dc("New")))
    with mail_server(tmp_path, tls=tls) as (box, port):
        mailing(world, port, security="tls" if tls else "starttls")
        clock = SetClock()
        with world.context(clock) as context:
            world.run(clock)
            # Nobody knows the certificate yet: nothing is said to a server that may be another.
            tell(context)
            assert box.messages == []
            assert states(context) == [("waiting", 1)] * 2
            assert "certificate" in (reading.listed(context, None, None, 1)[0].reason or "")
            monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
            assert tell(context) == 0, "it waits before the next try"
            clock.at += 5 * MINUTE
            assert tell(context) == 2
            assert tell(context) == 0
            assert states(context) == [("sent", 2)] * 2, reading.listed(context, None, None, 9)
            ids = {item.message_id for item in reading.listed(context, "sent", None, 10)}
        assert box.secured == [True, True]
        assert sorted(str(message["To"]) for message in box.messages) == ["a@one.example", "b@two.example"]
        assert {str(message["Message-ID"])[1:].partition("@")[0] for message in box.messages} == ids
        assert len(ids) == 2
        for message in box.messages:
            assert message["Subject"] == f"[mdwatch] Job {JOB}: run completed with errors"
            assert message["From"] == "mdwatch <mdwatch@archive.example>"
            assert message["Auto-Submitted"] == "auto-generated"
            text = message.get_content()
            assert "bad\\nSubject: forged\\n\\u202eمرحبا.xml: " in text
            assert "1 updated" in text
            assert "mdwatch retry" in text


def test_a_recipient_who_does_not_exist_is_given_up_and_a_wrong_password_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = wishing(tmp_path, all={"mail": ["gone@one.example"], "events": list(EVENTS)})
    with mail_server(tmp_path, tls=False) as (box, port):
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        mailing(world, port)
        (tmp_path / "password").write_text("wrong", encoding="utf-8")
        clock = SetClock()
        with world.context(clock) as context:
            world.run(clock)
            tell(context)
            assert states(context) == [("waiting", 1)]
            assert "535" in (reading.listed(context, None, None, 1)[0].reason or "")
            (tmp_path / "password").write_text(PASSWORD, encoding="utf-8")
            box.refuse = "450 4.2.1 Try again later"
            clock.at += 5 * MINUTE
            tell(context)
            assert states(context) == [("waiting", 2)]
            box.refuse = "550 5.1.1 No such user"
            clock.at += 60 * MINUTE
            tell(context)
            assert states(context) == [("given-up", 3)]
            item = reading.listed(context, "given-up", None, 1)[0]
            assert "550 5.1.1 No such user" in (item.reason or "")
            # Somebody mends it, and has it sent.
            box.refuse = None
            reading.send_again(context, item.id)
            tell(context)
            assert states(context) == [("sent", 4)]
            with pytest.raises(UsageError, match="not sent twice"):
                reading.send_again(context, item.id)
    assert len(box.messages) == 1


def test_a_webhook_is_signed_tried_again_with_the_same_id_and_given_up_after_two_days(tmp_path: Path) -> None:
    with hook() as receiver:
        world = wishing(tmp_path, robot={"webhook": receiver.url, "events": ["warning", "abort"]})
        world.load(ie("IE1", "Same"))
        world.drop("same.xml", update("IE1", dc("Same")))
        clock = SetClock()
        receiver.statuses = [500, 302]
        with world.context(clock) as context:
            world.run(clock)
            for _ in range(3):
                tell(context)
                clock.at += 60 * MINUTE
            assert states(context) == [("sent", 3)]
            assert len(receiver.received) == 3, "no redirection is followed"
            ids = set()
            for headers, body in receiver.received:
                signed = headers["X-Mdwatch-Timestamp"].encode() + b"." + body
                made = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
                assert headers["X-Mdwatch-Signature"] == f"sha256={made}"
                told = json.loads(body)
                ids.add((headers["X-Mdwatch-Delivery"], told["id"]))
            assert len(ids) == 1
            assert len(set(ids.pop())) == 1
            assert told["notification"] == "robot"
            (one,) = told["occurrences"]
            assert (one["what"], one["job"], one["run"]["status"]) == ("run-warned", JOB, "Complete with warnings")
            assert one["run"]["counts"] == {"no-change": 1}
            # Run by who may not: it aborts. And nobody takes it any more.
            world.raw["users"]["editor"]["role"] = "editor-view"
            world.run(clock)
            receiver.statuses = [503] * 1_000
            for _ in range(60):
                tell(context)
                clock.at += 60 * MINUTE
            assert states(context)[1][0] == "given-up"
            assert 45 <= states(context)[1][1] <= 50
            assert json.loads(receiver.received[-1][1])["occurrences"][0]["what"] == "run-aborted"


KILLED = """
import os, signal, sys
from pathlib import Path
from mdwatch import config
from mdwatch.handlers.notifications import routing, sending
from mdwatch.model import AccountRole
from mdwatch.repository import notifications
from mdwatch.runtime.context import opened

at = sys.argv[2]
kill = lambda *args, **more: os.kill(os.getpid(), signal.SIGKILL)
if at == "before-routing-ends":
    notifications.make = kill
elif at == "before-sending":
    sending._send = kill
else:
    notifications.end = kill
with opened(config.load(Path(sys.argv[1]))) as context:
    routing.route(context)
    sending.send_due(context)
"""


@pytest.mark.parametrize("at", ["before-routing-ends", "before-sending", "before-it-is-marked"])
def test_killed_at_the_worst_moment_none_is_lost_and_the_same_id_tells_a_repeated_one(tmp_path: Path, at: str) -> None:
    with hook() as receiver:
        world = wishing(tmp_path, robot={"webhook": receiver.url, "events": ["run"]})
        world.load(ie("IE1"))
        world.drop("a.xml", update("IE1", dc("New")))
        world.run()
        command = [sys.executable, "-c", KILLED, str(world.write_settings()), at]
        done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
        assert done.returncode == -signal.SIGKILL, done.stderr
        clock = SetClock()
        clock.at = SystemClock().now()
        sent_before = len(receiver.received)
        assert sent_before == (1 if at == "before-it-is-marked" else 0)
        with world.context(clock) as context:
            for _ in range(5):
                tell(context)
                clock.at += 10 * MINUTE
            assert [state for state, _ in states(context)] == ["sent"]
        assert len(receiver.received) == sent_before + 1
        assert len({headers["X-Mdwatch-Delivery"] for headers, _ in receiver.received}) == 1


def test_what_happens_is_gathered_a_minute_at_least_and_nothing_joins_what_was_tried(tmp_path: Path) -> None:
    with hook() as receiver:
        world = wishing(
            tmp_path,
            now={"webhook": receiver.url, "events": ["trouble"]},
            daily={"webhook": receiver.url, "events": ["trouble"], "digest": "daily"},
        )
        clock = SetClock()

        def happen(context: Context, *reasons: str) -> None:
            with context.repository.write() as connection:
                for reason in reasons:
                    what = Occurrence(at=clock.at, what=Happening.TROUBLE, job=JOB, reason=reason)
                    occurrences.note(connection, what)

        def told() -> dict[str, list[list[str]]]:
            found: dict[str, list[list[str]]] = {"now": [], "daily": []}
            for _, body in receiver.received:
                value = json.loads(body)
                found[value["notification"]].append([one["reason"] for one in value["occurrences"]])
            return found

        with world.context(clock) as context:
            receiver.statuses = [500]
            happen(context, "1", "2")
            tell(context)
            happen(context, "3")
            tell(context)
            happen(context, "4")
            tell(context)
            clock.at += 60 * MINUTE
            tell(context)
            assert told() == {"now": [["1", "2"], ["3", "4"], ["1", "2"]], "daily": []}
            clock.at += 24 * 60 * MINUTE
            tell(context)
            assert told()["daily"] == [["1", "2", "3", "4"]]
            # Whoever is not named any more is told no more.
            happen(context, "5")
            routing.route(context)
        world.raw["notifications"] = {}
        with world.context(clock) as context:
            clock.at += 24 * 60 * MINUTE
            tell(context)
            assert {item.state for item in reading.listed(context, None, None, 2)} == {"given-up"}
        assert "5" not in str(told())


def test_troubles_are_noted_with_the_state_that_tells_of_them_also_late(tmp_path: Path) -> None:
    world = World(tmp_path)
    with world.context() as context:
        standing = Standing(context, JOB, None)
        standing.say(Event.FAILED, "the share is away")
        standing.say(Event.FAILED, "the share is away")
        standing.say(Event.WENT_WELL)
        with context.repository.read() as connection:
            found = occurrences.untaken(connection, 10)
    assert [(item.what, item.job, item.reason) for item in found] == [
        (Happening.TROUBLE, JOB, "the share is away"),
        (Happening.HEALED, JOB, "the share is away"),
    ]


def test_a_server_that_never_answers_holds_up_no_job(tmp_path: Path) -> None:
    world = wishing(tmp_path, curators={"mail": ["a@one.example"], "events": ["run"]})
    with socket.create_server(("127.0.0.1", 0)) as silent:
        world.raw["mail"] = {
            "host": "127.0.0.1", "port": silent.getsockname()[1], "security": "none", "seconds": 30,
        }  # fmt: skip
        world.load(ie("IE1"))
        world.drop("a.xml", update("IE1", dc("New")))
        with world.context() as context:
            world.run()
            worker = NotificationWorker(lambda: context)
            worker.start()
            connection, _ = silent.accept()
            with connection:
                world.drop("b.xml", update("IE1", dc("Newer")))
                done = threading.Thread(target=world.run)
                done.start()
                done.join(20)
                assert not done.is_alive()
                assert world.title("IE1") == "Newer"
                assert states(context) == [("waiting", 1)]
            worker.stop()
            worker.join(20)
            assert not worker.is_alive()


def test_a_test_tells_of_each_recipient_and_secrets_are_looked_at(tmp_path: Path) -> None:
    with hook() as receiver:
        world = wishing(tmp_path, robot={"webhook": receiver.url, "mail": ["a@one.example"]})
        world.raw["mail"] = {"host": "127.0.0.1", "port": 1, "security": "none"}
        with world.context() as context:
            found = {item.recipient: item.reason for item in trial.run(context, "robot", "somebody")}
            assert found[receiver.url] is None
            assert "127.0.0.1:1" in (found["a@one.example"] or "")
            assert "somebody" in json.loads(receiver.received[0][1])["occurrences"][0]["reason"]
            with pytest.raises(UsageError, match="those there are: robot"):
                trial.run(context, "other", "somebody")
        assert setup.faults(world.settings) == []
        (tmp_path / "secret").chmod(0o644)
        assert "chmod 640" in setup.faults(world.settings)[0]
        world.raw["mail"]["user"] = "me"
        del world.raw["notifications"]["robot"]["secret_file"]
        assert [fault.split(":")[0] for fault in setup.faults(world.settings)] == [
            "mail.password_file",
            "notifications.robot.secret_file",
        ]


def test_settings_that_tell_nobody_or_of_nothing_are_refused(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.raw["notifications"] = {
        "nobody": {},
        "unsent": {"mail": ["a@b.example"], "jobs": ["missing"]},
        "odd": {"webhook": "ftp://x", "mail": ["a@b.example\r\nBcc: c@d.example"], "events": []},
    }
    with pytest.raises(ConfigError) as found:
        _ = world.settings
    text = "\n".join(found.value.faults)
    for part in (
        "nobody: tells nobody",
        "unsent.mail: there is no server",
        "unsent.jobs: there is no [jobs.missing]",
        "odd.webhook: must be an http",
        "odd.mail",
        "odd.events",
    ):
        assert f"notifications.{part}" in text


def test_parts_of_the_daemon_that_do_not_work_are_told_of_once_and_late_rather_than_never(tmp_path: Path) -> None:
    world, clock = World(tmp_path), SetClock()
    world.raw["repository"]["busy_seconds"] = 0.2
    with world.context(clock=clock) as context:
        news = PartNews()

        def after(seconds: int, **troubles: str) -> list[tuple[Happening, str]]:
            clock.at += seconds * 1000
            news.look(context, troubles.items())
            with context.repository.write() as connection:
                found = occurrences.untaken(connection, 99)
                occurrences.take(connection, [item.id for item in found])
            return [(item.what, item.reason) for item in found]

        # What passes by itself is not told.
        assert after(0, http="the port is taken") == after(9, http="the port is taken") == after(1) == after(99) == []
        assert after(0, http="the port is taken", exports="no memory") == []
        assert after(10, http="another reason", exports="no memory") == [
            (Happening.PART_FAILED, "http: another reason"),
            (Happening.PART_FAILED, "exports: no memory"),
        ]
        assert after(60, http="another reason", exports="no memory") == []
        assert after(1, exports="no memory") == [(Happening.PART_HEALED, "http: the port is taken")]
        # While nothing can be written it is kept.
        with context.repository.write() as holding:
            if context.repository.shared:
                holding.exec_driver_sql("LOCK TABLE occurrence IN ACCESS EXCLUSIVE MODE")
            news.look(context, [])
        assert after(1) == [(Happening.PART_HEALED, "exports: no memory")]


def test_messages_that_reached_nobody_need_attention_for_a_week_or_until_they_went(tmp_path: Path) -> None:
    world = wishing(tmp_path, curators={"mail": ["c@example.org"], "events": ["error"]})
    world.raw["mail"] = {"host": "localhost", "port": 9, "security": "none"}
    with world.context() as context:
        now = context.clock.now()
        with context.repository.write() as connection:
            keys = [occurrences.note(connection, Occurrence(at=now, what=Happening.TEST)) for _ in range(3)]
            for number, (key, ended) in enumerate(
                zip(keys, (now, now - 6 * 86_400_000, now - 8 * 86_400_000), strict=True)
            ):
                to: tuple[str, Channel, str] = ("curators", "mail", "c@example.org")
                notifications.make(connection, *to, [key], message_id=f"m{number}", at=ended, due_at=ended)
                notifications.end(connection, number + 1, "given-up", ended, "nobody there")
    with site(world, token=TOKEN) as there:

        def page(headers: dict[str, str]) -> html.HtmlElement:
            return html.document_fromstring(there.client.get("/", headers=headers).text)

        seen = page(BEARER)
        (item,) = seen.xpath("//*[@id='attention-notifications']")
        assert text_of(item) == "Notifications 2 messages of the last seven days reached nobody"
        assert item.xpath(".//a/@href") == ["/notifications?state=given-up"]
        assert "2 messages reached nobody" in text_of(seen.xpath("//h1")[0])
        # Whoever may not look at them is not told.
        text, _ = tokens.create(there.context, "ada", AccountRole.OPERATOR, ["INS01"], None)
        assert page({"Authorization": f"Bearer {text}"}).xpath("//*[@id='attention-notifications']") == []
        told = status.overview(there.context).undelivered
        assert told == 2
        with there.context.repository.write() as connection:
            notifications.end(connection, 1, "sent", now, None)
        assert status.overview(there.context).undelivered == 1
    done = mdwatch("status", config=world.write_settings())
    assert "notifications: a message of the last seven days reached nobody; see `mdwatch notif" in done.out
