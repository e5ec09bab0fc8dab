"""Holding a job: the dead do not count on this host, the living do, and those elsewhere until their time is over."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mdwatch.errors import Deferred, JobBusy, JobPaused, RepositoryConflict
from mdwatch.handlers.updates import run_once
from mdwatch.repository import control, leases
from mdwatch.runtime import identity, lease_holders, presence
from mdwatch.runtime.lease import Lease, being_the_daemon, holding
from mdwatch.runtime.lease_holders import LEASE_SECONDS
from mdwatch.runtime.lease_names import daemon_name
from tests.worlds import JOB, World, dc, ie, update

# Of processes that share a kernel and its clock; those that share a server are in `repository/test_postgres`.
pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).parents[2]
NAME = f"job {JOB}"
HOLDER = """
import sys
from pathlib import Path
from mdwatch.runtime.lease import holding
from tests.worlds import JOB, World
with World(Path(sys.argv[1])).context() as context, holding(context, f"job {JOB}"):
    print("held", flush=True)
    sys.stdin.read()
"""


class SetClock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = 1_700_000_000_000

    def now(self) -> int:
        """Milliseconds since 1970 UTC."""
        return self.at

    def monotonic(self) -> float:
        """Seconds."""
        return self.at / 1000

    def wait(self, seconds: float) -> None:
        """Passes time."""
        self.at += int(seconds * 1000)


@contextmanager
def another_process(world: World, *container: str) -> Iterator["subprocess.Popen[str]"]:
    """A process that holds the job until it is killed, or its input ends."""
    with subprocess.Popen(
        [*container, sys.executable, "-c", HOLDER, str(world.root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def claim(world: World, holder: str, until: int) -> None:
    with world.context() as context, context.repository.write() as connection:
        leases.take(connection, NAME, holder, until)


def test_a_live_holder_counts_and_is_named(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.drop("a.xml", update("IE1", dc("A")))
    with another_process(world) as process:
        with pytest.raises(JobBusy, match=f"job dc is being run by process {process.pid} on "):
            world.run()
        # However long it says nothing: a process that sleeps with its machine is alive.
        clock = SetClock()
        clock.at += 10 * 365 * 86_400_000
        with pytest.raises(JobBusy):
            world.run(clock)
    assert world.files() == ["a.xml"]
    assert world.log_lines() == []


def test_a_second_daemon_is_told_of_the_first(tmp_path: Path) -> None:
    world = World(tmp_path)
    with another_process(world) as process, world.context() as context:
        with context.repository.write() as connection:
            held = leases.holder(connection, NAME)
            assert held is not None
            leases.take(connection, daemon_name(), *held)
        told = f"^a daemon is being run by process {process.pid} on "
        with pytest.raises(JobBusy, match=told), being_the_daemon(context):
            pass


@pytest.mark.parametrize("reaped", [True, False])
def test_the_job_of_a_dead_holder_is_taken_at_once(tmp_path: Path, reaped: bool) -> None:
    world = World(tmp_path)
    with another_process(world) as process:
        process.send_signal(signal.SIGKILL)
        os.waitid(os.P_PID, process.pid, os.WEXITED | (0 if reaped else os.WNOWAIT))
        world.run()
        if reaped:
            process.returncode = -9


def test_a_holder_that_ended_well_leaves_the_job_free(tmp_path: Path) -> None:
    world = World(tmp_path)
    with another_process(world) as process:
        process.communicate()
        assert process.returncode == 0
        with world.context() as context, context.repository.read() as connection:
            assert leases.holder(connection, NAME) == ("", 0)
        world.run()


def test_two_who_take_it_at_the_same_moment_try_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path)
    taken, tried = leases.take, []

    def in_the_way(*arguments: Any) -> int:
        tried.append(1)
        if len(tried) == 1:
            raise RepositoryConflict("changed by others")
        return taken(*arguments)

    monkeypatch.setattr(leases, "take", in_the_way)
    with world.context() as context, holding(context, NAME):
        assert len(tried) == 2


def test_another_process_of_the_same_number_is_not_the_holder(tmp_path: Path) -> None:
    world = World(tmp_path)
    host, _, _ = identity.myself().rsplit(" ", 2)
    claim(world, f"{host} {os.getppid()} 1", 10**15)
    world.run()


def test_a_holder_on_another_host_counts_until_its_time_is_over(tmp_path: Path) -> None:
    world, clock = World(tmp_path), SetClock()
    claim(world, "elsewhere/1234 1 99", clock.at + 5)
    for _ in range(5):
        with pytest.raises(JobBusy, match="by process 1 on elsewhere"):
            world.run(clock)
        clock.at += 1
    world.run(clock)


def test_a_live_holder_in_another_container_counts_until_its_time_is_over(tmp_path: Path) -> None:
    world, clock = World(tmp_path), SetClock()
    # On the same host, under the same host name, but with process numbers of its own.
    container = ("unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child", "--mount-proc")
    try:
        subprocess.run([*container, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no process namespaces here: {error}")
    with another_process(world, *container):
        with world.context() as context, context.repository.read() as connection:
            found = leases.holder(connection, NAME)
        assert found is not None
        clock.at = found[1] - 1
        with pytest.raises(JobBusy):
            world.run(clock)
        clock.at += 1
        world.run(clock)


def test_a_hold_is_renewed_and_given_back(tmp_path: Path) -> None:
    world, clock = World(tmp_path), SetClock()

    def until() -> int:
        with context.repository.read() as connection:
            found = leases.holder(connection, NAME)
        assert found is not None
        return found[1]

    with world.context(clock) as context:
        with holding(context, NAME) as hold:
            assert until() == clock.at + LEASE_SECONDS * 1000
            clock.at += 30_000
            with context.repository.write() as connection:
                hold.renew(connection)
            assert until() == clock.at + LEASE_SECONDS * 1000
        assert until() == 0


def test_who_was_away_too_long_finds_out_before_it_writes(tmp_path: Path) -> None:
    world, clock = World(tmp_path), SetClock()
    with world.context(clock) as context, holding(context, NAME) as hold:
        claim(world, "elsewhere/1234 1 99", clock.at)
        with context.repository.write() as connection, pytest.raises(JobBusy, match="another process has taken over"):
            hold.renew(connection)


def test_who_was_away_too_long_does_not_release_the_job_of_the_next(tmp_path: Path) -> None:
    world, clock = World(tmp_path), SetClock()
    with world.context(clock) as context:
        with holding(context, NAME):
            claim(world, "elsewhere/1234 1 99", clock.at + 1000)
        with pytest.raises(JobBusy, match="elsewhere"), holding(context, NAME):
            pytest.fail("the job was taken from its holder")


def test_after_a_fault_the_same_process_may_go_on_at_once(tmp_path: Path) -> None:
    world = World(tmp_path)
    with world.context() as context:
        with pytest.raises(Deferred), holding(context, NAME):
            raise Deferred("the share is gone")
        with holding(context, NAME) as hold:
            assert isinstance(hold, Lease)


def test_a_fault_that_the_process_survives_leaves_nothing_held(tmp_path: Path) -> None:
    with World(tmp_path).context() as context:
        with pytest.raises(ZeroDivisionError), holding(context, NAME):
            _ = 1 // 0
        assert not lease_holders.held(context, NAME)
        # Who is interrupted ends at once, and is seen to be dead: a database that does not answer is not waited for.
        with pytest.raises(KeyboardInterrupt), holding(context, NAME):
            raise KeyboardInterrupt
        assert lease_holders.held(context, NAME)


def test_jobs_do_not_hold_each_other(tmp_path: Path) -> None:
    world = World(tmp_path)
    with world.context() as context, holding(context, "one"), holding(context, "two"):
        pass


def test_a_run_that_lost_its_job_applies_nothing_more(tmp_path: Path) -> None:
    world, clock = World(tmp_path, settle_seconds=1), SetClock()
    world.load(ie("IE1"))
    world.drop("a.xml", update("IE1", dc("A")))
    wait = clock.wait

    def lose(seconds: float) -> None:
        wait(seconds)
        claim(world, "elsewhere/1234 1 99", clock.at + 1000)

    clock.wait = lose  # type: ignore[method-assign]
    with pytest.raises(Deferred, match="another process has taken over"):
        world.run(clock)
    assert world.title("IE1") == "Old"
    assert world.files() == ["a.xml"]


# --- clocks, restarts, containers -------------------------------------------------------------------------------------


def holder_at(**changes: Any) -> str:
    """A holder that is this process elsewhere or earlier."""
    return f"{identity.host()._replace(**changes)} {os.getpid()} 1"


TEN_YEARS = 10 * 365 * 86_400_000


def test_a_lease_of_a_clock_that_was_ahead_holds_nobody_up(tmp_path: Path) -> None:
    world, clock = World(tmp_path), SetClock()
    claim(world, "elsewhere/b/c 1 99", clock.at + TEN_YEARS)
    world.run(clock)


def test_after_a_restart_of_the_host_its_old_lease_is_not_waited_for(tmp_path: Path) -> None:
    world, clock = World(tmp_path), SetClock()
    claim(world, holder_at(boot="before"), clock.at + LEASE_SECONDS * 1000)
    world.run(clock)


def test_after_a_restart_of_the_container_its_old_lease_is_not_waited_for(tmp_path: Path) -> None:
    world, clock = World(tmp_path), SetClock()
    claim(world, holder_at(container="pid:[1]"), clock.at + LEASE_SECONDS * 1000)
    world.run(clock)


def test_a_container_that_was_made_anew_under_another_name_does_not_wait_either(tmp_path: Path) -> None:
    world, clock = World(tmp_path), SetClock()
    claim(world, holder_at(host="0f3c", container="pid:[1]", shown=True), clock.at + LEASE_SECONDS * 1000)
    world.run(clock)
    # One that shows nothing may be anywhere.
    claim(world, holder_at(host="0f3c", container="pid:[1]"), clock.at + LEASE_SECONDS * 1000)
    with pytest.raises(JobBusy):
        world.run(clock)


def test_a_container_of_the_same_name_beside_this_one_is_seen_to_live(tmp_path: Path) -> None:
    """As of `docker compose run` beside the daemon's own container: one name, one kernel, one disk."""
    world, clock = World(tmp_path), SetClock()
    other = holder_at(container="pid:[1]")
    claim(world, other, clock.at + LEASE_SECONDS * 1000)
    path = presence.path_beside(world.settings.repository.url)
    assert path is not None
    script = (
        "import sys; from pathlib import Path; from mdwatch.runtime import presence\n"
        "presence.show(Path(sys.argv[1]), sys.argv[2]); print('shown', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path), other], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "shown\n"
        with pytest.raises(JobBusy):
            world.run(clock)
        process.kill()
    world.run(clock)


def test_who_holds_a_lease_shows_itself(tmp_path: Path) -> None:
    world = World(tmp_path)
    path = presence.path_beside(world.settings.repository.url)
    assert path is not None
    with another_process(world), world.context() as context, context.repository.read() as connection:
        found = leases.holder(connection, NAME)
        assert found is not None
        assert presence.seen(path, found[0])
        assert not presence.seen(path, f"{found[0]}0")
    assert not presence.seen(path, found[0])


def test_who_reaches_the_database_by_a_link_sees_and_is_seen(tmp_path: Path) -> None:
    world = World(tmp_path)
    path = presence.path_beside(world.settings.repository.url)
    link = tmp_path / "link.db"
    link.symlink_to("mdwatch.db")
    assert path is not None
    assert presence.path_beside(f"sqlite:///{link}") == path


def test_a_server_has_no_file_beside_it() -> None:
    assert presence.path_beside("postgresql://localhost/mdwatch") is None


def test_where_presence_cannot_be_shown_the_lease_is_taken_all_the_same(tmp_path: Path) -> None:
    world = World(tmp_path)
    path = presence.path_beside(world.settings.repository.url)
    assert path is not None
    path.mkdir()
    assert presence.seen(path, "x") is None
    world.run()


# --- pauses -----------------------------------------------------------------------------------------------------------


def test_a_pause_fails_the_transaction_that_would_take_files(tmp_path: Path) -> None:
    world = World(tmp_path)
    with world.context() as context:
        with holding(context, NAME) as hold:
            with context.repository.write() as connection:
                control.tell(connection, JOB, paused=True)
            with context.repository.write() as connection, pytest.raises(JobPaused, match="job dc is paused"):
                hold.renew(connection)
        with pytest.raises(JobPaused), holding(context, NAME):
            pytest.fail("a paused job was taken")
        with holding(context, "exports"):
            pass


def test_a_run_that_is_paused_takes_nothing_more_and_goes_on_when_it_is_resumed(tmp_path: Path) -> None:
    world, clock = World(tmp_path, settle_seconds=1, group_size=1), SetClock()
    world.load(ie("IE1"))
    for number in range(3):
        world.drop(f"{number}.xml", update("IE1", dc(str(number))))

    def progress(done: int, _total: int) -> None:
        if done == 1:
            with context.repository.write() as connection:
                control.tell(connection, JOB, paused=True)

    with world.context(clock) as context:
        with pytest.raises(JobPaused):
            run_once.run_job(context, JOB, progress)
        assert world.files() == ["1.xml", "2.xml", "done/0.xml"]
        with context.repository.write() as connection:
            control.tell(connection, JOB, paused=False)
        report = run_once.run_job(context, JOB)
    assert report.counts == {"updated": 3}
    assert len(world.log_lines()) == 4
