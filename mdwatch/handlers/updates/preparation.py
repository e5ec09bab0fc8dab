"""Reading and parsing files ahead of the group in hand, in worker processes where there are many.

What a worker does is pure but for the reading, so it can be done again at will. Small files cost little whatever they
hold, and are read here where there are few; any other is read in a process that has limits of memory and time. A file
that kills such a process is tried alone, twice, and is invalid XML if it was the file each time and others can be read.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent import futures
from contextlib import suppress
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, NamedTuple, Self

from mdwatch.dropfolder.folder import Changed, DropFolder
from mdwatch.formats import updatemd
from mdwatch.formats.xml import Limits
from mdwatch.handlers.updates import remedies
from mdwatch.model import Digests, InvalidUpdate, Metadata, Sighting, UpdateMD
from mdwatch.rules.recognition import Traces
from mdwatch.runtime import confinement
from mdwatch.runtime.confinement import Confinement, Died
from mdwatch.runtime.processes import cores, end_with_parent

# Below this many files, starting processes costs more than they save.
WORTH_PROCESSES: Final = 600
_MOST_DEATHS: Final = 3
# Bytes of files in one group: all of its records are in memory at once.
_GROUP_BYTES: Final = 1 << 24
_TRIES: Final = 2
_CONTROL: Final = b"<a/>"
PRELOAD: Final = [__name__, "concurrent.futures.process"]  # what the processes are forked from has read
_WELL: Final = 3  # parts of what is sent of a file that could be read


class Prepared(NamedTuple):
    """A file read and parsed; `update` is None where that could not be done now, and `trouble` says why.

    `changing`: nothing is wrong with it but that it is still being written.
    """

    file: Sighting
    digest: bytes
    update: UpdateMD | InvalidUpdate | None
    trouble: str = ""
    changing: bool = False

    @property
    def traces(self) -> Traces:
        """What the file is known again by."""
        return Traces(self.file.identity, self.digest, self.file.born_ns, self.file.ctime_ns)


def prepare(folder: DropFolder, file: Sighting, limits: Limits) -> Prepared:
    """Reads and parses one file. Faults of the disk and files still changing are trouble, not verdicts."""
    try:
        data = folder.read(file, limits.bytes)
    except Changed:
        return Prepared(file, b"", None, "it is still being written", changing=True)
    except OSError as error:
        return Prepared(file, b"", None, f"it cannot be read: {remedies.of_reading(error)}")
    return Prepared(file, blake2b(data, digest_size=16).digest(), updatemd.prepare(data, limits))


class Preparation:
    """Prepares groups of files in their order; `processes` 0 does it here, but for large files.

    While the processes start it is done here, too, unless they are to be `waited_for`.
    """

    def __init__(self, folder: DropFolder, limits: Limits, processes: int, *, waited_for: bool = False) -> None:
        self._folder = folder
        self._limits = limits
        self._processes = processes
        self._waited_for = waited_for
        self._pool: futures.ProcessPoolExecutor | None = None
        self._confinement = Confinement(_begin, (folder.path, limits))
        self._ahead = False
        self._deaths = 0  # of workers in a row, each over a file of its own

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop()
        self._confinement.close()

    def stream(self, groups: Iterable[list[Sighting]]) -> Iterator[list[Prepared]]:
        """Each group prepared, in order and in parts where its files are large.

        At most a few groups ahead, so memory stays bounded.
        """
        source = iter(part for group in groups for part in _parts(group))
        if not self._processes:
            yield from map(self._here, source)
            return
        with futures.ThreadPoolExecutor(1) as elsewhere:
            starting = elsewhere.submit(self._start)
            while not (starting.done() or self._waited_for) and (head := next(source, None)) is not None:
                yield self._here(head)
        self._ahead = True
        ahead = deque(self._submit(group) for group in islice(source, 2 * self._processes + 1))
        while ahead:
            group, future, pool = ahead.popleft()
            ahead.extend(self._submit(following) for following in islice(source, 1))
            yield self._result(group, future, pool)

    def again(self, group: Iterable[Prepared]) -> list[Prepared]:
        """Files prepared once more, as they are now."""
        return self._here([item.file for item in group])

    @property
    def at_work(self) -> bool:
        """Whether files are prepared in other processes by now."""
        return self._ahead

    def _here(self, group: list[Sighting]) -> list[Prepared]:
        return [self._small(file) if file.identity.size <= confinement.SMALL else self._alone(file) for file in group]

    def _small(self, file: Sighting) -> Prepared:
        """A file that may be read in this process."""
        try:
            return prepare(self._folder, file, self._limits)
        except MemoryError:
            # So small a file is not to blame.
            return Prepared(file, b"", None, "there was not enough memory to read it")

    def _submit(
        self, group: list[Sighting]
    ) -> tuple[list[Sighting], "futures.Future[list[_Sent]] | None", "futures.ProcessPoolExecutor"]:
        pool = self._started()
        try:
            return group, pool.submit(_prepare_files, group), pool
        except futures.BrokenExecutor:
            return group, None, pool
        except OSError as error:
            # Where a process died just now, the pool has closed what the next one would have been started with; Python
            # says so without a number. What has one kept it from starting.
            if error.errno is not None:
                raise
            return group, None, pool

    def _result(
        self, group: list[Sighting], future: "futures.Future[list[_Sent]] | None", pool: "futures.ProcessPoolExecutor"
    ) -> list[Prepared]:
        if future is not None:
            try:
                return [_received(file, sent) for file, sent in zip(group, future.result(), strict=True)]
            except (futures.BrokenExecutor, futures.CancelledError, MemoryError):
                pass  # Cancelled are those that were asked of a pool which was given up over another group.
        if pool is self._pool:
            self._stop()
        if self._deaths >= _MOST_DEATHS:
            # It is the processes that do not work here, not single files.
            return self._here(group)
        return [self._alone(file) for file in group]

    def _alone(self, file: Sighting) -> Prepared:
        """Prepares a file in a process of its own, so that only the culprit suffers from what it does to it."""
        deaths: list[Died] = []
        while len(deaths) < _TRIES:
            try:
                prepared = self._confinement.call(_prepare_file, file)
            except Died as died:
                deaths.append(died)
                self._deaths += 1
            else:
                self._deaths = 0
                return prepared
        if all(died.certain for died in deaths) and self._others_live():
            return self._verdict(file, f"{deaths[-1]}, tried {_TRIES} times; split it or write it more simply")
        return Prepared(file, b"", None, f"{deaths[-1]}; look into the service log")

    def _others_live(self) -> bool:
        """Whether the process can read anything at all; else no file is to blame for its death."""
        try:
            self._confinement.call(_prepare_nothing, _CONTROL)
        except Died:
            return False
        self._deaths = 0
        return True

    def _verdict(self, file: Sighting, why: str) -> Prepared:
        """The file as invalid, told apart from others by its bytes, which nobody interprets."""
        try:
            data = self._folder.read(file, self._limits.bytes)
        except (Changed, OSError):
            return Prepared(file, b"", None, "it is still being written", changing=True)
        return Prepared(file, blake2b(data, digest_size=16).digest(), InvalidUpdate(why))

    def _start(self) -> None:
        """Returns when a process of the pool works, or has failed, which shows again when it is given work."""
        with suppress(futures.BrokenExecutor):
            self._started().submit(_begun).exception()

    def _started(self) -> "futures.ProcessPoolExecutor":
        if self._pool is None:
            # Where files are few nobody wants it.
            from mdwatch.runtime import forked  # noqa: PLC0415

            context = forked.context(PRELOAD)
            self._pool = futures.ProcessPoolExecutor(
                self._processes, context, initializer=_begin_worker, initargs=(self._folder.path, self._limits)
            )
        return self._pool

    def _stop(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


def _parts(group: list[Sighting]) -> Iterator[list[Sighting]]:
    """The group in parts of so many bytes at most, or of one file."""
    part: list[Sighting] = []
    size = 0
    for file in group:
        if part and size + file.identity.size > _GROUP_BYTES:
            yield part
            part, size = [], 0
        part.append(file)
        size += file.identity.size
    if part or not group:
        yield part


def processes_for(files: int, setting: int | Literal["auto"]) -> int:
    """How many worker processes so many files deserve."""
    return 0 if files < WORTH_PROCESSES else cores(setting)


_worker: tuple[DropFolder, Limits] | None = None


def _begin(folder: Path, limits: Limits) -> None:
    """Starts a process that prepares files: it opens the folder for itself."""
    global _worker  # noqa: PLW0603
    _worker = DropFolder(folder), limits


def _begin_worker(folder: Path, limits: Limits) -> None:
    """Starts a process of the pool; it ends when its parent does."""
    _begin(folder, limits)
    end_with_parent()
    confinement.limit_memory()


def _begun() -> None:
    """Tells that a process of the pool is there."""


# What comes back of files that come by the hundred: plain tuples, for which pickle need not call Python, and nothing
# that the other side has.
_Sent = tuple[Any, ...]


def _prepare_files(files: list[Sighting]) -> list[_Sent]:
    prepared: list[_Sent] = []
    for file in files:
        confinement.limit_time()
        found = _prepare_file(file)
        update = found.update
        if isinstance(update, UpdateMD):
            items = [(*item[:-1], *item.digests) for item in update.metadata]
            prepared.append((found.digest, update.pid, items))
        else:
            invalid = None if update is None else tuple(update)
            prepared.append((found.digest, None, invalid, found.trouble, found.changing))
    return prepared


def _received(file: Sighting, sent: _Sent) -> Prepared:
    """What a process made of a file."""
    if len(sent) == _WELL:
        digest, pid, items = sent
        metadata = tuple(
            [
                Metadata(type_, sub_type, mid, content, Digests(ordered, unordered))
                for type_, sub_type, mid, content, ordered, unordered in items
            ]
        )
        return Prepared(file, digest, UpdateMD(pid, metadata))
    digest, _, invalid, trouble, changing = sent
    return Prepared(file, digest, None if invalid is None else InvalidUpdate(*invalid), trouble, changing)


def _prepare_file(file: Sighting) -> Prepared:
    assert _worker is not None  # noqa: S101
    folder, limits = _worker
    return prepare(folder, file, limits)


def _prepare_nothing(data: bytes) -> bool:
    """Reads a document that is none of the folder's, to tell whether this process can read at all."""
    assert _worker is not None  # noqa: S101
    return isinstance(updatemd.prepare(data, _worker[1]), InvalidUpdate)
