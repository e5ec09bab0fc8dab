"""Reading and parsing files ahead of the group in hand, in worker processes where there are many.

What a worker does is pure but for the reading, so it can be done again at will. A file that kills its worker (a crash
in the XML library, the kernel's out-of-memory killer) is tried once more alone, and then left where it is.
"""

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, NamedTuple, Self

from mdwatch.dropfolder.folder import Changed, DropFolder
from mdwatch.formats import updatemd
from mdwatch.formats.xml import Limits
from mdwatch.model import InvalidUpdate, Sighting, UpdateMD
from mdwatch.runtime.processes import cores, end_with_parent

# Below this many files, starting processes costs more than they save.
WORTH_PROCESSES: Final = 600
# So many groups are prepared here while the processes start.
_HEAD_START: Final = 4
_MOST_DEATHS: Final = 3


class Prepared(NamedTuple):
    """A file read and parsed; `update` is None where that could not be done now, and `trouble` says why.

    `changing`: nothing is wrong with it but that it is still being written.
    """

    file: Sighting
    digest: bytes
    update: UpdateMD | InvalidUpdate | None
    trouble: str = ""
    changing: bool = False


def prepare(folder: DropFolder, file: Sighting, limits: Limits) -> Prepared:
    """Reads and parses one file. Faults of the disk and files still changing are trouble, not verdicts."""
    try:
        data = folder.read(file, limits.bytes)
    except Changed:
        return Prepared(file, b"", None, "it is still being written", changing=True)
    except OSError as error:
        return Prepared(file, b"", None, f"it cannot be read: {error.strerror or error}")
    return Prepared(file, blake2b(data, digest_size=16).digest(), updatemd.prepare(data, limits))


class Preparation:
    """Prepares groups of files in their order; `processes` 0 does it here."""

    def __init__(self, folder: DropFolder, limits: Limits, processes: int) -> None:
        self._folder = folder
        self._limits = limits
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None
        self._deaths = 0  # of workers in a row, each over a file of its own

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop()

    def stream(self, groups: Iterable[list[Sighting]]) -> Iterator[list[Prepared]]:
        """Each group prepared, in order; at most a few groups ahead, so memory stays bounded."""
        if not self._processes:
            yield from map(self._here, groups)
            return
        source = iter(groups)
        head = list(islice(source, _HEAD_START))
        ahead = deque(self._submit(group) for group in islice(source, 2 * self._processes + 1))
        yield from map(self._here, head)
        while ahead:
            group, future, pool = ahead.popleft()
            ahead.extend(self._submit(following) for following in islice(source, 1))
            yield self._result(group, future, pool)

    def _here(self, group: list[Sighting]) -> list[Prepared]:
        return [prepare(self._folder, file, self._limits) for file in group]

    def _submit(
        self, group: list[Sighting]
    ) -> tuple[list[Sighting], "Future[list[Prepared]] | None", ProcessPoolExecutor]:
        pool = self._started()
        try:
            return group, pool.submit(_prepare_files, group), pool
        except BrokenProcessPool:
            return group, None, pool

    def _result(
        self, group: list[Sighting], future: "Future[list[Prepared]] | None", pool: ProcessPoolExecutor
    ) -> list[Prepared]:
        if future is not None:
            try:
                return future.result()
            except BrokenProcessPool:
                pass
        if pool is self._pool:
            self._stop()
        if self._deaths >= _MOST_DEATHS:
            # It is the processes that do not work here, not single files.
            return self._here(group)
        return [self._alone(file) for file in group]

    def _alone(self, file: Sighting) -> Prepared:
        """Prepares a file of a group whose worker died, so that only the culprit suffers."""
        try:
            prepared = self._started().submit(_prepare_files, [file]).result()[0]
            self._deaths = 0
            return prepared
        except BrokenProcessPool:
            self._deaths += 1
            self._stop()
            return Prepared(file, b"", None, "the process that read it died; look into the service log")

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # Never a plain fork: this process may have threads, whose locks a fork would copy as they stand.
            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload([__name__])
            self._pool = ProcessPoolExecutor(
                self._processes, context, initializer=_begin, initargs=(self._folder.path, self._limits)
            )
        return self._pool

    def _stop(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


def processes_for(files: int, setting: int | Literal["auto"]) -> int:
    """How many worker processes so many files deserve."""
    return 0 if files < WORTH_PROCESSES else cores(setting)


_worker: tuple[DropFolder, Limits] | None = None


def _begin(folder: Path, limits: Limits) -> None:
    """Starts a worker process: it opens the folder for itself, and ends when its parent does."""
    global _worker  # noqa: PLW0603
    _worker = DropFolder(folder), limits
    end_with_parent()


def _prepare_files(files: list[Sighting]) -> list[Prepared]:
    assert _worker is not None  # noqa: S101
    folder, limits = _worker
    return [prepare(folder, file, limits) for file in files]
