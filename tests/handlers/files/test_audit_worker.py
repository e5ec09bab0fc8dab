"""The daemon counts error files, and audits once after each nightly batch."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mdwatch.errors import Deferred
from mdwatch.handlers.files.audit_worker import AuditWorker
from mdwatch.handlers.jobs import status
from mdwatch.repository import auditing, control, occurrences
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
        assert told.reason == "1 finding"
        assert "done/stranger.xml" in told.details[0]
        assert "done/stranger.xml" in (status.overview(context).audit or "")
        (world.folder / "done" / "stranger.xml").unlink()
        tick(3)
        assert (found(), status.overview(context).audit) == (0, None)


def broken(error: Exception) -> object:
    """In the place of what a part of the audit reads: it gives something, and then fails."""

    def reads(*_given: object) -> Iterator[object]:
        yield from ()
        raise error

    return reads


@pytest.mark.parametrize(
    ("what", "error", "told"),
    [
        ("entries", ZeroDivisionError("x"), f"the files of job {JOB}: mdwatch itself failed; see the service log"),
        ("entries", OSError(5, "Input/output error"), f"the files of job {JOB}: Input/output error"),
        ("known", KeyError("x"), f"what lies in the folder of job {JOB}: mdwatch itself failed; see the service log"),
        ("records", KeyError("x"), "the records: mdwatch itself failed; see the service log"),
        ("histories", KeyError("x"), "the histories of IEs: mdwatch itself failed; see the service log"),
        ("exports", KeyError("x"), "the exports: mdwatch itself failed; see the service log"),
    ],
)
def test_a_part_that_fails_is_told_of_and_the_others_are_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, error: Exception, told: str
) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    world.drop("a.xml", update("IE1", dc("New")))
    world.run()
    (world.folder / "error" / "stranger.xml").touch()
    with world.context() as context:
        with context.repository.write() as connection:
            control.tell(connection, NIGHTLY, last_tick=1)
            # Each part but the broken one has something to find.
            connection.exec_driver_sql("UPDATE record_version SET content = '<a/>'")
            connection.exec_driver_sql("DELETE FROM event")
            connection.exec_driver_sql("UPDATE journal SET carried_out = FALSE")
        monkeypatch.setattr(auditing, what, broken(error))
        AuditWorker(lambda: context).look()
        with context.repository.read() as connection:
            found = occurrences.untaken(connection, 10)[-1]
    assert found.what is Happening.AUDIT_FAILED
    assert [line.partition(": ")[2] for line in found.details if "could not be done" in line] == [told]
    kinds = {"not seen": "entries", "no run put": "known", "its digest": "records", "fewer events": "histories"}
    missing = {part for words, part in kinds.items() if not any(words in line for line in found.details)}
    assert missing == {what} & set(kinds.values())


def test_a_database_that_is_away_puts_off_the_whole_audit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path)
    with world.context() as context:
        with context.repository.write() as connection:
            control.tell(connection, NIGHTLY, last_tick=1)
        monkeypatch.setattr(auditing, "records", broken(Deferred("the database is away")))
        with pytest.raises(Deferred):
            AuditWorker(lambda: context).look()
        with context.repository.read() as connection:
            assert occurrences.untaken(connection, 10) == []
