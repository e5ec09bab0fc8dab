"""Asking a drop folder something on behalf of someone who cannot wait: a share that hangs must not hang them too.

A thread that waits for such a share can be left behind but not ended. So one at most is left behind for each folder,
and while it is, nobody else is sent after it.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from mdwatch.errors import Deferred

_Answer = TypeVar("_Answer")

ANSWER_SECONDS: Final = 5.0
_SILENT_SECONDS: Final = 20.0  # after which a share does not count as busy any more

# The thread, and since when (monotonic) it waits.
_left_behind: dict[Path, tuple[threading.Thread, float]] = {}
_lock = threading.Lock()


class ShareBusy(Deferred):
    """The folder has not answered so far, and may yet: it, or this host, has much to do."""


def ask(folder: Path, question: Callable[[], _Answer], seconds: float = ANSWER_SECONDS) -> _Answer:
    """The answer to a question that needs the folder; raises what it raises.

    Raises `Deferred` where the folder does not answer in time, `ShareBusy` while that is no reason to see to it.
    What was asked for may then still happen later.
    """
    began = time.monotonic()
    with _lock:
        before = _left_behind.get(folder)
        if before is not None and before[0].is_alive():
            raise _no_answer(folder, before[1])
    answers: list[_Answer] = []
    errors: list[BaseException] = []

    def asking() -> None:
        try:
            answers.append(question())
        except BaseException as error:  # noqa: BLE001 - raised again where it was asked
            errors.append(error)

    thread = threading.Thread(target=asking, name=f"asking {folder}", daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if answers:
        return answers[0]
    with _lock:
        _left_behind[folder] = thread, began
    raise _no_answer(folder, began)


def _no_answer(folder: Path, since: float) -> Deferred:
    if time.monotonic() - since < _SILENT_SECONDS:
        return ShareBusy(f"{folder} does not answer so far; it may be busy")
    return Deferred(f"{folder} does not answer; see to its server or disk")
