"""Standard streams that whoever called closed: no file of ours gets their number, and nothing fails to print."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.calls import on_terminal, process
from tests.worlds import JOB, World, dc, ie, update

ROOT = Path(__file__).parents[2]


def test_descriptors_that_are_closed_at_the_start_are_not_given_to_files() -> None:
    script = (
        "import os, sys; os.close(0); os.close(2); sys.stderr = None\n"
        "from mdwatch.cli import streams\n"
        "streams.open_all(); file = os.open('/dev/null', os.O_RDONLY)\n"
        "print(file > 2, os.fstat(2).st_rdev != 0, sys.stderr.write('x'))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "True True 1\n"


@pytest.mark.parametrize("redirection", ["2>&-", "<&- >&- 2>&-", "2>/dev/full"])
def test_a_job_runs_whatever_its_streams_are(tmp_path: Path, redirection: str) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    world.drop("a.xml", update("IE1", dc("New")))
    call = f'exec "$0" -m mdwatch --config "$1" job run {JOB} {redirection}'
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    command = ["sh", "-c", call, sys.executable, str(world.write_settings())]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert world.title("IE1") == "New"


def called(script: str, *arguments: object) -> "subprocess.CompletedProcess[str]":
    """What became of a shell's script that calls the program as `mdwatch` with some arguments."""
    text = f'mdwatch() {{ exec "$0" -m mdwatch "$@"; }}; {script}'
    # A module that Python keeps compiled is kept half where files may not grow, and breaks whoever reads it next.
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    command = ["sh", "-c", text, sys.executable, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


@pytest.mark.parametrize("buffered", ["", "PYTHONUNBUFFERED=1; export PYTHONUNBUFFERED; "], ids=["buffered", "not"])
def test_what_cannot_be_printed_is_told_in_a_line(tmp_path: Path, buffered: str) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    done = called(f'{buffered}mdwatch --config "$1" ie show IE1 >/dev/full', world.write_settings())
    told = "mdwatch: standard output takes no more of what is told: No space left on device\n"
    assert (done.returncode, done.stderr) == (1, told)


def test_a_sheet_that_could_not_be_written_is_not_left_half(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1", "long" * 20_000))
    sheet = tmp_path / "a.csv"
    # Not so few that a database with a write-ahead log cannot be read.
    script = 'ulimit -f 100; mdwatch --config "$1" sheet export "$2" --pid IE1 --fields dc:title'
    done = called(script, world.write_settings(), sheet)
    told = f"mdwatch: {sheet} cannot be written: File too large\n"
    assert (done.returncode, done.stderr, sheet.exists()) == (2, told, False)


@pytest.mark.sqlite
@pytest.mark.parametrize("blocks", [0, 8], ids=["as it commits", "before"])
def test_a_database_that_may_grow_no_further_is_told_of(tmp_path: Path, blocks: int) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    done = called(f'ulimit -f {blocks}; mdwatch --config "$1" ie lock IE1', world.write_settings())
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "disk I/O error; look after its disk, after quotas, and after limits of the size of files" in done.stderr


def test_what_is_no_utf8_names_nothing(tmp_path: Path) -> None:
    world = World(tmp_path)
    done = called(r'mdwatch --config "$1" set show "$(printf "\344")"', world.write_settings())
    told = "mdwatch: '\\xe4' is not UTF-8; only names of files may be something else\n"
    assert (done.returncode, done.stderr) == (2, told)


def test_where_no_thread_can_be_started_the_limits_are_named(tmp_path: Path) -> None:
    world = World(tmp_path)
    script = (
        "import sys, threading\n"
        "from mdwatch.cli import main\n"
        'def refuse(_thread): raise RuntimeError("can\'t start new thread")\n'
        "threading.Thread.start = refuse\n"
        "main()"
    )
    command = [sys.executable, "-c", script, "status", "--config", str(world.write_settings())]
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert "the system lets it start no further thread; look at the limits of processes (ulimit -u)" in done.stderr


@pytest.mark.parametrize(("level", "told"), [("info", False), ("debug", True)])
def test_on_a_terminal_a_command_tells_what_it_did_and_the_service_log_only_of_troubles(
    tmp_path: Path, level: str, *, told: bool
) -> None:
    world = World(tmp_path)
    world.raw["logs"]["level"] = level
    world.load(ie("IE1"))
    config = world.write_settings()
    world.drop("a.xml", update("IE1", dc("New")))
    on_a_terminal = on_terminal("job", "run", JOB, config=config)
    assert (on_a_terminal.status, on_a_terminal.out.splitlines()[0]) == (0, "Job dc: Success (1 updated)")
    assert ("file_decided" in on_a_terminal.err) is told
    world.drop("b.xml", update("IE1", dc("Newer")))
    assert '"event": "file_decided"' in process("job", "run", JOB, config=config).err
