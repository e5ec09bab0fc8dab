"""Worker processes: how many there may be, and that none outlives the process it works for."""

import os
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

_MOST: Final = 8
_NICENESS: Final = 10


def cores(setting: int | Literal["auto"]) -> int:
    """How many worker processes the setting allows: one for each core where it leaves it to us."""
    return min(len(os.sched_getaffinity(0)), _MOST) if setting == "auto" else setting


def give_way() -> None:
    """Lets everybody else go first where several want the processor; where even that is forbidden, it goes without."""
    with suppress(OSError):
        os.nice(_NICENESS)


def end_with_parent() -> None:
    """Has this process end when its parent does, however that ended, and whatever this one is at."""
    # Whoever wants this was started by it; others only ask how many there may be.
    import multiprocessing  # noqa: PLC0415

    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: "BaseProcess") -> None:
    parent.join()
    os._exit(1)
