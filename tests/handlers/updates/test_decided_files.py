"""A file that was decided is never decided again: whatever was removed, unmounted, immovable, lost or taken over."""

import ctypes
import errno
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mdwatch.dropfolder import filing, mounts, moving, statx
from mdwatch.dropfolder.folder import DropFolder
from mdwatch.dropfolder.mounts import Mount
from mdwatch.errors import ConfigError, Deferred, JobBusy
from mdwatch.handlers.files import errors as error_files
from mdwatch.handlers.files import explain, retry
from mdwatch.handlers.updates import filing as update_filing
from mdwatch.handlers.updates import run_once
from mdwatch.handlers.updates.carrying_out import CarryingOut
from mdwatch.handlers.updates.filing import Moves
from mdwatch.handlers.updates.reports import silent
from mdwatch.handlers.updates.run import Run
from mdwatch.handlers.updates.session import Session
from mdwatch.logs import JobLog
from mdwatch.repository.journal import Entry
from mdwatch.runtime import first_use
from tests.handlers.updates.test_run_once import SteppingClock
from tests.worlds import JOB, World, dc, ie, update


def world_of(root: Path, **job: Any) -> World:
    world = World(root, **job)
    world.load(ie("IE1"), ie("IE2"), ie("IE3", lockedBy="curator"))
    return world


def versions(world: World, pid: str) -> int:
    return len(world.snapshot()["ies"][pid]["versions"]) - 1


def unmoved(world: World) -> list[tuple[str, str | None]]:
    with world.context() as context, context.repository.read() as connection:
        rows = connection.exec_driver_sql("SELECT name, unmoved FROM journal ORDER BY id")
        return [(row[0], row[1]) for row in rows]


def before_filing(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object], *, times: int = 1) -> None:
    """Lets something happen between the commit of a group and its moves."""
    real = update_filing.put_files_away
    left = [act] * times

    def put(folder: DropFolder, entries: list[Entry], *rest: Any) -> Moves:
        if left:
            left.pop()()
        return real(folder, entries, *rest)

    monkeypatch.setattr(update_filing, "put_files_away", put)


def crash(*_: object) -> None:
    """As good as a kill: the run ends here, and this process takes no notice of it any more."""
    raise KeyboardInterrupt


class Unmovable:
    """Renames of these names fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, error: int, *names: str) -> None:
        self.names = {os.fsencode(name) for name in names}
        real = moving._renameat2
        assert real is not None

        def rename(source: int, name: bytes, *rest: Any) -> int:
            if name in self.names:
                ctypes.set_errno(error)
                return -1
            return int(real(source, name, *rest))

        monkeypatch.setattr(moving, "_renameat2", rename)


# --- places and shares that go away -----------------------------------------------------------------------------------


def test_a_done_folder_removed_in_the_midst_has_every_file_applied_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of(tmp_path, group_size=2)
    for number in range(8):
        world.drop(f"{number}.xml", update("IE1", dc(f"T{number}")))
    before_filing(monkeypatch, lambda: shutil.rmtree(world.folder / "done", ignore_errors=True), times=3)
    assert world.run().counts == {"updated": 8}
    assert versions(world, "IE1") == 8
    assert world.title("IE1") == "T7"
    assert [name for name in world.files() if not name.startswith("done/")] == []


def test_what_was_decided_is_filed_when_its_share_is_back_and_not_applied_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of(tmp_path)
    world.drop("a.xml", update("IE1", dc("Older")))
    world.drop("b.xml", update("IE1", dc("Newer")))
    aside = tmp_path / "aside"
    aside.mkdir()

    def unmount() -> None:
        for name in ("a.xml", "b.xml"):
            (world.folder / name).rename(aside / name)

    with monkeypatch.context() as patch:
        before_filing(patch, unmount)
        world.run()
    assert unmoved(world) == [("a.xml", "missing"), ("b.xml", "missing")]
    assert world.run().counts == {}
    for name in ("a.xml", "b.xml"):
        (aside / name).rename(world.folder / name)
    assert world.run().counts == {}
    assert unmoved(world) == [("a.xml", None), ("b.xml", None)]
    assert (versions(world, "IE1"), world.title("IE1")) == (2, "Newer")
    assert world.files() == ["done/a.xml", "done/b.xml"]
    assert "INFO   File was decided before (updated) and is put away now. File name is a.xml" in world.log_lines()


def test_a_decided_file_that_was_given_another_name_is_filed_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of(tmp_path)
    path = world.drop("a.xml", update("IE1", dc("New")))
    with monkeypatch.context() as patch:
        before_filing(patch, lambda: path.rename(world.folder / "b.xml"))
        world.run()
    world.run()
    assert (versions(world, "IE1"), world.files()) == (1, ["done/b.xml"])


@pytest.mark.parametrize("code", ["updated", "unknown-ie"])
def test_a_file_whose_times_are_set_once_it_is_decided_is_put_away_and_not_decided_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    world = world_of(tmp_path)
    path = world.drop("a.xml", update("IE1" if code == "updated" else "IE9", dc("Older")))
    world.drop("b.xml", update("IE1", dc("Newer")))
    with monkeypatch.context() as patch:
        # As `shutil.copy2` does: the file is closed by then.
        before_filing(patch, lambda: os.utime(path, (1, 1)))
        world.run()
        assert unmoved(world) == [("a.xml", None), ("b.xml", None)]
    assert (versions(world, "IE1"), world.title("IE1")) == (2 if code == "updated" else 1, "Newer")
    assert not path.exists()
    # It is put away with its group, as if nobody had touched it.
    assert [line for line in world.log_lines() if "decided before" in line] == []
    assert world.audit() == []


def test_a_file_that_is_written_again_is_new_work_even_with_the_same_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of(tmp_path)
    older = update("IE1", dc("Older"))
    path = world.drop("a.xml", older)
    world.drop("b.xml", update("IE1", dc("Newer")))
    with monkeypatch.context() as patch:
        before_filing(patch, lambda: path.write_bytes(older))
        world.run()
    assert (versions(world, "IE1"), world.title("IE1")) == (3, "Older")


@pytest.mark.parametrize("born", [True, False])
def test_a_copy_dropped_again_is_new_work_whatever_it_looks_like(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, born: bool
) -> None:
    if not born:
        real = statx.stat_at
        monkeypatch.setattr(statx, "stat_at", lambda *given: real(*given)._replace(born_ns=0))
    world = world_of(tmp_path)
    kept = tmp_path / "kept.xml"
    kept.write_bytes(update("IE1", dc("New")))
    path = world.folder / "a.xml"
    shutil.copy2(kept, path)
    with monkeypatch.context() as patch:
        before_filing(patch, path.unlink)
        world.run()
    world.drop("b.xml", update("IE1", dc("Between")))
    world.run()
    # As `cp -p` and `rsync -t` do; the file system may even give the same inode again.
    shutil.copy2(kept, path)
    world.run()
    assert (versions(world, "IE1"), world.title("IE1")) == (3, "New")


def test_a_share_that_is_not_mounted_is_no_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = world_of(tmp_path)
    world.drop("a.xml", update("IE1", dc("New")))
    mounted = Mount(world.folder, "nfs4", "server:/share")
    real = mounts.mount_of
    monkeypatch.setattr(mounts, "mount_of", lambda path, *rest: mounted if path == world.folder else real(path, *rest))
    with monkeypatch.context() as patch:
        before_filing(patch, crash)
        with pytest.raises(KeyboardInterrupt):
            world.run()
    aside = world.folder.rename(tmp_path / "aside")
    world.folder.mkdir()
    mounted = Mount(Path("/"), "ext4", "/dev/sda1")
    before = world.log_lines()
    with pytest.raises(Deferred, match=r"server:/share .* is not mounted at .*; mount it, or"):
        world.run()
    assert (list(world.folder.iterdir()), world.log_lines(), unmoved(world)) == ([], before, [("a.xml", "due")])
    world.folder.rmdir()
    with pytest.raises(Deferred, match="is not mounted"):
        world.run()
    aside.rename(world.folder)
    mounted = Mount(world.folder, "nfs4", "server:/share")
    world.run()
    assert (versions(world, "IE1"), world.files()) == (1, ["done/a.xml"])


def test_a_file_that_is_moved_back_within_its_run_stops_the_job_and_is_not_applied_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of(tmp_path, group_size=1)
    for name in ("a.xml", "b.xml"):
        world.drop(name, update("IE1", dc(name)))
    tell = update_filing.tell

    def move_back(*given: Any) -> None:
        tell(*given)
        if (world.folder / "done" / "a.xml").exists():
            (world.folder / "done" / "a.xml").rename(world.folder / "a.xml")

    monkeypatch.setattr(update_filing, "tell", move_back)
    for _ in range(3):
        with pytest.raises(Deferred, match=r"a\.xml was decided in this run \(updated\) and put away, and lies in"):
            world.run(SteppingClock())
    assert (versions(world, "IE1"), world.title("IE1")) == (2, "b.xml")
    (world.folder / "a.xml").unlink()
    world.run()


def test_a_file_put_back_by_retry_is_new_work_even_where_its_row_is_still_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of(tmp_path)
    world.drop("a.xml", update("IE3", dc("New")))
    with monkeypatch.context() as patch:
        patch.setattr(JobLog, "write", crash)
        with pytest.raises(KeyboardInterrupt):
            world.run()
    assert world.files() == ["error/a.xml", "error/a.xml.reason.txt"]
    with world.context() as context:
        with context.repository.write() as connection:
            connection.exec_driver_sql("UPDATE ie SET locked_by = NULL")
            # As if the process that crashed were dead, and not this one.
            connection.exec_driver_sql("UPDATE lease SET holder = '', until = 0")
        retry.retry(context, JOB, ["a.xml"])
    world.run()
    assert (world.title("IE3"), world.files()) == ("New", ["done/a.xml"])
    assert [line.split(" ", 1)[0] for line in world.log_lines()] == ["ERROR", "INFO", "INFO"]


# --- one trouble stays one trouble ------------------------------------------------------------------------------------


HINTS = {
    errno.EPERM: "; take the folder's sticky bit away (chmod -t), or the file's immutable mark (chattr -i)",
    errno.EIO: "; see whether disk or share are well",
    errno.ESTALE: "; see whether the share is mounted",
}


@pytest.mark.parametrize("error", [errno.EPERM, errno.EACCES, errno.EBUSY, errno.EIO, errno.ESTALE])
def test_a_file_that_cannot_be_moved_stays_decided_and_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    world = world_of(tmp_path, group_size=2)
    for name, pid in (("1.xml", "IE1"), ("2.xml", "IE3"), ("3.xml", "IE1"), ("4.xml", "IE2")):
        world.drop(name, update(pid, dc(name)))
    with monkeypatch.context() as patch:
        Unmovable(patch, error, "1.xml", "2.xml")
        report = world.run(SteppingClock())
        assert report.counts == {"updated": 3, "locked": 1}
        assert world.files() == ["1.xml", "2.xml", "done/3.xml", "done/4.xml"]
        stuck = f"It is decided (updated) and cannot be moved to done/: {os.strerror(error)}"
        hint = HINTS.get(error, "")
        assert f"WARN   File could not be moved. Reason: {stuck}{hint}. File name is 1.xml" in world.log_lines()
        with world.context() as context:
            (found,) = explain.explain(context, world.folder / "1.xml", JOB)
        assert found.here is not None
        assert found.here.startswith(f"It waits: {stuck}{hint}")
        assert [path for _, path in found.past] == [None]
        again = world.run(SteppingClock())
        assert (again.counts, again.waiting) == ({}, 2)
        assert sum("could not be moved" in line for line in world.log_lines()) == 2
    assert world.run(SteppingClock()).waiting == 0
    assert world.files() == ["done/1.xml", "done/3.xml", "done/4.xml", "error/2.xml", "error/2.xml.reason.txt"]
    assert (versions(world, "IE1"), world.title("IE1")) == (2, "3.xml")
    assert [why for _, why in unmoved(world)] == [None] * 4


@pytest.mark.parametrize("written", [0, 1, 3])
def test_what_a_run_tells_at_its_end_is_told_once_whatever_cuts_it_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: int
) -> None:
    world = world_of(tmp_path, group_size=2)
    for name, pid in (("1.xml", "IE1"), ("2.xml", "IE2")):
        world.drop(name, update(pid, dc(name)))
    real = JobLog.write

    def cut_short(job_log: JobLog, lines: list[str], still_ours: Callable[[], object]) -> None:
        at_end = any("Job completed" in line for line in lines)
        real(job_log, lines[:written] if at_end else lines, still_ours)
        if at_end:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        Unmovable(patch, errno.EPERM, "1.xml", "2.xml")
        patch.setattr(JobLog, "write", cut_short)
        with pytest.raises(KeyboardInterrupt):
            world.run(SteppingClock())
    with world.context() as context, context.repository.write() as connection:
        connection.exec_driver_sql("UPDATE lease SET holder = '', until = 0")
    world.run(SteppingClock())
    lines = world.log_lines()
    told = [line.rpartition(" ")[2] for line in lines if "could not be moved" in line]
    assert told == ["1.xml", "2.xml"]
    assert sum("Job completed" in line for line in lines) == 2


def test_a_fault_of_the_folder_stops_the_job_before_the_next_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of(tmp_path, group_size=1)
    for name in ("1.xml", "2.xml"):
        world.drop(name, update("IE1", dc(name)))
    with monkeypatch.context() as patch:
        Unmovable(patch, errno.EIO, "1.xml", "2.xml", ".mdwatch-probe")
        with pytest.raises(Deferred, match="Input/output error"):
            world.run(SteppingClock())
    assert (versions(world, "IE1"), world.files()) == (1, ["1.xml", "2.xml"])
    world.run()
    assert (versions(world, "IE1"), world.files()) == (2, ["done/1.xml", "done/2.xml"])


def test_an_entry_that_cannot_be_looked_at_stops_no_other_and_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of(tmp_path, settle_seconds=1)
    for name in ("1.xml", "2.xml"):
        world.drop(name, update("IE1", dc(name)))
    real = statx.stat_at

    def dead(directory: int, name: str) -> statx.Stat:
        if name == "1.xml":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(directory, name)

    with monkeypatch.context() as patch:
        patch.setattr(statx, "stat_at", dead)
        report = world.run(SteppingClock())
        assert (report.counts, report.waiting) == ({"updated": 1}, 1)
        with world.context() as context:
            (found,) = explain.explain(context, world.folder / "1.xml", JOB)
        assert found.here == "It cannot be looked at: Input/output error"
    told = "it cannot be looked at: Input/output error, the file stays. File name is 1.xml"
    assert any(told in line for line in world.log_lines())
    assert world.run(SteppingClock()).waiting == 0
    assert world.files() == ["done/1.xml", "done/2.xml"]


@pytest.mark.parametrize("seconds", [13_569_465_600, 2**62, -(2**62)])
def test_a_file_of_any_moment_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    real = statx.stat_at
    world = world_of(tmp_path)
    path = world.drop("1.xml", update("IE1", dc("New")))
    if seconds < 2**34:
        os.utime(path, ns=(seconds * 10**9, seconds * 10**9))
    else:
        monkeypatch.setattr(
            statx, "stat_at", lambda *given: real(*given)._replace(ctime_ns=statx._kept(seconds * 10**9))
        )
    assert world.run().counts == {"updated": 1}
    assert world.files() == ["done/1.xml"]


def test_a_listing_that_ends_too_early_forgets_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = world_of(tmp_path)
    world.load(ie("IE4", stage="sip"))
    world.drop("1.xml", update("IE4", dc("New")))
    world.run()
    real = os.scandir

    class Short:
        def __init__(self, given: Any) -> None:
            real(given).close()

        def __enter__(self) -> Iterator[object]:
            return iter(())

        def __exit__(self, *_: object) -> None:
            pass

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", Short)
        world.run()
    world.run()
    assert sum("IE4" in line for line in world.log_lines()) == 1


def test_a_disk_that_gives_less_than_there_is_makes_no_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = world_of(tmp_path, settle_seconds=1)
    world.drop("1.xml", update("IE1", dc("New")))
    real, short = os.read, [True]

    def read(descriptor: int, wanted: int) -> bytes:
        dropped = Path(f"/proc/self/fd/{descriptor}").readlink().name == "1.xml"
        return b"" if dropped and short and short.pop() else real(descriptor, wanted)

    monkeypatch.setattr(os, "read", read)
    assert world.run(SteppingClock()).counts == {"updated": 1}
    assert short == []


def test_an_error_file_that_was_changed_since_is_said_to_be(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.drop("a.xml", update("IE3", dc("New")))
    world.run()
    path = world.folder / "error" / "a.xml"
    with world.context() as context:
        assert not error_files.listing(context, JOB, None, 9).files[0].changed
        path.write_bytes(update("IE2", dc("Corrected")))
        assert error_files.listing(context, JOB, None, 9).files[0].changed
        (found,) = explain.explain(context, path, JOB)
    assert found.standing == (
        "error/a.xml was changed since it was decided; `mdwatch retry` has it tried as it is now",
    )


# --- a lease that was lost --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("after", ["commit", "moves"])
def test_a_lost_lease_is_noticed_before_disk_and_log_are_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    world = world_of(tmp_path)
    world.drop("a.xml", update("IE1", dc("New")))

    def take_over(*_: object, **_named: object) -> None:
        with world.context() as context, context.repository.write() as connection:
            connection.exec_driver_sql("UPDATE lease SET fence = fence + 1, holder = '', until = 0")

    with monkeypatch.context() as patch:
        if after == "commit":
            carry_out = CarryingOut.carry_out

            def taken_over(*given: Any) -> None:
                take_over()
                carry_out(*given)

            patch.setattr(CarryingOut, "carry_out", taken_over)
        else:
            patch.setattr(filing, "sync", take_over)
        with pytest.raises(JobBusy, match="has taken over job dc"):
            world.run()
    assert world.log_lines() == []
    assert world.files() == (["a.xml"] if after == "commit" else ["done/a.xml"])
    world.run()
    assert (versions(world, "IE1"), world.files()) == (1, ["done/a.xml"])
    assert [line.split("   ")[1] for line in world.log_lines()] == [
        "IE IE1 has been successfully updated",
        "Job completed successfully",
    ]


# --- a database that is gone ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["file", "folder", "emptied"])
def test_a_database_that_is_gone_is_not_a_new_one(tmp_path: Path, how: str) -> None:
    world = World(tmp_path)
    state = tmp_path / "state"
    world.raw["repository"]["url"] = f"sqlite:///{state / 'mdwatch.db'}"
    world.load(ie("IE1"))
    world.drop("a.xml", update("IE1", dc("New")))
    match how:
        case "file":
            (state / "mdwatch.db").unlink()
        case "folder":
            state.rename(tmp_path / "aside")
        case _:
            (state / "mdwatch.db").write_bytes(b"")
    for _ in range(2):
        with pytest.raises(ConfigError, match=r"there is no repository at .*mdwatch\.db any more, .*; mount"):
            world.run()
    assert world.files() == ["a.xml"]
    assert (state / "mdwatch.db").exists() == (how == "emptied")
    assert state.exists() == (how != "folder")
    (tmp_path / "logs" / first_use.NAME).unlink()
    world.load(ie("IE1"))
    assert world.run().counts == {"updated": 1}


@pytest.mark.sqlite
def test_a_database_removed_under_a_running_process_takes_nothing(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    database = tmp_path / "mdwatch.db"
    world.drop("a.xml", update("IE1", dc("New")))
    with world.context() as context:
        database.rename(tmp_path / "aside.db")
        with pytest.raises(Deferred, match="is gone; mount or restore it"):
            run_once.run_job(context, JOB)
        assert world.files() == ["a.xml"]
        assert not database.exists()
        (tmp_path / "aside.db").rename(database)
        assert run_once.run_job(context, JOB).counts == {"updated": 1}
    assert world.title("IE1") == "New"


@pytest.mark.sqlite
def test_a_damaged_mark_is_told_and_other_repositories_need_none(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    mark = tmp_path / "logs" / first_use.NAME
    assert list(json.loads(mark.read_text())) == [world.raw["repository"]["url"]]
    world.raw["repository"]["url"] = f"sqlite:///{tmp_path / 'other.db'}"
    world.load(ie("IE1"))
    assert len(json.loads(mark.read_text())) == 2
    mark.write_text("[")
    with pytest.raises(ConfigError, match="is damaged; remove it if"):
        world.run()


# --- half-written -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("broken", [b"\0" * 400, b"<updateMD \0\0\0", b"<updateMD><PID>", b"", b"\xff\xfe\xfd"])
def test_a_broken_file_is_no_verdict_while_it_is_young(tmp_path: Path, broken: bytes) -> None:
    world = world_of(tmp_path, settle_seconds=1)
    clock = SteppingClock()
    path = world.drop("a.xml", broken)
    whole = update("IE1", dc("New"))
    job_log = JobLog(tmp_path / "logs", JOB)
    with world.context(clock) as context, DropFolder(world.folder) as folder:
        session = Session(context, JOB, job_log, grace_seconds=10)
        session.open(folder)

        def work() -> dict[str, int]:
            split = session.look()
            with Run(session) as run:
                run.take(split.ready, silent)
                report = run.end(tell_of_nothing=False)
            return {} if report is None else report.counts

        for _ in range(9):
            assert work() == {}
            clock.wait(1)
        path.write_bytes(whole)
        work()
        clock.wait(1)
        assert work() == {"updated": 1}
        world.drop("b.xml", broken)
        counts = []
        for _ in range(14):
            counts.append(work())
            clock.wait(1)
        assert [found for found in counts if found] == [{"invalid-xml": 1}]
        assert counts.index({"invalid-xml": 1}) >= 9
    job_log.close()
    assert not any("WARN" in line for line in world.log_lines())
