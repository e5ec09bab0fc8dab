"""The database is made again from a store: IEs with all their versions, events and facts, under the same keys.

All of it in one transaction: the new database has everything, or nothing. Whatever a store does not have (journal,
runs, audit trail, sets, tokens) begins anew; exports are due.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import Connection

from mdwatch.config import Settings
from mdwatch.errors import Rejected, UsageError
from mdwatch.formats.ocfl import ie_document
from mdwatch.formats.ocfl.ie_document import DOCUMENT, REMAINDER, IeDocument, IeOrigin
from mdwatch.formats.ocfl.inventory import Inventory
from mdwatch.objectstore import storage_root, stored_object
from mdwatch.objectstore.stored_object import StoredObject
from mdwatch.repository import moving, rebuilding
from mdwatch.repository.engine import Repository
from mdwatch.repository.moving import Summing
from mdwatch.repository.rebuilding import StoredHistory
from mdwatch.runtime import first_use

_AT_ONCE: Final = 50


class Rebuilt(NamedTuple):
    """What came back: IEs and their versions; and each table that a store keeps, with its rows and their digest."""

    ies: int
    versions: int
    tables: list[tuple[str, int, str]]


def rebuild(settings: Settings, root: Path, progress: Callable[[int], object] = lambda _done: None) -> Rebuilt:
    """Fills the database of the settings, which must be empty or not there, from the store at `root`.

    Raises `UsageError` where either is not what it should be, naming every damaged object of the store.
    """
    if not storage_root.is_there(root):
        raise UsageError(f"{root} is no OCFL storage root")
    settings.logs.directory.mkdir(parents=True, exist_ok=True)
    repository = Repository(settings.repository.url, settings.repository.busy_seconds)
    try:
        with repository.write() as connection:
            if not moving.is_empty(connection):
                raise UsageError("there is something in the database already; name an empty one in repository.url")
            rebuilt = _fill(connection, root, progress)
            moving.set_counters(connection)
        first_use.mark(settings.logs.directory, settings.repository.url)
    finally:
        repository.close()
    return rebuilt


def _fill(connection: Connection, root: Path, progress: Callable[[int], object]) -> Rebuilt:
    group: list[StoredHistory] = []
    faults: list[str] = []
    ies = versions = 0
    for folder in storage_root.objects(root):
        try:
            history = read(stored_object.at(root, folder))
        except Rejected as rejected:
            faults.append(rejected.reason)
            continue
        ies, versions = ies + 1, versions + len(history.origins)
        group.append(history)
        if len(group) == _AT_ONCE and not faults:
            rebuilding.bring_in(connection, group)
            progress(len(group))
            group = []
    if faults:
        told = "\n".join(faults)
        raise UsageError(f"nothing was made, for {len(faults)} objects cannot be used:\n{told}")
    rebuilding.bring_in(connection, group)
    progress(len(group))
    return Rebuilt(ies, versions, list(sums(connection)))


def sums(connection: Connection) -> Iterator[tuple[str, int, str]]:
    """The tables that a store keeps, their rows and the digest of these, as `mdwatch repository copy` tells them."""
    for table in rebuilding.KEPT:
        adding = Summing()
        for piece in moving.rows(connection, table):
            adding.add(piece)
        yield (table.name, *adding.sum())


def read(item: StoredObject) -> StoredHistory:
    """An IE with all that its object tells; raises `Rejected` where something is missing or damaged."""
    inventory = item.inventory()
    if inventory is None:
        raise Rejected(f"{item.folder} is no object")
    origins: dict[int, IeOrigin] = {}
    contents: dict[tuple[int, int], tuple[str, str | None]] = {}
    document: IeDocument | None = None
    for number in range(1, inventory.head + 1):
        document = ie_document.read(item.file(inventory, number, DOCUMENT))
        if document.origin.version in origins:
            continue
        origins[document.origin.version] = document.origin
        _take_contents(item, inventory, number, document, contents)
    if document is None or list(origins) != list(range(1, document.origin.version + 1)):
        raise Rejected(f"{item.folder}: versions of the IE are missing")
    for record in document.records:
        if (record.key, record.version) not in contents:
            raise Rejected(f"{item.folder}: version {record.version} of the record {record.mid or 'dc'} is missing")
    has_remainder = REMAINDER in inventory.versions[-1].state
    remainder = _text(item, inventory, inventory.head, REMAINDER) if has_remainder else None
    return StoredHistory(document, list(origins.values()), contents, remainder)


def _take_contents(
    item: StoredObject,
    inventory: Inventory,
    number: int,
    document: IeDocument,
    contents: dict[tuple[int, int], tuple[str, str | None]],
) -> None:
    """Takes the records that came with this version of the IE."""
    for record in document.records:
        if record.version == document.origin.version:
            content = None if record.file is None else _text(item, inventory, number, record.file)
            contents[record.key, record.version] = (record.sub_type, content)


def _text(item: StoredObject, inventory: Inventory, number: int, path: str) -> str:
    try:
        return item.file(inventory, number, path).decode()
    except UnicodeDecodeError:
        raise Rejected(f"{item.folder}: {path} of version {number} is no UTF-8") from None
