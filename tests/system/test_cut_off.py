"""One daemon of two is cut off from the server by the network, which swallows what is sent, and is given back later.

The daemon lives in a network of its own, with a wire to the server; to take the wire down at the far end leaves
connections that nobody resets and nobody answers.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests import postgres
from tests.system.daemons import until
from tests.system.test_sharing import JOBS, Site

_HERE, _THERE = "10.213.77.1", "10.213.77.2"


def _ip(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)


def _why_not() -> str:
    if postgres.programs() is None:
        return "no PostgreSQL here; Debian has it as postgresql"
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return "needs root, and Debian's iproute2"
    name = f"mdwatch-try-{os.getpid()}"
    made = _ip("netns", "add", name).returncode == 0
    _ip("netns", "delete", name)
    return "" if made else "networks of their own cannot be made here"


pytestmark = [pytest.mark.system, pytest.mark.timeout(400), pytest.mark.skipif(bool(_why_not()), reason=_why_not())]


class Network:
    """A network of its own, and the wire to it."""

    def __init__(self) -> None:
        self.name = f"mdwatch-{os.getpid()}"
        self._wire = f"mdw{os.getpid() % 10**6}"

    def lay(self) -> None:
        """Makes it."""
        far = f"{self._wire}n"
        for command in (
            f"netns add {self.name}",
            f"link add {self._wire} type veth peer name {far}",
            f"link set {far} netns {self.name}",
            f"address add {_HERE}/30 dev {self._wire}",
            f"link set {self._wire} up",
            f"-n {self.name} address add {_THERE}/30 dev {far}",
            f"-n {self.name} link set {far} up",
            f"-n {self.name} link set lo up",
        ):
            done = _ip(*command.split())
            assert done.returncode == 0, f"ip {command}: {done.stderr}"

    def cut(self) -> None:
        """From now on nothing comes through."""
        assert _ip("link", "set", self._wire, "down").returncode == 0

    def mend(self) -> None:
        """From now on all comes through again."""
        assert _ip("link", "set", self._wire, "up").returncode == 0

    def remove(self) -> None:
        """Removes it, and the wire with it."""
        _ip("link", "delete", self._wire)
        _ip("netns", "delete", self.name)


class FarSite(Site):
    """Daemons of which "far" reaches the server over the wire only; both log into the same directory."""

    def settings(self, name: str) -> dict[str, Any]:
        raw = super().settings(name)
        raw["logs"]["directory"] = str(self.root / "logs")
        if name == "far":
            raw["repository"]["url"] = f"postgresql+psycopg://mdwatch@{_HERE}/mdwatch"
        return raw

    def kept_by(self, name: str) -> int:
        """How many jobs a daemon looks after."""
        return list(self.keepers().values()).count(str(self.daemons[name].pid))

    def drop_everywhere(self, times: int = 1) -> None:
        """A file, or several, into each drop folder."""
        for _ in range(times):
            for job in self.jobs():
                self.drop(job)

    def lines(self) -> int:
        """How many lines of updates the logs have."""
        logs = (self.root / "logs").glob("j*.log")
        return sum(path.read_text(encoding="utf-8").count("successfully updated") for path in logs)


@contextmanager
def site(root: Path) -> Iterator[tuple[FarSite, Network]]:
    """Two daemons at work, each with half of the jobs, and the wire to one of them."""
    network = Network()
    network.lay()
    with postgres.server(durable=True, listen=_HERE) as server:
        made = FarSite(root, server)
        try:
            made.start("near")
            made.start("far", "ip", "netns", "exec", network.name)
            until(lambda: made.shares() == [JOBS // 2, JOBS // 2], 120)
            yield made, network
        finally:
            made.kill_all()
            network.remove()


def test_one_that_is_cut_off_loses_its_jobs_and_gets_some_back(tmp_path: Path) -> None:
    with site(tmp_path) as (made, network):
        for turn in range(2):
            made.drop_everywhere(10)
            until(lambda: made.left() < 8 * JOBS, 60)
            network.cut()
            began = time.monotonic()
            made.drop_everywhere()
            until(lambda: made.kept_by("near") == JOBS, 60)
            # A lease of 15 seconds, and what it takes to look.
            taken_over = time.monotonic() - began
            assert taken_over < 30, f"turn {turn}"
            made.drop_everywhere()
            until(made.rests, 60)
            assert made.daemons["far"].poll() is None
            network.mend()
            until(lambda: made.shares() == [JOBS // 2, JOBS // 2], 90)
        made.drop_everywhere()
        until(made.rests, 60)
        assert made.daemons["near"].poll() is None
        for process in made.daemons.values():
            process.send_signal(signal.SIGTERM)
        assert [process.wait(30) for process in made.daemons.values()] == [0, 0]
        made.daemons.clear()
        made.check()
        assert made.lines() == sum(made.dropped.values())


def test_what_one_does_that_does_not_know_yet_is_refused(tmp_path: Path) -> None:
    """It is stopped in its work and cut off, its jobs are done by the other, and it goes on as if nothing had been."""
    with site(tmp_path) as (made, network):
        made.drop_everywhere(20)
        until(lambda: made.left() < 18 * JOBS, 60)
        made.daemons["far"].send_signal(signal.SIGSTOP)
        network.cut()
        until(lambda: made.kept_by("near") == JOBS, 60)
        until(made.rests, 60)
        before = made.lines()
        assert before == sum(made.dropped.values())
        made.daemons["far"].send_signal(signal.SIGCONT)
        # It asks, gets no answer, and does nothing meanwhile.
        until(lambda: "leases_not_prolonged" in made.told("far"), 60)
        assert made.lines() == before
        network.mend()
        until(lambda: made.shares() == [JOBS // 2, JOBS // 2], 90)
        made.drop_everywhere()
        until(made.rests, 60)
        made.check()
        assert made.lines() == sum(made.dropped.values())
