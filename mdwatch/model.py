"""The nouns: what a repository holds and what an update says. No behaviour beyond reading themselves.

Those that come by the hundred thousand, or travel between processes, are named tuples: half the size, and five times
as quick to pass on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal, NamedTuple


class Stage(Enum):
    """Where an IE is: still in SIP processing, or in the permanent repository."""

    SIP = "sip"
    PERMANENT = "permanent"


class Status(Enum):
    """Whether an IE is there to be used or was deleted."""

    ACTIVE = "active"
    DELETED = "deleted"


class RecordType(Enum):
    """The two kinds of record an IE has: the descriptive one, and source records named by their mid."""

    DESCRIPTIVE = "descriptive"
    SOURCE = "source"

    # A member is equal to itself alone. That of Enum is made in Python, and records are looked up by their type.
    __hash__ = object.__hash__


class Role(Enum):
    """Editor levels of a repository user ("Rosetta Roles and Privileges")."""

    EDITOR_FULL = "editor-full"
    EDITOR_TYPICAL = "editor-typical"
    EDITOR_VIEW = "editor-view"


class RunStatus(Enum):
    """How a run ended ("Rosetta Update Metadata Job"); ABORTED means that it touched no file."""

    SUCCESS = "Success"
    WARNINGS = "Complete with warnings"
    ERROR = "Error"
    ABORTED = "Aborted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One metadata record of an IE.

    `sub_type` is kept as it was given (`MODS`, `OTHER:article`); `mid` is empty for the descriptive record; `content`
    is the XML of the record as text.
    """

    type: RecordType
    sub_type: str
    mid: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IntellectualEntity:
    """An IE with its facts, records, DNX events and DNX object characteristics.

    `events` are DNX event records (key id to value, in order), oldest first. `characteristics` are the keys of the DNX
    section objectCharacteristics. `mets` is the rest of the METS it was loaded from, which mdwatch keeps but does not
    interpret (files, representations, rights, producer), or None.
    `stated` names what a source really stated: facts by their names here, records as `descriptive` and `source`. A METS
    says nothing of lock, stage and publication; what is not stated is left as it was.
    `landing_page` and `institution_name` come from the settings: exporters are given them with the IE, and nothing else
    has them.
    """

    pid: str
    institution: str
    stage: Stage = Stage.PERMANENT
    status: Status = Status.ACTIVE
    published: bool = False
    harvested: bool = False
    locked_by: str | None = None
    records: tuple[Record, ...] = ()
    events: Sequence[Mapping[str, str]] = ()
    characteristics: Mapping[str, Any] = field(default_factory=dict)
    mets: str | None = None
    stated: frozenset[str] = frozenset()
    landing_page: str = ""
    institution_name: str = ""

    @property
    def held_by(self) -> str:
        """The institution as readers know it: by its name, or else by its code."""
        return self.institution_name or self.institution

    @property
    def descriptive(self) -> Record | None:
        """The descriptive record, if the IE has one."""
        # Asked several times for each document, which a loop answers quickest.
        for record in self.records:
            if record.type is RecordType.DESCRIPTIVE:
                return record
        return None

    @property
    def sources(self) -> tuple[Record, ...]:
        """The source records, in the order of the IE."""
        return tuple([r for r in self.records if r.type is RecordType.SOURCE])


class Digests(NamedTuple):
    """What a record says, with and without regard to the order of sibling fields; 16 bytes each."""

    ordered: bytes
    unordered: bytes


class Metadata(NamedTuple):
    """One `metadata` element of an updateMD file; `type` and `sub_type` are as submitted, not yet judged."""

    type: str
    sub_type: str
    mid: str
    content: str
    digests: Digests


class UpdateMD(NamedTuple):
    """A well-formed updateMD file: one PID and the records to replace."""

    pid: str
    metadata: tuple[Metadata, ...]


class InvalidUpdate(NamedTuple):
    """An updateMD file that cannot be read: why, and the PID if that much could be made out.

    `malformed`: it is no well-formed document, as one may be that is still being written; `premature`: it ends too
    early.
    """

    reason: str
    pid: str | None = None
    premature: bool = False
    malformed: bool = False


class Identity(NamedTuple):
    """What tells one dropped file from another of the same name: inode, size in bytes, mtime in nanoseconds."""

    inode: int
    size: int
    mtime_ns: int


class Sighting(NamedTuple):
    """A file as one look at the drop folder saw it; times in nanoseconds, `born_ns` 0 where unknown."""

    name: str
    identity: Identity
    ctime_ns: int
    born_ns: int


class RecordState(NamedTuple):
    """What the rules need to know of a stored record."""

    sub_type: str
    digests: Digests


class IeState(NamedTuple):
    """What the rules need to know of a stored IE; `records` by type and mid, without their content."""

    pid: str
    institution: str
    stage: Stage
    status: Status
    locked_by: str | None
    version: int
    records: Mapping[tuple[RecordType, str], RecordState]


BatchKind = Literal["all", "redo", "nightly", "set"]
BatchEnding = Literal["finished", "cancelled", "failed"]
BatchState = Literal["waiting", "running", "finished", "cancelled", "failed"]


class Batch(NamedTuple):
    """A batch of exports as it stands; moments in milliseconds, counts in IEs.

    `ended_at` is None while it waits or runs, `formats` where it is about all of them; `position` is the key of the
    last IE that is done, `upto` that of the last one there is.
    """

    id: int
    kind: BatchKind
    older_than: int | None
    set_spec: str | None
    formats: tuple[str, ...] | None
    asked_by: str
    asked_at: int
    started_at: int | None
    ended_at: int | None
    status: BatchEnding | None
    reason: str | None
    cancelled: bool
    log: str | None
    total: int
    processed: int
    exported: int
    unchanged: int
    failed: int
    position: int
    upto: int

    @property
    def state(self) -> BatchState:
        """Where the batch stands, in a word."""
        if self.ended_at is not None:
            return self.status or "failed"
        return "waiting" if self.started_at is None else "running"


class BatchSlice(NamedTuple):
    """The IEs of a batch beyond `position`, the key of the last one that is done, up to the key `upto`."""

    id: int
    batch: int
    position: int
    upto: int
    processed: int = 0


class OaiSet(NamedTuple):
    """An OAI set; `changed_at` (milliseconds) is when its definition last changed.

    It is `filled` when every exportable IE was looked at under that definition, and `known` to harvesters from its
    first filling on. One that was `deleted` is remembered for its harvesters.
    """

    id: int
    spec: str
    name: str
    description: str
    definition: str
    changed_at: int
    filled: bool
    known: bool
    deleted: bool = False


Way = Literal["cli", "api", "page", "daemon"]


class Actor(NamedTuple):
    """Who does something by hand, and from where.

    `name` is never empty; `way` is by which of our doors they came, `origin` the user and host of a command, or the
    address that a request came from.
    """

    name: str
    way: Way
    origin: str


class AccountRole(Enum):
    """What an account may do over HTTP: look; also act on jobs, files and IEs; or everything."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    MANAGER = "manager"


class Caller(NamedTuple):
    """Who asks over HTTP: `institutions` are those it covers, None for all; `name` is empty where nobody said one."""

    name: str
    role: AccountRole
    institutions: frozenset[str] | None = None
