"""An operator puts error files back into their drop folder, for the next run to take."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from mdwatch.dropfolder import filing
from mdwatch.dropfolder.folder import ERROR, DropFolder
from mdwatch.errors import UsageError
from mdwatch.formats.printable import escape
from mdwatch.repository import journal
from mdwatch.repository.journal import Entry
from mdwatch.rules import arrival, naming
from mdwatch.rules.codes import MEANINGS, Code, Effect
from mdwatch.runtime.context import Context, utc

log = structlog.get_logger()

_PAST = 100  # rows of the journal among which the one of an error file is looked for


@dataclass(frozen=True, slots=True)
class Retried:
    """One error file: the name it has in the drop folder now, or why it could not be put back, and a word of warning.

    The warning names a newer file that updated the same IE since: trying the old one again would overwrite its effect.
    """

    name: str
    put_back_as: str | None
    reason: str = ""
    warning: str = ""


def retry(context: Context, job: str, names: Iterable[str]) -> list[Retried]:
    """Puts the named error files back, all of them where none is named; raises `UsageError`."""
    settings = context.job(job)
    try:
        with DropFolder(settings.folder) as folder:
            folder.make_places()
            wanted = list(names) or error_files(settings.folder, settings.include)
            return [_put_back(context, job, folder, name) for name in wanted]
    except OSError as error:
        raise UsageError(f"the drop folder {settings.folder} cannot be used: {error.strerror}") from None


def _leads_elsewhere(folder: Path, given: str) -> bool:
    """Whether this is the path, from here or from the drop folder, of no file in `error/`; a bare name is none."""
    path = Path(given)
    return path.name != given and folder / ERROR not in {path.absolute().parent, (folder / path).parent}


def error_files(folder: Path, include: Sequence[str]) -> list[str]:
    """The names of a job's error files, without their reasons; raises `OSError`."""
    try:
        with DropFolder(folder / ERROR) as place:
            names = {file.name for file in place.look(("*",)).files}
    except FileNotFoundError:
        return []
    return sorted(name for name in names if not _is_reason(name, names, include))


def _is_reason(name: str, names: set[str], include: Sequence[str]) -> bool:
    """Whether it is a reason file, be it that its error file is gone; a file the job takes may be named like one."""
    if not name.endswith(naming.REASON_SUFFIX):
        return False
    taken = arrival.why_ignored(name, arrival.EntryType.FILE, include) is None
    return name.removesuffix(naming.REASON_SUFFIX) in names or not taken


def _put_back(context: Context, job: str, folder: DropFolder, given: str) -> Retried:
    if _leads_elsewhere(folder.path, given):
        return Retried(given, None, f"it is not in {folder.path / ERROR}")
    name = Path(given).name
    why = arrival.why_ignored(name, arrival.EntryType.FILE, context.job(job).include)
    if why is not None:
        return Retried(name, None, f"the job would not take it: {why}")
    with context.repository.read() as connection:
        this = _row_of(journal.of_name(connection, name, job, _PAST), name)
        newer = journal.updates_after(connection, this.pid, this.id) if this and this.pid else []
    with DropFolder(folder.path / ERROR) as errors:
        if errors.sighting(name) is None:
            return Retried(name, None, f"there is no regular file of this name in {errors.path}")

    def make_new_work() -> None:
        # Before the move, or the file, lying in the drop folder again, could be taken for the one that was decided.
        if this is not None:
            with context.repository.write() as connection:
                journal.make_new_work(connection, [this.id], context.clock.now())

    new_name = filing.take_back(folder, name, utc(context.clock.now()), make_new_work)
    log.info("error_file_put_back", job=job, file=escape(name), put_back_as=escape(new_name))
    warning = f"{newer[0].pid} was updated since by {escape(newer[0].name)}, which this will replace" if newer else ""
    return Retried(name, new_name, warning=warning)


def _row_of(past: Iterable[Entry], name: str) -> Entry | None:
    """The newest row of the journal that put a file into `error/` under this name."""
    for entry in past:
        if (entry.filed_as or entry.name) == name and MEANINGS[Code(entry.code)].effect is Effect.ERROR:
            return entry
    return None
