"""Files are expected: what is to prepare them starts while the command that is to take them is still being read."""

import threading
from contextlib import suppress
from pathlib import Path
from typing import Literal

from mdwatch.dropfolder.folder import DropFolder
from mdwatch.handlers.updates.preparation import PRELOAD, WORTH_PROCESSES, processes_for


def expect(folder: Path, setting: int | Literal["auto"]) -> threading.Thread:
    """Starts it, where so many files lie in the folder that they deserve processes; the thread that sees to it.

    Whoever asks a daemon to run the job need not wait for a share that hangs. That the folder cannot be looked at is
    told of by whoever opens it.
    """
    thread = threading.Thread(target=_expect, args=(folder, setting), name=f"expecting {folder}", daemon=True)
    thread.start()
    return thread


def _expect(folder: Path, setting: int | Literal["auto"]) -> None:
    with suppress(OSError), DropFolder(folder) as opened:
        if opened.has_entries(WORTH_PROCESSES) and processes_for(WORTH_PROCESSES, setting):
            from mdwatch.runtime import forked  # noqa: PLC0415 - with all it imports, which few files do not need

            forked.start(PRELOAD)
