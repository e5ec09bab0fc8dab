"""How long a file that is not well-formed may still be one that is being written (design section 4, settled).

A writer may stop for longer than a file takes to settle: an NFS client writes back what it has when it likes, and
leaves holes of zeros until then; SMB makes a file in its full length first. So whatever is no well-formed document is
given time, from its last change on, before that is a verdict.
"""

from mdwatch.model import InvalidUpdate, UpdateMD


def seconds_left(update: UpdateMD | InvalidUpdate | None, unchanged_for: float, grace: float) -> float:
    """For how long yet the file is not to be decided, for it may become whole; 0 where it may be decided now."""
    if not isinstance(update, InvalidUpdate) or not update.malformed:
        return 0.0
    return max(grace - unchanged_for, 0.0)


def why(update: InvalidUpdate) -> str:
    """Why it is not decided yet, for people."""
    if update.premature:
        return "it ends too early, as if it were still being written"
    return f"it is {update.reason}; it may still be being written"


def retry_after(troubled_for: float) -> float:
    """In how many seconds to try again what cannot be done with a file: twice as long each time, within bounds."""
    return min(max(troubled_for, _SOONEST), _LATEST)


_SOONEST = 2.0
_LATEST = 15.0
