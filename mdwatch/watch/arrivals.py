"""Arrivals in folders on local file systems: inotify through watchdog, one thread for all folders.

What is asked of the kernel leaves out moves out of a folder, our own above all: watchdog would hold everything behind
each of them for half a second. An event names a file that was closed after writing, or moved in, so that it need not be
looked at twice; a file that was merely made (a hard link, a writer at work) only asks for a look later.
"""

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog
from watchdog.observers.inotify_c import (
    CallbackId,
    InotifyConstants,
    InotifyEvent,
    InotifyFD,
    Mask,
    WatchDescriptor,
)

from mdwatch.rules import arrival

log = structlog.get_logger()

_FINISHED: Final = InotifyConstants.IN_CLOSE_WRITE | InotifyConstants.IN_MOVED_TO
_WANTED: Final = Mask(_FINISHED | InotifyConstants.IN_CREATE | InotifyConstants.IN_ONLYDIR)


class Arrivals:
    """The watches of one process. When its thread has died, `alive` says so, and a new one is to be made."""

    def __init__(self) -> None:
        """Raises `OSError` where the kernel gives no inotify instance."""
        self._inotify = InotifyFD()
        self._inotify.daemon = True
        self._inotify.start()

    @property
    def alive(self) -> bool:
        """Whether events can still come."""
        return self._inotify.is_alive()

    def stop(self) -> None:
        """Ends all watches."""
        self._inotify.stop()

    def watch(self, folder: Path, finished: Callable[[str], None], look: Callable[[], None]) -> "Watch":
        """Watches a folder: `finished` is told names, `look` is called where only a look can tell. Raises `OSError`."""
        watch = Watch(self._inotify, finished, look)
        watch.begin(folder)
        return watch


class Watch:
    """The watch of one folder; it may end by itself when the folder goes away, and `alive` then says so."""

    def __init__(self, inotify: InotifyFD, finished: Callable[[str], None], look: Callable[[], None]) -> None:
        self._inotify = inotify
        self._finished = finished
        self._look = look
        self._lock = threading.Lock()
        self._descriptor: WatchDescriptor | None = None

    @property
    def alive(self) -> bool:
        """Whether events of this folder can still come."""
        return self._descriptor is not None and self._inotify.is_alive()

    def begin(self, folder: Path) -> None:
        """Asks the kernel; raises `OSError`, as where the limit on watches is reached."""
        descriptor = self._inotify.add_callback(os.fsencode(folder), _WANTED, self, CallbackId(id(self)))
        with self._lock:
            self._descriptor = descriptor

    def end(self) -> None:
        """Ends the watch."""
        with self._lock:
            descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None and self._inotify.is_alive():
            self._inotify.remove_callbacks([(descriptor, CallbackId(id(self)))])

    def on_event(self, event: InotifyEvent) -> None:
        """Passes an event on; called by watchdog's thread, which an exception would end."""
        try:
            name = os.fsdecode(event.name)
            if arrival.is_hidden(name):
                # A worker that cannot move files tries one of its own: it would wake itself, and never back off.
                return
            if event.mask & _FINISHED and not event.is_directory:
                self._finished(name)
            else:
                self._look()
        except Exception:
            log.exception("arrival_not_passed_on")

    def on_watch_deleted(self, wd: WatchDescriptor) -> None:  # noqa: ARG002
        """The folder is gone, or its file system was unmounted."""
        with self._lock:
            self._descriptor = None
        self._look()

    def on_queue_overflow(self) -> None:
        """The kernel dropped events: only a look can tell what arrived."""
        log.warning("arrivals_overflowed")
        self._look()
