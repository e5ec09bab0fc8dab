"""One daemon of two is cut off from the server by the network, which swallows what is sent, and is given back later.

The daemon lives in a network of its own, with a wire to the server; to take the wire down at the far end leaves
connections that nobody resets and nobody answers.
"""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests import postgres
from tests.system import networks
from tests.system.daemons import until
from tests.system.networks import Network
from tests.system.sites import JOBS, Site

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(400),
    pytest.mark.skipif(bool(networks.why_not()), reason=networks.why_not()),
]


class FarSite(Site):
    """Daemons of which "far" reaches the server over the wire only; both log into the same directory."""

    network: Network

    def settings(self, name: str) -> dict[str, Any]:
        raw = super().settings(name)
        raw["logs"]["directory"] = str(self.root / "logs")
        if name == "far":
            raw["repository"]["url"] = f"postgresql+psycopg://mdwatch@{self.network.here}/mdwatch"
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
    with postgres.server(durable=True, listen=network.here) as server:
        made = FarSite(root, server)
        made.network = network
        try:
            made.start("near")
            made.start("far", *network.inside)
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
        made.end()
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
