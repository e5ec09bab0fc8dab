"""Drives the program and the model side by side, and holds the one against the other."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from mdwatch.errors import UsageError
from mdwatch.handlers.files import dismiss as file_dismiss
from mdwatch.handlers.files import retry as file_retry
from mdwatch.handlers.files.audit import Audit
from mdwatch.handlers.ies import change as ie_change
from mdwatch.handlers.retention import summing
from mdwatch.model import Stage
from mdwatch.repository import ies
from tests.proof.model import Key, Location, Model, ModelFile, ModelIe, fresh
from tests.worlds import JOB, Later, World, dc, ie, metadata, mods, update

NAMES = ("a.xml", "b.xml", "c.xml", "d.xml")
PIDS = ("IE1", "IE2", "IE3", "IE4", "IE9")
TITLES = ("Old", "New", "Newer")
# A number of four digits at most, for another stamp may follow: a name grows by each place where it is taken.
_STAMP = re.compile(r"\.\d{8}T\d{6}Z(?:\.\d{1,4}(?!\d))?")


class Sides:
    """A world of the tests and the model of it."""

    def __init__(self, root: Path, **job: Any) -> None:
        self.model = Model(fresh())
        self.world = World(root, **job)
        self.world.load(*(native(pid, entity) for pid, entity in self.model.ies.items()))
        self._inodes: dict[int, int] = {}

    def drop(self, name: str, pid: str, parts: dict[Key, str] | None) -> None:
        """Drops a file, unless one of this name still lies there."""
        path = self.world.folder / name
        if path.exists():
            return
        number = len(self.model.files)
        path.write_bytes(content(pid, parts))
        wait_for_the_clock(self.world.root)
        self._inodes[path.stat().st_ino] = number
        self.model.drop(ModelFile(number, name, pid, parts))

    def run(self) -> None:
        """Runs the job, here and there, and compares."""
        self.world.run()
        self.model.run()
        self.compare()

    def age(self) -> None:
        """All that is past grows old, and is summed up and removed by the settings; nothing that counts is lost."""
        self.world.raw["retention"] = {"journal_days": 1, "runs_days": 1}
        with self.world.context(Later(days=2)) as context:
            assert not summing.sum_up(context).away

    def lock(self, pid: str, *, locked: bool) -> None:
        """Somebody locks an IE, or unlocks it."""
        with self.world.context() as context:
            ie_change.lock(context, pid, "curator") if locked else ie_change.unlock(context, pid)
        self.model.ies[pid].locked = locked

    def stage(self, pid: str, *, in_sip: bool) -> None:
        """An IE goes into SIP processing, or leaves it."""
        with self.world.context() as context:
            ie_change.set_stage(context, pid, Stage.SIP if in_sip else Stage.PERMANENT)
        self.model.ies[pid].in_sip = in_sip

    def delete(self, pid: str) -> None:
        """An IE is deleted."""
        with self.world.context() as context:
            ie_change.delete(context, pid)
        self.model.ies[pid].deleted = True

    def revert(self, pid: str, to: int) -> None:
        """An IE goes back to an earlier version, if it has it and may be changed."""
        with self.world.context() as context:
            try:
                ie_change.revert(context, pid, to, "curator")
            except UsageError:
                assert to > len(self.model.ies[pid].versions) or self._is_closed(pid)
        self.model.revert(pid, to)

    def _is_closed(self, pid: str) -> bool:
        return self.model.ies[pid].locked or self.model.ies[pid].deleted

    def retry(self, chosen: int) -> None:
        """An error file is tried again."""
        there = self.model.in_error()
        if not there:
            return
        number = there[chosen % len(there)]
        with self.world.context() as context:
            (told,) = file_retry.retry(context, JOB, [self._name_in_error(number)])
        assert (told.put_back_as is not None) == self.model.retry(number), told

    def dismiss(self, chosen: int) -> None:
        """An error file is put aside."""
        there = self.model.in_error()
        if not there:
            return
        number = there[chosen % len(there)]
        with self.world.context() as context:
            (told,) = file_dismiss.dismiss(context, JOB, [self._name_in_error(number)])
        assert told.dismissed_as is not None, told
        self.model.dismiss(number)

    def _name_in_error(self, number: int) -> str:
        return next(
            path.name
            for path in (self.world.folder / "error").iterdir()
            if self._inodes.get(path.stat().st_ino) == number and not path.name.endswith(".reason.txt")
        )

    def compare(self) -> None:
        """Records, versions, events and places are what the model says."""
        with self.world.context() as context, context.repository.read() as connection:
            compare_ies(connection, self.model)
            open_rows = connection.exec_driver_sql("SELECT count(*) FROM journal WHERE NOT carried_out").scalar()
        with self.world.context() as context:
            assert list(Audit(context).findings()) == []
        compare_places(self.world.folder, self.model)
        waiting = sum(1 for entry in self.model.where.values() if entry is Location.DROP)
        assert open_rows == 0 or waiting, "what is decided is carried out"


def compare_ies(connection: Connection, model: Model) -> None:
    """Holds records, versions and events against the model."""
    for pid, expected in model.ies.items():
        entity = ies.get(connection, pid)
        assert entity is not None
        found = {(item.type.value, item.mid or ""): title_of(item.content) for item in entity.records}
        assert found == dict(expected.records), pid
        assert len(ies.versions(connection, pid)) == len(expected.versions), pid
        assert len(entity.events) == len(expected.versions) - 1, pid


def compare_places(folder: Path, model: Model) -> None:
    """Holds the files of a drop folder, and what is below, against the model."""
    places = {Location.DROP: folder, Location.DISMISSED: folder / "error" / "dismissed"}
    for where in Location:
        place = places.get(where, folder / where.value)
        found = [path.name for path in place.iterdir() if path.is_file()] if place.is_dir() else []
        names = sorted(_STAMP.sub("", name) for name in found if not name.endswith(".reason.txt"))
        assert names == model.names(where), (where, names, model.names(where), sorted(folder.rglob("*")))


def wait_for_the_clock(folder: Path) -> None:
    """Files created in one tick of the kernel's clock have no order but their names': the next one comes later."""
    probe = folder / "tick"
    first = None
    while first is None or probe.stat().st_ctime_ns <= first:
        probe.write_bytes(b"")
        first = first or probe.stat().st_ctime_ns
    probe.unlink()


def native(pid: str, entity: ModelIe) -> dict[str, Any]:
    """An IE of the model as native JSON has it."""
    source = [
        {"mid": mid, "subType": "MODS", "content": mods(title)}
        for (kind, mid), title in entity.records.items()
        if kind == "source"
    ]
    facts: dict[str, Any] = {"institution": entity.institution, "stage": "sip" if entity.in_sip else "permanent"}
    if entity.locked:
        facts["lockedBy"] = "curator"
    return ie(pid, entity.records["descriptive", ""], source=source, **facts)


def content(pid: str, parts: Mapping[Key, str] | None) -> bytes:
    """A file of the model, as it is dropped."""
    if parts is None:
        return b"<updateMD>not one"
    made = [
        metadata(dc(title)) if kind == "descriptive" else metadata(mods(title), "source", "mods", mid)
        for (kind, mid), title in parts.items()
    ]
    return update(pid, *made)


def title_of(content: str) -> str:
    """The title in a record, which stands for its content."""
    found = re.search(r"title>([^<]*)</", content)
    assert found is not None
    return found[1]
