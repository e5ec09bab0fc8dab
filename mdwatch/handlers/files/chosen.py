"""The error files that an operator means, each with its verdict, and whether its run is through with it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import Connection

from mdwatch.dropfolder import error_place
from mdwatch.dropfolder.error_place import FoundErrorFiles
from mdwatch.dropfolder.folder import ERROR
from mdwatch.formats import printable
from mdwatch.model import Sighting
from mdwatch.repository import error_files
from mdwatch.repository.journal import Entry
from mdwatch.rules import sequence
from mdwatch.runtime import lease_holders, lease_names
from mdwatch.runtime.context import Context

_WAIT_SECONDS: Final = 5.0  # for a run that is about to be through with its files
_STEP: Final = 0.1


class Chosen(NamedTuple):
    """An error file as it lies there, and the verdict that put it there, None where no run did."""

    file: Sighting
    verdict: Entry | None

    @property
    def created_ns(self) -> int:
        """When it was created: as known at its first verdict, whatever was done to it in `error/`.

        Where there was none it may be a copy, which is born later than what it holds was written.
        """
        if self.verdict is None:
            return min(sequence.created_ns(self.file), self.file.identity.mtime_ns)
        return error_files.created_ns(self.verdict)

    @property
    def key(self) -> sequence.Key:
        """Its place in the order of files."""
        named, identity = (self.file.name, self.file.identity)
        if self.verdict is not None:
            named, identity = self.verdict.name, self.verdict.identity
        return sequence.key(self.created_ns, identity.mtime_ns, named)

    @property
    def changed(self) -> bool:
        """Whether it was changed or replaced since its verdict."""
        return self.verdict is not None and self.verdict.identity != self.file.identity

    @property
    def filed_as(self) -> str | None:
        """Its name in `error/`, where its row does not have that yet."""
        if self.verdict is None or (self.verdict.filed_as or self.verdict.name) == self.file.name:
            return None
        return self.file.name


class Unknown(Exception):
    """What was named is no error file of the job; says why."""


def name_of(context: Context, job: str, given: str, there: FoundErrorFiles) -> str:
    """The name of an error file that is given by its name or path; raises `Unknown`."""
    place = context.job(job).folder / ERROR
    path = Path(given)
    if path.name != given and place not in {path.absolute().parent, (context.job(job).folder / path).parent}:
        raise Unknown(f"it is not in {place}")
    # A name may be given as logs and reasons show it.
    for name in (path.name, printable.file_name(path.name)):
        if name in there:
            return name
        if name in there.unseen:
            raise Unknown(f"it cannot be looked at: {there.unseen[name]}")
    raise Unknown(f"there is no regular file of this name in {place}")


def look(context: Context, job: str) -> FoundErrorFiles:
    """The error files of a job by name; raises `OSError`."""
    settings = context.job(job)
    return error_place.error_files(settings.folder, settings.include)


def with_verdicts(connection: Connection, job: str, files: Iterable[Sighting]) -> list[Chosen]:
    """The files with their verdicts, oldest first."""
    by_name = {file.name: file for file in files}
    verdicts = error_files.verdicts(connection, job, {name: file.identity for name, file in by_name.items()})
    chosen = [Chosen(file, verdicts.get(name)) for name, file in by_name.items()]
    return sorted(chosen, key=lambda item: item.key)


def wait_for_runs(context: Context, job: str, files: Iterable[Chosen]) -> None:
    """Waits a little for a run that is about to carry out its verdict on one of these files."""
    undone = [item.file for item in files if _undone(item)]
    deadline = context.clock.monotonic() + _WAIT_SECONDS
    while undone and context.clock.monotonic() < deadline:
        with context.repository.read() as connection:
            if not lease_holders.in_use(connection, context, lease_names.job_name(job)):
                return
        context.clock.wait(_STEP)
        with context.repository.read() as connection:
            undone = [item.file for item in with_verdicts(connection, job, undone) if _undone(item)]


def in_hand(connection: Connection, context: Context, job: str, item: Chosen) -> bool:
    """Whether a run that goes on is not through with the file; one that was cut short does not count."""
    return _undone(item) and lease_holders.in_use(connection, context, lease_names.job_name(job))


def _undone(item: Chosen) -> bool:
    return item.verdict is not None and not item.verdict.carried_out and item.verdict.retried_at is None
