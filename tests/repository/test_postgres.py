"""What only a server does: conflicts, locks of others, connections that end, and daemons that share it."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import PIPE
from typing import Any, cast

import pytest
from sqlalchemy import Boolean, Column, Integer, LargeBinary, MetaData, Table, Text, select, text, update

from mdwatch.daemon.sharing import Sharing
from mdwatch.errors import Deferred, JobBusy, RepositoryBusy, RepositoryConflict
from mdwatch.handlers.exports.nightly import Nightly
from mdwatch.handlers.jobs import status as job_status
from mdwatch.handlers.updates.job_schedule import JobSchedule
from mdwatch.handlers.updates.standing import Standing
from mdwatch.repository import changes, control, leases, moving, server_clock
from mdwatch.repository import postgres as server
from mdwatch.repository.columns import FileName, Unsigned
from mdwatch.repository.database_faults import repeated
from mdwatch.repository.engine import HEAD, Repository
from mdwatch.repository.postgres import add_rows, end_silent
from mdwatch.repository.tables.control import counter
from mdwatch.runtime import identity, lease, lease_holders
from mdwatch.runtime.context import Context
from mdwatch.runtime.lease_names import daemon_name, keeper_name
from tests import postgres
from tests.worlds import JOB, Later, World

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(postgres.SERVER not in os.environ, reason="about a server; run with `--postgres`")

HOLDER = """
import sys
from mdwatch.runtime import identity, lease
from mdwatch.runtime.context import opened
from mdwatch import config
from pathlib import Path
with opened(config.load(Path(sys.argv[1]))) as context, lease.holding(context, sys.argv[2]):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return postgres.database_url(tmp_path / "a.db")


@pytest.fixture
def repository(url: str) -> Iterator[Repository]:
    opened = Repository(url, 1)
    yield opened
    opened.close()


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    with World(tmp_path).context() as made:
        yield made


def value(repository: Repository) -> int:
    with repository.read() as connection:
        return control.count_of(connection, "a")


def count_up_beside(repository: Repository, meanwhile: Callable[[], None]) -> None:
    """Counts up, in a transaction that saw how all was before something else happened."""
    with repository.write() as connection:
        control.count_of(connection, "a")
        meanwhile()
        control.count_up(connection, "a")


def test_of_two_that_change_the_same_one_is_told_and_can_be_done_again(repository: Repository) -> None:
    with repository.write() as connection:
        control.count_up(connection, "a")
    others = iter([True, True, False])

    def meanwhile() -> None:
        if next(others):
            with repository.write() as connection:
                control.count_up(connection, "a")

    with pytest.raises(RepositoryConflict, match="nothing was changed"):
        count_up_beside(repository, meanwhile)
    assert value(repository) == 2
    repeated(count_up_beside)(repository, meanwhile)
    assert value(repository) == 4


def test_the_same_key_twice_is_a_conflict_too(repository: Repository) -> None:
    def meanwhile() -> None:
        with repository.write() as connection:
            control.count_up(connection, "a")

    with pytest.raises(RepositoryConflict):
        count_up_beside(repository, meanwhile)


def test_a_lock_of_another_is_waited_for_a_while_only(repository: Repository) -> None:
    with repository.write() as connection:
        control.count_up(connection, "a")
    with repository.write() as holding:
        holding.execute(update(counter).values(value=5))
        with pytest.raises(RepositoryBusy), repository.write() as connection:
            control.count_up(connection, "a")


def test_a_connection_that_ended_costs_nobody_a_transaction(repository: Repository) -> None:
    end_others = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    assert value(repository) == 0
    other = Repository(repository.engine.url.render_as_string(hide_password=False), 1)
    with other.write() as connection:
        connection.execute(end_others)
    other.close()
    assert value(repository) == 0


def test_a_transaction_whose_connection_ends_is_undone_and_told(repository: Repository) -> None:
    def cut_off() -> None:
        with repository.write() as connection:
            control.count_up(connection, "a")
            connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(Deferred) as raised:
        cut_off()
    assert not isinstance(raised.value, RepositoryConflict)
    assert value(repository) == 0


def test_a_commit_without_an_answer_claims_nothing(repository: Repository) -> None:
    def cut_off() -> None:
        with repository.write() as connection:
            control.count_up(connection, "a")
            pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            postgres.admin(Path(os.environ[postgres.SERVER]), f"SELECT pg_terminate_backend({pid})")

    with pytest.raises(Deferred, match="whether it was made shows"):
        cut_off()


def test_whoever_only_reads_cannot_write(url: str) -> None:
    Repository(url, 1).close()
    reader = Repository(url, 1, read_only=True)
    with pytest.raises(Deferred, match="read-only"), reader.write() as connection:
        control.count_up(connection, "a")
    reader.close()


def test_several_that_begin_at_once_migrate_once(tmp_path: Path) -> None:
    folder = Path(os.environ[postgres.SERVER])
    name = f"new_{os.getpid()}"
    postgres.admin(folder, f"CREATE DATABASE {name}")
    program = (
        "import sys; from mdwatch.repository.engine import Repository; "
        "print('ready', flush=True); sys.stdin.readline(); Repository(sys.argv[1], 30).close()"
    )
    command = [sys.executable, "-c", program, postgres.url(folder, name)]
    everyone = [subprocess.Popen(command, cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True) for _ in range(3)]
    for process in everyone:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in everyone:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    assert [(process.communicate()[1], process.returncode) for process in everyone] == [("", 0)] * 3
    made = Repository(postgres.url(folder, name), 30)
    with made.read() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [HEAD]
    made.close()
    postgres.admin(folder, f"DROP DATABASE {name} WITH (FORCE)")


def test_two_that_change_one_ie_lose_nothing(context: Context) -> None:
    """Of threads that raise the same counter, each time by a transaction that looks first, none overwrites another."""
    with context.repository.write() as connection:
        changes.ensure_institution(connection, "INS01")
        control.count_up(connection, "a")

    @repeated
    def raise_by_one() -> None:
        with context.repository.write() as connection:
            before = control.count_of(connection, "a")
            connection.execute(update(counter).where(counter.c.name == "a").values(value=before + 1))

    threads = [threading.Thread(target=lambda: [raise_by_one() for _ in range(10)]) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert value(context.repository) == 21


# --- leases


def other_process(world: World, name: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(world.write_settings()), name],
        cwd=ROOT,
        stdin=PIPE,
        stdout=PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_lease_goes_by_the_clock_of_the_server(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    with repository.read() as connection:
        now = connection.execute(text("SELECT extract(epoch FROM clock_timestamp()) * 1000")).scalar_one()
        assert abs(server_clock.moment(connection, 7) - int(now)) < 5_000


def test_a_process_that_is_stopped_counts_until_its_time_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path)
    process = other_process(world, f"job {JOB}")
    try:
        with world.context() as context:
            with pytest.raises(JobBusy, match=f"process {process.pid} on"), lease.holding(context, f"job {JOB}"):
                pass
            process.send_signal(signal.SIGSTOP)
            # Its time is over.
            with context.repository.write() as connection:
                until = leases.holder(connection, f"job {JOB}")
                assert until is not None
            monkeypatch.setattr(server_clock, "moment", lambda _connection, here: here + 16_000)
            with lease.holding(context, f"job {JOB}"):
                pass
    finally:
        process.kill()
        process.communicate()


def test_a_lease_is_prolonged_while_its_holder_waits(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    from mdwatch.runtime import keeping  # noqa: PLC0415 - its thread is begun anew here

    monkeypatch.setattr(keeping, "_EVERY_SECONDS", 0.05)

    def until() -> int:
        with context.repository.read() as connection:
            found = leases.holder(connection, "a")
        assert found is not None
        return found[1]

    with lease.holding(context, "a") as hold:
        before = until()
        wait_for(lambda: until() > before)
        hold.wanted = lambda: False
        # One may be on its way.
        threading.Event().wait(0.2)
        before = until()
        threading.Event().wait(0.3)
        assert until() == before
        with context.repository.write() as connection:
            leases.take(connection, "a", "other/x/y/z 1 1", 1)
        hold.wanted = lambda: True
        threading.Event().wait(0.2)
        assert until() == 1


def test_one_that_was_not_taken_after_all_is_not_prolonged(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another one takes it instead, and is told the number that this one was told; then it dies."""
    from mdwatch.runtime import keeping  # noqa: PLC0415 - its thread is begun anew here

    monkeypatch.setattr(keeping, "_EVERY_SECONDS", 0.05)
    held, fences = keeper_name(JOB), []

    def cut_off() -> None:
        with context.repository.write() as connection:
            fences.append(lease.take(connection, context, held).fence)
            connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(Deferred):
        cut_off()
    with context.repository.write() as connection:
        assert leases.take(connection, held, "other/x/y/z 1 1", 7) == fences[0]
    with lease.holding(context, "what has leases prolonged"):
        threading.Event().wait(0.3)
    with context.repository.read() as connection:
        assert leases.holder(connection, held) == ("other/x/y/z 1 1", 7)


def wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(1000):
        if condition():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it did not come true")


def test_several_daemons_may_be_on_one_host(tmp_path: Path) -> None:
    world = World(tmp_path)
    with world.context() as context:
        process = other_process(world, daemon_name())
        try:
            with lease.being_the_daemon(context) as mine:
                assert mine.name == daemon_name(2)
                with context.repository.read() as connection:
                    assert lease_holders.daemons(connection, context).keys() == {
                        daemon_name(),
                        daemon_name(2),
                    }
        finally:
            process.kill()
            process.communicate()
        with lease.being_the_daemon(context) as mine:
            assert mine.name == daemon_name()


class NoWorkers:
    """Workers as far as `Sharing` asks for them."""

    def __init__(self) -> None:
        self.jobs: dict[str, Any] = {}
        self.assigned: frozenset[str] = frozenset()

    def assign(self, jobs: frozenset[str]) -> None:
        self.assigned = jobs

    def at_work(self, job: str) -> bool:
        return job in self.assigned


def test_a_daemon_takes_the_jobs_and_leaves_one_that_another_took(context: Context) -> None:
    workers: Any = NoWorkers()
    with lease.being_the_daemon(context) as hold:
        shared = Sharing(lambda: context, hold, workers)
        shared.turn()
        assert workers.assigned == {JOB}
        (seen,) = job_status.overview(context).jobs
        assert seen.keeper == f"{os.getpid()} on {socket.gethostname()}"
        with context.repository.write() as connection:
            leases.take(connection, keeper_name(JOB), "far/x/y/z 1 1", context.clock.now() + 10_000)
        shared.turn()
        assert workers.assigned == set()
        assert not shared.nobodys(JOB)
        assert shared.nobodys("unknown")
        shared.close()


def test_a_daemon_looks_after_what_it_took_without_hearing_so(tmp_path: Path) -> None:
    """The connection ended as it took its jobs: they are its own, and it does not know."""
    world, workers = World(tmp_path), NoWorkers()
    job = world.raw["jobs"].pop(JOB)
    for number in range(3):
        (tmp_path / f"{number}").mkdir()
        world.raw["jobs"][f"j{number}"] = {**job, "folder": str(tmp_path / f"{number}")}
    with world.context() as context, lease.being_the_daemon(context) as hold:
        shared = Sharing(lambda: context, hold, cast("Any", workers))
        with context.repository.write() as connection:
            until = context.clock.now() + 10_000
            leases.take(connection, daemon_name(2), "far/x/y/z 1 1", until)
            for name in context.settings.jobs:
                leases.take(connection, keeper_name(name), identity.myself(), until)
        # It may leave some of them to the other one.
        shared.turn()
        assert workers.assigned
        shared.close()


@pytest.mark.parametrize("ends", [False, True])
def test_a_client_that_is_silent_after_statements_sent_together_keeps_its_locks_for_a_while_only(
    url: str, repository: Repository, monkeypatch: pytest.MonkeyPatch, ends: bool
) -> None:
    import psycopg  # noqa: PLC0415 - an extra

    with repository.write() as connection:
        control.count_up(connection, "a")
    silent = psycopg.connect(url.replace("+psycopg", ""), application_name="mdwatch")
    # The client is stopped before it says that this is the end, or behind it.
    silent.pgconn.enter_pipeline_mode()
    for statement in (b"BEGIN", b"UPDATE counter SET value = 7"):
        silent.pgconn.send_query_params(statement, None)
    if ends:
        silent.pgconn.pipeline_sync()
    silent.pgconn.send_flush_request()
    silent.pgconn.flush()
    waiting = f"FROM pg_stat_activity WHERE pid = {silent.info.backend_pid} AND wait_event = 'ClientRead'"
    with repository.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        asked = text(f"SELECT count(*) {waiting} AND query LIKE 'UPDATE%'")
        wait_for(lambda: bool(connection.execute(asked).scalar_one()))
    with pytest.raises(RepositoryBusy), repository.write() as connection:
        control.count_up(connection, "a")

    def ended() -> int:
        with repository.read() as connection:
            return end_silent(connection)

    assert ended() == 0
    monkeypatch.setattr(server, "IDLE_SECONDS", 0)
    assert ended() == 1
    with repository.write() as connection:
        control.count_up(connection, "a")
    assert value(repository) == 2
    silent.close()


# --- many rows


def test_rows_are_added_as_they_are_whatever_stands_in_them(repository: Repository) -> None:
    odd = Table(
        "odd",
        MetaData(),
        Column("order", Integer, primary_key=True),
        Column("said", Text),
        Column("name", FileName),
        Column("inode", Unsigned),
        Column("bytes", LargeBinary),
        Column("is_so", Boolean),
    )
    rows = [
        (1, "a\tb", "\udcff\\x.xml", 2**64 - 1, b"\0\xff\\", True),
        (2, "\\N", None, None, b"", False),
        (3, "a\\.\nb\r", "\N{SNOWMAN}", 0, None, None),
        (4, "", "\\", 1, b"\\N", None),
        (5, None, "", 1, b"\n", None),
    ]
    with repository.write() as connection:
        odd.create(connection)
        moving.write(connection, odd, rows)
    with repository.read() as connection:
        assert [tuple(row) for row in connection.execute(select(odd).order_by(odd.c.order))] == rows


def test_a_row_that_is_there_is_a_conflict_and_none_is_added(repository: Repository) -> None:
    with pytest.raises(RepositoryConflict), repository.write() as connection:
        moving.write(connection, counter, [("a", 1), ("b", 2), ("a", 3)])
    assert value(repository) == 0


def test_rows_that_a_server_did_not_get_are_a_fault_that_passes(repository: Repository) -> None:
    def rows(pid: int) -> Iterator[tuple[str, int]]:
        folder = Path(os.environ[postgres.SERVER])
        for number in range(100_000):
            yield f"{number}", number
            if number == 10:
                postgres.admin(folder, f"SELECT pg_terminate_backend({pid})")

    def cut_off() -> None:
        with repository.write() as connection:
            pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            add_rows(connection, counter, rows(pid))

    with pytest.raises(Deferred) as raised:
        cut_off()
    assert not isinstance(raised.value, RepositoryConflict)
    assert value(repository) == 0


# --- clocks


def test_schedules_go_by_the_clock_of_the_server_whatever_that_of_a_host_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    world = World(tmp_path, schedule="0 0 1 1 *")
    with world.context(Later(0.5)) as context:
        real = Later(0).now()
        Nightly().keep(context)
        standing = Standing(context, JOB, None)
        JobSchedule(context, context.job(JOB), standing).kept()
        with context.repository.read() as connection:
            ticks = [found.last_tick for found in control.states(connection).values()]
    assert len(ticks) == 2
    assert all(tick is not None and abs(tick - real) < 60_000 for tick in ticks)
