"""How tests wait: for a condition; and, where nothing is to happen, for whole turns of the worker that would do it."""

import time
from collections.abc import Callable
from typing import Final

from mdwatch.runtime.worker_loop import WorkerLoop

PATIENCE: Final = 30.0  # seconds, for machines that are busy with other tests


def until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Waits for a condition."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.005)


def more_turns(worker: WorkerLoop, number: int = 3) -> None:
    """Waits until a worker took so many more turns, from their beginning to their end; it is woken for each."""
    turn = worker.turn
    ended: list[None] = []

    def counted() -> float:
        try:
            return turn()
        finally:
            ended.append(None)

    worker.turn = counted  # type: ignore[method-assign]
    try:
        until(lambda: worker.bell.ring() or len(ended) >= number)  # type: ignore[func-returns-value]
    finally:
        worker.turn = turn  # type: ignore[method-assign]
