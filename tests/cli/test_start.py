"""What a command does not need is not imported by it: to start is most of what short commands cost."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.calls import environment
from tests.worlds import JOB, World, ie

# Each takes a good part of what the whole start may: metrics, the other database, exports, the web, models of settings.
NEEDED_SELDOM = {
    "alembic", "asyncio.events", "difflib", "email.message", "http", "jinja2", "mdwatch.handlers.exports",
    "mdwatch.runtime.formats", "ssl", "zipfile",
    "mdwatch.web", "prometheus_client", "psycopg", "pydantic", "sqlalchemy.dialects.postgresql", "sqlalchemy.orm",
    "starlette", "tqdm", "uvicorn", "watchdog", "xml.sax",
}  # fmt: skip
# The same where there is only to be looked: XML, work on files, other processes, digests, sockets.
NEEDED_FOR_WORK = NEEDED_SELDOM | {
    "_hashlib", "cronsim", "defusedxml", "getpass", "lxml", "mdwatch.exporters.records", "mdwatch.formats.updatemd",
    "mdwatch.formats.xml", "mdwatch.handlers.updates", "mdwatch.repository.tables.every",
    "mdwatch.repository.tables.harvests", "multiprocessing", "shutil", "socket",
}  # fmt: skip
# The same for a run over few files.
NEEDED_FOR_MANY = {"concurrent.futures.process", "multiprocessing", "shutil", "socket", "subprocess", "tempfile"}


def loaded_by(world: World, *command: str) -> set[str]:
    """The modules that this command has loaded when it ends; it must end well, and have garbage looked for again."""
    script = (
        "import atexit, gc, runpy, sys\n"
        "atexit.register(lambda: print(gc.isenabled() and gc.get_freeze_count() > 0, *sys.modules, file=sys.stderr))\n"
        "import mdwatch.cli\n"
        "mdwatch.cli.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *command],
        capture_output=True,
        text=True,
        check=True,
        env=environment(world.write_settings()),
    )
    settled, *loaded = done.stderr.splitlines()[-1].split()
    assert settled == "True"
    return set(loaded)


@pytest.mark.sqlite
@pytest.mark.parametrize("command", [["status"], ["job", "list"]])
def test_what_only_looks_loads_nothing_that_is_needed_for_work(tmp_path: Path, command: list[str]) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    loaded = loaded_by(world, *command)
    assert "mdwatch.handlers.jobs.facts" in loaded
    assert ("mdwatch.handlers.jobs.status" in loaded) is (command == ["status"])
    assert loaded & NEEDED_FOR_WORK == set()


@pytest.mark.sqlite
def test_a_run_loads_nothing_that_it_has_no_use_for(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    loaded = loaded_by(world, "job", "run", JOB)
    assert "mdwatch.handlers.updates.run_once" in loaded
    assert loaded & {*NEEDED_SELDOM, *NEEDED_FOR_MANY, "cronsim"} == set()


def test_processes_that_prepare_files_load_neither_the_command_line_nor_the_database() -> None:
    script = "import sys, mdwatch.__main__, mdwatch.handlers.updates.preparation\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment())
    assert set(done.stdout.split()) & {"click", "sqlalchemy", "structlog", "mdwatch.cli", "mdwatch.config"} == set()


@pytest.mark.sqlite
def test_settings_of_a_plain_file_are_read_without_the_database(tmp_path: Path) -> None:
    settings = World(tmp_path).write_settings()
    script = "import sys; from pathlib import Path; from mdwatch import config\n"
    script += "config.load(Path(sys.argv[1]))\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script, settings], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) & {"sqlalchemy", "structlog", "lxml"} == set()
