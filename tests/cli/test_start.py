"""What a command does not need is not imported by it: to start is most of what short commands cost."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.calls import environment
from tests.worlds import World, ie

# Each takes a good part of what the whole start may: XML, metrics, the other database, work on files, exports, the web.
NEEDED_FOR_WORK = {
    "alembic", "defusedxml", "http", "jinja2", "lxml", "mdwatch.exporters.records", "mdwatch.formats.updatemd",
    "mdwatch.formats.xml", "mdwatch.handlers.exports", "mdwatch.handlers.updates", "mdwatch.web", "multiprocessing",
    "prometheus_client", "psycopg", "sqlalchemy.dialects.postgresql", "sqlalchemy.orm", "tqdm", "uvicorn", "watchdog",
}  # fmt: skip


@pytest.mark.sqlite
@pytest.mark.parametrize("command", [["status"], ["job", "list"]])
def test_what_only_looks_loads_nothing_that_is_needed_for_work(tmp_path: Path, command: list[str]) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    script = (
        "import gc, runpy, sys\n"
        "try: runpy.run_module('mdwatch', run_name='__main__')\n"
        "except SystemExit as ended: assert not ended.code\n"
        "assert gc.isenabled() and gc.get_freeze_count() > 0\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *command],
        capture_output=True,
        text=True,
        check=True,
        env=environment(world.write_settings()),
    )
    loaded = set(done.stderr.split())
    assert "mdwatch.handlers.jobs.status" in loaded, done.stdout
    assert loaded & NEEDED_FOR_WORK == set()
