"""The loop of a worker: one thread that takes a turn, sleeps by its bell, and takes the next; no fault ends it."""

import threading
from abc import abstractmethod
from enum import Enum
from typing import Final

import structlog

from mdwatch.errors import ConfigError, Deferred, JobBusy, JobPaused, RepositoryConflict
from mdwatch.runtime.heartbeat import Heartbeat
from mdwatch.watch.bell import Bell

log = structlog.get_logger()

FIRST_PAUSE: Final = 1.0  # seconds after the first fault; after each further one in a row twice as long
LONGEST_PAUSE: Final = 30.0
_CONFLICT_PAUSE: Final = 0.1


class TurnFault(Enum):
    """What kept a turn from its end."""

    BUSY = "another process does this work"
    CONFLICT = "another transaction came first; the same again, at once"
    PAUSED = "somebody paused it"
    WORLD = "disk, share, database or settings do not let it"
    OURS = "mdwatch failed"


class OwnThread:
    """What has a thread of its own, in which it does what `run` says.

    It is no `threading.Thread`: names of its kinds would meet those that Python's class has for itself, as `_context`
    did from Python 3.14 on.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._thread = threading.Thread(target=self.run, name=name, daemon=True)

    @abstractmethod
    def run(self) -> None:
        """What is done in the thread."""

    def start(self) -> None:
        """Begins; may be called once."""
        self._thread.start()

    def is_alive(self) -> bool:
        """Whether it has begun and not ended."""
        return self._thread.is_alive()

    def join(self, seconds: float | None = None) -> None:
        """Waits until it has ended, for so long at most."""
        self._thread.join(seconds)


class WorkerLoop(OwnThread):
    """A worker; `turn` is what it does. `heartbeat` tells its supervisor where it is.

    Other threads may call `stop`, ring the bell, and read `heartbeat` and `first_turn`.
    """

    def __init__(self, name: str, heartbeat: Heartbeat) -> None:
        super().__init__(name)
        self.bell = Bell()
        self.heartbeat = heartbeat
        self.first_turn = threading.Event()
        self.ending = threading.Event()
        self._faults = 0

    @abstractmethod
    def turn(self) -> float:
        """One turn; for how many seconds to sleep after it. May raise anything."""

    @abstractmethod
    def stumbled(self, fault: TurnFault, error: Exception, pause: float) -> float:
        """Takes note of what kept a turn from its end; for how many seconds to sleep, `pause` or what fits better."""

    def close(self) -> None:
        """Lets go of what the worker holds, at its end."""

    def stop(self) -> None:
        """Asks the thread to end after what it has in hand."""
        self.ending.set()
        self.bell.ring()

    def run(self) -> None:
        """Works until it is stopped."""
        while not self.ending.is_set():
            pause = self._once()
            self.first_turn.set()
            self.heartbeat.at("idle")
            if not self.ending.is_set():
                self.bell.wait(max(pause, 0.0))
            self.heartbeat.at("work")
        self.close()

    def _once(self) -> float:
        """One turn, or what kept it from its end; for how many seconds to sleep."""
        try:
            pause = self.turn()
        except Exception as error:  # noqa: BLE001 - whatever it is, the thread goes on
            return self._stumble(error)
        self._faults = 0
        return pause

    def _stumble(self, error: Exception) -> float:
        if self.ending.is_set() and isinstance(error, Deferred | OSError):
            # Cut short as it should be; the next start goes on.
            return 0.0
        fault = _kind(error)
        if fault in {TurnFault.WORLD, TurnFault.OURS}:
            self._faults += 1
        pause = min(FIRST_PAUSE * 2.0 ** min(max(self._faults - 1, 0), 10), LONGEST_PAUSE)
        if fault is TurnFault.CONFLICT:
            pause = _CONFLICT_PAUSE
        try:
            return self.stumbled(fault, error, pause)
        except Exception:
            log.exception("worker_fault_not_noted", worker=self.name)
            return pause


def _kind(error: Exception) -> TurnFault:
    match error:
        case JobBusy():
            return TurnFault.BUSY
        case JobPaused():
            return TurnFault.PAUSED
        case RepositoryConflict():
            return TurnFault.CONFLICT
        case Deferred() | OSError() | ConfigError():
            return TurnFault.WORLD
        case _:
            return TurnFault.OURS
