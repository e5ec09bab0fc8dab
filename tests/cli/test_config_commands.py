"""What an administrator is told of the settings: whether they are right for the service, and which there are."""

import grp
import os
import socket
import sqlite3
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from mdwatch import config
from mdwatch.dropfolder import mounts
from mdwatch.handlers.installing import as_service
from mdwatch.handlers.installing.as_service import ServiceUser
from mdwatch.repository import sqlite
from mdwatch.runtime import other_user
from tests.cli.calls import mdwatch, process
from tests.worlds import JOB, World, dc, ie, update

NOBODY = "nobody"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may become others")


def test_the_defaults_are_settings_themselves(tmp_path: Path) -> None:
    done = mdwatch("config", "show", "--defaults")
    assert done.status == 0
    assert config.check(tomllib.loads(done.out), "defaults").jobs == {}
    assert "# settle_seconds" in done.out


@pytest.mark.parametrize("command", [("job", "run", JOB), ("status",), ("config", "check"), ("run",)])
def test_a_zone_that_moments_cannot_be_told_in_is_refused_before_anything_is_done(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    world.drop("a.xml", update("IE1", dc("New")))
    done = process(*command, config=world.write_settings(), TZ="ABC24")
    assert (done.status, done.out) == (78, "")
    assert "TZ: 'ABC24' is a day or more away from UTC" in done.err
    assert world.files() == ["a.xml"]


def test_what_is_shown_is_in_force(tmp_path: Path) -> None:
    world = World(tmp_path)
    done = mdwatch("config", "show", config=world.write_settings())
    assert config.check(tomllib.loads(done.out), "shown") == world.settings
    world.raw["repository"]["url"] = "postgresql+psycopg://u:hidden-word@h/db"
    shown = mdwatch("config", "show", config=world.write_settings()).out
    assert "hidden-word" not in shown
    assert "u:***@h" in shown


def test_without_a_job_the_next_step_is_told(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.raw["jobs"], world.raw["users"] = {}, {}
    done = mdwatch("config", "check", config=world.write_settings())
    assert done.status == 0
    assert "There is no job yet: add [users.NAME] and [jobs.NAME]" in done.out


@pytest.mark.sqlite
def test_a_database_on_a_network_file_system_is_told_before_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = World(tmp_path).write_settings()
    monkeypatch.setattr(mounts, "file_system", lambda _path: "nfs4")
    done = mdwatch("config", "check", config=config)
    assert done.status == 78
    assert "repository.url: " in done.err
    assert "lies on a network file system (nfs4), where SQLite loses data; put it on a local disk" in done.err


def test_a_job_that_can_only_abort_is_no_fault_and_is_told(tmp_path: Path) -> None:
    world = World(tmp_path)
    config = world.write_settings()
    assert mdwatch("config", "check", config=config).out == f"{config}: fine\n"
    world.raw["users"]["editor"]["role"] = "editor-view"
    config = world.write_settings()
    done = mdwatch("config", "check", config=config)
    assert (done.status, done.err) == (0, "")
    assert f"Note: jobs.{JOB} aborts whenever it runs" in done.out
    (note,) = mdwatch("config", "check", "--json", config=config).json["notes"]
    assert "editor-typical or editor-full" in note


@pytest.mark.parametrize(
    ("listen", "formats", "told"),
    [
        (["127.0.0.1:8650"], ["ddi"], True),
        (["127.0.0.1:8650"], ["ddi", "oai_dc"], False),
        ([], ["ddi"], False),  # nobody can harvest
    ],
)
def test_harvesters_without_dublin_core_are_told_of(
    tmp_path: Path, listen: list[str], formats: list[str], told: bool
) -> None:
    world = World(tmp_path)
    world.raw["export"], world.raw["http"] = {"formats": formats}, {"listen": listen}
    notes = mdwatch("config", "check", "--json", config=world.write_settings()).json["notes"]
    assert [note for note in notes if "oai_dc" in note] == notes
    assert bool(notes) is told


@pytest.mark.sqlite
@as_root
def test_root_is_told_what_the_service_may_not_do(tmp_path: Path) -> None:
    world = World(tmp_path)
    path = world.write_settings()
    with world.context():
        pass  # Makes what is mdwatch's own.
    for folder in (tmp_path, *tmp_path.parents):
        folder.chmod(folder.stat().st_mode | 0o055)
    for private in (path, tmp_path / "mdwatch.db"):
        private.chmod(0o600)
    (tmp_path / "logs").chmod(0o755)
    assert mdwatch("config", "check", config=path).status == 0
    done = mdwatch("config", "check", "--user", NOBODY, config=path)
    assert done.status == 78
    told = done.err
    assert f"{path} cannot be read" in told
    assert f"logs.directory: {tmp_path / 'logs'} cannot be written to" in told
    assert f"repository.url: {tmp_path / 'mdwatch.db'} cannot be read and written" in told
    assert f"jobs.{JOB}.folder: {world.folder} cannot be read and written" in told
    assert told.count(f"(asked for the user {NOBODY})") == len(told.splitlines())
    # And where the service may do all of it.
    for folder in (tmp_path, world.folder, tmp_path / "logs", path, tmp_path / "mdwatch.db"):
        os.chown(folder, 65534, -1)
    assert mdwatch("config", "check", "--user", NOBODY, config=path).out.endswith(f"fine, for the user {NOBODY}\n")
    assert mdwatch("config", "check", "--user", "nemo", config=path).err == "mdwatch: there is no user nemo\n"


@as_root
def test_groups_of_the_unit_count(tmp_path: Path) -> None:
    place = tmp_path / "group"
    place.mkdir()
    for folder in (place, *place.parents):
        folder.chmod(folder.stat().st_mode | 0o011)
    os.chown(place, 0, 2)
    place.chmod(0o070)

    def question() -> list[str]:
        return [] if os.access(place, os.W_OK) else ["no"]

    assert other_user.ask(NOBODY, [], question) == ["no"]
    assert other_user.ask(NOBODY, ["bin"], question) == []
    assert other_user.ask(NOBODY, [], lambda: [str(1 / 0)]) == [f"it cannot be told what {NOBODY} may do"]


def test_the_credential_of_the_unit_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path)
    world.raw["http"] = {"listen": ["0.0.0.0:8650"]}
    path = world.write_settings()
    monkeypatch.setattr(as_service, "is_root", lambda: False)
    assert "needs a token" in mdwatch("config", "check", config=path).err
    token = tmp_path / "token"
    token.write_text("x" * 30, encoding="utf-8")
    token.chmod(0o600)
    monkeypatch.setattr(as_service, "_shown", lambda *_: {"LoadCredential": f"other:/x mdwatch-token:{token}"})
    assert mdwatch("config", "check", config=path).status == 0
    token.write_text("short", encoding="utf-8")
    assert "must hold one line" in mdwatch("config", "check", config=path).err
    monkeypatch.setattr(as_service, "_shown", lambda *_: {"User": "md", "SupplementaryGroups": "ins01 ins02"})
    assert as_service.user() == ServiceUser("md", ("ins01", "ins02"))


def test_the_list_tells_who_is_paused_and_when_others_run(tmp_path: Path) -> None:
    world = World(tmp_path, schedule="@daily")
    path = world.write_settings()
    listed = mdwatch("job", "list", config=path).out
    assert f"{JOB}: user editor (editor-full), schedule @daily, folder {world.folder}, next run 2" in listed
    assert mdwatch("job", "pause", JOB, config=path).status == 0
    assert mdwatch("job", "list", config=path).out.endswith(", paused\n")
    told = mdwatch("job", "list", "--json", config=path).json[JOB]
    assert (told["paused"], told["next_run"]) == (True, None)


def test_status_tells_when_the_schedule_comes_next(tmp_path: Path) -> None:
    world = World(tmp_path, schedule="0 3 * * *")
    path = world.write_settings()
    tomorrow = datetime.now().astimezone() + timedelta(days=1)
    days = {f"{day:%Y-%m-%d}" for day in (tomorrow, tomorrow - timedelta(days=1))}
    line = next(line for line in mdwatch("status", config=path).out.splitlines() if "next run" in line)
    assert line in {f"  next run {day} 03:00:00, if a daemon runs then" for day in days}
    next_run = mdwatch("status", "--json", config=path).json["jobs"][0]["next_run"]
    assert f"{datetime.fromtimestamp(next_run / 1000).astimezone():%Y-%m-%d %H:%M:%S}" in line
    assert mdwatch("job", "pause", JOB, config=path).status == 0
    assert "next run" not in mdwatch("status", config=path).out


@pytest.fixture(name="open_folder")
def _open_folder() -> Iterator[Path]:
    """A folder that other users can reach: those of pytest are its user's alone, and are made so again by any run."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shut = [str(parent) for parent in folder.parents if not parent.stat().st_mode & 0o001]
        if shut:
            pytest.skip(f"other users cannot reach {shut[0]}; let TMPDIR name a folder that they can")
        yield folder


@pytest.mark.sqlite
@as_root
@pytest.mark.parametrize("with_log", [False, True], ids=["", "with a write-ahead log"])
def test_members_of_the_group_may_look_without_the_right_to_write(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch, *, with_log: bool
) -> None:
    monkeypatch.setattr(sqlite, "wal_is_safe", lambda _version: with_log)
    world = World(open_folder)
    world.load(ie("IE1"), ie("IE2", stage="sip"))
    world.drop("1.xml", update("IE1", dc("New")))
    world.drop("2.xml", update("IE2", dc("Later")))
    world.run()
    path = world.write_settings()
    world.drop("3.xml", update("IE1", dc("Newer")))
    group = grp.getgrnam("nogroup").gr_gid
    for item in (open_folder, *open_folder.rglob("*")):
        os.chown(item, 0, group)
        item.chmod(0o750 if item.is_dir() else 0o640)
    calls = [
        ("status",),
        ("explain", world.folder / "2.xml"),
        ("explain", world.folder / "done" / "1.xml"),
        ("check", world.folder / "3.xml"),
        ("job", "list"),
        ("ie", "show", "IE1"),
        ("ie", "history", "IE1"),
        ("trail",),
        ("export", "status"),
        ("set", "list"),
        ("repository", "check"),
    ]

    def looked() -> list[str]:
        """What each command came to."""
        found = []
        for call in calls:
            done = mdwatch(*call, config=path)
            found.append(f"{' '.join(map(str, call))}: {done.status} {done.out} {done.err}")
        return found

    def looked_and_touched() -> list[str]:
        return [*looked(), f"lock: {mdwatch('ie', 'lock', 'IE1', config=path).status}"]

    as_owner = looked()
    before = (open_folder / "mdwatch.db").read_bytes()
    told = other_user.ask(NOBODY, [], looked_and_touched)
    assert told[:-1] == as_owner
    assert told[-1] == "lock: 78"
    assert (open_folder / "mdwatch.db").read_bytes() == before


def test_a_whole_folder_is_checked_before_the_job_is_switched_on(tmp_path: Path) -> None:
    world = World(tmp_path, schedule="manual")
    world.load(ie("IE1"), ie("IE3", lockedBy="curator"), ie("IE4", stage="sip"))
    # More than are held at a time, each after the effects of those before it.
    for number in range(210):
        world.drop(f"{number}.xml", update("IE1", dc(f"Title {number % 209}")))
    world.drop("again.xml", update("IE1", dc("Title 0")))
    world.drop("locked.xml", update("IE3", dc("New")))
    world.drop("sip.xml", update("IE4", dc("New")))
    world.drop("x.txt", b"")
    before, path = world.snapshot(), world.write_settings()
    done = mdwatch("check", "--job", JOB, "--json", config=path)
    told = {item["code"]: item for item in done.json["outcomes"]}
    assert (done.status, done.json["files"], world.snapshot()) == (1, 213, before)
    assert [len(told["updated"]["examples"]), told["ignored"]["count"], told["locked"]["effect"]] == [
        5,
        1,
        "the file goes to error/",
    ]
    assert told["locked"]["examples"] == [{"name": "locked.xml", "reason": "IE is locked by curator"}]
    text = mdwatch("check", "--job", JOB, config=path).out
    assert f"Job {JOB}: 213 files in its folder; nothing was changed\n" in text
    assert f"  and {told['updated']['count'] - 5} more\n" in text
    # And that is what a run comes to.
    counts = {code: item["count"] for code, item in told.items() if code != "ignored"}
    assert world.run().counts == counts
    (world.folder / "sip.xml").unlink()
    assert mdwatch("check", "--job", JOB, config=path).status == 0
    assert mdwatch("check", config=path).status == 2


@pytest.mark.sqlite
def test_what_is_the_matter_with_the_database_is_told_and_nothing_is_changed(tmp_path: Path) -> None:
    world, database = World(tmp_path), tmp_path / "own.db"
    world.raw["repository"]["url"] = f"sqlite:///{database}"
    path = world.write_settings()
    assert mdwatch("config", "check", "--json", config=path).json["notes"] == []
    assert not database.exists()
    assert mdwatch("status", config=path).status == 0

    def of_schema(name: str) -> None:
        with closing(sqlite3.connect(database)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (name,))

    of_schema("0003")
    before = database.read_bytes()
    (note,) = mdwatch("config", "check", "--json", config=path).json["notes"]
    assert "repository.url: the database is of an older mdwatch (schema 0003)" in note
    assert database.read_bytes() == before
    of_schema("9999")
    done = mdwatch("config", "check", config=path)
    assert done.status == 78
    assert "was made by a newer mdwatch (schema 9999); update mdwatch" in done.err
    database.write_bytes(b"Dear diary, " * 1000)
    assert "is not a database of mdwatch" in mdwatch("config", "check", config=path).err
    database.unlink()
    assert "there is no repository at" in mdwatch("config", "check", config=path).err


def test_a_server_that_does_not_answer_is_told_of(tmp_path: Path) -> None:
    world = World(tmp_path)
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        number = taken.getsockname()[1]
    world.raw["repository"]["url"] = f"postgresql+psycopg://mdwatch:hidden-word@127.0.0.1:{number}/mdwatch"
    done = mdwatch("config", "check", config=world.write_settings())
    assert done.status == 0
    _, note = done.out.splitlines()
    assert note.startswith("Note: repository.url: ")
    assert note.endswith("; the service waits until it can work with it")
    assert "hidden-word" not in done.out
