"""What an audit makes of what it sees: which file is where, and what does not fit together (design section 9)."""

from enum import Enum
from typing import Final, NamedTuple

from mdwatch.rules.codes import MEANINGS, Code, Effect


class FindingKind(Enum):
    """What does not fit together: one finding each."""

    UNKNOWN_DONE = "unknown-in-done"
    UNKNOWN_ERROR = "unknown-in-error"
    CHANGED_DONE = "changed-in-done"
    NOT_CARRIED_OUT = "not-carried-out"
    APPLIED_AGAIN = "applied-again"
    FOLDER_AWAY = "folder-away"
    RECORD_DIGEST = "record-digest"
    RECORD_CONTENT = "record-content"
    VERSIONS = "versions"
    EVENTS = "events"
    EXPORT_DIGEST = "export-digest"
    EXPORT_STAMP = "export-stamp"
    PART_FAILED = "part-failed"


SENTENCES: Final = {
    FindingKind.UNKNOWN_DONE: "A file in done/ that the journal does not know",
    FindingKind.UNKNOWN_ERROR: "A file in error/ that no run put there",
    FindingKind.CHANGED_DONE: "A file in done/ that is another one than the journal says",
    FindingKind.NOT_CARRIED_OUT: "A decided file whose move was not seen",
    FindingKind.APPLIED_AGAIN: "A copy of a file that was applied before, over one that is newer",
    FindingKind.FOLDER_AWAY: "A drop folder that cannot be looked into",
    FindingKind.RECORD_DIGEST: "A record that is another one than its digest says",
    FindingKind.RECORD_CONTENT: "A record without its content",
    FindingKind.VERSIONS: "An IE whose history is not whole",
    FindingKind.EVENTS: "An IE with fewer events than changes",
    FindingKind.EXPORT_DIGEST: "An export that is another one than its digest says",
    FindingKind.EXPORT_STAMP: "An export whose stamp does not fit its IE",
    FindingKind.PART_FAILED: "A part of the audit that could not be done",
}

_RESTORE: Final = "See to the disk, and what else writes there; `mdwatch repository check`, then restore a backup."
REMEDIES: Final = {
    FindingKind.UNKNOWN_DONE: (
        "Somebody put it there, or it was applied after the backup that was restored: move it into error/, and "
        "`mdwatch retry` has it applied, unless something later stands against it."
    ),
    FindingKind.UNKNOWN_ERROR: (
        "`mdwatch retry` has it applied, unless something later stands against it; `mdwatch dismiss` puts it aside."
    ),
    FindingKind.CHANGED_DONE: (
        "Somebody changed or replaced it, or restored it from a backup as a copy. Nothing is wrong with the IE; take "
        "the file out of done/ to hear of it no more."
    ),
    FindingKind.NOT_CARRIED_OUT: "The next run of the job moves it; where it does not, `mdwatch explain` tells why.",
    FindingKind.APPLIED_AGAIN: (
        "Where it came back from a backup, `mdwatch ie revert PID --to VERSION` with the version before this one; "
        "where it was dropped on purpose, nothing."
    ),
    FindingKind.FOLDER_AWAY: "Mount it, or see to its rights, and audit again.",
    FindingKind.RECORD_DIGEST: _RESTORE,
    FindingKind.RECORD_CONTENT: _RESTORE,
    FindingKind.VERSIONS: _RESTORE,
    FindingKind.EVENTS: _RESTORE,
    FindingKind.EXPORT_DIGEST: "`mdwatch export redo` makes the documents anew.",
    FindingKind.EXPORT_STAMP: _RESTORE,
    FindingKind.PART_FAILED: "See to that, or to what the service log tells of it; then audit again.",
}


class Account(Enum):
    """Where a file is, that a run has seen."""

    WAITING = "waiting"
    DONE = "done"
    ERROR = "error"
    RETRIED = "tried again"
    DISMISSED = "dismissed"
    REMOVED = "removed by hand"
    UNMOVED = "not moved yet"
    SUMMED = "summed up"  # its row was removed by its age


class FilingPlace(Enum):
    """Where the verdict on a file sends it."""

    DONE = "done"
    ERROR = "error"


_PLACES: Final = {
    Effect.ERROR: FilingPlace.ERROR,
    Effect.UPDATE: FilingPlace.DONE,
    Effect.WARNING: FilingPlace.DONE,
}


def filing_place(code: str) -> FilingPlace | None:
    """Where a verdict of this code sends a file; None where it stays, and gets another row when it is decided."""
    return _PLACES.get(MEANINGS[Code(code)].effect)


class LastAct(Enum):
    """What an operator did with it in `error/`."""

    NONE = "none"
    RETRY = "retry"
    DISMISSAL = "dismissal"


class FileSeen(Enum):
    """What lies where it is to be: that file, one that no row explains, or none of these."""

    SAME = "same"
    OTHER = "other"
    NONE = "none"


class FileFacts(NamedTuple):
    """What is known of one decided file; `carried_out`: its move was seen, and nothing is left to do."""

    verdict: FilingPlace
    act: LastAct
    seen: FileSeen
    carried_out: bool


def account(facts: FileFacts) -> tuple[Account, FindingKind | None]:
    """Where a file is, and what does not fit; people may remove files, and change those in `error/`, as they like."""
    if facts.act is LastAct.RETRY:
        return Account.RETRIED, None
    if facts.act is LastAct.DISMISSAL:
        return Account.DISMISSED, None
    if not facts.carried_out:
        return Account.UNMOVED, FindingKind.NOT_CARRIED_OUT
    if facts.seen is FileSeen.NONE:
        return Account.REMOVED, None
    if facts.verdict is FilingPlace.ERROR:
        return Account.ERROR, None
    return Account.DONE, FindingKind.CHANGED_DONE if facts.seen is FileSeen.OTHER else None


class IeFacts(NamedTuple):
    """The history of one IE in numbers; `changes` are its updates and reverts, each of which brought an event."""

    version: int
    versions: int
    newest: int
    changes: int
    events: int
    exported_version: int


def ie_findings(facts: IeFacts) -> list[FindingKind]:
    """What does not fit in the history of an IE."""
    found = []
    if not facts.version == facts.versions == facts.newest or facts.exported_version > facts.version:
        found.append(FindingKind.VERSIONS)
    if facts.events < facts.changes:
        found.append(FindingKind.EVENTS)
    return found


class ExportFacts(NamedTuple):
    """One export beside its IE: `attended`: every format of that version was seen to, `failed`: this one in vain."""

    ie_version: int
    version: int
    deleted: bool
    attended: bool
    failed: bool


def stamp_fits(facts: ExportFacts) -> bool:
    """Whether the stamp of an export fits its IE: never newer, and older only where it is due or failed."""
    if facts.deleted:
        return True
    if facts.ie_version > facts.version:
        return False
    return facts.ie_version == facts.version or not facts.attended or facts.failed
