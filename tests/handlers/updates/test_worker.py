"""The worker of a job: clocks that lie, pauses, folders that two jobs have, inotify that is used up, files left."""

import errno
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mdwatch.dropfolder import mounts
from mdwatch.dropfolder.claims import FolderClaims
from mdwatch.dropfolder.folder import DropFolder
from mdwatch.dropfolder.mounts import Mount
from mdwatch.errors import Deferred, RepositoryAway, RepositoryBusy
from mdwatch.handlers.jobs import request
from mdwatch.handlers.updates import filing, folder_watch
from mdwatch.handlers.updates.worker import JobWorker
from mdwatch.model import Sighting
from mdwatch.repository import control, leases
from mdwatch.rules.job_states import Event, JobState
from mdwatch.runtime import identity, lease_names
from mdwatch.runtime.context import Context, SystemClock
from mdwatch.watch.arrivals import Arrivals
from tests.waiting import more_turns, until
from tests.worlds import JOB, World, dc, ie, update

TEN_YEARS = 10 * 365 * 86_400_000


class ShiftedClock(SystemClock):
    """The clock of this machine, so many milliseconds ahead or behind."""

    def __init__(self, ahead: int) -> None:
        self.ahead = ahead

    def now(self) -> int:
        """Milliseconds."""
        return super().now() + self.ahead


class Raising:
    """What is called and raises this, whatever it is called with."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __call__(self, *_given: object) -> float:
        raise self.error


@contextmanager
def working(context: Context, name: str = JOB, **options: Any) -> Iterator[JobWorker]:
    """A worker that has had its first turn; stopped when the block ends."""
    with context.repository.read() as connection:
        kept = control.states(connection).get(name)
    worker = JobWorker(context, name, options.get("arrivals"), kept, options.get("claims"))
    worker.start()
    try:
        assert worker.first_turn.wait(30)
        yield worker
    finally:
        worker.stop()
        worker.join(30)
        assert not worker.is_alive()


def state_of(context: Context, name: str = JOB) -> control.JobStatus:
    with context.repository.read() as connection:
        return control.states(connection)[name]


@pytest.mark.parametrize("ahead", [TEN_YEARS, 3_600_000])
def test_a_schedule_goes_on_after_the_clock_was_ahead(tmp_path: Path, ahead: int) -> None:
    world = World(tmp_path, schedule="* * * * * *", sweep_seconds=0.1, watch="sweep")
    world.load(ie("IE1"))
    with world.context(ShiftedClock(ahead)) as context, working(context):
        pass
    world.drop("a.xml", update("IE1", dc("New")))
    with world.context() as context, working(context):
        until(lambda: world.files() == ["done/a.xml"], 10)


def test_a_schedule_far_off_leaves_the_worker_asleep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, schedule="0 0 1 1 *", sweep_seconds=60, watch="sweep")
    turns: list[float] = []
    with world.context() as context, working(context):
        turn = JobWorker.turn
        monkeypatch.setattr(JobWorker, "turn", lambda self: turns.append(0) or turn(self))  # type: ignore[func-returns-value]
        time.sleep(0.5)
    assert len(turns) <= 1


def test_a_pause_holds_from_the_moment_it_returns(tmp_path: Path) -> None:
    # So many that the pause comes by its turn to write before the last of them is taken.
    files = 200
    world = World(tmp_path, group_size=1, sweep_seconds=0.1)
    world.load(ie("IE1"))
    for number in range(files):
        world.drop(f"{number}.xml", update("IE1", dc(str(number))))

    def done() -> int:
        return len(list((world.folder / "done").glob("*.xml")))

    with world.context() as context:
        worker = JobWorker(context, JOB, None, None)
        worker.start()
        try:
            until(lambda: done() > 2)
            # The worker is not told: as if its supervisor were a second late.
            request.pause(context, JOB)
            taken = done()
            assert taken < files
            world.drop("last.xml", update("IE1", dc("last")))
            until(lambda: worker.standing.state is JobState.PAUSED)
            more_turns(worker)
            assert done() == taken
            request.resume(context, JOB)
            worker.set_paused(False, forget_mount=True)
            until(lambda: done() == files + 1)
        finally:
            worker.stop()
            worker.join(30)
    assert world.title("IE1") == "last"
    assert sum("updated" in line for line in world.log_lines()) == files + 1


@pytest.mark.parametrize("event", [Event.FILES_LEFT, Event.FAILED, Event.PAUSED])
def test_a_pause_waits_for_the_group_in_hand_whatever_was_told_of_the_job_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, event: Event
) -> None:
    world = World(tmp_path, sweep_seconds=0.05)
    world.load(ie("IE1"))
    in_hand, go_on = threading.Event(), threading.Event()

    def put_away(*arguments: Any) -> filing.Moves:
        in_hand.set()
        assert go_on.wait(30)
        return moved(*arguments)

    moved = filing.put_files_away
    monkeypatch.setattr(filing, "put_files_away", put_away)
    with world.context() as context, working(context) as worker:
        world.drop("a.xml", update("IE1", dc("New")))
        assert in_hand.wait(30)
        worker.standing.say(event, "told by an earlier turn")
        with ThreadPoolExecutor() as threads:
            answer = threads.submit(request.pause, context, JOB)
            until(lambda: state_of(context).paused)
            with pytest.raises(TimeoutError):
                answer.result(0.3)
            assert world.files() == ["a.xml"]
            go_on.set()
            assert answer.result(9).endswith("files wait in its folder")
        assert world.files() == ["done/a.xml"]


def test_no_run_of_a_paused_job_is_waited_for(tmp_path: Path) -> None:
    world = World(tmp_path)
    with world.context() as context:
        begun = time.monotonic()
        assert request.pause(context, JOB).endswith("files wait in its folder")
        assert time.monotonic() - begun < 5


class UsedUp:
    """inotify that gives no watch, until it does."""

    def __init__(self) -> None:
        self.number: int | None = errno.ENOSPC
        self.tries = 0
        self.inner = Arrivals()

    def watch(self, *arguments: Any) -> Any:
        self.tries += 1
        if self.number is not None:
            raise OSError(self.number, os.strerror(self.number))
        return self.inner.watch(*arguments)


@pytest.mark.parametrize("none_at_all", [True, False])
def test_inotify_that_is_used_up_is_told_and_tried_again_while_sweeps_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, none_at_all: bool
) -> None:
    world = World(tmp_path, watch="inotify", sweep_seconds=0.05)
    world.load(ie("IE1"), ie("IE2"))
    used_up = UsedUp()
    with world.context() as context, working(context, arrivals=None if none_at_all else used_up) as worker:
        assert worker.standing.state is JobState.IDLE
        reason = state_of(context).reason or ""
        assert "inotify is used up" in reason
        assert "files are found by a look every 0.05 s" in reason
        world.drop("a.xml", update("IE1", dc("New")))
        until(lambda: world.files() == ["done/a.xml"])
        # Many looks, one try: it is not asked for at each of them.
        assert used_up.tries <= 1
        monkeypatch.setattr(folder_watch, "AGAIN_SECONDS", 0.0)
        used_up.number = None
        worker.new_arrivals(used_up)  # type: ignore[arg-type]
        until(lambda: state_of(context).reason is None)
    used_up.inner.stop()


def test_files_that_cannot_be_taken_are_trouble_until_they_are_gone(tmp_path: Path) -> None:
    world = World(tmp_path, sweep_seconds=0.05, order_wait=0)
    world.load(ie("IE1"))
    with world.context() as context, working(context) as worker:
        with context.repository.write() as connection:
            connection.exec_driver_sql(
                "INSERT INTO waiting (job, name, inode, size, mtime_ns, code, reason, since) "
                "VALUES ('dc', 'a.part', 1, 1, 1, 'unread', 'Input/output error', 0)"
            )
        path = world.drop("a.part", b"")
        told = "files that cannot be taken: a.part; of the first: Input/output error"
        until(lambda: worker.standing.trouble == told)
        # The others are taken all the same.
        world.drop("b.xml", update("IE1", dc("New")))
        until(lambda: world.title("IE1") == "New")
        path.unlink()
        until(lambda: worker.standing.trouble is None)


def test_a_job_that_may_not_run_is_in_trouble(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.raw["users"]["editor"]["role"] = "editor-view"
    with world.context() as context, working(context) as worker:
        assert worker.standing.state is JobState.ABORTED
        assert "editor-view" in (worker.standing.trouble or "")


def test_a_job_that_another_process_had_is_taken_soon_after_that_one_is_through(tmp_path: Path) -> None:
    other = os.getppid()
    holder = f"{identity.host()} {other} {identity.born(other)}"
    world = World(tmp_path, sweep_seconds=60)
    world.load(ie("IE1"))
    world.drop("1.xml", update("IE1", dc("New")))
    with world.context() as context:
        with context.repository.write() as connection:
            leases.take(connection, lease_names.job_name(JOB), holder, context.clock.now() + 60_000)
        with working(context) as worker:
            until(lambda: worker.standing.state is JobState.BUSY)
            with context.repository.write() as connection:
                leases.take(connection, lease_names.job_name(JOB), "", 0)
            until((world.folder / "done" / "1.xml").exists, 20)


def test_two_jobs_on_one_folder_by_another_name_never_both_work(tmp_path: Path) -> None:
    world = World(tmp_path, sweep_seconds=0.05)
    world.load(ie("IE1"))
    link = tmp_path / "link"
    world.raw["jobs"]["second"] = {**world.raw["jobs"][JOB], "folder": str(link)}
    claims = FolderClaims()
    with world.context() as context:
        # Made when the settings were read and found right.
        link.symlink_to(world.folder)
        with working(context, claims=claims), working(context, "second", claims=claims) as second:
            assert "is the folder of the job dc under another name" in (second.standing.trouble or "")
            world.drop("a.xml", update("IE1", dc("New")))
            until(lambda: world.files() == ["done/a.xml"])
        # Whoever is gone has no folder.
        with working(context, "second", claims=claims) as second:
            assert second.standing.trouble is None


def test_places_on_another_mount_stop_the_job_before_the_first_file(tmp_path: Path) -> None:
    world = World(tmp_path, sweep_seconds=0.05)
    world.load(ie("IE1"))
    outside, done = tmp_path / "outside", world.folder / "done"
    outside.mkdir()
    done.mkdir()
    if subprocess.run(["mount", "--bind", str(outside), str(done)], check=False, capture_output=True).returncode != 0:
        pytest.skip("mounting takes root")
    try:
        world.drop("a.xml", update("IE1", dc("New")))
        with world.context() as context, working(context) as worker:
            until(lambda: worker.standing.trouble)
            assert f"{done} is on another file system or mount" in (worker.standing.trouble or "")
        assert world.title("IE1") == "Old"
    finally:
        subprocess.run(["umount", str(done)], check=True)


def test_the_mount_of_a_folder_is_looked_up_once_and_again_for_another_folder_in_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, watch="sweep")
    world.load(ie("IE1"))
    mounted, asked = Mount(world.folder, "nfs4", "server:/share"), []
    real = mounts.mount_of

    def mount_of(path: Path, *rest: Any) -> Mount:
        if path != world.folder:
            return real(path, *rest)
        asked.append(path)
        return mounted

    monkeypatch.setattr(mounts, "mount_of", mount_of)
    with world.context() as context:
        worker = JobWorker(context, JOB, None, None)
        for _ in range(3):
            worker.turn()
        assert len(asked) == 1
        world.drop("a.xml", update("IE1", dc("New")))
        aside = world.folder.rename(tmp_path / "aside")
        world.folder.mkdir()
        mounted = Mount(Path("/"), "ext4", "/dev/sda1")
        with pytest.raises(Deferred, match="is not mounted"):
            worker.turn()
        world.folder.rmdir()
        aside.rename(world.folder)
        mounted = Mount(world.folder, "nfs4", "server:/share")
        # Once more where an operator says that it moved for good.
        worker.set_paused(False, forget_mount=True)
        worker.turn()
        assert len(asked) == 3
        assert worker.standing.kept.mount is not None
        worker.close()
    assert world.files() == ["done/a.xml"]


def test_what_two_threads_tell_of_a_job_is_never_mixed(tmp_path: Path) -> None:
    world = World(tmp_path)
    with world.context() as context, working(context) as worker:
        hung = [threading.Thread(target=worker.seems_hung, args=(f"silent {number}",)) for number in range(8)]
        for thread in hung:
            thread.start()
        for thread in hung:
            thread.join()
        kept = worker.standing.kept
        assert state_of(context) == kept
        assert kept.state == "hung"


def test_a_job_log_that_cannot_be_written_is_trouble_and_loses_no_line(tmp_path: Path) -> None:
    world = World(tmp_path, sweep_seconds=0.05)
    world.load(ie("IE1"))
    world.log.mkdir()
    with world.context() as context, working(context) as worker:
        world.drop("a.xml", update("IE1", dc("New")))
        until(lambda: "dc.log" in (worker.standing.trouble or ""))
        world.log.rmdir()
        until(lambda: worker.standing.trouble is None and world.files() == ["done/a.xml"])
        until(lambda: len(world.log_lines()) == 2)
    assert world.log_lines() == ["INFO   IE IE1 has been successfully updated", "INFO   Job completed successfully"]


def test_a_database_that_is_away_is_no_fault_of_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, sweep_seconds=0.05)
    world.load(ie("IE1"))
    faults: list[Exception] = [RepositoryAway("the database is away"), RepositoryBusy("it is held")]
    world.drop("a.xml", update("IE1", dc("New")))
    with world.context() as context:
        worker = JobWorker(context, JOB, None, None)
        for fault in faults:
            monkeypatch.setattr(worker, "_look_and_work", Raising(fault))
            worker._once()
            assert worker.standing.trouble == str(fault)
            assert worker.folder.failing_for == 0
        monkeypatch.setattr(worker, "_look_and_work", Raising(Deferred("the share is not mounted")))
        worker._once()
        assert worker.folder.failing_for > 0
        worker.close()


def test_an_entry_that_cannot_even_be_looked_at_is_the_trouble_of_that_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, sweep_seconds=0.05)
    world.load(ie("IE1"))
    sighting = DropFolder.sighting

    def dead(folder: DropFolder, name: str) -> Sighting | None:
        if name == "dead.xml":
            raise OSError(errno.EIO, os.strerror(errno.EIO), name)
        return sighting(folder, name)

    monkeypatch.setattr(DropFolder, "sighting", dead)
    with world.context() as context, working(context) as worker:
        with context.repository.write() as connection:
            connection.exec_driver_sql(
                "INSERT INTO waiting (job, name, inode, size, mtime_ns, code, reason, since) "
                "VALUES ('dc', 'dead.xml', 1, 1, 1, 'unread', 'Input/output error', 0)"
            )
        until(lambda: "dead.xml; of the first: Input/output error" in (worker.standing.trouble or ""))
        world.drop("b.xml", update("IE1", dc("New")))
        until(lambda: world.title("IE1") == "New")


def test_whoever_exports_is_told_of_updates_and_of_nothing_else(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    told: list[None] = []
    with world.context() as context:
        worker = JobWorker(context, JOB, None, None, updated=lambda: told.append(None))
        for number, (title, times) in enumerate((("New", 1), ("New", 1), ("Newer", 2))):
            world.drop(f"{number}.xml", update("IE1", dc(title)))
            worker.turn()
            assert len(told) == times
        worker.close()
    assert world.title("IE1") == "Newer"
