"""Two daemons on one server whose clocks are two hours apart: jobs, order and schedules are as if they were not."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests import postgres
from tests.system.daemons import until
from tests.system.sites import JOBS, Site

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(500),
    pytest.mark.skipif(postgres.programs() is None, reason="no PostgreSQL here; Debian has it as postgresql"),
]

# The clock of a host that somebody set wrong, as all of Python sees it; what the kernel tells of files is another's.
SKEWED = """
import datetime, runpy, sys, time
SECONDS = {seconds}
real, real_ns = time.time, time.time_ns
time.time = lambda: real() + SECONDS
time.time_ns = lambda: real_ns() + SECONDS * 10**9

class Skewed(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(time.time(), tz)

datetime.datetime = Skewed
sys.argv[0] = "mdwatch"
runpy.run_module("mdwatch", run_name="__main__", alter_sys=True)
"""
HOURS = {"ahead": 1, "behind": -1}
TICKING = "j00"  # runs every minute, and at no other time


class Skew(Site):
    """Daemons whose names say how their clocks go."""

    def settings(self, name: str) -> dict[str, Any]:
        raw = super().settings(name)
        raw["jobs"][TICKING]["schedule"] = "* * * * *"
        raw["export"] = {"formats": ["oai_dc"], "nightly": "* * * * *"}
        return raw

    def program(self, name: str) -> list[str]:
        return ["-c", SKEWED.format(seconds=3600 * HOURS[name])]

    def kept_by_only(self, process: str) -> bool:
        """Whether one daemon looks after all jobs."""
        return set(self.keepers().values()) == {process} and len(self.keepers()) == JOBS

    def runs(self) -> int:
        """How often the job with a schedule ran."""
        return int(self.query(f"SELECT count(*) FROM run WHERE job = '{TICKING}'")[0][0])

    def nights(self) -> int:
        """How often the nightly batch was made or asked for."""
        return int(self.query("SELECT count(*) FROM batch WHERE kind = 'nightly'")[0][0])


@contextmanager
def site(root: Path) -> Iterator[Skew]:
    with postgres.server(durable=True) as server:
        made = Skew(root, server)
        try:
            yield made
        finally:
            made.kill_all()


def test_clocks_that_are_hours_apart_change_nothing(tmp_path: Path) -> None:
    with site(tmp_path) as made:
        for name in HOURS:
            made.start(name)
        until(lambda: made.shares() == [JOBS // 2, JOBS // 2], 90)
        began, runs, nights = time.monotonic(), made.runs(), made.nights()
        # Each in turn has all of it, and what the other one kept.
        for name in ("ahead", "behind", "ahead"):
            other = made.daemons["behind" if name == "ahead" else "ahead"]
            for _ in range(5):
                for job in made.jobs():
                    made.drop(job)
            made.daemons[name].send_signal(signal.SIGKILL)
            made.daemons[name].wait()
            until(partial(made.kept_by_only, str(other.pid)), 30)
            for job in made.jobs():
                made.drop(job)
            until(lambda: made.left() == len(list(made.folder(TICKING).glob("*.xml"))), 60)
            made.start(name)
            until(lambda: made.shares() == [JOBS // 2, JOBS // 2], 90)
        until(made.rests, 90)
        minutes = (time.monotonic() - began) / 60
        made.check()
        # No tick was made by both, and none was left out.
        assert minutes - 2 <= made.runs() - runs <= minutes + 1
        assert minutes - 2 <= made.nights() - nights <= minutes + 1
        made.end()
