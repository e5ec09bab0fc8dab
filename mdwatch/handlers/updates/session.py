"""A job in our hands: its folder looked into, and what was seen of its files remembered from look to look.

One session lasts for one call of `mdwatch job run`, or as long as the daemon works on the job. What is done with the
files is a `Run`; several may follow one another in a session.
"""

from collections.abc import Callable, Mapping
from math import inf

from mdwatch.dropfolder.folder import DropFolder
from mdwatch.handlers.updates.book import Book
from mdwatch.handlers.updates.foreign_book import ForeignBook
from mdwatch.logs import JobLog
from mdwatch.model import Identity, Sighting
from mdwatch.repository import interventions, journal, waiting_list
from mdwatch.rules import sequence
from mdwatch.rules.codes import Code
from mdwatch.rules.patience import Patience
from mdwatch.rules.settling import Split
from mdwatch.runtime.context import Context
from mdwatch.runtime.heartbeat import Heartbeat


class Session:
    """What is remembered of a job from look to look and run to run.

    `open` is to be given the folder before anything else. Every method raises `OSError` and `Deferred`; all can be
    tried again. `grace_seconds` is how long a file that is not well-formed may stay unchanged before that counts.
    """

    def __init__(
        self,
        context: Context,
        name: str,
        job_log: JobLog,
        *,
        grace_seconds: float = 0,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self.context = context
        self.name = name
        self.job = context.job(name)
        self.user = context.user(self.job)
        self.job_log = job_log
        self.grace_seconds = grace_seconds
        self.stopping = stopping
        self.patience = Patience(self.job.settle_seconds, self.job.order_wait)
        self.heartbeat = Heartbeat()
        self.book = (ForeignBook if self.job.repository else Book)(context, name, self.user)
        self.folder: DropFolder
        self.files: dict[str, Sighting] = {}
        # Entries that are there and cannot be looked at, and why.
        self.unseen: dict[str, str] = {}
        # PIDs whose later files wait, for mdwatch failed on an earlier one.
        self.held_by_faults: set[str] = set()
        # Files whose IEs another repository cannot use until somebody mends them, with the PIDs.
        self.unusable: dict[str, str] = {}
        # Files that the run in hand has left to the next one, even if their IEs have left SIP meanwhile.
        self.skipped: set[str] = set()
        # The fence of the job's lease when it was last ours: where the next is one more, nobody else had it meanwhile.
        self.fence: int | None = None
        # Decided files that cannot be moved, and since when (monotonic).
        self.stuck: dict[str, float] = {}

    def open(self, folder: DropFolder) -> None:
        """Works in this folder from now on."""
        self.folder = folder

    def left_over(self) -> bool:
        """Whether a run was cut short, or something decided is not carried out, so that there is work without files."""
        with self.context.repository.read() as connection:
            return journal.any_left_over(connection, self.name)

    def look(self, *, full: bool = True) -> Split:
        """Looks into the folder: which files may be taken now. Not `full`: files known to wait are not looked at."""
        self.book.strike_released()
        fresh = self._list({} if full else {name: self.files[name] for name in self.book.names() & self.files.keys()})
        if self.patience.has_new():
            # Listed once more for what the first listing missed; who reads a file sees whether it changed meanwhile.
            fresh = self._list(self.files)
        now = self.context.clock.monotonic()
        # One file is in order by itself.
        ordered = sequence.in_order(fresh, self._creation_times()) if len(fresh) > 1 else fresh
        return self.patience.split(ordered, now)

    def _creation_times(self) -> Mapping[Identity, int]:
        """When files that were changed in `error/` before they were put back were created."""
        with self.context.repository.read() as connection:
            return interventions.creation_times(connection, self.name)

    def _list(self, known: Mapping[str, Sighting]) -> list[Sighting]:
        """One listing of the folder, taken in; the files that do not wait for their IEs. Of `known` ones names do."""
        self.heartbeat.at("share")
        look = self.folder.look(self.job.include, known, before=self.files)
        self.files = {file.name: file for file in look.files}
        self.unseen = look.unseen
        self.heartbeat.at("work")
        fresh = [f for f in self.files.values() if not self.book.waits(f) and f.name not in self.skipped]
        self.patience.see(fresh, self.context.clock.monotonic(), blind=bool(self.unseen))
        return fresh

    def gone(self) -> set[str]:
        """The waiting files that are no longer there; what the last listing did not show is looked for once more."""
        with self.context.repository.read() as connection:
            told = {item.name for item in waiting_list.waiting_but(connection, self.name, Code.IN_SIP.value)}
        self.heartbeat.at("share")
        absent = (self.book.names() | told) - self.files.keys() - self.unseen.keys()
        gone = {name for name in absent if self.folder.sighting(name) is None}
        self.heartbeat.at("work")
        return gone

    def in_sip(self) -> list[Sighting]:
        """The files of the last look that wait for their IEs to leave SIP."""
        return [self.files[name] for name in self.book.names() if name in self.files]

    def cannot_be_taken(self, file: Sighting, why: str, again: float = inf, *, blocks: bool = True) -> None:
        """The file is not to be taken for so many seconds; it keeps those behind it waiting where it `blocks` them."""
        now = self.context.clock.monotonic()
        self.patience.trouble(file.name, why, now, now + again, blocks=blocks)
