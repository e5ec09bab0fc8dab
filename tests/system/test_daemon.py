"""The daemon as a real process: every way files arrive, order, schedules, faults of its world, signals."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from http.client import HTTPConnection
from io import FileIO
from pathlib import Path

import pytest

from tests.system.daemons import ROOT, command, running, until
from tests.worlds import JOB, World, dc, ie, update

NEW = update("IE1", dc("New"))


def world_of(root: Path, **job: object) -> World:
    world = World(root, **{"settle_seconds": 0.5, "sweep_seconds": 1, "order_wait": 5, **job})
    world.load(ie("IE1"), ie("IE2"), ie("IE4", stage="sip"))
    return world


def in_chunks(folder: Path, outside: Path) -> None:
    with (folder / "a.xml").open("wb", buffering=0) as file:
        for start in range(0, len(NEW), 40):
            file.write(NEW[start : start + 40])


def closed_and_reopened(folder: Path, outside: Path) -> None:
    (folder / "a.xml").write_bytes(NEW[:50])
    with (folder / "a.xml").open("ab") as file:
        file.write(NEW[50:])


def overwritten_in_place(folder: Path, outside: Path) -> None:
    (folder / "a.xml").write_bytes(b" " * 10)
    (folder / "a.xml").write_bytes(NEW)


def renamed(folder: Path, outside: Path) -> None:
    (folder / "a.xml.part").write_bytes(NEW)
    (folder / "a.xml.part").rename(folder / "a.xml")


def moved_in(folder: Path, outside: Path) -> None:
    (outside / "a.xml").write_bytes(NEW)
    (outside / "a.xml").rename(folder / "a.xml")


def copied_with_times(folder: Path, outside: Path) -> None:
    """As `cp -p` does: the copy has its times before it is closed."""
    (outside / "a.xml").write_bytes(NEW)
    os.utime(outside / "a.xml", (1, 1))
    with (outside / "a.xml").open("rb") as source, (folder / "a.xml").open("wb") as copy:
        shutil.copyfileobj(source, copy)
        copy.flush()
        os.utime(copy.fileno(), (1, 1))


def linked(folder: Path, outside: Path) -> None:
    (outside / "a.xml").write_bytes(NEW)
    os.link(outside / "a.xml", folder / "a.xml")


def as_rsync_does(folder: Path, outside: Path) -> None:
    (folder / ".a.xml.Xy12Zz").write_bytes(NEW)
    os.utime(folder / ".a.xml.Xy12Zz", (1, 1))
    (folder / ".a.xml.Xy12Zz").rename(folder / "a.xml")


WAYS = (
    in_chunks,
    closed_and_reopened,
    overwritten_in_place,
    renamed,
    moved_in,
    copied_with_times,
    linked,
    as_rsync_does,
)


@pytest.mark.parametrize("watch", ["auto", pytest.param("sweep", marks=pytest.mark.system)])
def test_every_way_of_arriving_ends_in_done_once(tmp_path: Path, watch: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    world = world_of(tmp_path, watch=watch, truncated_grace=5)
    with running(world) as daemon:
        for number, way in enumerate(WAYS, 1):
            world.load(ie("IE1"))
            arrive: Callable[[Path, Path], None] = way
            arrive(world.folder, outside)
            daemon.wait_for("run_ended", number)
            assert sorted(world.files()) == ["done/a.xml"], way.__name__
            assert world.title("IE1") == "New", way.__name__
            (world.folder / "done" / "a.xml").unlink()
            if (outside / "a.xml").exists():
                (outside / "a.xml").unlink()
        assert daemon.stop() == 0
    assert [line for line in world.log_lines() if "ERROR" in line] == []


@pytest.mark.system
def test_a_file_cut_off_for_good_is_invalid_after_its_grace(tmp_path: Path) -> None:
    world = world_of(tmp_path, truncated_grace=1)
    with running(world) as daemon:
        world.drop("a.xml", NEW[:-20])
        world.drop("b.xml", update("IE2", dc("Behind")))
        daemon.wait_for_file("error/a.xml.reason.txt", "done/b.xml")


def test_a_file_still_growing_when_the_daemon_starts_holds_back_the_later_one(tmp_path: Path) -> None:
    world = world_of(tmp_path, settle_seconds=1, order_wait=20)
    with (world.folder / "1.xml").open("wb", buffering=0) as growing:
        growing.write(update("IE1", dc("First"))[:30])
        world.drop("2.xml", update("IE1", dc("Second")))
        with running(world) as daemon:
            growing.write(update("IE1", dc("First"))[30:])
            growing.close()
            daemon.wait_for_file("done/1.xml", "done/2.xml")
    versions = world.snapshot()["ies"]["IE1"]["versions"]
    assert [version[3] for version in versions[1:]] == ["1.xml", "2.xml"]


def test_files_that_arrive_in_a_burst_take_effect_in_their_order(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    with running(world) as daemon:
        for number in range(300):
            world.drop(f"{number}.xml", update("IE1", dc(f"T{number}")))
        until(lambda: len(list((world.folder / "done").glob("*.xml"))) == 300)
        assert daemon.stop() == 0
    versions = world.snapshot()["ies"]["IE1"]["versions"]
    assert [version[3] for version in versions[1:]] == [f"{number}.xml" for number in range(300)]


@pytest.mark.system
def test_a_waiting_file_is_taken_when_its_ie_leaves_sip(tmp_path: Path) -> None:
    world = world_of(tmp_path, sweep_seconds=3600)
    with running(world) as daemon:
        world.drop("a.xml", update("IE4", dc("New")))
        daemon.wait_for("run_ended")
        assert command(world, "ie", "stage", "IE4", "permanent").returncode == 0
        daemon.wait_for_file("done/a.xml")
    assert sum("in SIP processing" in line for line in world.log_lines()) == 1


def test_job_run_asks_the_daemon_and_tells_what_came_of_it(tmp_path: Path) -> None:
    world = world_of(tmp_path, schedule="manual")
    with running(world) as daemon:
        world.drop("a.xml", NEW)
        done = command(world, "job", "run", JOB)
        assert "Success (1 updated)" in done.stdout
        assert daemon.events("run_ended")
        assert world.files() == ["done/a.xml"]


@pytest.mark.system
def test_job_run_says_what_it_waits_for_and_job_cancel_ends_that(tmp_path: Path) -> None:
    """Many files, a transaction each: the run goes on until it is cancelled."""
    world = world_of(tmp_path, group_size=1)
    many = 1200
    for number in range(many):
        (world.folder / f"{number:04}.xml").write_bytes(update("IE1", dc(f"New {number}")))
    with running(world) as daemon:
        daemon.wait_for("file_decided")
        settings = {**os.environ, "PYTHONPATH": str(ROOT), "MDWATCH_CONFIG": str(world.write_settings())}
        asks = [sys.executable, "-m", "mdwatch", "job", "run", JOB]
        with subprocess.Popen(asks, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=settings) as asking:
            assert asking.stderr is not None
            told = asking.stderr.readline()
            assert told.startswith(f"job {JOB}: run 1 goes on in process {daemon.process.pid}"), told
            assert ", since 20" in told
            cancelled = command(world, "job", "cancel", JOB)
            assert cancelled.stdout.startswith(f"run 1 of job {JOB} is cancelled; the job is paused"), cancelled
            decided = len(daemon.events("file_decided"))
            _, refused = asking.communicate(timeout=60)
            assert (asking.returncode, "is paused" in refused) == (2, True), refused
        left = [name for name in world.files() if "/" not in name]
        assert 0 < len(left) < many
        assert world.snapshot()["runs"][0][:2] == [JOB, "Aborted"]
        assert any("cancelled by " in line for line in world.log_lines())
        # Nothing was decided on after the command had returned, but what it had in hand then.
        assert len(daemon.events("file_decided")) <= decided + 1
        assert sorted(left) == [f"{number:04}.xml" for number in range(many - len(left), many)]
        for name in left[1:]:
            (world.folder / name).unlink()
        assert command(world, "job", "resume", JOB).returncode == 0
        daemon.wait_for_file(f"done/{left[0]}")


@pytest.mark.system
def test_a_paused_job_leaves_files_lying_until_it_is_resumed(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    with running(world) as daemon:
        assert command(world, "job", "pause", JOB).returncode == 0
        daemon.wait_for("job_paused")
        world.drop("a.xml", NEW)
        refused = command(world, "job", "run", JOB)
        assert (refused.returncode, "is paused" in refused.stderr) == (2, True)
        assert world.files() == ["a.xml"]
        assert command(world, "job", "resume", JOB).returncode == 0
        daemon.wait_for_file("done/a.xml")


@pytest.mark.system
def test_a_second_daemon_says_so_and_ends(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    with running(world) as daemon:
        second = command(world, "run")
        assert second.returncode == 1
        assert f"is being run by process {daemon.process.pid}" in second.stderr


@pytest.mark.system
def test_bad_settings_end_it_at_once_with_every_fault(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.raw["logs"]["level"] = "shout"
    world.raw["jobs"][JOB]["user"] = "nobody"
    ended = command(world, "run")
    assert ended.returncode == 78
    assert "logs.level" in ended.stderr
    assert "jobs.dc.user" in ended.stderr


def test_reload_takes_over_good_settings_and_refuses_bad_ones(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    with running(world) as daemon:
        (tmp_path / "mdwatch.toml").write_text("[jobs", encoding="utf-8")
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait_for("reload_refused")
        world.drop("a.xml", NEW)
        daemon.wait_for_file("done/a.xml")
        world.raw["jobs"]["other"] = {"user": "editor", "folder": str(other), "settle_seconds": 0.5}
        world.write_settings()
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait_for("reloaded")
        (other / "b.xml").write_bytes(update("IE2", dc("New")))
        until((other / "done" / "b.xml").exists)
        del world.raw["jobs"]["other"]
        world.write_settings()
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait_for("reloaded", 2)
        assert daemon.stop() == 0


def test_a_folder_that_goes_away_and_comes_back_heals_by_itself(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    with running(world) as daemon:
        away = tmp_path / "away"
        world.folder.rename(away)
        daemon.wait_for("job_in_trouble")
        assert "trouble" in command(world, "status").stdout
        (away / "a.xml").write_bytes(NEW)
        away.rename(world.folder)
        daemon.wait_for("job_healed")
        daemon.wait_for_file("done/a.xml")
        world.drop("b.xml", update("IE2", dc("New")))
        daemon.wait_for_file("done/b.xml")


@pytest.mark.audit_finds("folder-away")
@pytest.mark.system
def test_trouble_with_one_folder_leaves_the_other_jobs_alone(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.raw["jobs"]["gone"] = {"user": "editor", "folder": str(tmp_path / "gone"), "settle_seconds": 0}
    with running(world) as daemon:
        assert daemon.wait_for("job_in_trouble")["job"] == "gone"
        world.drop("a.xml", NEW)
        daemon.wait_for_file("done/a.xml")


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv (util-linux) is missing")
@pytest.mark.system
def test_rights_taken_away_and_given_back(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    # Without capabilities even root is bound by the rights of files.
    prefix = ("setpriv", "--bounding-set=-all") if os.geteuid() == 0 else ()
    with running(world, *prefix) as daemon:
        world.folder.chmod(0)
        daemon.wait_for("job_in_trouble")
        world.folder.chmod(0o700)
        world.drop("a.xml", NEW)
        daemon.wait_for_file("done/a.xml")


def fill(file: FileIO) -> None:
    while True:
        file.write(bytes(4096))


@pytest.mark.system
def test_a_full_disk_is_waited_out_with_nothing_lost(tmp_path: Path) -> None:
    share = tmp_path / "drop"
    share.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(share)], check=False)
    if mounted.returncode != 0:
        pytest.skip("mounting takes root")
    try:
        world = world_of(tmp_path, watch="sweep")
        with running(world) as daemon:
            world.drop("a.xml", update("IE9", dc("New")))
            filler = share / "filler"
            with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
                fill(file)
            daemon.wait_for("job_in_trouble")
            filler.unlink()
            daemon.wait_for_file("error/a.xml.reason.txt")
            daemon.wait_for("run_ended")
            assert daemon.stop() == 0
    finally:
        subprocess.run(["umount", str(share)], check=True)
    assert sum("IE9" in line for line in world.log_lines()) == 1


@pytest.mark.system
def test_a_full_disk_of_logs_is_told_and_heals_by_itself(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(logs)], check=False)
    if mounted.returncode != 0:
        pytest.skip("mounting takes root")
    try:
        world = world_of(tmp_path)
        with running(world) as daemon:
            world.drop("first.xml", NEW)
            daemon.wait_for("run_ended")
            filler = logs / "filler"
            with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
                fill(file)
            # More lines than the room that is left in the log's last page.
            for number in range(200):
                world.drop(f"{number}.xml", update("IE9", dc("New")))
            reason = daemon.wait_for("job_in_trouble")["reason"]
            assert "No space left on device" in reason
            assert str(world.log) in reason
            assert "make room on the disk" in reason
            assert reason in command(world, "status").stdout
            filler.unlink()
            daemon.wait_for("job_healed")
            until(lambda: len(list((world.folder / "error").glob("*.xml"))) == 200)
            daemon.wait_for("run_ended", 2)
            assert daemon.stop() == 0
        lines = world.log_lines()
        assert [sum(f"File name is {number}.xml" in line for line in lines) for number in range(200)] == [1] * 200
        assert world.audit() == []
    finally:
        subprocess.run(["umount", "-l", str(logs)], check=True)


# The share is gone when it is audited.
@pytest.mark.audit_finds("not-carried-out")
@pytest.mark.system
def test_an_unmounted_share_is_not_taken_for_an_empty_folder(tmp_path: Path) -> None:
    share = tmp_path / "drop"
    share.mkdir()
    mount = ["mount", "-t", "tmpfs", "tmpfs", str(share)]
    if subprocess.run(mount, check=False).returncode != 0:
        pytest.skip("mounting takes root")
    try:
        world = world_of(tmp_path, watch="sweep")
        with running(world) as daemon:
            subprocess.run(["umount", str(share)], check=True)
            reason = daemon.wait_for("job_in_trouble")["reason"]
            assert "is not mounted at" in reason
            assert list(share.iterdir()) == []
            subprocess.run(mount, check=True)
            world.drop("a.xml", NEW)
            daemon.wait_for_file("done/a.xml")
            assert daemon.stop() == 0
    finally:
        subprocess.run(["umount", str(share)], check=False)


def test_stopped_in_mid_run_it_finishes_its_group_and_goes_on_at_the_next_start(tmp_path: Path) -> None:
    world = world_of(tmp_path, group_size=5)
    for number in range(400):
        world.drop(f"{number}.xml", update("IE1", dc(f"T{number}")))
    with running(world, ready=False) as daemon:
        daemon.wait_for_file("done/20.xml")
        assert daemon.stop() == 0
    stopped_at = len([name for name in world.files() if name.startswith("done/")])
    assert stopped_at < 400
    assert stopped_at == sum("updated" in line for line in world.log_lines())
    with running(world) as daemon:
        daemon.wait_for("run_ended")
    assert len(world.log_lines()) == 401
    assert world.title("IE1") == "T399"


@pytest.mark.system
def test_a_schedule_keeps_to_its_ticks(tmp_path: Path) -> None:
    world = world_of(tmp_path, schedule="* * * * * *")
    world.drop("a.xml", NEW)
    with running(world) as daemon:
        daemon.wait_for("run_ended", 2)
        assert world.files() == ["done/a.xml"]


@pytest.mark.system
def test_a_share_that_hangs_is_told_of_and_holds_up_nobody_else(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    hung = tmp_path / "hung"
    hung.mkdir()
    world.raw["jobs"]["hung"] = {"user": "editor", "folder": str(hung), "settle_seconds": 0, "sweep_seconds": 1}
    switch = tmp_path / "switch"
    program = (str(ROOT / "tests" / "system" / "hanging.py"), str(switch))
    with running(world, program=program) as daemon:
        switch.write_text(str(hung), encoding="utf-8")
        world.drop("a.xml", NEW)
        daemon.wait_for_file("done/a.xml")
        # Within a minute is promised; the daemon says so after twenty seconds.
        until(lambda: daemon.events("job_in_trouble"), 60)
        assert "has not answered" in daemon.events("job_in_trouble")[0]["reason"]
        status = command(world, "status").stdout
        assert "hung since" in status
        (hung / "b.xml").write_bytes(update("IE2", dc("New")))
        switch.unlink()
        until((hung / "done" / "b.xml").exists)
        daemon.wait_for("job_healed")
        switch.write_text(str(hung), encoding="utf-8")
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait_for("reloaded")
        assert daemon.stop() == 0


@pytest.mark.system
def test_a_dead_source_of_events_is_noticed_and_begun_anew(tmp_path: Path) -> None:
    world = world_of(tmp_path, sweep_seconds=3600)
    switch = tmp_path / "switch"
    program = (str(ROOT / "tests" / "system" / "deafening.py"), str(switch))
    with running(world, program=program) as daemon:
        switch.touch()
        daemon.wait_for("events_died")
        world.drop("a.xml", NEW)
        daemon.wait_for_file("done/a.xml")
        # No sweep comes for an hour: only an event can tell of this one.
        world.drop("b.xml", update("IE2", dc("New")))
        daemon.wait_for_file("done/b.xml")


def get(world: World, path: str) -> tuple[int, bytes]:
    """Status and body of an answer over the world's socket."""
    connection = HTTPConnection("localhost", timeout=20)
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(str(world.root / "http.sock"))
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def test_it_serves_http_and_says_what_is_not_ready(tmp_path: Path) -> None:
    world = world_of(tmp_path, sweep_seconds=0.2)
    world.raw["http"]["listen"] = [f"unix:{tmp_path / 'http.sock'}"]
    with running(world) as daemon:
        assert get(world, "/healthz")[0] == 200
        assert get(world, "/readyz")[0] == 200
        world.folder.rename(tmp_path / "away")
        daemon.wait_for("job_in_trouble")
        until(lambda: get(world, "/readyz")[0] == 503)
        assert get(world, "/healthz")[0] == 200
        assert b"job dc" in get(world, "/readyz")[1]
        (tmp_path / "away").rename(world.folder)
        until(lambda: get(world, "/readyz")[0] == 200)
        assert daemon.stop() == 0
        assert daemon.events("stopped")[0]["clean"]


@pytest.mark.system
def test_an_address_that_is_taken_does_not_keep_updates_waiting(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    world.raw["http"]["listen"] = [f"127.0.0.1:{taken.getsockname()[1]}"]
    with running(world) as daemon:
        assert "127.0.0.1" in str(daemon.wait_for("http_not_served")["faults"])
        world.drop("a.xml", NEW)
        daemon.wait_for_file("done/a.xml")
        taken.close()
        daemon.wait_for("http_listens")


@pytest.mark.system
def test_an_address_for_others_without_a_token_is_bad_configuration(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.raw["http"]["listen"] = ["0.0.0.0:0"]
    world.raw["export"] = {"formats": ["oai_dc", "no_such"]}
    failed = command(world, "run")
    assert failed.returncode == 78
    assert "token" in failed.stderr
    assert "no_such" in failed.stderr


@pytest.mark.system
def test_a_request_is_answered_with_the_one_run_that_was_made_for_it(tmp_path: Path) -> None:
    world = world_of(tmp_path, schedule="manual", settle_seconds=2.5, watch="sweep")
    world.drop("a.xml", NEW)
    with running(world) as daemon:
        asked = command(world, "job", "run", JOB, "--json")
        assert json.loads(asked.stdout)["counts"] == {"updated": 1}
        # Another one, so that whatever was still to come of the first has come.
        asked = command(world, "job", "run", JOB, "--json")
        assert json.loads(asked.stdout)["counts"] == {}
        assert len(daemon.events("run_ended")) == 2
    assert world.log_lines().count("INFO   Job completed successfully") == 2


@pytest.mark.system
def test_settings_that_are_refused_are_told_until_they_are_mended(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.raw["http"]["listen"] = [f"unix:{tmp_path / 'http.sock'}"]
    world.raw["users"]["viewer"] = {"institution": "INS01", "role": "editor-view"}
    forbidden = tmp_path / "forbidden"
    forbidden.mkdir()
    with running(world) as daemon:
        good = (tmp_path / "mdwatch.toml").read_text(encoding="utf-8")
        (tmp_path / "mdwatch.toml").write_text("[jobs", encoding="utf-8")
        daemon.process.send_signal(signal.SIGHUP)
        until(lambda: b'"settings"' in get(world, "/readyz")[1])
        assert b'mdwatch_part_in_trouble{part="settings"} 1.0' in get(world, "/metrics")[1]
        assert b"a reload was refused" in get(world, "/api/troubles")[1]
        (tmp_path / "mdwatch.toml").write_text(good, encoding="utf-8")
        daemon.process.send_signal(signal.SIGHUP)
        until(lambda: get(world, "/readyz")[0] == 200)
        assert b'mdwatch_part_in_trouble{part="settings"} 0.0' in get(world, "/metrics")[1]
        # A job that may not run is in trouble, and its series are there from the start.
        world.raw["jobs"]["forbidden"] = {"user": "viewer", "folder": str(forbidden), "settle_seconds": 0.5}
        world.write_settings()
        daemon.process.send_signal(signal.SIGHUP)
        until(lambda: b'"job forbidden"' in get(world, "/readyz")[1])
        metrics = get(world, "/metrics")[1]
        assert b'mdwatch_job_in_trouble{job="forbidden"} 1.0' in metrics
        assert b'mdwatch_job_state{job="forbidden",state="aborted"} 1.0' in metrics
        assert b'mdwatch_files_total{code="invalid-xml",job="forbidden"} 0.0' in metrics
        del world.raw["jobs"]["forbidden"]
        world.write_settings()
        daemon.process.send_signal(signal.SIGHUP)
        until(lambda: get(world, "/readyz")[0] == 200)
        assert b'job="forbidden"' not in get(world, "/metrics")[1]


@pytest.mark.parametrize(
    "how",
    [
        pytest.param(how, marks=pytest.mark.system if how != "closed" else [])
        for how in ("full", "reader gone", "closed")
    ],
)
@pytest.mark.system
def test_a_service_log_that_cannot_be_written_ends_nothing(tmp_path: Path, how: str) -> None:
    world = world_of(tmp_path)
    world.raw["logs"]["level"] = "info"
    read, write = os.pipe()
    stream: int | None = write
    if how == "full":
        stream = os.open("/dev/full", os.O_WRONLY)
    command_line = [sys.executable, "-m", "mdwatch", "run", "--config", str(world.write_settings())]
    if how == "closed":
        command_line = ["sh", "-c", 'exec "$@" 2>&-', "sh", *command_line]
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    process = subprocess.Popen(command_line, stdout=stream, stderr=stream, env=environment, cwd=world.root)
    os.close(write)
    if stream is not None and stream != write:
        os.close(stream)
    os.close(read)
    try:
        world.drop("a.xml", NEW)
        until((world.folder / "done" / "a.xml").exists)
        # A fault, and what is logged of it.
        world.drop("b.xml", b"<a/>")
        until((world.folder / "error" / "b.xml.reason.txt").exists)
        world.folder.rename(tmp_path / "away")
        until(lambda: "trouble" in command(world, "status").stdout)
        (tmp_path / "away").rename(world.folder)
        world.drop("c.xml", update("IE2", dc("New")))
        until((world.folder / "done" / "c.xml").exists)
        assert process.poll() is None
        process.terminate()
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
