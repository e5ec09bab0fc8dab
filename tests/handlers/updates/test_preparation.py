"""Reading ahead in worker processes: same results, in order, whatever dies."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest

from mdwatch.dropfolder.folder import DropFolder
from mdwatch.formats.xml import Limits
from mdwatch.handlers.updates import preparation
from mdwatch.handlers.updates.preparation import WORTH_PROCESSES, Preparation, Prepared, processes_for
from mdwatch.model import InvalidUpdate, Sighting, UpdateMD
from tests.worlds import dc, update

ROOT = Path(__file__).parents[2]
LIMITS = Limits()
SOME = 4
PROGRAM = """
import sys
from pathlib import Path
from mdwatch.dropfolder.folder import DropFolder
from mdwatch.formats.xml import Limits
from mdwatch.handlers.updates.preparation import Preparation
with DropFolder(Path(sys.argv[1])) as folder, Preparation(folder, Limits(), 2, waited_for=True) as preparation:
    files = folder.look(("*",)).files
    assert len(list(preparation.stream([[file] for file in files]))) == len(files)
    print("ready", flush=True)
    sys.stdin.read()
"""


class Deadly(Sighting):
    """A file that ends the worker process to which it is handed, as a crash in the XML library would."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        return os._exit, (9,)


def fill(folder: Path, number: int) -> None:
    for count in range(number):
        (folder / f"{count:02}.xml").write_bytes(update(f"IE{count}", dc("New")))


def groups(folder: DropFolder, size: int) -> list[list[Sighting]]:
    files = sorted(folder.look(("*",)).files, key=lambda file: file.name)
    return [files[start : start + size] for start in range(0, len(files), size)]


def prepare(folder: DropFolder, groups: Iterable[list[Sighting]], processes: int = 2) -> list[list[Prepared]]:
    with Preparation(folder, LIMITS, processes, waited_for=True) as preparation:
        return list(preparation.stream(groups))


def kinds(prepared: list[list[Prepared]]) -> list[str]:
    """The PID of each file, or why it is invalid, or its trouble."""
    return [_kind(file) for group in prepared for file in group]


def _kind(file: Prepared) -> str:
    if isinstance(file.update, UpdateMD):
        return file.update.pid
    return file.update.reason if isinstance(file.update, InvalidUpdate) else file.trouble


@pytest.mark.parametrize("number", [0, 1, SOME, SOME + 1, 30])
def test_worker_processes_come_to_the_same_results_in_the_same_order(tmp_path: Path, number: int) -> None:
    fill(tmp_path, number)
    (tmp_path / "bad.xml").write_bytes(b"<updateMD")
    with DropFolder(tmp_path) as folder:
        given = groups(folder, 1)
        here = prepare(folder, given, 0)
        assert prepare(folder, given) == here
    assert [group[0].file for group in here] == [group[0] for group in given]
    assert isinstance(here[-1][0].update, InvalidUpdate)


def test_a_file_gone_changed_or_unreadable_is_trouble_and_no_verdict(tmp_path: Path) -> None:
    fill(tmp_path, SOME + 3)
    with DropFolder(tmp_path) as folder:
        given = groups(folder, 1)
        (tmp_path / "00.xml").unlink()
        with (tmp_path / f"{SOME + 1:02}.xml").open("ab") as file:
            file.write(b" ")
        (tmp_path / f"{SOME + 2:02}.xml").unlink()
        (tmp_path / f"{SOME + 2:02}.xml").symlink_to("01.xml")
        found = kinds(prepare(folder, given))
    still = "it is still being written"
    assert found == [still, *(f"IE{count}" for count in range(1, SOME + 1)), still, still]


@pytest.mark.parametrize("size", [1, 3])
def test_a_file_that_kills_its_worker_is_invalid_and_all_others_are_prepared(tmp_path: Path, size: int) -> None:
    fill(tmp_path, 30)
    with DropFolder(tmp_path) as folder:
        given = groups(folder, size)
        victims = {SOME * size, SOME * size + 4}
        files = [file for group in given for file in group]
        for number in victims:
            file = files[number]
            given[number // size][number % size] = Deadly(file.name, file.identity, file.ctime_ns, file.born_ns)
        found = kinds(prepare(folder, given))
    dead = "the process that read it ended (exit status 9), tried 2 times; split it or write it more simply"
    assert found == [dead if number in victims else f"IE{number}" for number in range(30)]


def test_a_pool_that_breaks_while_it_starts_another_process_keeps_no_file_from_being_prepared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path, 30)
    started = 0
    spawn = ProcessPoolExecutor._spawn_process  # type: ignore[attr-defined]

    def spawn_from_what_is_closed(pool: Any) -> None:
        nonlocal started
        started += 1
        if started == 2:
            # As its thread does that notices the death of a process, at any moment.
            pool._call_queue._reader.close()
        spawn(pool)

    monkeypatch.setattr(ProcessPoolExecutor, "_spawn_process", spawn_from_what_is_closed)
    with DropFolder(tmp_path) as folder:
        assert kinds(prepare(folder, groups(folder, 1))) == [f"IE{number}" for number in range(30)]
    assert started >= 2


def test_it_reads_no_further_ahead_than_a_few_groups(tmp_path: Path) -> None:
    fill(tmp_path, 40)
    taken = 0

    def counted(given: list[list[Sighting]]) -> Iterable[list[Sighting]]:
        nonlocal taken
        for group in given:
            taken += 1
            yield group

    with DropFolder(tmp_path) as folder, Preparation(folder, LIMITS, 1) as preparation:
        for number, _ in enumerate(preparation.stream(counted(groups(folder, 1))), 1):
            assert taken <= number + 2 * SOME


def group_of(leader: int) -> list[int]:
    """The live processes of a process group."""
    found = []
    for path in Path("/proc").iterdir():
        if path.name.isdecimal():
            try:
                state, _, process_group = (path / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[:3]
            except OSError:
                continue
            if int(process_group) == leader and state not in "ZX":
                found.append(int(path.name))
    return found


@pytest.mark.parametrize("ending", [signal.SIGKILL, None])
def test_no_worker_outlives_its_parent_however_that_ended(tmp_path: Path, ending: signal.Signals | None) -> None:
    fill(tmp_path, 20)
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        others = [process for process in group_of(parent.pid) if process != parent.pid]
        assert len(others) >= 2
        watched = [os.pidfd_open(process) for process in others]
        try:
            if ending is None:
                parent.communicate()
            else:
                parent.send_signal(ending)
            for descriptor in watched:
                poll = select.poll()
                poll.register(descriptor, select.POLLIN)
                assert poll.poll(20_000), "a worker process is left over"
        finally:
            for descriptor in watched:
                os.close(descriptor)
            for process in group_of(parent.pid):
                os.kill(process, signal.SIGKILL)


@pytest.mark.parametrize(
    ("files", "setting", "processes"),
    [(WORTH_PROCESSES - 1, 4, 0), (WORTH_PROCESSES, 4, 4), (WORTH_PROCESSES, 0, 0), (0, "auto", 0)],
)
def test_processes_are_started_only_for_many_files(files: int, setting: Any, processes: int) -> None:
    assert processes_for(files, setting) == processes


def test_auto_takes_the_cores_this_process_may_use_but_no_herd() -> None:
    assert processes_for(10**6, "auto") == min(len(os.sched_getaffinity(0)), 8)


def crash(_given: object) -> None:
    os.abort()


def large(folder: Path, name: str, pid: str) -> None:
    (folder / name).write_bytes(update(pid, dc("x" * 200_000)))


def test_a_large_file_is_read_in_a_process_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, 1)
    large(tmp_path, "a.xml", "IE77")
    here: list[str] = []
    real = preparation.prepare

    def noted(folder: DropFolder, file: Sighting, limits: Limits) -> Prepared:
        here.append(file.name)
        return real(folder, file, limits)

    monkeypatch.setattr(preparation, "prepare", noted)
    with DropFolder(tmp_path) as folder:
        assert kinds(prepare(folder, groups(folder, 2), 0)) == ["IE0", "IE77"]
    assert here == ["00.xml"]


@pytest.mark.parametrize("others_live", [True, False])
def test_a_file_is_to_blame_only_where_others_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, others_live: bool
) -> None:
    large(tmp_path, "a.xml", "IE77")
    if not others_live:
        monkeypatch.setattr(preparation, "_prepare_nothing", crash)
    with DropFolder(tmp_path) as folder:
        ((file,),) = groups(folder, 1)
        deadly = Deadly(file.name, file.identity, file.ctime_ns, file.born_ns)
        ((found,),) = prepare(folder, [[deadly]], 0)
    if others_live:
        assert found.digest == blake2b((tmp_path / "a.xml").read_bytes(), digest_size=16).digest()
        assert isinstance(found.update, InvalidUpdate)
        assert not found.update.premature
    else:
        assert found.update is None
        assert found.trouble == "the process that read it ended (exit status 9); look into the service log"


def test_large_files_of_a_group_are_prepared_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, 5)
    size = max(path.stat().st_size for path in tmp_path.iterdir())
    monkeypatch.setattr(preparation, "_GROUP_BYTES", 2 * size)
    with DropFolder(tmp_path) as folder:
        found = prepare(folder, groups(folder, 5), 0)
    assert [len(part) for part in found] == [2, 2, 1]
    assert kinds(found) == [f"IE{number}" for number in range(5)]
