"""How a job stands in the daemon's hands, and what brings it from one state to another.

The state is kept, so that commands and pages can tell it; a job of which no worker ever told is `UNTOLD`.
"""

from enum import Enum
from typing import Final

# What stands among the jobs, told of in the same way: no job has a name with a blank in it.
NIGHTLY: Final = "nightly export"
AUDIT: Final = "nightly audit"
RETENTION: Final = "nightly retention"


class JobState(Enum):
    """How a job stands; the values are those kept in the database and shown to programs."""

    UNTOLD = ""
    IDLE = "idle"
    PAUSED = "paused"
    BUSY = "busy"
    ABORTED = "aborted"
    TROUBLE = "trouble"
    FAULT = "fault"
    HUNG = "hung"

    @classmethod
    def of(cls, kept: str) -> "JobState":
        """The state from how it is kept; one that another version of mdwatch told is as good as none."""
        return cls(kept) if kept in {item.value for item in cls} else cls.UNTOLD

    @property
    def troubled(self) -> bool:
        """Whether somebody has to see to it: /readyz, metrics and alerts say so."""
        return self in _TROUBLED


_TROUBLED: Final = frozenset({JobState.ABORTED, JobState.TROUBLE, JobState.FAULT, JobState.HUNG})


class Event(Enum):
    """What happens to a job."""

    WENT_WELL = "a turn ended, and nothing stands in the way"
    FILES_LEFT = "a turn ended, and files are left that cannot be taken"
    PAUSED = "somebody paused it"
    TAKEN = "another process runs it"
    FORBIDDEN = "its user may not run it"
    FAILED = "a fault of the world: its folder, its log or the database"
    FAILED_OURS = "a fault of mdwatch's own"
    SILENT = "its share has not answered for long"


class Told(Enum):
    """What is told of a step, beside the state itself."""

    NOTHING = "nothing"
    TROUBLE = "that it is in trouble"
    HEALED = "that it is no longer"


_LEADS_TO: Final = {
    Event.WENT_WELL: JobState.IDLE,
    Event.FILES_LEFT: JobState.TROUBLE,
    Event.PAUSED: JobState.PAUSED,
    Event.TAKEN: JobState.BUSY,
    Event.FORBIDDEN: JobState.ABORTED,
    Event.FAILED: JobState.TROUBLE,
    Event.FAILED_OURS: JobState.FAULT,
    Event.SILENT: JobState.HUNG,
}
# Whatever it was before: each event says all there is to know.
TABLE: Final = {(state, event): after for state in JobState for event, after in _LEADS_TO.items()}


def told(before: JobState, after: JobState, *, same_reason: bool) -> Told:
    """What is told of a job that came from one state to another, for the same reason as before or not."""
    if after.troubled:
        return Told.NOTHING if before is after and same_reason else Told.TROUBLE
    return Told.HEALED if before.troubled else Told.NOTHING
