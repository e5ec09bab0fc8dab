"""A worker process that makes documents, with both ends of its pipe: neither can be understood without the other."""

import gc
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import starmap
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from typing import Final

from mdwatch import logs
from mdwatch.errors import Deferred, in_words
from mdwatch.handlers.exports import forking
from mdwatch.handlers.exports.making import Made, Order, make
from mdwatch.runtime import forked
from mdwatch.runtime.formats import as_far_as_there
from mdwatch.runtime.processes import end_with_parent, give_way

_START_SECONDS: Final = 60.0
# For so long answers are gathered: far shorter than any limit, and as long as a score of IEs takes.
_ANSWER_SECONDS: Final = 0.005
_GARBAGE: Final = 50_000  # objects made before Python looks for cycles among them


class Closed(Exception):
    """Nobody wants the documents any more."""


class MakerProcess:
    """One worker process, started when it is asked and not there; `trouble` tells why the last one fell silent."""

    def __init__(self, names: tuple[str, ...], log_level: str, *, any_foreign: bool) -> None:
        self.trouble = ""
        self._lock = threading.Lock()
        self._closed = False
        self._log_level = log_level
        self._names = names
        self._any_foreign = any_foreign
        self._process: ForkServerProcess | None = None
        self._pipe: Connection | None = None

    def begin(self) -> None:
        """Has the process start, before it is asked; where it does not, it is ended, and may be asked all the same."""
        try:
            self._started()
        except Closed:
            return
        except (Deferred, EOFError, OSError):
            self.end()

    def ask(self, orders: Sequence[Order], limits: Sequence[float], *, together: bool = False) -> Iterator[Made]:
        """The answers in order, as far as they come in time; a process that falls silent is ended.

        `together`: several may come at a time, within the limit of the first of them. Raises `Closed` after `close`,
        and `Deferred` where no process can be had: no document is to blame for that.
        """
        try:
            pipe = self._started()
            # A named tuple takes twice as long to pass on as a plain one.
            pipe.send(([tuple(order) for order in orders], together))
            came = 0
            while came < len(limits):
                if not pipe.poll(limits[came]):
                    self.trouble = f"took longer than {limits[came]:g} seconds"
                    self.end()
                    return
                answers = pipe.recv()
                came += len(answers)
                yield from starmap(Made, answers)
        except (EOFError, OSError):
            if self._closed:
                raise Closed from None
            self.trouble = "the process that made it died; look into the service log"
            self.end()

    def _started(self) -> Connection:
        with self._lock:
            if self._closed:
                raise Closed
            if self._pipe is not None:
                return self._pipe
            pipe = self._start()
        self._wait_for_start(pipe)
        return pipe

    def _wait_for_start(self, pipe: Connection) -> None:
        """What it takes to start is not to be counted against the first IE."""
        try:
            if not pipe.poll(_START_SECONDS):
                raise OSError("the worker process does not start")
            pipe.recv()
        except (EOFError, OSError):
            # What another package brings is read first, and may do anything.
            if self._closed or self._any_foreign:
                raise
            self.end()
            raise Deferred("the process that is to make exports ends as it starts; look into the service log") from None

    def _start(self) -> Connection:
        try:
            context = forked.context(forking.modules(self._names))
            ours, theirs = context.Pipe()
        except OSError as error:
            raise _not_to_be_had(error) from error
        process = context.Process(
            target=_work, args=(theirs, self._names, self._any_foreign, self._log_level), daemon=True
        )
        try:
            process.start()
        except OSError as error:
            ours.close()
            raise _not_to_be_had(error) from error
        finally:
            theirs.close()
        self._pipe, self._process = ours, process
        return ours

    def close(self) -> None:
        """Ends the process for good, from any thread; whoever waits for an answer is not kept waiting."""
        with self._lock:
            self._closed = True
            if self._process is not None:
                self._process.kill()

    def end(self) -> None:
        """Ends the process, whatever it is at."""
        with self._lock:
            if self._pipe is not None:
                self._pipe.close()
            if self._process is not None:
                self._process.kill()
                self._process.join()
            self._pipe = self._process = None


def _not_to_be_had(error: OSError) -> Deferred:
    return Deferred(f"no process can be started to make exports in: {in_words(error)}")


# Worker processes give way to whatever else the machine has to do, above all to the update jobs.
def _work(pipe: Connection, names: tuple[str, ...], any_foreign: bool, log_level: str) -> None:
    """The worker process: answers orders until the other end of the pipe is gone."""
    give_way()
    # What an exporter prints is none of what the command prints.
    os.dup2(2, 1)
    end_with_parent()
    logs.configure_service_log(log_level)
    formats, lacking = as_far_as_there(names, any_brought=any_foreign)
    told: set[tuple[str, type[Exception]]] = set()
    # What was imported stays, and documents leave no cycles worth a frequent look.
    gc.freeze()
    gc.set_threshold(_GARBAGE)
    with suppress(EOFError, OSError, KeyboardInterrupt):
        pipe.send(None)
        while True:
            orders, together = pipe.recv()
            ready: list[tuple[object, ...]] = []
            begun = time.monotonic()
            for number, (entity, wanted) in enumerate(orders, 1):
                made = make(formats, Order(entity, wanted), told)
                if lacking:
                    made.faults.update({name: lacking[name] for name in wanted if name in lacking})
                ready.append(tuple(made))
                if not together or number == len(orders) or time.monotonic() - begun > _ANSWER_SECONDS:
                    pipe.send(ready)
                    ready, begun = [], time.monotonic()
