"""What drops and acts must come to, in a few dozen lines that know nothing of the program (design sections 1 and 3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

Key = tuple[str, str]  # type and mid of a record
Records = Mapping[Key, str]  # the title of each record, which stands for its content


class Location(Enum):
    """Where a file is."""

    DROP = "drop"
    DONE = "done"
    ERROR = "error"
    DISMISSED = "dismissed"


@dataclass(slots=True)
class ModelIe:
    """An IE: what its rules look at, and its records at each version."""

    records: dict[Key, str]
    institution: str = "INS01"
    in_sip: bool = False
    locked: bool = False
    deleted: bool = False
    versions: list[Records] = field(default_factory=list)
    # By record: the creation number of the file that wrote it last; for a revert, one between those around it.
    written_by: dict[Key, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.versions.append(dict(self.records))

    def change(self, records: Records) -> None:
        """A new version with these records."""
        self.records.update(records)
        self.versions.append(dict(self.records))


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file: its place in the order of creation, its name, and what it asks for; nothing where it is no updateMD."""

    number: int
    name: str
    pid: str
    parts: Mapping[Key, str] | None


class Model:
    """The repository and one drop folder, whose user is an editor of INS01."""

    def __init__(self, entities: Mapping[str, ModelIe]) -> None:
        self.ies = dict(entities)
        self.files: dict[int, ModelFile] = {}
        self.where: dict[int, Location] = {}
        # Files that were put back from error/ and wait for their new verdict.
        self.put_back: set[int] = set()
        # The files as they were decided, one after the other, and whether each changed its IE.
        self.decided: list[tuple[ModelFile, bool]] = []

    def drop(self, file: ModelFile) -> None:
        """A file is dropped."""
        self.files[file.number] = file
        self.where[file.number] = Location.DROP

    def run(self) -> None:
        """The job takes all that lies in the folder, in the order of creation."""
        held: set[str] = set()
        for number in sorted(self.files):
            if self.where[number] is Location.DROP:
                file = self.files[number]
                before = self._version(file.pid)
                self.where[number] = self._decide(file, held)
                if self.where[number] is not Location.DROP:
                    self.put_back.discard(number)
                    self.decided.append((file, self._version(file.pid) > before))

    def _version(self, pid: str) -> int:
        return len(self.ies[pid].versions) if pid in self.ies else 0

    def _decide(self, file: ModelFile, held: set[str]) -> Location:
        """Applies a file or not; where it goes."""
        ie = self.ies.get(file.pid)
        if file.parts is None or ie is None or ie.deleted or ie.institution != "INS01":
            return Location.ERROR
        if ie.in_sip or file.pid in held:
            held.add(file.pid)
            return Location.DROP
        if ie.locked or any(key != ("descriptive", "") and key not in ie.records for key in file.parts):
            return Location.ERROR
        changed = {key: title for key, title in file.parts.items() if ie.records.get(key) != title}
        if file.number in self.put_back and self.overtaken(file.number):
            return Location.ERROR
        if changed:
            ie.change(changed)
            ie.written_by.update(dict.fromkeys(changed, file.number))
        return Location.DONE

    def in_error(self) -> list[int]:
        """The error files, in the order of creation."""
        return sorted(number for number, where in self.where.items() if where is Location.ERROR)

    def overtaken(self, number: int) -> bool:
        """Whether something later wrote one of the records that this one would change (retry keeps the order)."""
        file = self.files[number]
        ie = self.ies.get(file.pid)
        if ie is None or file.parts is None:
            return False
        changed = [key for key, title in file.parts.items() if ie.records.get(key) != title]
        return any(ie.written_by.get(key, -1) > number for key in changed)

    def retry(self, number: int) -> bool:
        """An error file is put back, unless that would undo what came later; whether it was."""
        if self.overtaken(number):
            return False
        self.where[number] = Location.DROP
        self.put_back.add(number)
        return True

    def dismiss(self, number: int) -> None:
        """An error file is put aside."""
        self.where[number] = Location.DISMISSED

    def revert(self, pid: str, to: int) -> None:
        """The records of an earlier version become current again; not of an IE that is locked or deleted."""
        ie = self.ies[pid]
        if ie.locked or ie.deleted or to > len(ie.versions):
            return
        back = {key: title for key, title in ie.versions[to - 1].items() if ie.records[key] != title}
        if back:
            ie.change(back)
            for key in back:
                ie.written_by[key] = max(self.files, default=-1) + 0.5

    def names(self, where: Location) -> list[str]:
        """The names of the files in one place; one name as often as there are files of it."""
        return sorted(self.files[number].name for number, place in self.where.items() if place is where)


def fresh() -> dict[str, ModelIe]:
    """One IE for each fact that the rules look at, and two to update."""
    dc: Key = ("descriptive", "")
    return {
        "IE1": ModelIe({dc: "Old", ("source", "7"): "Old"}),
        "IE2": ModelIe({dc: "Old"}),
        "IE3": ModelIe({dc: "Old"}, institution="INS02"),
        "IE4": ModelIe({dc: "Old"}, in_sip=True),
    }
