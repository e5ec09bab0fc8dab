"""The store is held against the database, and every file in it against its digest. Changes nothing."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from mdwatch.errors import Rejected, UsageError
from mdwatch.formats.ocfl import ie_document, places
from mdwatch.formats.ocfl.ie_document import DOCUMENT
from mdwatch.formats.ocfl.inventory import Inventory
from mdwatch.handlers.stores import gathering, keeping
from mdwatch.objectstore import storage_root, stored_object
from mdwatch.objectstore.stored_object import StoredObject
from mdwatch.repository import ies, storing
from mdwatch.runtime.context import Context
from mdwatch.shapes.stores import StoreCheckShape

_AT_ONCE: Final = 200


def check(
    context: Context, *, digests: bool, progress: Callable[[int], object] = lambda _done: None
) -> StoreCheckShape:
    """What is missing, differs or is damaged. `digests`: every content is read; else inventories and heads alone.

    An IE that is to be kept yet is counted, and no fault. Raises `UsageError` where there is no store, and `OSError`.
    """
    root = keeping.path_of(context)
    if not storage_root.is_there(root):
        raise UsageError(f"there is no store at {root}; mount it, or see `mdwatch store status`")
    found: list[str] = []
    objects = versions = due = after = 0
    while True:
        with context.repository.read() as connection:
            group = storing.all_ies(connection, after, _AT_ONCE)
        if not group:
            break
        for key, pid, is_due in group:
            item = StoredObject(root, places.object_id(pid))
            due += is_due
            try:
                inventory = item.inventory()
                if inventory is None:
                    found += [] if is_due else [f"{pid}: it has no object in the store"]
                    continue
                objects, versions = objects + 1, versions + inventory.head
                found += _object_faults(context, item, inventory, key, pid, digests=digests)
            except Rejected as rejected:
                found.append(f"{pid}: {rejected.reason}")
        after = group[-1][0]
        progress(len(group))
    found += _strangers(context, root)
    return StoreCheckShape(objects=objects, versions=versions, due=due, faults=tuple(found))


def _object_faults(
    context: Context, item: StoredObject, inventory: Inventory, key: int, pid: str, *, digests: bool
) -> Iterator[str]:
    if digests:
        yield from (f"{pid}: {damage}" for damage in item.damages(inventory))
    kept = ie_document.read(item.file(inventory, inventory.head, DOCUMENT))
    with context.repository.read() as connection:
        # Asked again, with what it is compared to: it may have changed since.
        if storing.is_due(connection, key):
            return
        wanted = gathering.current(connection, key)
    state = inventory.versions[-1].state
    differing = ie_document.differing(wanted.document, kept)
    differing += [path for path, data in wanted.files.items() if state.get(path) != places.digest_of(data)]
    if differing:
        yield f"{pid}: the store and the database differ in {', '.join(differing)}"


def _strangers(context: Context, root: Path) -> Iterator[str]:
    """Objects of IEs that the database does not have, and what is no object of ours."""
    for folder in storage_root.objects(root):
        try:
            inventory = stored_object.at(root, folder).inventory()
        except Rejected as rejected:
            if not _belongs(context, folder):
                yield rejected.reason
            continue
        if inventory is not None and not _known(context, places.pid_of(inventory.id)):
            yield f"{folder}: the database has no IE {places.pid_of(inventory.id)}"


def _belongs(context: Context, folder: Path) -> bool:
    """Whether a damaged object is that of an IE, of which its fault was told already."""
    pid = folder.name.rpartition("%3a")[2]
    return folder == keeping.path_of(context) / places.folder_of(places.object_id(pid)) and _known(context, pid)


def _known(context: Context, pid: str) -> bool:
    with context.repository.read() as connection:
        return ies.version_of(connection, pid) is not None
