"""Several daemons on one server: killed, stopped, cut off by its restarts. Each file counts once, in order."""

import random
import signal
import time
from pathlib import Path

import pytest

from tests import postgres
from tests.system.daemons import until
from tests.system.sites import JOBS, site

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(postgres.programs() is None, reason="no PostgreSQL here; Debian has it as postgresql"),
]


@pytest.mark.timeout(120)
def test_jobs_are_shared_and_taken_over(tmp_path: Path) -> None:
    with site(tmp_path) as made:
        made.start("a")
        until(lambda: len(made.keepers()) == JOBS)
        made.start("b")
        until(
            lambda: (
                sorted(list(made.keepers().values()).count(pid) for pid in set(made.keepers().values())) == [10, 10]
            ),
            60,
        )
        for job in made.jobs():
            made.drop(job)
        until(lambda: made.left() == 0)
        # Stopped, not dead: its jobs are another's when its leases have run out.
        made.daemons["a"].send_signal(signal.SIGSTOP)
        for job in made.jobs():
            made.drop(job)
        until(lambda: made.left() == 0, 45)
        assert set(made.keepers().values()) == {str(made.daemons["b"].pid)}
        made.daemons["a"].send_signal(signal.SIGCONT)
        until(lambda: len(set(made.keepers().values())) == 2, 60)
        assert made.daemons["b"].poll() is None
        made.daemons["b"].terminate()
        assert made.daemons.pop("b").wait(20) == 0
        for job in made.jobs():
            made.drop(job)
        until(made.rests, 30)
        made.daemons["a"].terminate()
        assert made.daemons.pop("a").wait(20) == 0
        made.check()


@pytest.mark.timeout(900)
@pytest.mark.parametrize("part", range(2))
def test_whatever_becomes_of_them_every_file_counts_once(tmp_path: Path, part: int) -> None:
    chance = random.Random(part)
    with site(tmp_path) as made:
        for name in "abc":
            made.start(name)
        until(lambda: len(made.keepers()) == JOBS, 60)
        for _ in range(12):
            name = chance.choice("abc")
            for _ in range(chance.randrange(50, 200)):
                made.drop(chance.choice(made.jobs()))
            time.sleep(chance.random())
            match chance.choice(["kill", "stop", "server", "server dies"]):
                case "kill":
                    made.daemons[name].kill()
                    made.daemons[name].wait()
                    made.start(name)
                case "stop":
                    made.daemons[name].send_signal(signal.SIGSTOP)
                    time.sleep(chance.choice([1, 18]))
                    made.daemons[name].send_signal(signal.SIGCONT)
                case "server":
                    made.server.stop("fast")
                    time.sleep(chance.random() * 2)
                    made.server.start()
                case _:
                    made.server.stop("immediate")
                    made.server.start()
            assert [name for name, process in made.daemons.items() if process.poll() is not None] == []
        until(made.rests, 120)
        made.end()
        made.check()
