"""States and outcomes in plain words, with the tone they are shown in: tables, for whoever knows the work to check."""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from mdwatch.model import RunStatus, Stage
from mdwatch.rules.codes import MEANINGS, Code, Effect

Tone = Literal["good", "busy", "calm", "warn", "bad"]


class Words(NamedTuple):
    """What something is called on the page, and how loudly."""

    label: str
    tone: Tone


class OutcomeCount(NamedTuple):
    """How many files of a run came to something."""

    number: int
    words: Words


# What a job's worker tells of itself (handlers.job_worker).
JOB_STATES: Final = {
    "": Words("Not started yet", "calm"),
    "idle": Words("Ready", "good"),
    "busy": Words("Run by another process", "busy"),
    "paused": Words("Paused", "warn"),
    "aborted": Words("Cannot run", "bad"),
    "trouble": Words("In trouble", "bad"),
    "fault": Words("In trouble", "bad"),
    "hung": Words("Does not answer", "bad"),
}
PAUSED: Final = JOB_STATES["paused"]
FILES_IN_ERROR: Final = Words("Files in error", "bad")
RUNNING: Final = Words("Running", "busy")
INTERRUPTED: Final = Words("Interrupted", "warn")
UNREACHABLE: Final = Words("Folder out of reach", "bad")

RUN_STATES: Final = {
    RunStatus.SUCCESS.value: Words("Success", "good"),
    RunStatus.WARNINGS.value: Words("Complete with warnings", "warn"),
    RunStatus.ERROR.value: Words("Error", "bad"),
    RunStatus.ABORTED.value: Words("Aborted", "bad"),
    None: Words("Not ended yet", "busy"),
}

_TONES: Final[dict[Effect, Tone]] = {
    Effect.UPDATE: "good",
    Effect.WARNING: "calm",
    Effect.SKIP: "warn",
    Effect.ERROR: "bad",
    Effect.ABORT: "bad",
}
_WHERE: Final = {
    Effect.UPDATE: "done/",
    Effect.WARNING: "done/",
    Effect.SKIP: "the drop folder",
    Effect.ERROR: "error/",
    Effect.ABORT: "the drop folder",
}

_PARTS: Final = {
    "settings": "Settings",
    "database": "Database",
    "exports": "Exports",
    "http": "Web server",
}

BATCH_STATES: Final = {
    "finished": Words("Finished", "good"),
    "cancelled": Words("Cancelled", "warn"),
    "failed": Words("Failed", "bad"),
    None: Words("Open", "busy"),
}
STAGES: Final = {
    Stage.SIP: "in SIP processing",
    Stage.PERMANENT: "in the permanent repository",
}
ACT_OUTCOMES: Final = {
    "done": Words("Done", "good"),
    "nothing": Words("Was so already", "calm"),
    "refused": Words("Refused", "warn"),
    "begun": Words("Not seen to be finished", "warn"),
}
ACT_WAYS: Final = {"cli": "on the command line,", "api": "by the API,", "page": "on the page,", "daemon": "the daemon,"}
CAUSES: Final = {"update": "Updated", "load": "Loaded", "revert": "Taken back to an earlier version"}


def outcome(code: str) -> Words:
    """What came of files of this code."""
    meaning = MEANINGS[Code(code)]
    return Words(meaning.label, _TONES[meaning.effect])


# Less exact, for where a run is one of many things that are told.
_EFFECTS: Final = {
    Effect.ERROR: "in error",
    Effect.ABORT: "refused",
    Effect.SKIP: "held back",
    Effect.UPDATE: "updated",
    Effect.WARNING: "without a change",
}


def in_brief(counts: Mapping[str, int]) -> list[OutcomeCount]:
    """The counts of a run by what they mean for the files, the most important first."""
    found = dict.fromkeys(_EFFECTS, 0)
    for code, number in counts.items():
        found[MEANINGS[Code(code)].effect] += number
    return [OutcomeCount(number, Words(_EFFECTS[effect], _TONES[effect])) for effect, number in found.items() if number]


def brief(code: str) -> Words:
    """What a code means for its file."""
    effect = MEANINGS[Code(code)].effect
    return Words(_EFFECTS[effect], _TONES[effect])


def where(code: str) -> str:
    """In which place a file of this code lies."""
    return _WHERE[MEANINGS[Code(code)].effect]


def schedule(text: str) -> str:
    """When a job runs."""
    match text:
        case "watch":
            return "takes files as they arrive"
        case "manual":
            return "runs when asked to"
        case _:
            return f"runs on the schedule {text}"


def short_schedule(text: str) -> str:
    """The same in a word or two, for a line of a table."""
    return {"watch": "as they arrive", "manual": "when asked"}.get(text, text)


def part(name: str) -> str:
    """What a part of mdwatch that is in trouble is called."""
    return _PARTS.get(name, name)


def lasting(milliseconds: int) -> str:
    """A length of time, as exact as it matters."""
    minutes = max(milliseconds, 0) // 60_000
    for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            number = minutes // size
            return some(number, unit)
    return "less than a minute"


def some(number: int, singular: str, plural: str = "") -> str:
    """So many of something: `1 file`, `12 000 files`; held together by spaces that do not break."""
    return f"{grouped(number)}\N{NO-BREAK SPACE}{singular if number == 1 else plural or singular + 's'}"


def grouped(number: int) -> str:
    """A number with its thousands set apart by a space that does not break."""
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
