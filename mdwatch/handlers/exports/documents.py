"""Making documents: here where they are few, in worker processes where they are many or another package makes them.

A format that raises, or whose document is not what the format says, fails alone. One that takes too long, or kills its
process, is found out by trying the formats of the IE one by one. One that does so again and again is not tried for a
while, for each time costs a process and its whole limit, and the other formats of other IEs wait.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from types import TracebackType
from typing import Final, Self

from mdwatch.handlers.exports.maker_process import MakerProcess
from mdwatch.handlers.exports.making import Made, Order, make
from mdwatch.handlers.exports.silences import Silences
from mdwatch.runtime.formats import Formats

_MOST_AHEAD: Final = 16_000_000  # characters of records beyond which no further group is taken ahead


class DocumentMaker:
    """Makes documents in the order they are asked for. `seconds` is the limit for one IE in one format."""

    def __init__(self, formats: Formats, seconds: float, processes: int, log_level: str = "info") -> None:
        """Nothing is started before it is needed; `processes` 0 keeps what is built in here."""
        self._log_level = log_level
        self._told: set[tuple[str, type[Exception]]] = set()
        self._formats = formats
        self._seconds = seconds
        self._processes = processes
        self._idle: SimpleQueue[MakerProcess] = SimpleQueue()
        self._threads: ThreadPoolExecutor | None = None
        self._workers: list[MakerProcess] = []
        self._silences = Silences()

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
        """Each group made, in order; at most a few groups ahead, fewer of large IEs, so that memory stays bounded."""
        if self._processes:
            # They start while the first group is put together.
            self._pool()
        source = iter(groups)
        ahead: deque[tuple[Future[list[Made]], int]] = deque()
        # One for each process, one that waits for the next to be free, one that is made.
        most = self._processes + 2 if self._processes else 1
        held = 0
        exhausted = False
        while True:
            while not exhausted and len(ahead) < most and held <= _MOST_AHEAD:
                group = next(source, None)
                if group is None:
                    exhausted = True
                else:
                    size = _size(group)
                    held += size
                    ahead.append((self._submit(group), size))
            if not ahead:
                return
            future, size = ahead.popleft()
            held -= size
            yield future.result()

    def _submit(self, group: Sequence[Order]) -> Future[list[Made]]:
        if self._processes or _any_of(self._formats.foreign, group):
            return self._pool().submit(self._remotely, group)
        done: Future[list[Made]] = Future()
        done.set_result([make(self._formats, order, self._told) for order in group])
        return done

    def _pool(self) -> ThreadPoolExecutor:
        """A thread for each process, which has it start, and waits for it."""
        if self._threads is None:
            number = self._processes or 1
            self._threads = ThreadPoolExecutor(number, thread_name_prefix="export")
            for _ in range(number):
                worker = MakerProcess(
                    tuple(self._formats.exporters), self._log_level, any_foreign=bool(self._formats.foreign)
                )
                self._workers.append(worker)
                self._threads.submit(self._begin, worker)
        return self._threads

    def _begin(self, worker: MakerProcess) -> None:
        """Has the process start. Whatever keeps it from that shows again to whoever asks it, as may be done then."""
        try:
            worker.begin()
        finally:
            self._idle.put(worker)

    def _remotely(self, group: Sequence[Order]) -> list[Made]:
        worker = self._idle.get()
        try:
            return [made for order in self._batched(worker, group) for made in order]
        finally:
            self._idle.put(worker)

    def _batched(self, worker: MakerProcess, group: Sequence[Order]) -> Iterator[list[Made]]:
        """The group as the process answers; where it does not, the IE in hand is taken apart and the rest goes on.

        What is built in is answered many at a time. Where such an answer stays out, it is asked for again one by one.
        """
        rest = list(group)
        any_foreign = _any_of(self._formats.foreign, group)
        together = not any_foreign
        while rest:
            avoided = self._silences.avoided()
            asked, limits = rest, [self._seconds] * len(rest)
            if avoided:
                asked = [Order(o.entity, tuple(name for name in o.formats if name not in avoided)) for o in rest]
            if any_foreign:
                # What is built in takes no time worth counting.
                limits = [self._seconds * max(1, len(self._formats.foreign.intersection(o.formats))) for o in asked]
            answered = list(worker.ask(asked, limits, together=together))
            if avoided or self._silences:
                self._note_answers(answered, rest, avoided)
            yield answered
            rest = rest[len(answered) :]
            if rest and not together:
                yield [self._apart(worker, rest.pop(0))]
            together = False

    def _note_answers(self, answered: list[Made], orders: list[Order], avoided: dict[str, str]) -> None:
        """Tells of the formats that were not tried, and forgets the silences of those that answered."""
        for made, order in zip(answered, orders, strict=False):
            made.faults.update({name: avoided[name] for name in order.formats if name in avoided})
            self._silences.answered(made.documents)

    def _apart(self, worker: MakerProcess, order: Order) -> Made:
        """The IE in one format at a time: only the culprit fails. Where but one can be it, it is not tried again."""
        made = Made.nothing()
        suspects = self._formats.foreign.intersection(order.formats) - self._silences.avoided().keys()
        if len(suspects) == 1:
            (culprit,) = suspects
            made.faults[culprit] = worker.trouble
            self._silences.note(culprit)
        for name in order.formats:
            if name in made.faults:
                continue
            avoided = self._silences.avoided()
            if name in avoided:
                made.faults[name] = avoided[name]
                continue
            answers = list(worker.ask([Order(order.entity, (name,))], [self._seconds]))
            if answers:
                made.add(answers[0])
                self._silences.answered((name,))
            else:
                made.faults[name] = worker.trouble
                self._silences.note(name)
        return made


def _any_of(formats: frozenset[str], group: Iterable[Order]) -> bool:
    """Whether one of these formats is wanted."""
    return bool(formats) and any(formats.intersection(order.formats) for order in group)


def _size(group: Iterable[Order]) -> int:
    """How long the records of a group are, all together."""
    return sum(len(record.content) for order in group for record in order.entity.records)
