"""The watch on a drop folder: begun where the kernel gives one, begun anew where it died, told of where there is none.

It only wakes the worker earlier than its sweeps would. So where inotify is used up the work goes on, and the watch is
tried again later.
"""

from collections.abc import Callable
from errno import EMFILE, ENFILE, ENOMEM, ENOSPC
from typing import Final

import structlog

from mdwatch.config import JobSettings
from mdwatch.dropfolder import mounts
from mdwatch.dropfolder.folder import DropFolder
from mdwatch.watch.arrivals import Arrivals, Watch

log = structlog.get_logger()

AGAIN_SECONDS: Final = 60.0
_USED_UP: Final = {ENOSPC, EMFILE, ENFILE, ENOMEM}


class FolderWatch:
    """The watch on the folder of one job. Used by its worker alone, but for `replace`, which its supervisor calls."""

    def __init__(
        self,
        name: str,
        job: JobSettings,
        arrivals: Arrivals | None,
        finished: Callable[[str], None],
        made: Callable[[], None],
    ) -> None:
        """`finished` is told names of files that came whole, `made` is called for others; both by another thread."""
        self._name = name
        self._job = job
        self._arrivals = arrivals
        self._finished = finished
        self._made = made
        self._watch: Watch | None = None
        self._watched = (0, 0)
        self._again_at = 0.0
        self._fault: str | None = None

    @property
    def fault(self) -> str | None:
        """Why arrivals are found by sweeps alone, where that is not as it should be; for `status`."""
        return self._fault

    def replace(self, arrivals: Arrivals | None) -> None:
        """Another source of events, after the first one died or where there was none."""
        self._arrivals, self._watch, self._again_at = arrivals, None, 0.0

    def ensure(self, folder: DropFolder, now: float) -> None:
        """Has this very folder watched, if it can be; `now` on a clock that nobody sets."""
        there = folder.device_and_inode()
        watch = self._watch
        if watch is not None and watch.alive and self._watched == there:
            return
        if self._job.watch == "sweep" or now < self._again_at:
            return
        try:
            if self._job.watch == "auto" and mounts.is_network(self._job.folder):
                return
            self.end()
            self._begin()
        except OSError as error:
            self._again_at = now + AGAIN_SECONDS
            self._note(_reason(error))
        else:
            self._watched = there
            self._note(None)

    def _begin(self) -> None:
        if self._arrivals is None:
            raise OSError(EMFILE, "the kernel gives no instance of inotify")
        self._watch = self._arrivals.watch(self._job.folder, self._finished, self._made)

    def _note(self, reason: str | None) -> None:
        text = None if reason is None else f"{reason}; files are found by a look every {self._job.sweep_seconds:g} s"
        if text is not None and text != self._fault:
            log.warning("folder_not_watched", job=self._name, reason=reason, sweeps_every=self._job.sweep_seconds)
        self._fault = text

    def end(self) -> None:
        """Ends the watch."""
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.end()


def _reason(error: OSError) -> str:
    # What names a file is no fault of inotify.
    if error.errno in _USED_UP and error.filename is None:
        return (
            f"inotify is used up ({error.strerror}); raise fs.inotify.max_user_watches and "
            "fs.inotify.max_user_instances (sysctl)"
        )
    return f"the folder cannot be watched: {error.strerror or error}"
