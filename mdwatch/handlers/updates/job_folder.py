"""The drop folder of a job, as its worker comes to it: opened, watched, looked into, and what is left in it.

The folder is opened anew for each turn, so that nothing keeps a share from being unmounted.
"""

import time
from itertools import islice
from math import inf
from typing import Final

from mdwatch.dropfolder.claims import FolderClaims
from mdwatch.dropfolder.folder import DropFolder, identity_of
from mdwatch.errors import Deferred
from mdwatch.formats.printable import escape
from mdwatch.handlers.updates import share
from mdwatch.handlers.updates.folder_watch import FolderWatch
from mdwatch.handlers.updates.session import Session
from mdwatch.handlers.updates.share import Proven
from mdwatch.handlers.updates.standing import Standing
from mdwatch.repository import waiting_list
from mdwatch.rules.codes import Code, Trouble
from mdwatch.rules.settling import Split
from mdwatch.runtime import metrics
from mdwatch.runtime.context import Context
from mdwatch.watch.arrivals import Arrivals
from mdwatch.watch.bell import Bell

FULL_LOOK_SECONDS: Final = 300  # how often even files known to wait are looked at
_NAMED: Final = 3
_ASKED: Final = 100


class JobFolder:
    """The folder of one job; used by its worker alone, but for `watch.replace` and `failing_for`: the supervisor's."""

    def __init__(
        self,
        context: Context,
        session: Session,
        standing: Standing,
        bell: Bell,
        arrivals: Arrivals | None,
        claims: FolderClaims,
    ) -> None:
        self._context = context
        self._session = session
        self._name = session.name
        self._job = session.job
        self._standing = standing
        self._bell = bell
        self._claims = claims
        self._full_at = -inf
        self._proven: Proven | None = None
        self._failing_since: float | None = None
        self.watch = FolderWatch(self._name, self._job, arrivals, self._finished, self._made)

    @property
    def failing_for(self) -> float:
        """For how many seconds it has not let the job work; 0 where it does."""
        since = self._failing_since
        if since is None:
            heartbeat = self._session.heartbeat
            return 0.0 if heartbeat.answers() else time.monotonic() - heartbeat.since
        return time.monotonic() - since

    def fails(self) -> None:
        """Notes that it does not let the job work, since now or earlier."""
        if self._failing_since is None:
            self._failing_since = time.monotonic()

    def works(self) -> None:
        """Notes that it lets the job work."""
        self._failing_since = None

    def open(self) -> DropFolder:
        """The folder, if it is the one that was there before: an unmounted share only looks empty.

        Raises `OSError`, and `Deferred` where it is another one or another job's.
        """
        heartbeat = self._session.heartbeat
        heartbeat.at("share")
        try:
            folder, mount = share.opened(self._context, self._name, self._standing.kept.mount, self._proven)
            self._proven = Proven.of(folder, mount)
            other = self._claims.claim(self._name, folder.device_and_inode())
        finally:
            heartbeat.at("work")
        if other is not None:
            folder.close()
            raise Deferred(
                f"{self._job.folder} is the folder of the job {other} under another name; give each job a folder of "
                "its own"
            )
        if self._standing.kept.mount != mount:
            self._standing.keep(mount=mount)
        return folder

    def look(self, folder: DropFolder) -> Split:
        """One look, after the watch is in place, so that nothing arrives unseen between the two."""
        heartbeat = self._session.heartbeat
        heartbeat.at("share")
        now = self._context.clock.monotonic()
        self.watch.ensure(folder, now)
        heartbeat.at("work")
        full = now - self._full_at >= FULL_LOOK_SECONDS
        with metrics.sweep(self._name):
            split = self._session.look(full=full)
        if full:
            self._full_at = now
        metrics.seen(self._name, split, self._session.in_sip())
        return split

    def stuck(self, folder: DropFolder) -> str | None:
        """Which files there are that cannot be taken, and why the first cannot; None where there are none."""
        with self._context.repository.read() as connection:
            waiting = waiting_list.waiting_but(connection, self._name, Code.IN_SIP.value)
        told = [item for item in waiting if item.code != Trouble.UNSETTLED.value]
        self._session.heartbeat.at("share")
        # Not all of them, for there may be many: one that is there is trouble enough.
        left = list(islice((item for item in told[:_ASKED] if _is_there(folder, item.name)), _NAMED))
        self._session.heartbeat.at("work")
        if not left:
            return None
        names = ", ".join(escape(item.name) for item in left)
        more = " and others" if len(told) > len(left) else ""
        return f"files that cannot be taken: {names}{more}; of the first: {left[0].reason}"

    def forget(self) -> None:
        """After a fault: the watch is begun anew, and the next look is a full one."""
        self._full_at = -inf
        self.watch.end()

    def close(self) -> None:
        """Ends the watch, and leaves the folder to other jobs."""
        self.watch.end()
        self._claims.release(self._name)

    def _finished(self, name: str) -> None:
        """A file was closed after writing, or moved in: its state vouches for it. Called by another thread."""
        identity = identity_of(self._job.folder / name)
        if identity is not None:
            self._session.patience.vouch(name, identity)
        self._bell.ring()

    def _made(self) -> None:
        self._bell.ring(within=max(self._job.settle_seconds, 0.1))


def _is_there(folder: DropFolder, name: str) -> bool:
    """Whether there is something under this name, be it that it cannot even be looked at."""
    try:
        return folder.sighting(name) is not None
    except OSError:
        return True
