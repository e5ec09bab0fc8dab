"""Behind each test of the daemon, an audit: every file accounted for, and all that is kept fits together."""

from collections.abc import Generator
from contextlib import closing, suppress

import pytest

from mdwatch.dropfolder.folder import DropFolder
from mdwatch.errors import Deferred
from mdwatch.handlers.updates.run import Run
from mdwatch.handlers.updates.session import Session
from mdwatch.logs import JobLog
from tests.system import daemons
from tests.worlds import World


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """A test that has passed so far fails where an audit of one of its worlds finds something.

    `audit_finds` names the kinds of findings that a test makes on purpose.
    """
    daemons.WORLDS.clear()
    result = yield
    allowed = {kind for mark in item.iter_markers("audit_finds") for kind in mark.args}
    for world in daemons.WORLDS.values():
        if world.root.exists():
            _finish(world)
            found = [finding for finding in world.audit() if finding.partition(":")[0] not in allowed]
            assert found == [], f"an audit of {world.root} finds something"
    return result


def _finish(world: World) -> None:
    """Finishes what a killed daemon left, as the next start does before it takes a file."""
    with world.context() as context:
        for name, job in context.settings.jobs.items():
            with (
                suppress(OSError, Deferred),
                DropFolder(job.folder) as folder,
                closing(JobLog(context.settings.logs.directory, name)) as job_log,
            ):
                session = Session(context, name, job_log)
                session.open(folder)
                with Run(session) as run:
                    run.end(tell_of_nothing=False)
