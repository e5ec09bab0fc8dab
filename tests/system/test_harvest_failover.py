"""A daemon that harvests is killed, or frozen, in mid-list: another one goes on, and nothing is lost or doubled."""

import signal
import threading
from pathlib import Path
from typing import Any

import pytest

from mdwatch import config
from mdwatch.handlers.harvests import request
from mdwatch.runtime.context import opened
from tests import postgres
from tests.handlers.harvests.providers import IDENTIFY, Answer, answering, page, record
from tests.system.daemons import until
from tests.system.sites import Site

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(postgres.programs() is None, reason="no PostgreSQL here; Debian has it as postgresql"),
]

JOB = "j00"
PIDS = ("IE0000", "IE0001", "IE0002")


class Archive:
    """A provider of one record a page; whoever asks for the second page first waits until it is let go."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.reached, self.go_on = threading.Event(), threading.Event()

    def answer(self, given: dict[str, str]) -> Answer:
        if given["verb"] == "Identify":
            return IDENTIFY
        number = int(given.get("resumptionToken", "0"))
        self.asked.append(str(number))
        if number == 1 and not self.reached.is_set():
            self.reached.set()
            self.go_on.wait(90)
        pid = PIDS[number]
        token = str(number + 1) if number + 1 < len(PIDS) else ""
        title = f"<dc:title>New {pid}</dc:title>"
        return page(record(f"oai:a:{pid}", f"2026-01-0{number + 1}T00:00:00Z", title), token=token)


class HarvestingSite(Site):
    """Daemons that harvest for one of their jobs."""

    harvest: str = ""

    def settings(self, name: str) -> dict[str, Any]:
        there = {"base_url": self.harvest, "job": JOB, "schedule": "manual", "pause_seconds": 0.0, "seconds": 60.0}
        return {**super().settings(name), "harvests": {"there": there}}


@pytest.mark.timeout(240)
@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "frozen"])
def test_another_daemon_goes_on_with_a_harvest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blow: signal.Signals
) -> None:
    archive = Archive()
    with postgres.server(durable=True) as server, answering(archive.answer) as url:
        monkeypatch.setattr(HarvestingSite, "harvest", url)
        made = HarvestingSite(tmp_path, server)
        try:
            for name in "ab":
                made.start(name)
            until(lambda: len(made.keepers()) == len(made.jobs()), 60)
            with opened(config.check(made.settings("asks"), "test")) as context:
                request.ask(context, "there", full=False)
            assert archive.reached.wait(60)
            (hit,) = (name for name, process in made.daemons.items() if made.keepers()[JOB] == str(process.pid))
            made.daemons[hit].send_signal(blow)
            if blow is signal.SIGKILL:
                made.daemons.pop(hit).wait()
            until(lambda: made.query("SELECT status FROM harvest_run") == [("Success",)], 90)
            # Who was frozen finds the answer it waited for, and that the harvest is another's by now.
            archive.go_on.set()
            if blow is signal.SIGSTOP:
                made.daemons[hit].send_signal(signal.SIGCONT)
            until(made.rests, 60)
            until(lambda: made.query("SELECT count(*) FROM ie_version WHERE cause = 'update'") == [(3,)], 30)
            for process in made.daemons.values():
                process.terminate()
            assert {process.wait(60) for process in made.daemons.values()} == {0}
            made.daemons.clear()
            done = sorted(path.name for path in (made.folder(JOB) / "done").iterdir())
            assert done == [f"there-2026010{number}T000000Z-{pid}.xml" for number, pid in enumerate(PIDS, 1)]
            assert made.query("SELECT written, status FROM harvest_run") == [(3, "Success")]
            assert made.query("SELECT code, count(*) FROM journal GROUP BY code") == [("updated", 3)]
            # It went on where the first one was, at the page that was being fetched.
            assert archive.asked[:3] == ["0", "1", "1"]
        finally:
            archive.go_on.set()
            made.kill_all()
