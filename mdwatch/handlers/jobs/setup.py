"""An operator asks whether the set-up is right: what the settings cannot tell by themselves."""

import os
import threading
import time
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy.engine import make_url

from mdwatch.config import JobSettings, Settings
from mdwatch.dropfolder import places
from mdwatch.dropfolder.error_place import DISMISSED
from mdwatch.dropfolder.folder import DONE, ERROR
from mdwatch.errors import ConfigError
from mdwatch.rules import admission
from mdwatch.runtime import context
from mdwatch.watch import local_zone

_ANSWER_SECONDS: Final = 2.0
_Item = TypeVar("_Item", bound=Hashable)


def set_up_faults(settings: Settings) -> list[str]:
    """What keeps the daemon from starting though the settings are valid.

    Exporters and a time zone that there are not; one folder that two jobs have under two names.
    """
    # With all there is to exporters, which who runs a job does not need.
    from mdwatch.runtime import formats as runtime_formats  # noqa: PLC0415

    zone = local_zone.fault()
    found = [] if zone is None else [zone]
    try:
        runtime_formats.load_exporters(settings.export.formats)
    except ConfigError as error:
        found += error.faults
    return found + shared_folders(settings)


def faults(settings: Settings) -> list[str]:
    """Everything about the drop folders that would keep a job from running, each with its path in the settings."""
    found = []
    for name, job in settings.jobs.items():
        found += [f"jobs.{name}.folder: {fault}" for fault in _folder_faults(job)]
    return found


def notes(settings: Settings) -> list[str]:
    """What is no fault, and yet hardly what was meant.

    Jobs that abort whenever they run, for their users' roles; a provider of OAI-PMH without the format that all have.
    """
    whys = {name: admission.why_abort(job.user, settings.users[job.user].role) for name, job in settings.jobs.items()}
    found = [f"jobs.{name} aborts whenever it runs: {why}" for name, why in whys.items() if why is not None]
    if (settings.http.listen or settings.http.public_listen) and "oai_dc" not in settings.export.formats:
        found.append("export.formats is without oai_dc, which OAI-PMH asks of all: harvesters may refuse /oai")
    return found


def own_faults(path: Path, settings: Settings) -> list[str]:
    """What mdwatch may not do with its own: the settings' file, the logs, an embedded database."""
    found = []
    if not os.access(path, os.R_OK):
        found.append(f"{path} cannot be read; give mdwatch's user the right to (chown root:mdwatch, chmod 640)")
    found += _not_writable("logs.directory", settings.logs.directory)
    found += filter(None, [context.network_fault(settings)])
    url = make_url(settings.repository.url)
    if url.get_backend_name() == "sqlite":
        database = Path(url.database or "")
        found += _not_writable("repository.url", database.parent)
        if database.exists() and not os.access(database, os.R_OK | os.W_OK):
            found.append(f"repository.url: {database} cannot be read and written; give mdwatch's user the rights to")
    return found


def _not_writable(setting: str, folder: Path) -> list[str]:
    """Why nothing can be written in a folder, which may be made first."""
    there = next(place for place in (folder, *folder.parents) if place.exists())
    if os.access(there, os.W_OK | os.X_OK):
        return []
    if there == folder:
        return [f"{setting}: {folder} cannot be written to; give mdwatch's user the right to"]
    return [f"{setting}: {folder} is not there, and cannot be made in {there}; make it, owned by mdwatch's user"]


def shared_folders(settings: Settings, of: str | None = None) -> list[str]:
    """Jobs whose folders are the same, or lie in one another, under other names: through links or further mounts.

    All of them, or those that concern one job. A share that does not answer at once is left out; its worker finds out.
    """
    found: dict[str, str] = {}
    paths = {name: job.folder for name, job in settings.jobs.items()}
    for lines in (_in_time(paths, places.line_of), _in_time(paths, places.share_line_of)):
        for name, other, how in _overlaps(lines):
            if of in {None, name, other}:
                fault = (
                    f"jobs.{name}.folder: {settings.jobs[name].folder} {how} the folder of the job {other} "
                    f"({settings.jobs[other].folder}) under another name; give each job a folder of its own"
                )
                found.setdefault(name, fault)
    return list(found.values())


def _overlaps(lines: Mapping[str, Sequence[Hashable]]) -> Iterator[tuple[str, str, str]]:
    """A job whose folder "is" or "lies in" that of another one, that one, and which of the two."""
    first: dict[Hashable, str] = {}
    for name, line in lines.items():
        first.setdefault(line[0], name)
    for name, line in lines.items():
        other = next((first[item] for item in line if first.get(item, name) != name), None)
        if other is not None:
            yield name, other, "is" if first[line[0]] == other else "lies in"


def _in_time(paths: Mapping[str, Path], look: Callable[[Path], list[_Item]]) -> dict[str, list[_Item]]:
    """What each path comes to, asked all at once, without those that fail, come to nothing or answer late."""
    found: dict[str, list[_Item]] = {}

    def ask(name: str, path: Path) -> None:
        try:
            found[name] = look(path)
        except (OSError, RuntimeError):
            # It is missing, or its links go in a circle: another fault, told elsewhere.
            return

    threads = [threading.Thread(target=ask, args=item, daemon=True) for item in paths.items()]
    for thread in threads:
        thread.start()
    until = time.monotonic() + _ANSWER_SECONDS
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    return {name: found[name] for name in paths if found.get(name)}


def _folder_faults(job: JobSettings) -> list[str]:
    folder = job.folder
    if not folder.is_dir():
        return [f"{folder} does not exist or is not a folder; make or mount it before the job runs"]
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return [f"{folder} cannot be read and written; give mdwatch's user the rights to"]
    found = []
    for place in (folder / DONE, folder / ERROR, folder / ERROR / DISMISSED):
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            found += [f"{place} is not a folder; remove it, and the job makes it"]
    return found + [_on_another_mount(place, folder) for place in places.elsewhere(folder)]


def _on_another_mount(place: Path, folder: Path) -> str:
    """That files cannot be moved to `place` in one act, and what to do."""
    return (
        f"{place} is on another file system or mount than {folder}; files could not be moved there in one act: "
        "unmount it, or mount the folder above both as one"
    )
