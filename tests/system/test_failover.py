"""A primary that dies, and its synchronous replica in its place: daemons go on, and nothing is lost or doubled."""

from pathlib import Path

import pytest

from tests import postgres
from tests.system.daemons import until
from tests.system.sites import Site

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(postgres.programs() is None, reason="no PostgreSQL here; Debian has it as postgresql"),
]


@pytest.mark.timeout(300)
def test_a_replica_takes_the_place_of_the_primary(tmp_path: Path) -> None:
    with postgres.server(durable=True) as primary:
        replica = primary.replicated()
        made = Site(tmp_path, primary, also=replica.folder)
        try:
            for name in "ab":
                made.start(name)
            until(lambda: len(made.keepers()) == len(made.jobs()), 60)
            for _ in range(5):
                for job in made.jobs():
                    made.drop(job)
            until(lambda: made.left() < 50)
            primary.stop("immediate")
            replica.promote()
            made.server = replica
            for job in made.jobs():
                made.drop(job)
            until(made.rests, 120)
            assert [process.poll() for process in made.daemons.values()] == [None, None]
            made.end()
            made.check()
        finally:
            made.kill_all()
            replica.stop()
