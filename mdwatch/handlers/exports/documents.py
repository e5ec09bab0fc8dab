"""Making documents: here where they are few, in worker processes where they are many or another package makes them.

A format that raises, or whose document is not what the format says, fails alone. One that takes too long, or kills its
process, is found out by trying the formats of the IE one by one. One that does so again and again is not tried for a
while, for each time costs a process and its whole limit, and the other formats of other IEs wait.

It is long because both ends of the pipe to a worker process stand here: neither can be understood without the other.
"""

import gc
import multiprocessing
import os
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from hashlib import blake2b
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from queue import SimpleQueue
from types import TracebackType
from typing import Final, NamedTuple, Self

import structlog
from lxml import etree

from mdwatch import logs
from mdwatch.errors import Rejected
from mdwatch.exporters.interface import Exporter
from mdwatch.formats import xml
from mdwatch.formats.xml import Limits
from mdwatch.model import IntellectualEntity
from mdwatch.runtime.formats import Formats, as_far_as_there
from mdwatch.runtime.processes import end_with_parent, give_way

log = structlog.get_logger()

DIGEST_BYTES: Final = 16
# Below this many IEs, starting processes costs more than it saves.
WORTH_PROCESSES: Final = 50
_START_SECONDS: Final = 60.0
# A format that silences its process so many times in a row is left out for so long.
_MOST_SILENCES: Final = 3
_AVOIDED_SECONDS: Final = 600.0
# For so long answers are gathered: far shorter than any limit, and as long as a score of IEs takes.
_ANSWER_SECONDS: Final = 0.005
_GARBAGE: Final = 50_000  # objects made before Python looks for cycles among them
# Worker processes give way to whatever else the machine has to do, above all to the update jobs.
# A document is judged by what an XML library can take, not by the caps on what others send.
_DOCUMENT: Final = Limits(bytes=1 << 30, elements=1 << 30, attributes=1 << 20, namespaces=1 << 30, depth=xml.DEEPEST)


class Order(NamedTuple):
    """One IE and the formats it is wanted in."""

    entity: IntellectualEntity
    formats: tuple[str, ...]


class Made(NamedTuple):
    """What came of an order: documents by format, why there is none by format, and the digests of the documents."""

    documents: dict[str, bytes]
    faults: dict[str, str]
    digests: dict[str, bytes]

    @classmethod
    def nothing(cls) -> Self:
        """Nothing yet."""
        return cls({}, {}, {})

    def add(self, other: "Made") -> None:
        """Adds what came of another order for the same IE."""
        self.documents.update(other.documents)
        self.faults.update(other.faults)
        self.digests.update(other.digests)


def make(formats: Formats, order: Order, told: set[tuple[str, type[Exception]]]) -> Made:
    """Makes the documents of one IE, in this process, in those of the formats that there are.

    `told` holds the formats and kinds of faults whose traceback is in the service log already: one of each will do.
    """
    made = Made.nothing()
    for name in order.formats:
        exporter = formats.exporters.get(name)
        if exporter is None:
            continue
        try:
            document = exporter.export(order.entity)
            if name in formats.foreign:
                _check(exporter, document)
            # A class of another package's that is nearly bytes stays in this process.
            made.documents[name] = content = bytes(document)
            made.digests[name] = blake2b(content, digest_size=DIGEST_BYTES).digest()
        except Exception as error:
            made.faults[name] = _reason(error)
            if (name, type(error)) not in told:
                told.add((name, type(error)))
                # What was refused is told by its reason; anything else by where it came from.
                trace = None if isinstance(error, Rejected) else error
                log.error("exporter_fault", format=name, pid=order.entity.pid, reason=made.faults[name], exc_info=trace)
    return made


def _check(exporter: Exporter, document: object) -> None:
    """Refuses what is not a document of the format; ours are held to it by their tests."""
    if not isinstance(document, bytes):
        raise Rejected(f"the exporter returned {type(document).__name__}, not bytes")
    if exporter.is_xml:
        root = xml.parse(document, _DOCUMENT)
        namespace = etree.QName(root).namespace or ""
        if exporter.namespace and namespace != exporter.namespace:
            raise Rejected(f"the document is in the namespace {namespace!r:.100}, not {exporter.namespace!r}")


def _reason(error: Exception) -> str:
    """Why a document could not be made, on one line."""
    words = " ".join(str(error).split())[:500]
    if isinstance(error, Rejected):
        return f"invalid document: {words}"
    return f"the exporter failed: {words}" if words else "the exporter failed; see the service log"


class DocumentMaker:
    """Makes documents in the order they are asked for. `seconds` is the limit for one IE in one format."""

    def __init__(self, formats: Formats, seconds: float, processes: int, log_level: str = "info") -> None:
        """Nothing is started before it is needed; `processes` 0 keeps what is built in here."""
        self._log_level = log_level
        self._told: set[tuple[str, type[Exception]]] = set()
        self._formats = formats
        self._seconds = seconds
        self._processes = processes
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._threads: ThreadPoolExecutor | None = None
        self._workers: list[_Worker] = []
        self._silences: dict[str, int] = {}
        self._avoided_until: dict[str, float] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Ends the processes, whatever they are at."""
        for worker in self._workers:
            worker.close()
        if self._threads is not None:
            self._threads.shutdown(wait=True, cancel_futures=True)
        for worker in self._workers:
            worker.end()
        self._workers, self._threads, self._idle = [], None, SimpleQueue()

    def stream(self, groups: Iterable[Sequence[Order]]) -> Iterator[list[Made]]:
        """Each group made, in order; at most a few groups ahead, so that memory stays bounded."""
        source = iter(groups)
        ahead: deque[Future[list[Made]]] = deque()
        exhausted = False
        while True:
            while not exhausted and len(ahead) <= 2 * self._processes:
                group = next(source, None)
                if group is None:
                    exhausted = True
                else:
                    ahead.append(self._submit(group))
            if not ahead:
                return
            yield ahead.popleft().result()

    def _submit(self, group: Sequence[Order]) -> Future[list[Made]]:
        if self._processes or any(self._formats.foreign.intersection(order.formats) for order in group):
            return self._pool().submit(self._remotely, group)
        done: Future[list[Made]] = Future()
        done.set_result([make(self._formats, order, self._told) for order in group])
        return done

    def _pool(self) -> ThreadPoolExecutor:
        """A thread for each process, which waits for it."""
        if self._threads is None:
            number = self._processes or 1
            self._threads = ThreadPoolExecutor(number, thread_name_prefix="export")
            for _ in range(number):
                worker = _Worker(tuple(self._formats.exporters), self._log_level)
                self._workers.append(worker)
                self._idle.put(worker)
        return self._threads

    def _remotely(self, group: Sequence[Order]) -> list[Made]:
        worker = self._idle.get()
        try:
            return [made for order in self._batched(worker, group) for made in order]
        finally:
            self._idle.put(worker)

    def _batched(self, worker: "_Worker", group: Sequence[Order]) -> Iterator[list[Made]]:
        """The group as the process answers; where it does not, the IE in hand is taken apart and the rest goes on.

        What is built in is answered many at a time. Where such an answer stays out, it is asked for again one by one.
        """
        rest = list(group)
        together = not any(self._formats.foreign.intersection(order.formats) for order in group)
        while rest:
            avoided = self._avoided()
            asked = [Order(o.entity, tuple(name for name in o.formats if name not in avoided)) for o in rest]
            # What is built in takes no time worth counting.
            limits = [self._seconds * max(1, len(self._formats.foreign.intersection(o.formats))) for o in asked]
            answered = list(worker.ask(asked, limits, together=together))
            for made, order in zip(answered, rest, strict=False):
                made.faults.update({name: avoided[name] for name in order.formats if name in avoided})
                for name in made.documents:
                    self._silences.pop(name, None)
            yield answered
            rest = rest[len(answered) :]
            if rest and not together:
                yield [self._apart(worker, rest.pop(0))]
            together = False

    def _apart(self, worker: "_Worker", order: Order) -> Made:
        """The IE in one format at a time: only the culprit fails. Where but one can be it, it is not tried again."""
        made = Made.nothing()
        suspects = self._formats.foreign.intersection(order.formats) - self._avoided().keys()
        if len(suspects) == 1:
            (culprit,) = suspects
            made.faults[culprit] = worker.trouble
            self._note_silence(culprit)
        for name in order.formats:
            if name in made.faults:
                continue
            avoided = self._avoided()
            if name in avoided:
                made.faults[name] = avoided[name]
                continue
            answers = list(worker.ask([Order(order.entity, (name,))], [self._seconds]))
            if answers:
                made.add(answers[0])
                self._silences.pop(name, None)
            else:
                made.faults[name] = worker.trouble
                self._note_silence(name)
        return made

    def _note_silence(self, name: str) -> None:
        self._silences[name] = self._silences.get(name, 0) + 1
        if self._silences[name] >= _MOST_SILENCES:
            self._avoided_until[name] = time.monotonic() + _AVOIDED_SECONDS
            log.error("exporter_avoided", format=name, minutes=_AVOIDED_SECONDS / 60)

    def _avoided(self) -> dict[str, str]:
        """The formats that are not tried for now, each with the reason."""
        now = time.monotonic()
        reason = f"not tried: its exporter hung or died {_MOST_SILENCES} times in a row, with other IEs"
        return {name: reason for name, until in list(self._avoided_until.items()) if now < until}


class _Closed(Exception):
    """Nobody wants the documents any more."""


class _Worker:
    """One worker process, started when it is asked and not there; `trouble` tells why the last one fell silent."""

    def __init__(self, names: tuple[str, ...], log_level: str) -> None:
        self.trouble = ""
        self._lock = threading.Lock()
        self._closed = False
        self._log_level = log_level
        self._names = names
        self._process: ForkServerProcess | None = None
        self._pipe: Connection | None = None

    def ask(self, orders: Sequence[Order], limits: Sequence[float], *, together: bool = False) -> Iterator[Made]:
        """The answers in order, as far as they come in time; a process that falls silent is ended.

        `together`: several may come at a time, within the limit of the first of them. Raises `_Closed` after `close`.
        """
        try:
            pipe = self._started()
            pipe.send((orders, together))
            came = 0
            while came < len(limits):
                if not pipe.poll(limits[came]):
                    self.trouble = f"took longer than {limits[came]:g} seconds"
                    self.end()
                    return
                answers = pipe.recv()
                came += len(answers)
                yield from answers
        except (EOFError, OSError):
            if self._closed:
                raise _Closed from None
            self.trouble = "the process that made it died; look into the service log"
            self.end()

    def _started(self) -> Connection:
        with self._lock:
            if self._closed:
                raise _Closed
            if self._pipe is not None:
                return self._pipe
            pipe = self._start()
        # What it takes to start is not to be counted against the first IE.
        if not pipe.poll(_START_SECONDS):
            raise OSError("the worker process does not start")
        pipe.recv()
        return pipe

    def _start(self) -> Connection:
        # Never a plain fork: this process has threads, whose locks a fork would copy as they stand.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__])
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(theirs, self._names, self._log_level), daemon=True)
        try:
            process.start()
        except BaseException:
            ours.close()
            raise
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


def _work(pipe: Connection, names: tuple[str, ...], log_level: str) -> None:
    """The worker process: answers orders until the other end of the pipe is gone."""
    give_way()
    # What an exporter prints is none of what the command prints.
    os.dup2(2, 1)
    end_with_parent()
    logs.configure_service_log(log_level)
    formats, lacking = as_far_as_there(names)
    told: set[tuple[str, type[Exception]]] = set()
    # What was imported stays, and documents leave no cycles worth a frequent look.
    gc.freeze()
    gc.set_threshold(_GARBAGE)
    with suppress(EOFError, OSError, KeyboardInterrupt):
        pipe.send(None)
        while True:
            orders, together = pipe.recv()
            ready: list[Made] = []
            begun = time.monotonic()
            for number, order in enumerate(orders, 1):
                made = make(formats, order, told)
                made.faults.update({name: lacking[name] for name in order.formats if name in lacking})
                ready.append(made)
                if not together or number == len(orders) or time.monotonic() - begun > _ANSWER_SECONDS:
                    pipe.send(ready)
                    ready, begun = [], time.monotonic()
