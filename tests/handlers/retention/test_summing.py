"""Old rows and runs are summed up and removed; whatever else is asked is answered as before."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from mdwatch.dropfolder import done_place
from mdwatch.errors import Deferred, UsageError
from mdwatch.handlers.files import errors, explain, retry
from mdwatch.handlers.files.audit import Audit
from mdwatch.handlers.ies import change
from mdwatch.handlers.jobs import runs as job_runs
from mdwatch.handlers.jobs import trends, undo
from mdwatch.handlers.retention import summing
from mdwatch.handlers.retention.summing import SummedUp
from mdwatch.handlers.retention.worker import RetentionWorker
from mdwatch.repository import leases, retiring
from tests.handlers.updates.test_decided_files import before_filing, crash
from tests.worlds import JOB, Later, World, dc, ie, update


def retire(world: World, days: float = 2, *, runs: bool = False, dry_run: bool = False) -> SummedUp:
    world.raw["retention"] = {"journal_days": 1, "runs_days": 1 if runs else 0}
    with world.context(Later(days)) as context:
        return summing.sum_up(context, dry_run=dry_run)


def names(world: World) -> list[str]:
    with world.context() as context, context.repository.read() as connection:
        return list(connection.exec_driver_sql("SELECT name FROM journal ORDER BY id").scalars())


def answers(world: World) -> dict[str, Any]:
    """What people ask, as it is answered."""
    with world.context() as context:
        counts = {past.run.id: past.counts for past in job_runs.runs(context, JOB, None, 50)}
        there = [(file.name, file.settled_by, file.code) for file in errors.everything(context, JOB)]
        look = trends.look(context)
        audit = Audit(context)
        findings = list(audit.findings())
        refused = [
            (item.name, item.put_back_as, item.later) for item in retry.outlooks(context, JOB, ["old.xml"]).values()
        ]
    return {
        "runs": counts,
        "errors": there,
        "trends": (look.files, look.errors),
        "files": sum(audit.accounts[JOB].values()),
        "findings": findings,
        "retry": refused,
    }


def full_of_past(root: Path) -> World:
    """Updates, one without a change, two errors of which one is settled, a retry, a dismissal, a file that waits."""
    world = World(root)
    world.load(ie("IE1", lockedBy="curator"), ie("IE2"), ie("IE3", stage="sip"), ie("IE4", lockedBy="curator"))
    world.drop("old.xml", update("IE1", dc("Older")))
    world.drop("again.xml", update("IE4", dc("Again")))
    world.drop("bad.xml", b"<updateMD>")
    world.drop("gone.xml", b"<updateMD>")
    world.drop("sip.xml", update("IE3", dc("Waits")))
    world.drop("two.xml", update("IE2", dc("Two")))
    world.run()
    with world.context() as context:
        change.unlock(context, "IE1")
        change.unlock(context, "IE4")
    (world.folder / "error" / "gone.xml").unlink()
    world.drop("one.xml", update("IE1", dc("Newer")))
    world.drop("same.xml", update("IE2", dc("Two")))
    world.run()
    with world.context() as context:
        assert retry.retry(context, JOB, ["again.xml"])[0].put_back_as == "again.xml"
    world.run()
    world.drop("last.xml", update("IE2", dc("Last")))
    world.run()
    return world


def test_what_is_old_goes_but_for_what_is_needed_and_every_answer_is_as_before(tmp_path: Path) -> None:
    world = full_of_past(tmp_path)
    before, ends = answers(world), {key: world.snapshot()[key] for key in ("ies", "files", "reasons", "log", "audit")}
    assert before["errors"] == [("bad.xml", None, "invalid-xml"), ("old.xml", "one.xml", "locked")]
    assert before["retry"] == [("old.xml", None, "one.xml")]

    assert retire(world, 0.5) == SummedUp(0, 0, 0, {})
    assert retire(world, dry_run=True).files == 5
    assert answers(world) == before

    assert retire(world, runs=True) == SummedUp(5, 1, 5, {})
    # Error files that are there, one that settles another, one that waits, and the newest.
    assert names(world) == ["old.xml", "bad.xml", "sip.xml", "one.xml", "last.xml"]
    after = answers(world)
    assert {key: world.snapshot()[key] for key in ends} == ends
    # The runs that went had no rows any more; the others count as before.
    assert after["runs"].items() <= before["runs"].items()
    assert len(after["runs"]) == len(before["runs"]) - 1
    after["runs"] = before["runs"]
    assert after == before
    assert retire(world, runs=True).files == 0

    with world.context() as context:
        told = explain.explain(context, Path("two.xml"), JOB)
        assert "summed up" in told[0].standing[0]
        with pytest.raises(UsageError, match="cannot be undone"):
            undo.undo(context, 1)
    # A file of a name that was there before is new work; and what is taken out of done/ is forgotten.
    world.drop("two.xml", update("IE2", dc("Anew")))
    assert world.run().counts == {"updated": 1}
    assert world.title("IE2") == "Anew"
    (world.folder / "done" / "two.xml").unlink()
    retire(world)
    with world.context() as context, context.repository.read() as connection:
        assert retiring.filed_named(connection, JOB, "two.xml") is None
        assert retiring.filed_named(connection, JOB, "same.xml") is not None


def test_the_age_of_an_update_outlives_its_row(tmp_path: Path) -> None:
    """Decided late, the older of two files has no claim against the younger one in error; so it is later, too."""
    world = World(tmp_path)
    world.load(ie("IE1", lockedBy="curator"))
    world.drop("first.xml", update("IE1", dc("First")))
    world.run()
    world.drop("second.xml", update("IE1", dc("Second")))
    world.run()
    with world.context() as context:
        change.unlock(context, "IE1")
        assert retry.retry(context, JOB, ["first.xml"])[0].put_back_as
    world.run()
    world.load(ie("IE2"))
    world.drop("last.xml", update("IE2", dc("Last")))
    world.run()
    # The row of an update that could settle an error file stays; here it is made to go, as an error file that is
    # dropped again when all is long past finds it.
    with world.context() as context, context.repository.write() as connection:
        rows = retiring.page(connection, 1 << 60, 0, 1 << 60, 10)
        retiring.remove(connection, [row for row in rows if row.name == "first.xml" and row.code == "updated"], [])
    with world.context() as context:
        outlook = retry.outlook(context, JOB, "second.xml")
    assert outlook is not None
    assert outlook.put_back_as == "second.xml"


def test_a_file_put_away_long_ago_is_never_taken_for_a_stray(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"), ie("IE2"))
    for number in range(2):
        world.drop(f"{number}.xml", update("IE2", dc(str(number))))
        world.run()
    assert retire(world).files == 1
    done = world.folder / "done" / "0.xml"
    # Its change time is that of today, as after a chown of all files.
    done.chmod(0o600)
    world.drop("0.xml", update("IE1", dc("New")))
    before_filing(monkeypatch, (world.folder / "0.xml").unlink)
    world.run()
    world.run()
    assert done.exists()
    assert world.title("IE2") == "1"


def test_a_crash_in_the_middle_counts_each_file_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    for number in range(5):
        world.drop(f"{number}.xml", update("IE1", dc(str(number))))
        world.run()
    before = answers(world)
    monkeypatch.setattr(summing, "_AT_ONCE", 2)
    real, calls = retiring.remove, []

    def dies(*given: Any) -> None:
        real(*given)
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("killed")

    monkeypatch.setattr(retiring, "remove", dies)
    with pytest.raises(RuntimeError):
        retire(world)
    assert answers(world) == before
    assert names(world) == ["2.xml", "3.xml", "4.xml"]
    assert retire(world).files == 2
    assert answers(world) == before


def test_a_fault_keeps_nobody_else_from_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = full_of_past(tmp_path)

    def fails(*given: Any) -> None:
        raise Deferred("away")

    with monkeypatch.context() as patch:
        patch.setattr(summing, "_tidy", fails)
        with pytest.raises(Deferred):
            retire(world)
    # A daemon lives on, and would be believed to be at it.
    with world.context() as context, context.repository.read() as connection:
        holder = leases.holder(connection, summing.LEASE)
    assert holder is not None
    assert not holder[0]


def test_rows_stay_where_the_folder_is_away_and_the_daemon_tells_of_it(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    for number in range(3):
        world.drop(f"{number}.xml", update("IE1", dc(str(number))))
        world.run()
    world.folder.rename(tmp_path / "away")
    world.raw["retention"] = {"journal_days": 1, "nightly": "* * * * *"}
    with world.context() as context:
        worker = RetentionWorker(lambda: context)
        assert worker.turn() <= 30
    with world.context(Later(2)) as context:
        later = RetentionWorker(lambda: context)
        later.turn()
    assert len(names(world)) == 3
    shutil.rmtree(world.folder, ignore_errors=True)
    (tmp_path / "away").rename(world.folder)
    with world.context(Later(3)) as context:
        RetentionWorker(lambda: context).turn()
    assert names(world) == ["2.xml"]


@pytest.mark.parametrize("layout", ["flat", "day"])
def test_what_is_put_away_while_old_rows_go_is_known_as_before(
    tmp_path: Path, layout: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, done=layout)
    world.load(ie("IE1"))
    world.drop("a.xml", update("IE1", dc("New")))
    with monkeypatch.context() as patch:
        before_filing(patch, crash)
        with pytest.raises(KeyboardInterrupt):
            world.run()
    real = done_place.identities

    def look(*arguments: Any) -> Any:
        found = real(*arguments)
        # As at a start after some days: what was cut short is finished just now.
        world.drop("b.xml", update("IE1", dc("Newer")))
        world.run()
        return found

    monkeypatch.setattr(done_place, "identities", look)
    retire(world)
    monkeypatch.undo()
    assert world.audit() == []
    assert retire(world).files == 1
    assert world.audit() == []
