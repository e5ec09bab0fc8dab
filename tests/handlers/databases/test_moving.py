"""A repository that moves house has everything, or the new house is empty; it works on there."""

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Table, text

from mdwatch.errors import RepositoryBusy, UsageError
from mdwatch.handlers.databases import checking, moving
from mdwatch.repository import moving as rows
from mdwatch.repository import postgres as server
from mdwatch.repository.engine import Repository
from mdwatch.runtime import lease, lease_names
from tests import postgres
from tests.cli.calls import mdwatch
from tests.worlds import World, dc, ie, mods, update


def nothing(_done: int, _total: int) -> None:
    """For whoever does not ask how far it is."""


def used(root: Path) -> World:
    """A world in which something happened: updates, an error, a waiting file, odd names, a source record, exports."""
    world = World(root)
    source = [{"mid": "1436", "subType": "MODS", "content": mods("Old")}]
    world.load(ie("IE1", published=True, source=source), ie("IE2", "Ünïcödé \U0001f600"), ie("IE3", stage="sip"))
    world.drop("1.xml", update("IE1", dc("New")))
    world.drop("a\udcff.xml", update("IE2", dc("Neu")))
    world.drop("b.xml", update("IE3", dc("Later")))
    world.drop("c.xml", b"<nonsense/>")
    world.run()
    assert mdwatch("export", "all", config=world.write_settings()).status == 0
    return world


def test_all_of_it_goes_there_and_back_and_works_on(tmp_path: Path) -> None:
    world = used(tmp_path / "one")
    config = world.write_settings()
    before = mdwatch("ie", "history", "IE1", config=config).out
    # There: a file in any case; from a server too, where the tests run on one.
    there = f"sqlite:///{tmp_path / 'there.db'}"
    done = mdwatch("repository", "copy", there, config=config)
    assert (done.status, done.err) == (0, "")
    assert "were copied and compared" in done.out
    world.raw["repository"]["url"] = there
    config = world.write_settings()
    assert mdwatch("ie", "history", "IE1", config=config).out == before
    assert mdwatch("audit", config=config).out.endswith("0 findings\n")
    assert mdwatch("repository", "check", config=config).out == "0 faults\n"
    # And back.
    back = postgres.database_url(tmp_path / "back.db")
    copied = mdwatch("repository", "copy", back, "--json", config=config)
    assert copied.status == 0
    assert {item["name"]: item["rows"] for item in copied.json["tables"]}["ie"] == 3
    world.raw["repository"]["url"] = back
    world.drop("9.xml", update("IE1", dc("Newest")))
    world.load(ie("IE4"))
    assert world.run().status.value == "Success"
    assert world.title("IE1") == "Newest"
    assert mdwatch("audit", config=world.write_settings()).out.endswith("0 findings\n")


def test_only_an_empty_database_is_filled(tmp_path: Path) -> None:
    world = used(tmp_path / "one")
    target = f"sqlite:///{tmp_path / 'there.db'}"
    with world.context() as context:
        moving.copy(context, target, nothing)
        with pytest.raises(UsageError, match="something in the database"):
            moving.copy(context, target, nothing)
        with pytest.raises(UsageError, match="the repository itself"):
            moving.copy(context, world.raw["repository"]["url"], nothing)
        with pytest.raises(UsageError, match="a database URL"):
            moving.copy(context, "there.db", nothing)


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("", "a database URL"),
        ("mysql://u@h/d", "a sqlite or postgresql URL"),
        ("postgres://u@h/d", "a sqlite or postgresql URL"),
        ("SQLITE:////tmp/x.db", "a sqlite or postgresql URL"),
        ("sqlite://", "by an absolute path"),
        ("sqlite:///there.db", "by an absolute path"),
    ],
)
def test_what_the_settings_could_not_name_is_no_target(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, why: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with World(tmp_path).context() as context, pytest.raises(UsageError, match=why):
        moving.copy(context, target, nothing)
    assert not (tmp_path / "there.db").exists()


@pytest.mark.sqlite
def test_the_repository_under_another_name_is_the_repository_itself(tmp_path: Path) -> None:
    world = World(tmp_path / "one")
    (tmp_path / "two").symlink_to(tmp_path / "one")
    with world.context() as context, pytest.raises(UsageError, match="the repository itself"):
        moving.copy(context, f"sqlite:///{tmp_path / 'two' / 'mdwatch.db'}", nothing)


def test_nobody_may_be_at_work_meanwhile(tmp_path: Path) -> None:
    world = used(tmp_path / "one")
    target = f"sqlite:///{tmp_path / 'there.db'}"
    at_work = pytest.raises(UsageError, match=r"daemon on .* stop it first")
    with world.context() as context, lease.holding(context, lease_names.daemon_name()), at_work:
        moving.copy(context, target, nothing)


def test_what_a_command_would_change_meanwhile_waits_and_is_not_left_behind(tmp_path: Path) -> None:
    """A command holds no lease, and what it wrote into the old database would be missing in the new one."""
    world = used(tmp_path / "one")
    tried: list[bool] = []

    def change(_done: int, _total: int) -> None:
        if not tried:
            tried.append(True)
            with closing(Repository(world.raw["repository"]["url"], 0.2)) as other, pytest.raises(RepositoryBusy):
                other.carry_out(lambda connection: connection.execute(text("UPDATE ie SET locked_by = 'ann'")))

    with world.context() as context:
        moving.copy(context, f"sqlite:///{tmp_path / 'there.db'}", change)
    assert tried


@pytest.mark.skipif(postgres.SERVER not in os.environ, reason="about a server; run with `--postgres`")
def test_a_server_does_not_end_a_transaction_that_waits_for_the_other_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = used(tmp_path / "one")
    monkeypatch.setattr(server, "IDLE_SECONDS", 0.2)
    compare, write = moving._compare, rows.write

    def slow_compare(*given: Any) -> None:
        compare(*given)
        time.sleep(0.6)

    def slow_write(*given: Any) -> None:
        time.sleep(0.4 if given[1].name == "ie" else 0)
        write(*given)

    monkeypatch.setattr(moving, "_compare", slow_compare)
    monkeypatch.setattr(rows, "write", slow_write)
    with world.context() as context:
        # The old one has nothing to say while the new one is compared, and the new one none while the old is read.
        assert moving.copy(context, f"sqlite:///{tmp_path / 'there.db'}", nothing)
        assert moving.copy(context, postgres.database_url(tmp_path / "another.db"), nothing)


def test_what_reads_otherwise_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = used(tmp_path / "one")
    write = rows.write

    def lossy(connection: Connection, table: Table, piece: list[Any]) -> None:
        write(connection, table, piece[:-1] if table.name == "event" else piece)

    monkeypatch.setattr(rows, "write", lossy)
    target = f"sqlite:///{tmp_path / 'there.db'}"
    with world.context() as context:
        with pytest.raises(Exception, match="table event reads otherwise"):
            moving.copy(context, target, nothing)
        monkeypatch.undo()
        # Nothing was left of it.
        moving.copy(context, target, nothing)


@pytest.mark.sqlite
def test_faults_of_the_database_are_found(tmp_path: Path) -> None:
    world = used(tmp_path)
    with world.context() as context:
        assert checking.faults(context) == []
        with closing(sqlite3.connect(tmp_path / "mdwatch.db", isolation_level=None)) as other:
            for statement in ("DELETE FROM ie WHERE pid = 'IE2'", "DROP INDEX ix_ie_due", "DROP TABLE news"):
                other.execute(statement)
        found = checking.faults(context)
    assert "the table news is missing" in found
    assert "the index ix_ie_due is missing" in found
    assert any("names a row of ie that is not there" in line for line in found)
    assert mdwatch("repository", "check", config=world.write_settings()).status == 1


def test_the_copy_goes_on_numbering(tmp_path: Path) -> None:
    world = used(tmp_path / "one")
    target = postgres.database_url(tmp_path / "there.db")
    with world.context() as context:
        moving.copy(context, target, nothing)
        with context.repository.read() as connection:
            last = connection.execute(text("SELECT max(id) FROM event")).scalar_one()
    copied = Repository(target, 5)
    with copied.write() as connection:
        connection.execute(text("INSERT INTO event (ie_id, dnx) VALUES (1, '{}')"))
        assert connection.execute(text("SELECT max(id) FROM event")).scalar_one() > last
    copied.close()
