"""The verdicts on an updateMD file: one code each, what follows from it, and what a person can do."""

from enum import Enum
from typing import Final, NamedTuple


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

    # A member is equal to itself alone. That of Enum is made in Python, and each file's code is looked up.
    __hash__ = object.__hash__


class Trouble(Enum):
    """Why a file stays in the drop folder though no rule says so: codes of the waiting files, beside `in-sip`."""

    UNREAD = "unread"  # it cannot be looked at or read
    UNSETTLED = "unsettled"  # it is, or may be, still being written
    FAULT = "fault"  # mdwatch failed on it
    UNMOVED = "unmoved"  # it is decided, and cannot be moved


# Those of files for which later ones wait, for as long as the job's `order_wait`: they may be changed by what is in it.
HOLDING: Final = frozenset({Trouble.UNREAD.value, Trouble.UNSETTLED.value})


class Meaning(NamedTuple):
    """One row: what a code does, why in a sentence, what files of it are called ("3 ..."), and what people can do."""

    effect: Effect
    sentence: str
    label: str
    remedy: str


MEANINGS: Final = {
    Code.INSUFFICIENT_ROLE: Meaning(
        Effect.ABORT,
        "The job's user needs the role editor-full or editor-typical",
        "refused: the job's user lacks the right",
        "Give the job's user the role editor-full or editor-typical, or the job another user, in mdwatch.toml.",
    ),
    Code.INVALID_XML: Meaning(
        Effect.ERROR,
        "XML is not well-formed or invalid",
        "not valid",
        "Correct the file where the reason says, and drop it again or use `mdwatch retry`.",
    ),
    Code.UNSUPPORTED_TYPE: Meaning(
        Effect.ERROR,
        "Type or subtype is not supported",
        "of a type that is not supported",
        "Use type descriptive with subType dc, or type source with a subType listed under [source] in mdwatch.toml.",
    ),
    Code.UNKNOWN_IE: Meaning(
        Effect.ERROR,
        "IE does not exist",
        "for an IE that does not exist",
        "Correct the PID, or have the IE loaded first; then use `mdwatch retry`.",
    ),
    Code.DELETED_IE: Meaning(
        Effect.ERROR,
        "IE is deleted",
        "for a deleted IE",
        "Correct the PID, or put the file aside with `mdwatch dismiss`; where the IE is to live again, undelete it "
        "(`mdwatch ie undelete PID`; one of another repository there), then use `mdwatch retry`.",
    ),
    Code.OTHER_INSTITUTION: Meaning(
        Effect.ERROR,
        "IE belongs to another institution",
        "for another institution's IE",
        "Drop the file in a folder of the institution that owns the IE, or correct its PID.",
    ),
    Code.IN_SIP: Meaning(
        Effect.SKIP,
        "IE is in SIP processing, the file waits until it has left it",
        "waiting: IE in SIP processing",
        "Nothing to do: the file is taken by itself when the IE has left SIP processing.",
    ),
    Code.LOCKED: Meaning(
        Effect.ERROR,
        "IE is locked",
        "for a locked IE",
        "Have the lock released (`mdwatch ie unlock PID` if it is a left-over; on an IE of another repository "
        "there); then use `mdwatch retry`.",
    ),
    Code.UNKNOWN_MID: Meaning(
        Effect.ERROR,
        "IE has no such source record",
        "for a record that the IE does not have",
        "See the mids and subtypes the IE has with `mdwatch ie show PID`, or in the repository that it is of, and "
        "correct mid or subType.",
    ),
    Code.NO_CHANGE: Meaning(
        Effect.WARNING,
        "No change in metadata",
        "without a change",
        "Nothing to do: the repository holds this metadata already.",
    ),
    Code.SUPERSEDED: Meaning(
        Effect.ERROR,
        "A later change of this metadata was made before the file was tried again",
        "older than what was applied since",
        "See the difference with `mdwatch check`; then use `mdwatch dismiss`, or `mdwatch retry --anyway` to have the "
        "older metadata in place of the newer.",
    ),
    Code.UPDATED: Meaning(
        Effect.UPDATE,
        "The submitted metadata differs from the stored",
        "updated",
        "Nothing to do.",
    ),
}
