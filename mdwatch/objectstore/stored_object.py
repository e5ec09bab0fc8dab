"""One OCFL object: read, given a new version, and brought to order again where a crash cut that short.

A version is written whole into a staging folder of the same file system, and is on the disk before it gets its name:
a new object by one rename of it (with the folders above that are not there yet); a further version by one rename into
its object, after which the object's inventory and then the inventory's sidecar are replaced. A crash before the first
rename leaves nothing but the staging folder; one between the three leaves all that is needed to finish: the folder of
the version has its own inventory and sidecar (OCFL 1.1, 3.5.3), and these are what the object's are to be.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from mdwatch.errors import Rejected
from mdwatch.formats.ocfl import inventory as inventories
from mdwatch.formats.ocfl import places
from mdwatch.formats.ocfl.inventory import Inventory, VersionNote
from mdwatch.objectstore import durable, storage_root


class StoredObject:
    """The object of this id below a storage root. Every method raises `OSError`, and `Rejected` for a damaged object.

    `ensure` is called before each act that others see; it raises where the store is no longer ours to write.
    """

    def __init__(self, root: Path, identifier: str, ensure: Callable[[], None] = lambda: None) -> None:
        self._root = root
        self._id = identifier
        self._ensure = ensure
        self.folder = root / places.folder_of(identifier)

    def inventory(self) -> Inventory | None:
        """The inventory as it lies there, or None where there is no such object; changes nothing."""
        data = _bytes(self.folder / places.INVENTORY)
        if data is None:
            if self.folder.exists():
                raise Rejected(f"{self.folder} has no {places.INVENTORY}; restore it from a backup")
            return None
        if not (self.folder / places.OBJECT_DECLARATION).exists():
            # Nobody else takes it for an object without.
            raise Rejected(f"{self.folder} has no {places.OBJECT_DECLARATION}; restore it from a backup")
        try:
            found = inventories.read(data, _bytes(self.folder / places.SIDECAR) or b"")
        except Rejected as rejected:
            raise Rejected(f"{self.folder}: {rejected.reason}; restore the object from a backup") from None
        if found.id != self._id:
            raise Rejected(f"{self.folder} is the object {found.id}, and should be {self._id}")
        return found

    def recovered(self) -> Inventory | None:
        """The inventory, after whatever a crash left unfinished in the object was finished."""
        try:
            found = self.inventory()
        except Rejected:
            self._finish_sidecar()
            found = self.inventory()
        if found is None:
            return None
        following = self.folder / f"v{found.head + 1}"
        if not following.exists():
            return found
        self._ensure()
        self._install(following)
        return self.inventory()

    def _finish_sidecar(self) -> None:
        """The inventory was replaced and its sidecar not: the newest version has both. Any other damage is left."""
        data = _bytes(self.folder / places.INVENTORY)
        if data is None:
            return
        numbers = [int(entry.name[1:]) for entry in os.scandir(self.folder) if entry.name[1:].isdigit()]
        newest = self.folder / f"v{max(numbers, default=0)}"
        beside = _bytes(newest / places.SIDECAR)
        if data == _bytes(newest / places.INVENTORY) and beside == inventories.sidecar(data):
            self._ensure()
            self._replace(places.SIDECAR, beside)

    def add(self, note: VersionNote, files: Mapping[str, bytes], before: Inventory | None) -> Inventory:
        """Adds a version that holds these files and no others, on top of `before`; the object as it is then."""
        after, contents = inventories.with_version(before, self._id, note, files)
        data = inventories.write(after)
        own = {places.INVENTORY: data, places.SIDECAR: inventories.sidecar(data)}
        version = f"v{after.head}"
        if before is None:
            self._add_first({**contents, **{f"{version}/{name}": file for name, file in own.items()}, **own})
            return after
        of_version = {place.removeprefix(f"{version}/"): file for place, file in contents.items()} | own
        with storage_root.staged(self._root) as staged:
            durable.write_tree(staged, of_version)
            self._ensure()
            durable.move(staged, self.folder / version)
        self._install(self.folder / version)
        return after

    def _add_first(self, files: dict[str, bytes]) -> None:
        """Puts a new object into its place, with those folders above it that are missing: no empty one is ever seen."""
        files[places.OBJECT_DECLARATION] = b"ocfl_object_1.1\n"
        top = self.folder
        while not top.parent.exists():
            top = top.parent
        below = self.folder.relative_to(top)
        prefix = "" if below == Path() else f"{below}/"
        with storage_root.staged(self._root) as staged:
            durable.write_tree(staged, {f"{prefix}{path}": data for path, data in files.items()})
            self._ensure()
            durable.move(staged, top)

    def _install(self, version: Path) -> None:
        """Makes the inventory of a version that of the object; raises `Rejected` where that version is not whole."""
        data, beside = _bytes(version / places.INVENTORY) or b"", _bytes(version / places.SIDECAR) or b""
        try:
            found = inventories.read(data, beside)
        except Rejected as rejected:
            raise Rejected(f"{version}: {rejected.reason}; look what it is, and remove it") from None
        if found.id != self._id or f"v{found.head}" != version.name:
            raise Rejected(f"{version} is no version of {self._id}; look what it is, and remove it")
        self._replace(places.INVENTORY, data)
        self._replace(places.SIDECAR, beside)

    def _replace(self, name: str, data: bytes) -> None:
        with storage_root.staged(self._root) as staged:
            durable.write(staged / name, data)
            # Who has taken over finished this, and the object may have versions since that are not in it.
            self._ensure()
            durable.move(staged / name, self.folder / name)

    def file(self, inventory: Inventory, version: int, path: str) -> bytes:
        """A file as it was in a version; raises `Rejected` where it is damaged, missing, or was never there."""
        digest = inventory.versions[version - 1].state.get(path)
        if digest is None:
            raise Rejected(f"{self.folder}: there is no {path} in version {version}")
        place = self.folder / inventory.manifest[digest]
        data = _bytes(place)
        if data is None or places.digest_of(data) != digest:
            why = "missing" if data is None else "damaged: its digest is another one"
            raise Rejected(f"{place} is {why}; restore it from a backup")
        return data

    def damages(self, inventory: Inventory) -> list[str]:
        """Every content that is missing or whose digest is another one than the inventory has."""
        found = []
        for digest, place in inventory.manifest.items():
            data = _bytes(self.folder / place)
            if data is None:
                found.append(f"{self.folder / place} is missing")
            elif places.digest_of(data) != digest:
                found.append(f"{self.folder / place} is damaged: its digest is another one")
        return found


def at(root: Path, folder: Path) -> StoredObject:
    """The object in this folder; raises `Rejected` where it cannot be told which it is, or it lies in a wrong place."""
    data = _bytes(folder / places.INVENTORY) or b""
    try:
        found = inventories.read(data, _bytes(folder / places.SIDECAR) or b"")
        places.pid_of(found.id)
    except Rejected as rejected:
        raise Rejected(f"{folder}: {rejected.reason}") from None
    item = StoredObject(root, found.id)
    if item.folder != folder:
        raise Rejected(f"{folder} holds the object {found.id}, which belongs into {item.folder}")
    return item


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
