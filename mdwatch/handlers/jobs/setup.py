"""An operator asks whether the set-up is right: what the settings cannot tell by themselves."""

import os

from mdwatch.config import JobSettings, Settings
from mdwatch.dropfolder.error_place import DISMISSED
from mdwatch.dropfolder.folder import DONE, ERROR
from mdwatch.errors import ConfigError
from mdwatch.runtime import formats as runtime_formats


def set_up_faults(settings: Settings) -> list[str]:
    """What keeps the daemon from starting though the settings are valid: exporters that there are not."""
    try:
        runtime_formats.load_exporters(settings.export.formats)
    except ConfigError as error:
        return error.faults
    return []


def faults(settings: Settings) -> list[str]:
    """Everything about the drop folders that would keep a job from running, each with its path in the settings."""
    found = []
    for name, job in settings.jobs.items():
        found += [f"jobs.{name}.folder: {fault}" for fault in _folder_faults(job)]
    return found


def _folder_faults(job: JobSettings) -> list[str]:
    folder = job.folder
    if not folder.is_dir():
        return [f"{folder} does not exist or is not a folder; make or mount it before the job runs"]
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return [f"{folder} cannot be read and written; give mdwatch's user the rights to"]
    found = []
    for place in (folder / DONE, folder / ERROR, folder / ERROR / DISMISSED):
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            found.append(f"{place} is not a folder; remove it, and the job makes it")
        elif place.is_dir() and place.stat().st_dev != folder.stat().st_dev:
            found.append(f"{place} is on another file system than {folder}; files could not be moved in one act")
    return found
