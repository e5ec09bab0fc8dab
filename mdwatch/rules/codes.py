"""The verdicts on an updateMD file: one code each, what follows from it, and what a person can do."""

from dataclasses import dataclass
from enum import Enum
from typing import Final


class Effect(Enum):
    """What a verdict does to the file and the IE."""

    ABORT = "the job aborts, no file touched"
    ERROR = "the file goes to error/"
    SKIP = "the file stays in the drop folder"
    WARNING = "no update, the file goes to done/"
    UPDATE = "the records are replaced, the file goes to done/"


class Code(Enum):
    """The codes of design section 3, in the order of its rows."""

    INSUFFICIENT_ROLE = "insufficient-role"
    INVALID_XML = "invalid-xml"
    UNSUPPORTED_TYPE = "unsupported-type"
    UNKNOWN_IE = "unknown-ie"
    DELETED_IE = "deleted-ie"
    OTHER_INSTITUTION = "other-institution"
    IN_SIP = "in-sip"
    LOCKED = "locked"
    UNKNOWN_MID = "unknown-mid"
    NO_CHANGE = "no-change"
    SUPERSEDED = "superseded"
    UPDATED = "updated"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code does, and the remedy for whoever dropped the file."""

    effect: Effect
    remedy: str


MEANINGS: Final = {
    Code.INSUFFICIENT_ROLE: Meaning(
        Effect.ABORT,
        "Give the job's user the role editor-full or editor-typical, or the job another user, in mdwatch.toml.",
    ),
    Code.INVALID_XML: Meaning(
        Effect.ERROR, "Correct the file where the reason says, and drop it again or use `mdwatch retry`."
    ),
    Code.UNSUPPORTED_TYPE: Meaning(
        Effect.ERROR,
        "Use type descriptive with subType dc, or type source with a subType listed under [source] in mdwatch.toml.",
    ),
    Code.UNKNOWN_IE: Meaning(Effect.ERROR, "Correct the PID, or have the IE loaded first; then use `mdwatch retry`."),
    Code.DELETED_IE: Meaning(Effect.ERROR, "A deleted IE is not updated. Remove the file, or correct its PID."),
    Code.OTHER_INSTITUTION: Meaning(
        Effect.ERROR, "Drop the file in a folder of the institution that owns the IE, or correct its PID."
    ),
    Code.IN_SIP: Meaning(
        Effect.SKIP, "Nothing to do: the file is taken by itself when the IE has left SIP processing."
    ),
    Code.LOCKED: Meaning(
        Effect.ERROR, "Have the lock released (`mdwatch ie unlock PID` if it is a left-over); then use `mdwatch retry`."
    ),
    Code.UNKNOWN_MID: Meaning(
        Effect.ERROR, "See the mids and subtypes the IE has with `mdwatch ie show PID`, and correct mid or subType."
    ),
    Code.NO_CHANGE: Meaning(Effect.WARNING, "Nothing to do: the repository holds this metadata already."),
    Code.SUPERSEDED: Meaning(
        Effect.ERROR,
        "See the difference with `mdwatch check`; then use `mdwatch dismiss`, or `mdwatch retry --anyway` to have the "
        "older metadata in place of the newer.",
    ),
    Code.UPDATED: Meaning(Effect.UPDATE, "Nothing to do."),
}
