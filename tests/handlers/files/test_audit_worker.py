"""The daemon counts error files, and audits once after each nightly batch."""

from pathlib import Path

from mdwatch.handlers.files.audit_worker import AuditWorker
from mdwatch.handlers.jobs import status
from mdwatch.repository import control, occurrences
from mdwatch.rules.job_states import NIGHTLY
from mdwatch.rules.notifying import Happening
from mdwatch.runtime import metrics
from tests.worlds import JOB, World, dc, ie, update


def test_it_audits_once_a_night_and_tells_what_it_found(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    world.drop("a.xml", update("IE1", dc("New")))
    world.drop("b.xml", b"<")
    world.run()
    metrics.AUDIT_FINDINGS.set(0)
    with world.context() as context:
        worker = AuditWorker(lambda: context)

        def tick(at: int) -> None:
            with context.repository.write() as connection:
                control.tell(connection, NIGHTLY, last_tick=at)
            worker.look()

        def found() -> float | None:
            return metrics.REGISTRY.get_sample_value("mdwatch_audit_findings")

        tick(1)
        assert metrics.REGISTRY.get_sample_value("mdwatch_error_files", {"job": JOB, "state": "open"}) == 1
        assert (found(), status.overview(context).audit) == (0, None)
        (world.folder / "done" / "stranger.xml").touch()
        worker.look()
        assert found() == 0
        tick(2)
        assert found() == 1
        with context.repository.read() as connection:
            told = occurrences.untaken(connection, 10)[-1]
        assert told.what is Happening.AUDIT_FAILED
        assert told.reason == "1 findings"
        assert "done/stranger.xml" in told.details[0]
        assert "done/stranger.xml" in (status.overview(context).audit or "")
        (world.folder / "done" / "stranger.xml").unlink()
        tick(3)
        assert (found(), status.overview(context).audit) == (0, None)
