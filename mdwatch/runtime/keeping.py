"""Leases in a server's database are kept while their holder lives: a thread prolongs them, whatever it waits for.

A holder that is stopped, or cut off from the server, prolongs nothing; so does one whose share does not answer, that
others may be able to use. The thread also ends what such a holder has left open on the server. What a lease is for is
not looked at here: who lost one finds out with its next transaction.
SQLite needs none of this: who shares its file sees whether a process lives.
"""

import threading
from typing import TYPE_CHECKING, Final

import structlog

from mdwatch.errors import Deferred, JobBusy, RepositoryConflict
from mdwatch.repository import postgres
from mdwatch.repository.engine import Repository

if TYPE_CHECKING:
    from mdwatch.runtime.lease import Lease

log = structlog.get_logger()

_EVERY_SECONDS: Final = 3.0


def keep(lease: "Lease") -> None:
    """Has a lease prolonged until it is let go, or lost."""
    if not lease.repository.shared:
        return
    with _lock:
        thread = _threads.get(lease.repository)
        if thread is None or not thread.is_alive():
            thread = _threads[lease.repository] = _Keeping(lease.repository)
            thread.start()
        thread.leases.append(lease)


def let_go(lease: "Lease") -> None:
    """It is not prolonged any more."""
    with _lock:
        if (thread := _threads.get(lease.repository)) is not None:
            thread.leases = [item for item in thread.leases if item is not lease]
            if not thread.leases:
                thread.empty.set()


class _Keeping(threading.Thread):
    """The thread for one repository; it ends when it has nothing to prolong."""

    def __init__(self, repository: Repository) -> None:
        super().__init__(name="leases", daemon=True)
        self._repository = repository
        self.leases: list[Lease] = []
        self.empty = threading.Event()
        self._told = False

    def run(self) -> None:
        """Prolongs what is kept, every few seconds."""
        while not self._has_ended():
            with _lock:
                mine = list(self.leases)
            self._prolong([lease for lease in mine if lease.wanted()])
            self._end_silent()

    def _has_ended(self) -> bool:
        self.empty.wait(_EVERY_SECONDS)
        with _lock:
            self.empty.clear()
            if self.leases:
                return False
            _threads.pop(self._repository, None)
            return True

    def _end_silent(self) -> None:
        """Has locks let go that somebody holds who was stopped or cut off: they may be on what is to be taken over."""
        try:
            with self._repository.read() as connection:
                ended = postgres.end_silent(connection)
        except Deferred:
            return
        if ended:
            log.warning("silent_transactions_ended", transactions=ended)

    def _prolong(self, mine: "list[Lease]") -> None:
        lost = []
        try:
            with self._repository.write() as connection:
                for lease in mine:
                    try:
                        lease.prolong(connection)
                    except JobBusy:
                        lost.append(lease)
        except RepositoryConflict:
            return  # A holder did so itself at this moment; the others have time.
        except Deferred as error:
            if not self._told:
                log.warning("leases_not_prolonged", reason=str(error))
            self._told = True
            return
        except Exception:
            log.exception("lease_fault")
            return
        self._told = False
        for lease in lost:
            let_go(lease)


_lock = threading.Lock()
_threads: dict[Repository, _Keeping] = {}
