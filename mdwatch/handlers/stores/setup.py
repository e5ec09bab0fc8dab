"""Whether the place of the store is fit for it: what the settings cannot tell by themselves. Makes nothing."""

import os
from collections.abc import Sequence
from pathlib import Path

from mdwatch.config import Settings
from mdwatch.formats.ocfl import places


def faults(settings: Settings) -> list[str]:
    """What is wrong with the folder of the store, each with the remedy."""
    if not settings.store.ocfl:
        return []
    root = Path(settings.store.ocfl)
    return [f"store.ocfl: {fault}" for fault in _faults(root, [job.folder for job in settings.jobs.values()])]


def _faults(root: Path, folders: Sequence[Path]) -> list[str]:
    try:
        real = root.resolve()
        inside = [folder for folder in folders if _within(real, folder.resolve())]
        if inside:
            return [f"{root} and the drop folder {inside[0]} lie in one another; put the store beside it"]
        if not root.exists():
            return _not_to_be_made(root)
        if not root.is_dir():
            return [f"{root} is no folder; name another place"]
        if not os.access(root, os.R_OK | os.W_OK | os.X_OK):
            return [f"{root} cannot be read and written; give mdwatch's user the right to"]
        if not (root / places.ROOT_DECLARATION).exists():
            return _strange(root)
        staging = root / Path(places.STAGING).parent
        if staging.exists() and staging.stat().st_dev != root.stat().st_dev:
            return [f"{staging} is on another file system; versions could not be moved from there in one act"]
    except OSError as error:
        return [f"{root} cannot be looked at: {error.strerror}"]
    return []


def _within(one: Path, other: Path) -> bool:
    return one.is_relative_to(other) or other.is_relative_to(one)


def _not_to_be_made(root: Path) -> list[str]:
    if not root.parent.is_dir():
        return [f"the folder {root.parent} does not exist; make or mount it first"]
    if not os.access(root.parent, os.W_OK | os.X_OK):
        return [f"{root} is not there, and cannot be made in {root.parent}; make it, owned by mdwatch's user"]
    return []


def _strange(root: Path) -> list[str]:
    begun = {"extensions", "ocfl_layout.json", "lost+found"}
    strange = sorted(entry.name for entry in os.scandir(root) if entry.name not in begun)
    return [f"{root} is no OCFL storage root, and not empty ({strange[0]}); name an empty folder"] if strange else []
