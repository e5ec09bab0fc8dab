"""What processes are forked from starts while a command is still read, and keeps nobody waiting."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from mdwatch.dropfolder.folder import DropFolder
from mdwatch.handlers.updates import expecting
from mdwatch.handlers.updates.preparation import WORTH_PROCESSES


@pytest.mark.parametrize(
    ("files", "setting", "expected"),
    [(WORTH_PROCESSES, 1, True), (WORTH_PROCESSES - 1, 1, False), (WORTH_PROCESSES, 0, False), (None, 1, False)],
)
def test_what_processes_are_forked_from_starts_early_where_it_is_wanted(
    tmp_path: Path, files: int | None, setting: int, expected: bool
) -> None:
    """None: a folder that is not there, of which whoever opens it tells."""
    folder = tmp_path / "drop"
    if files is not None:
        folder.mkdir()
        for number in range(files):
            (folder / f"{number}.xml").touch()
    script = (
        "import sys\nfrom multiprocessing import forkserver\nfrom pathlib import Path\n"
        "from mdwatch.handlers.updates import expecting\n"
        "expecting.expect(Path(sys.argv[1]), int(sys.argv[2])).join()\n"
        "print(forkserver._forkserver._forkserver_pid is not None)\n"
    )
    command = [sys.executable, "-c", script, str(folder), str(setting)]
    assert subprocess.check_output(command, text=True) == f"{expected}\n"


def test_a_share_that_hangs_keeps_nobody_waiting_who_only_expects_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = threading.Event()
    monkeypatch.setattr(DropFolder, "has_entries", lambda _self, _number: answers.wait() and False)
    thread = expecting.expect(tmp_path, 1)
    assert thread.is_alive()
    assert thread.daemon
    answers.set()
    thread.join(10)
    assert not thread.is_alive()
