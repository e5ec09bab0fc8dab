"""Asking a drop folder something on behalf of someone who cannot wait: a share that hangs must not hang them too.

A thread that waits for such a share can be left behind but not ended. So one at most is left behind for each folder,
and while it is, nobody else is sent after it.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from mdwatch.errors import Deferred

_Answer = TypeVar("_Answer")

ANSWER_SECONDS: Final = 5.0

_left_behind: dict[Path, threading.Thread] = {}
_lock = threading.Lock()


def ask(folder: Path, question: Callable[[], _Answer], seconds: float = ANSWER_SECONDS) -> _Answer:
    """The answer to a question that needs the folder; raises what it raises.

    Raises `Deferred` where the folder does not answer in time. What was asked for may then still happen later.
    """
    with _lock:
        before = _left_behind.get(folder)
        if before is not None and before.is_alive():
            raise _silent(folder)
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
        _left_behind[folder] = thread
    raise _silent(folder)


def _silent(folder: Path) -> Deferred:
    return Deferred(f"{folder} does not answer; see to its server or disk")
