"""An operator puts error files aside that need no more attention: into `error/dismissed`, with who and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import structlog

from mdwatch.dropfolder import error_place
from mdwatch.dropfolder.folder import ERROR, Changed, DropFolder
from mdwatch.errors import UsageError
from mdwatch.formats.printable import escape
from mdwatch.handlers.files import chosen, interrupted
from mdwatch.handlers.files.chosen import Chosen, Unknown
from mdwatch.handlers.files.retry import SOMEBODY
from mdwatch.repository import interventions
from mdwatch.repository.interventions import Intervention
from mdwatch.runtime.context import Context, utc

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Dismissed:
    """One error file: the name it has in `error/dismissed` now, or why it could not be put there."""

    name: str
    dismissed_as: str | None
    reason: str = ""


def dismiss(context: Context, job: str, names: Iterable[str], *, agent: str = SOMEBODY) -> list[Dismissed]:
    """Puts the named error files aside; raises `UsageError`."""
    settings = context.job(job)
    try:
        with DropFolder(settings.folder) as folder:
            folder.make_places()
            interrupted.finish(context, job, folder)
            return [_dismiss(context, job, folder, name, agent) for name in names]
    except OSError as error:
        raise UsageError(f"the drop folder {settings.folder} cannot be used: {error.strerror or error}") from None


def _dismiss(context: Context, job: str, folder: DropFolder, given: str, agent: str) -> Dismissed:
    there = chosen.look(context, job)
    try:
        name = chosen.name_of(context, job, given, there)
    except Unknown as why:
        return Dismissed(given if "/" in given else Path(given).name, None, str(why))
    with context.repository.read() as connection:
        (item,) = chosen.with_verdicts(connection, job, [there[name]])
    chosen.wait_for_runs(context, job, [item])
    try:
        digest = _digest(context, folder, item)
    except Changed:
        return Dismissed(name, None, "it is being changed at the moment")
    now = context.clock.now()
    with context.repository.write() as connection:
        (item,) = chosen.with_verdicts(connection, job, [item.file])
        if chosen.in_hand(connection, context, job, item):
            return Dismissed(name, None, "the run that put it there is not through with it; try again in a moment")
        key = interventions.note(connection, _intervention(job, item, digest, now, agent), item.filed_as)
    try:
        new_name = error_place.dismiss(folder, name, utc(now))
    except OSError as error:
        return Dismissed(name, None, f"it cannot be moved: {error.strerror or error}")
    with context.repository.write() as connection:
        interventions.moved(connection, [(key, new_name)])
    log.info("error_file_dismissed", job=job, file=escape(name), dismissed_as=escape(new_name), agent=agent)
    return Dismissed(name, new_name)


def _digest(context: Context, folder: DropFolder, item: Chosen) -> bytes:
    """The digest of the file, empty where it cannot be read: then it may be dismissed all the same."""
    try:
        with DropFolder(folder.path / ERROR) as place:
            data = place.read(item.file, context.settings.limits.limits().bytes)
    except OSError:
        return b""
    return blake2b(data, digest_size=16).digest()


def _intervention(job: str, item: Chosen, digest: bytes, now: int, agent: str) -> Intervention:
    return Intervention(
        kind="dismissal",
        job=job,
        name=item.file.name,
        identity=item.file.identity,
        digest=digest,
        created_ns=item.created_ns,
        at=now,
        agent=agent,
        journal_id=item.verdict.id if item.verdict is not None else None,
    )
