"""What can go wrong, named by what happens next.

A verdict on a file (locked, no change, ...) is not an error but a value: see `mdwatch.rules.codes`.
"""


class MdwatchError(Exception):
    """The root of every error that mdwatch raises on purpose; its text is meant for an operator."""


class ConfigError(MdwatchError):
    """The operator's set-up is wrong. `faults` lists everything that is, each with its path. Exit status 78."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class UsageError(MdwatchError):
    """The call names something that does not exist or cannot be done. Exit status 2."""


class Rejected(MdwatchError):
    """The input is bad and stays bad however often it is tried: invalid XML, no PID, over a limit.

    `malformed` tells that it is no well-formed document at all, as one may be that is still being written: it has holes
    of zeros yet, or ends too early, which `premature` tells.
    """

    def __init__(self, reason: str, *, premature: bool = False, malformed: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.premature = premature
        self.malformed = malformed or premature


class Deferred(MdwatchError):
    """A fault of the world (disk, share, database) that may pass: nothing is lost, the work is to be tried again."""


class RepositoryAway(Deferred):
    """The database cannot be used, or did not say what became of a change: no fault of the folder or share at hand."""


class RepositoryBusy(RepositoryAway):
    """The database stayed locked by another process for longer than `busy_seconds`."""


class RepositoryConflict(RepositoryBusy):
    """Another transaction changed the same at the same time: nothing was changed, and all of it can be done again."""


class JobBusy(Deferred):
    """Another process is running this job now."""


class RunCancelled(Deferred):
    """Somebody cancelled the run: it takes no further file, and ends."""


class JobPaused(Deferred):
    """Somebody paused the job: its run goes on when it is resumed."""


def in_words(error: Exception) -> str:
    """What an error says to people: no number and no name of a class; of a fault of the disk, where it was."""
    if not isinstance(error, OSError) or error.strerror is None:
        return str(error)
    where = error.filename
    return error.strerror if where is None or isinstance(where, int) else f"{error.strerror}: {_shown(where)}"


def _shown(name: object) -> str:
    text = name.decode("utf-8", "surrogateescape") if isinstance(name, bytes) else str(name)
    return text.encode("utf-8", "backslashreplace").decode()
