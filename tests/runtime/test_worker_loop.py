"""The loop of a worker: no fault ends it, its pauses grow and shrink again, and it stops when it is told to."""

import threading
from collections.abc import Callable

import pytest

from mdwatch.errors import ConfigError, Deferred, JobBusy, JobPaused
from mdwatch.runtime.heartbeat import Heartbeat
from mdwatch.runtime.worker_loop import LONGEST_PAUSE, TurnFault, WorkerLoop


class Worker(WorkerLoop):
    """A worker whose turns do as they are told, one after the other."""

    def __init__(self, *turns: Callable[[], float], fails_to_note: bool = False) -> None:
        super().__init__("worker", Heartbeat())
        self.turns = list(turns)
        self.noted: list[tuple[TurnFault, float]] = []
        self.closed = threading.Event()
        self._fails_to_note = fails_to_note

    def turn(self) -> float:
        if not self.turns:
            self.stop()
            return 60
        return self.turns.pop(0)()

    def stumbled(self, fault: TurnFault, error: Exception, pause: float) -> float:
        self.noted.append((fault, pause))
        if self._fails_to_note:
            raise error
        return 0

    def close(self) -> None:
        self.closed.set()


def failing(error: BaseException) -> Callable[[], float]:
    def turn() -> float:
        raise error

    return turn


def well() -> float:
    return 0


def worked(worker: Worker) -> list[tuple[TurnFault, float]]:
    worker.start()
    worker.join(30)
    assert worker.closed.is_set()
    assert worker.first_turn.is_set()
    return worker.noted


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (JobBusy("x"), TurnFault.BUSY),
        (JobPaused("x"), TurnFault.PAUSED),
        (Deferred("x"), TurnFault.WORLD),
        (OSError(28, "x"), TurnFault.WORLD),
        (ConfigError(["x"]), TurnFault.WORLD),
        (StopIteration(), TurnFault.OURS),
        (KeyError("x"), TurnFault.OURS),
    ],
)
@pytest.mark.parametrize("fails_to_note", [True, False])
def test_whatever_a_turn_raises_is_noted_as_what_it_is_and_ends_nothing(
    error: Exception, fault: TurnFault, fails_to_note: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mdwatch.runtime.worker_loop.FIRST_PAUSE", 0.001)
    assert worked(Worker(failing(error), well, fails_to_note=fails_to_note)) == [(fault, 0.001)]


def test_pauses_double_up_to_the_longest_and_begin_anew_after_a_good_turn() -> None:
    bad = failing(Deferred("x"))
    pauses = [pause for _, pause in worked(Worker(*[bad] * 8, well, bad))]
    assert pauses == [1, 2, 4, 8, 16, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE, 1]


def test_who_is_busy_or_paused_is_at_no_fault() -> None:
    noted = worked(Worker(failing(JobBusy("x")), failing(JobPaused("x")), failing(OSError(5, "x"))))
    assert [pause for _, pause in noted] == [1, 1, 1]


def test_what_cuts_a_turn_short_because_it_is_to_end_is_no_fault() -> None:
    worker = Worker()

    def stopping() -> float:
        worker.stop()
        raise Deferred("stopped")

    worker.turns = [stopping]
    assert worked(worker) == []


def test_a_sleeping_worker_wakes_to_stop() -> None:
    worker = Worker(lambda: 3600.0)
    worker.start()
    assert worker.first_turn.wait(30)
    worker.stop()
    worker.join(30)
    assert not worker.is_alive()
    assert worker.closed.is_set()
