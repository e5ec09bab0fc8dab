"""The second implementation: an OCFL storage root alone, in the form that `handlers.stores` writes.

One process at a time changes it: whoever does holds a lease for it. It is not to be the store of a database as well,
which would find there what never happened to it.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path

from mdwatch.errors import Deferred, Rejected
from mdwatch.formats import canonical, dnx, xml
from mdwatch.formats.limits import ACCEPTED
from mdwatch.formats.ocfl import ie_document, places
from mdwatch.formats.ocfl.ie_document import DOCUMENT, REMAINDER, IeDocument, IeOrigin, StoredEvent, StoredRecord
from mdwatch.formats.ocfl.inventory import Inventory
from mdwatch.formats.printable import escape
from mdwatch.handlers.stores import gathering
from mdwatch.handlers.targets.interface import MadeVersion, Replacement, ReplacementAnswer, answer
from mdwatch.model import IeState, RecordState, RecordType, Stage, Status
from mdwatch.objectstore import storage_root
from mdwatch.objectstore.stored_object import StoredObject
from mdwatch.runtime.context import local_time


class OcflRepository:
    """The IEs in the storage root at this path, for the one who may change it.

    `ensure` is called before each act that others see, and raises where it is no longer ours to change. For who only
    asks it is None: what a crash left is not finished then, and an object that is being changed may be `Rejected`.
    """

    def __init__(self, root: Path, ensure: Callable[[], None] | None = lambda: None) -> None:
        self._root = root
        self._ensure = ensure
        self._cleared = ensure is None

    def facts(self, pids: Collection[str]) -> Mapping[str, IeState]:
        """The IEs as their newest versions have them."""
        found = {pid: self._open(pid) for pid in pids}
        return {pid: item.state() for pid, item in found.items() if item is not None}

    def replace(self, replacement: Replacement) -> ReplacementAnswer:
        """Adds a version to the object; a crash leaves it with or without that version, which the next look tells."""
        there = self._open(replacement.pid)
        if there is None:
            return ReplacementAnswer.CHANGED
        found = answer(replacement, there.state(), there.made(replacement.expected + 1))
        if found is not None:
            return found
        there.add(replacement)
        return ReplacementAnswer.DONE

    def _open(self, pid: str) -> "_Opened | None":
        ensure = self._ensure
        try:
            if not storage_root.is_there(self._root):
                raise Deferred(f"there is no OCFL storage root at {self._root}; mount or restore it")
            self._clear()
            item = StoredObject(self._root, places.object_id(pid), ensure or _nothing)
            inventory = item.recovered() if ensure is not None else item.inventory()
            return None if inventory is None else _Opened(item, inventory)
        except Rejected as rejected:
            raise Rejected(f"IE {pid} cannot be used: {rejected.reason}") from rejected

    def _clear(self) -> None:
        """Once, by who may change it: what a crash left of versions that were being written goes."""
        if not self._cleared and self._ensure is not None:
            self._ensure()
            storage_root.clear_staging(self._root)
            self._cleared = True


def _nothing() -> None:
    """Who only asks does nothing that others see."""


class _Opened:
    """An object, read: its newest document and the contents of its records."""

    def __init__(self, item: StoredObject, inventory: Inventory) -> None:
        self._item, self._inventory = item, inventory
        self.document: IeDocument = ie_document.read(self._file(DOCUMENT))
        self._contents = {r: self._file(r.file).decode() for r in self.document.records if r.file is not None}

    def _file(self, path: str, number: int = 0) -> bytes:
        """A file as it was in a version of the object, 0 for the newest."""
        return self._item.file(self._inventory, number or self._inventory.head, path)

    def made(self, version: int) -> MadeVersion | None:
        """How this version of the IE came about; the object has versions for changes of facts, too."""
        for number in range(self._inventory.head, 0, -1):
            document = ie_document.read(self._file(DOCUMENT, number))
            if document.origin.version < version:
                return None
            if document.origin.version == version:
                contents = {
                    (RecordType(record.type), record.mid): self._file(record.file, number).decode()
                    for record in document.records
                    if record.file is not None
                }
                origin = document.origin
                return MadeVersion(origin.at, origin.agent, origin.job, origin.file, contents)
        return None

    def state(self) -> IeState:
        """What the rules read."""
        facts = self.document.facts
        return IeState(
            pid=self.document.pid,
            institution=facts.institution,
            stage=Stage(facts.stage),
            status=Status(facts.status),
            locked_by=facts.locked_by,
            version=self.document.origin.version,
            records={
                (RecordType(r.type), r.mid): RecordState(
                    r.sub_type, canonical.digests(xml.parse(content, ACCEPTED), ACCEPTED)
                )
                for r, content in self._contents.items()
            },
        )

    def add(self, replacement: Replacement) -> None:
        """Writes the version that a replacement makes."""
        when = local_time(replacement.at)
        new = {(item.type.value, item.mid): item.content for item in replacement.records}
        before = self.document
        version = replacement.expected + 1
        origin = IeOrigin(version, replacement.at, replacement.agent, "update", replacement.job, replacement.file)
        told = f"JOB={replacement.job};FILE={escape(replacement.file)};"
        event = dnx.modified_event(replacement.agent, when, told)
        key = max((item.key for item in before.events), default=0) + 1
        records: list[tuple[StoredRecord, str | None]] = [
            (record._replace(version=version), new[record.type, record.mid])
            if (record.type, record.mid) in new
            else (record, self._contents.get(record))
            for record in before.records
        ]
        document = replace(
            before,
            characteristics=dnx.with_modification(dict(before.characteristics), replacement.agent, when),
            origin=origin,
            change=origin,
            records=[record for record, _ in records],
            events=[*before.events, StoredEvent(key, version, event)],
            reconstructed=False,
        )
        has_remainder = REMAINDER in self._inventory.versions[-1].state
        remainder = self._file(REMAINDER).decode() if has_remainder else None
        made = gathering.whole(document, records, remainder)
        self._item.add(ie_document.note_of(made.document), made.files, self._inventory)
