"""Opening the database and its transactions: migrations, durability, waiting with a limit, faults in plain words."""

import _thread
import os
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Barrier
from time import monotonic
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.exc import IntegrityError

from mdwatch.errors import ConfigError, Deferred, RepositoryBusy
from mdwatch.repository import changes, interventions, migrations, sqlite, trail, vacuuming
from mdwatch.repository.engine import HEAD, Repository
from mdwatch.repository.exports import documents
from mdwatch.repository.exports.documents import KeptExport
from mdwatch.repository.sqlite import wal_is_safe
from mdwatch.repository.tables.every import metadata

pytestmark = pytest.mark.sqlite


@contextmanager
def repository(path: Path, busy_seconds: float = 30) -> Iterator[Repository]:
    """An open repository in this file."""
    opened = Repository(f"sqlite:///{path}", busy_seconds)
    try:
        yield opened
    finally:
        opened.close()


def institutions(connection: Connection) -> list[str]:
    return list(connection.execute(text("SELECT code FROM institution ORDER BY code")).scalars())


def page_size(path: Path) -> int:
    """Bytes of a page, as the file itself says."""
    return int.from_bytes(path.read_bytes()[16:18], "big")


# --- migrations


def test_the_migrations_make_exactly_the_tables(tmp_path: Path) -> None:
    with repository(tmp_path / "a.db") as opened, opened.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_a_new_database_has_larger_pages_and_an_older_one_gets_them_when_it_is_vacuumed(tmp_path: Path) -> None:
    new, old = tmp_path / "new.db", tmp_path / "old.db"
    with closing(sqlite3.connect(old)) as plain:
        plain.execute("PRAGMA page_size=4096")
        plain.execute("CREATE TABLE before (number)")
    with repository(new), repository(old) as opened:
        assert (page_size(new), page_size(old)) == (8192, 4096)
        if not wal_is_safe(sqlite3.sqlite_version_info):
            vacuuming.vacuum(opened)
            assert page_size(old) == 8192


def test_the_newest_migration_is_the_one_the_program_asks_for(tmp_path: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]
    with repository(tmp_path / "a.db") as opened, opened.read() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [HEAD]


def test_opening_again_keeps_what_is_there(tmp_path: Path) -> None:
    with repository(tmp_path / "a.db") as opened, opened.write() as connection:
        changes.ensure_institution(connection, "INS01")
    with repository(tmp_path / "a.db") as opened, opened.read() as connection:
        assert institutions(connection) == ["INS01"]


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    (tmp_path / "a.db").touch()
    with repository(tmp_path / "a.db") as opened, opened.read() as connection:
        assert institutions(connection) == []


def test_several_may_open_a_new_database_at_once(tmp_path: Path) -> None:
    start = Barrier(4)

    def open_it(code: str) -> None:
        start.wait()
        with repository(tmp_path / "a.db") as opened, opened.write() as connection:
            changes.ensure_institution(connection, code)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(open_it, "ABCD"))
    with repository(tmp_path / "a.db") as opened, opened.read() as connection:
        assert institutions(connection) == ["A", "B", "C", "D"]


def test_a_database_of_a_newer_program_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with repository(path) as opened, opened.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = path.read_bytes()
    with pytest.raises(ConfigError, match=r"made by a newer mdwatch \(schema 9999\); update mdwatch"):
        Repository(f"sqlite:///{path}", 30)
    assert path.read_bytes() == before


# --- faults


def test_a_file_that_is_no_database_is_refused_in_plain_words_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(b"Dear diary, " * 1000)
    with pytest.raises(ConfigError, match=r"repository.url: .*a\.db is not a database of mdwatch"):
        Repository(f"sqlite:///{path}", 30)
    assert path.read_bytes() == b"Dear diary, " * 1000


def test_a_damaged_database_is_a_fault_in_plain_words(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with repository(path):
        pass
    data = bytearray(path.read_bytes())
    # All but the first page, which holds the header and the schema.
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)

    def count() -> None:
        with repository(path) as opened, opened.read() as connection:
            connection.execute(text("SELECT count(*) FROM ie")).scalar()

    with pytest.raises(Deferred, match="the repository's database cannot be used"):
        count()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nowhere does not exist"):
        Repository(f"sqlite:///{tmp_path / 'nowhere' / 'a.db'}", 30)


def test_a_folder_in_the_place_of_the_database_is_a_fault_in_plain_words(tmp_path: Path) -> None:
    with pytest.raises(Deferred, match="cannot be used: unable to open database file"):
        Repository(f"sqlite:///{tmp_path}", 30)


# --- transactions


def test_what_raises_within_a_write_leaves_nothing(tmp_path: Path) -> None:
    def fail(opened: Repository) -> None:
        with opened.write() as connection:
            changes.ensure_institution(connection, "INS01")
            raise ZeroDivisionError

    with repository(tmp_path / "a.db") as opened:
        with pytest.raises(ZeroDivisionError):
            fail(opened)
        with opened.read() as connection:
            assert institutions(connection) == []


def test_a_read_sees_one_state_whatever_is_written_meanwhile(tmp_path: Path) -> None:
    with repository(tmp_path / "a.db", busy_seconds=0.05) as opened, opened.read() as reading:
        assert institutions(reading) == []
        # Without the write-ahead log the writer has to wait for the reader, and gives up: that is one state as well.
        try:
            with opened.write() as connection:
                changes.ensure_institution(connection, "INS01")
        except RepositoryBusy:
            pass
        assert institutions(reading) == []


def test_every_commit_is_durable_and_references_hold(tmp_path: Path) -> None:
    with repository(tmp_path / "a.db") as opened:
        with opened.read() as connection:
            assert connection.execute(text("PRAGMA synchronous")).scalar() == 2  # FULL
            mode = connection.execute(text("PRAGMA journal_mode")).scalar()
            assert mode == ("wal" if wal_is_safe(sqlite3.sqlite_version_info) else "truncate")
        with pytest.raises(IntegrityError), opened.write() as connection:
            connection.execute(text("INSERT INTO event (ie_id, dnx) VALUES (1, '{}')"))


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 0), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((4, 0, 0), True),
    ],
)
def test_the_write_ahead_log_is_used_only_where_it_is_fixed(version: tuple[int, int, int], safe: bool) -> None:
    assert wal_is_safe(version) is safe


# --- busy


@contextmanager
def held(path: Path, how: str) -> Iterator[None]:
    """The database held by another connection."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute(f"BEGIN {how}")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@pytest.mark.parametrize("busy_seconds", [0, 0.2])
def test_a_busy_database_is_waited_for_with_a_limit_and_nothing_is_half_done(
    tmp_path: Path, busy_seconds: float
) -> None:
    path = tmp_path / "a.db"
    with repository(path, busy_seconds) as opened:
        with held(path, "IMMEDIATE"):
            began = monotonic()
            with pytest.raises(RepositoryBusy, match="nothing was changed, try again"), opened.write():
                pytest.fail("a write began while another held the database")
            assert busy_seconds <= monotonic() - began < busy_seconds + 5
            with opened.read() as connection:
                assert institutions(connection) == []
        with opened.write() as connection:
            changes.ensure_institution(connection, "INS01")


@pytest.mark.skipif(wal_is_safe(sqlite3.sqlite_version_info), reason="with WAL it can be read all the same")
def test_a_database_held_for_itself_alone_can_not_even_be_opened_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with repository(path):
        pass
    with held(path, "EXCLUSIVE"), pytest.raises(RepositoryBusy):
        Repository(f"sqlite:///{path}", 0)


def test_a_writer_waits_until_the_other_has_done(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with repository(path) as opened, ThreadPoolExecutor(1) as threads:
        began = Barrier(2)

        def write() -> None:
            began.wait()
            with opened.write() as connection:
                changes.ensure_institution(connection, "INS02")

        with opened.write() as connection:
            changes.ensure_institution(connection, "INS01")
            done = threads.submit(write)
            began.wait()
            assert institutions(connection) == ["INS01"]
        done.result()
        with opened.read() as connection:
            assert institutions(connection) == ["INS01", "INS02"]


def one_that_only_reads(path: Path) -> sqlite3.Connection:
    """What SQLite gives, and says nothing of it, where the file could not be opened for writing at that moment."""
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None, check_same_thread=False)


def one_whose_file_is_gone(path: Path) -> sqlite3.Connection:
    """A connection to a file of which nothing can be had any more, as of a disk that was taken out."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("SELECT count(*) FROM sqlite_master")
    found = [link for link in Path("/proc/self/fd").iterdir() if os.path.realpath(link) == str(path)]
    assert found
    folder = os.open(path.parent, os.O_RDONLY)
    for link in found:
        os.dup2(folder, int(link.name))
    os.close(folder)
    return connection


@pytest.mark.parametrize("with_log", [False, True], ids=["", "with a write-ahead log"])
@pytest.mark.parametrize("broken", [one_that_only_reads, one_whose_file_is_gone])
def test_a_connection_that_broke_is_not_used_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: Callable[[Path], sqlite3.Connection], *, with_log: bool
) -> None:
    path = tmp_path / "a.db"
    monkeypatch.setattr(sqlite, "wal_is_safe", lambda _version: with_log)
    with repository(path) as opened:
        opened.engine.dispose()
        given = [broken(path)]
        event.listen(opened.engine, "do_connect", lambda *_: given.pop() if given else None)
        with pytest.raises(Deferred, match="cannot be used"), opened.write() as connection:
            connection.execute(text("INSERT INTO institution (code) VALUES ('INS01')"))
        assert given == []
        with opened.write() as connection:
            connection.execute(text("INSERT INTO institution (code) VALUES ('INS02')"))
        with opened.read() as connection:
            assert institutions(connection) == ["INS02"]


def test_a_full_disk_is_told_with_what_to_do(tmp_path: Path) -> None:
    def fill(connection: Connection) -> None:
        connection.execute(text("PRAGMA max_page_count=1"))
        connection.execute(text("CREATE TABLE large AS SELECT zeroblob(1000000) AS bytes"))

    with (
        repository(tmp_path / "a.db") as opened,
        pytest.raises(Deferred, match=r"is full; nothing was changed, make room on the disk that it is on"),
    ):
        opened.carry_out(fill)


@pytest.mark.parametrize("with_log", [False, True], ids=["", "with a write-ahead log"])
@pytest.mark.parametrize("writes", [True, False], ids=["writing", "reading"])
def test_who_is_interrupted_in_a_statement_can_note_that_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, writes: bool, with_log: bool
) -> None:
    monkeypatch.setattr(sqlite, "wal_is_safe", lambda _version: with_log)
    with repository(tmp_path / "a.db", 0.5) as opened:

        def note() -> None:
            with opened.write() as connection:
                changes.ensure_institution(connection, "INS02")

        def interrupted() -> None:
            with opened.write() if writes else opened.read() as connection:
                raw: Any = connection.connection.dbapi_connection
                # As by a signal: the statement comes to its row, and Python raises when it is back from it.
                raw.create_function("interrupted", 0, _thread.interrupt_main)
                if writes:
                    changes.ensure_institution(connection, "INS01")
                # Another is being read meanwhile, as where rows are passed on one by one.
                half_read = connection.execute(text("SELECT code FROM institution UNION ALL SELECT 1"))
                half_read.fetchone()
                connection.execute(text("SELECT code, interrupted() FROM institution UNION ALL SELECT 1, 2")).all()

        with opened.write() as connection:
            changes.ensure_institution(connection, "INS00")
        try:
            interrupted()
        except KeyboardInterrupt:
            # Here all that was interrupted is held by the traceback still.
            note()
        with opened.read() as connection:
            assert institutions(connection) == ["INS00", "INS02"]


@contextmanager
def database_of_before(path: Path, revision: str) -> Iterator[Connection]:
    """A database as an earlier version of the program left it, for what is to be in it."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        yield connection
    engine.dispose()


def test_documents_and_tombstones_are_there_after_an_upgrade(tmp_path: Path) -> None:
    with database_of_before(tmp_path / "a.db", "0020") as connection:
        columns = "id, pid, institution, stage, status, published, harvested, version, characteristics"
        for sql in (
            "INSERT INTO institution VALUES ('INS01')",
            f"INSERT INTO ie ({columns}) VALUES (5, 'IE5', 'INS01', 'permanent', 'active', 1, 0, 2, '{{}}')",
            "INSERT INTO export VALUES (5, 'oai_dc', 2, '1', 30, 4000, 0, x'0A', x'3C782F3E')",
            "INSERT INTO export VALUES (5, 'ddi', 1, '2', 31, 5000, 1, x'0B', NULL)",
        ):
            connection.execute(text(sql))
    with repository(tmp_path / "a.db") as opened, opened.read() as reading:
        kept = [documents.get(reading, "IE5", name) for name in ("oai_dc", "ddi", "mods")]
        assert reading.execute(text("SELECT count(*) FROM export_document")).scalar() == 1
    assert kept == [
        KeptExport("IE5", "oai_dc", 2, "1", 30, 4000, b"\n", b"<x/>"),
        KeptExport("IE5", "ddi", 1, "2", 31, 5000, b"\x0b", None),
        None,
    ]


def test_who_put_error_files_back_is_in_the_trail_after_an_upgrade(tmp_path: Path) -> None:
    with database_of_before(tmp_path / "a.db", "0007") as connection:
        for name, kind, moved in (("a.xml", "retry", "'a.xml'"), ("b.xml", "dismissal", "NULL")):
            connection.execute(
                text(
                    "INSERT INTO intervention (job, kind, name, inode, size, mtime_ns, digest, created_ns, at, agent,"
                    f" anyway, new_name, errand_id) VALUES ('dc', '{kind}', '{name}', 1, 2, 3, x'00', 4, 5, 'ada', 1,"
                    f" {moved}, 6)"
                )
            )
    with repository(tmp_path / "a.db") as opened, opened.write() as connection:
        found = [interventions.of_name(connection, "dc", name, 9)[0] for name in ("a.xml", "b.xml")]
        assert [(item.agent, item.at, item.anyway, item.errand) for item in found] == [("ada", 5, True, 6)] * 2
        told = trail.acts(connection, trail.TrailFilter(subject="dc"), None, 9)
        assert [(item.code, item.subject, item.outcome.value) for item in told] == [
            ("file-dismiss", "b.xml", "begun"),
            ("file-retry", "a.xml", "done"),
        ]


def test_what_is_in_use_as_the_repository_is_closed_is_closed_when_it_is_given_back(tmp_path: Path) -> None:
    opened = Repository(f"sqlite:///{tmp_path / 'a.db'}", 5)
    with opened.read() as connection:
        raw: Any = connection.connection.dbapi_connection
        opened.close()
        assert institutions(connection) == []
    with pytest.raises(sqlite3.ProgrammingError, match="closed database"):
        raw.execute("SELECT 1")
