"""The checks of an updateMD file, in their order; the first that fails decides the whole file (design section 3)."""

from collections.abc import Iterable
from enum import Enum
from typing import Final, NamedTuple

from mdwatch.model import IeState, InvalidUpdate, Metadata, Role, Stage, Status, UpdateMD
from mdwatch.rules import reasons
from mdwatch.rules.codes import Code
from mdwatch.rules.evidence import Evidence, find


class Form(Enum):
    """Whether the file could be read as updateMD, records and all."""

    VALID = "valid"
    INVALID = "invalid"


class Kind(Enum):
    """Whether every record is of a type and subtype that may be updated."""

    SUPPORTED = "supported"
    UNSUPPORTED = "unsupported"


class Presence(Enum):
    """Whether the IE is there."""

    ACTIVE = "active"
    DELETED = "deleted"
    ABSENT = "absent"


class Ownership(Enum):
    """Whether the IE belongs to an institution of the job's user."""

    OWN = "own"
    FOREIGN = "foreign"


class IePlace(Enum):
    """Where the IE is; HELD: an earlier file for it was skipped in this run, so that later ones wait too."""

    PERMANENT = "permanent"
    SIP = "sip"
    HELD = "held"


class Lock(Enum):
    """Whether anyone holds the IE."""

    FREE = "free"
    LOCKED = "locked"


class Target(Enum):
    """Whether the IE has every source record that is to be replaced, in the subtype submitted."""

    KNOWN = "known"
    UNKNOWN = "unknown"


class Change(Enum):
    """Whether some record differs from the stored one."""

    SOME = "some"
    NONE = "none"


class Age(Enum):
    """Whether a file that was put back from `error/` or `done/` is older than what changed its records since."""

    CURRENT = "current"
    SUPERSEDED = "superseded"


class Facts(NamedTuple):
    """All that decides about one file. Facts that cannot be had (of the IE of an unreadable file) keep the default."""

    role: Role
    form: Form = Form.VALID
    kind: Kind = Kind.SUPPORTED
    presence: Presence = Presence.ACTIVE
    ownership: Ownership = Ownership.OWN
    place: IePlace = IePlace.PERMANENT
    lock: Lock = Lock.FREE
    target: Target = Target.KNOWN
    change: Change = Change.SOME
    age: Age = Age.CURRENT


class Row(NamedTuple):
    """One row of the table: the fact it looks at, the values that make it apply, the verdict, and why."""

    fact: str
    values: tuple[Enum, ...]
    code: Code
    why: str


TABLE: Final = (
    Row("role", (Role.EDITOR_VIEW,), Code.INSUFFICIENT_ROLE, "Updating takes at least the role editor typical."),
    Row("form", (Form.INVALID,), Code.INVALID_XML, "What cannot be read whole is not applied in part."),
    Row("kind", (Kind.UNSUPPORTED,), Code.UNSUPPORTED_TYPE, "Only records of the supported pairs are updated."),
    Row("presence", (Presence.ABSENT,), Code.UNKNOWN_IE, "An update changes what is there; it makes no IE."),
    Row("presence", (Presence.DELETED,), Code.DELETED_IE, "A deleted IE stays as it was deleted."),
    Row("ownership", (Ownership.FOREIGN,), Code.OTHER_INSTITUTION, "A user changes IEs of the own institution only."),
    Row("place", (IePlace.SIP, IePlace.HELD), Code.IN_SIP, "SIP processing still owns the IE; order is kept."),
    Row("lock", (Lock.LOCKED,), Code.LOCKED, "Whoever holds the lock would overwrite the update, or lose work to it."),
    Row("target", (Target.UNKNOWN,), Code.UNKNOWN_MID, "A source record is replaced, never added or turned."),
    Row("change", (Change.NONE,), Code.NO_CHANGE, "An equal record makes no version."),
    Row("age", (Age.SUPERSEDED,), Code.SUPERSEDED, "Trying an old file again undoes nothing later unasked."),
)
OTHERWISE: Final = Code.UPDATED


def why_abort(user: str, role: Role) -> str | None:
    """Why a job of this user may not run at all (rule 0); None where it may."""
    if decide(Facts(role=role)) is not Code.INSUFFICIENT_ROLE:
        return None
    return f"User {user} has the role {role.value}, the job needs editor-typical or editor-full"


def decide(facts: Facts) -> Code:
    """The verdict on a file."""
    for place, values, code in _ROWS:
        if facts[place] in values:
            return code
    return OTHERWISE


# The table, each fact by its place: every file is looked up in it.
_ROWS: Final = tuple((Facts._fields.index(row.fact), row.values, row.code) for row in TABLE)


class Verdict(NamedTuple):
    """What is to become of a file: the code, why in one sentence, and the `metadata` elements that are to be stored."""

    code: Code
    reason: str
    changed: tuple[Metadata, ...] = ()


def judge(
    update: UpdateMD | InvalidUpdate,
    ie: IeState | None,
    *,
    role: Role,
    covered: bool,
    held: bool,
    source_subtypes: Iterable[str],
    ignore_field_sequence: bool,
    superseded: str | None = None,
) -> Verdict:
    """The verdict on a file, with all that it rests on.

    `covered`: the job's user may work for the IE's institution. `held`: an earlier file for the IE was skipped.
    `superseded`: it was put back, and this, in words, changed its records later (`supersession`).
    """
    found = find(update, ie, source_subtypes, ignore_field_sequence=ignore_field_sequence)
    facts = _facts(update, ie, found, role=role, covered=covered, held=held)
    code = decide(facts if superseded is None else facts._replace(age=Age.SUPERSEDED))
    if code is Code.SUPERSEDED and superseded is not None:
        return Verdict(code, superseded)
    return Verdict(code, reasons.reason(code, update, ie, found), found.changed if code is Code.UPDATED else ())


def gather(
    update: UpdateMD | InvalidUpdate,
    ie: IeState | None,
    *,
    role: Role,
    covered: bool,
    held: bool,
    source_subtypes: Iterable[str],
    ignore_field_sequence: bool,
) -> Facts:
    """The facts of one file: what it asks for, set beside the IE as it stands. The arguments are those of `judge`."""
    found = find(update, ie, source_subtypes, ignore_field_sequence=ignore_field_sequence)
    return _facts(update, ie, found, role=role, covered=covered, held=held)


def _facts(
    update: UpdateMD | InvalidUpdate, ie: IeState | None, found: Evidence, *, role: Role, covered: bool, held: bool
) -> Facts:
    if isinstance(update, InvalidUpdate):
        return Facts(role=role, form=Form.INVALID)
    kind = Kind.SUPPORTED if found.unsupported is None else Kind.UNSUPPORTED
    if ie is None or found.unsupported is not None:
        return Facts(role=role, kind=kind, presence=Presence.ABSENT if ie is None else Presence.ACTIVE)
    return Facts(
        role=role,
        kind=kind,
        presence=Presence.DELETED if ie.status is Status.DELETED else Presence.ACTIVE,
        ownership=Ownership.OWN if covered else Ownership.FOREIGN,
        place=IePlace.SIP if ie.stage is Stage.SIP else IePlace.HELD if held else IePlace.PERMANENT,
        lock=Lock.LOCKED if ie.locked_by is not None else Lock.FREE,
        target=Target.KNOWN if found.untargeted is None else Target.UNKNOWN,
        change=Change.SOME if found.changed else Change.NONE,
    )
