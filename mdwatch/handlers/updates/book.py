"""The book of a job: which files of its folder wait for their IEs to leave SIP, so that they are not read again."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from sqlalchemy import Connection

from mdwatch.config import UserSettings
from mdwatch.model import Sighting
from mdwatch.repository import waiting_list
from mdwatch.repository.waiting_list import Held, Waiting
from mdwatch.rules.codes import Code
from mdwatch.runtime.context import Context

SIP: Final = Code.IN_SIP.value


class Book:
    """As the table of waiting files has them; raises `Deferred` where it is brought up to date."""

    def __init__(self, context: Context, job: str, user: UserSettings) -> None:
        self._context = context
        self._job = job
        self._user = user
        self._held: dict[str, Held] = {}
        self._is_new = False

    def read(self) -> None:
        """Brings the book up to date where another process wrote in it."""
        with self._context.repository.read() as connection:
            held = self._to_be_read(connection)
        self._take_in(held)

    def read_in(self, connection: Connection) -> None:
        """The same within a transaction in hand; not for a book that others are to be asked for."""
        self._take_in(self._to_be_read(connection))

    def _to_be_read(self, connection: Connection) -> dict[str, Held] | None:
        waiting = waiting_list.count_waiting_for(connection, self._job, SIP)
        return waiting_list.held(connection, self._job) if waiting != len(self._held) else None

    def _take_in(self, held: Mapping[str, Held] | None) -> None:
        if held is None:
            return
        waiting = self._still_waiting(held)
        # The last look did not see files as to be taken whose IEs have left SIP since: they wait for the next one, and
        # behind them what was dropped later.
        unseen = {name: item for name, item in self._held.items() if name in held and name not in waiting}
        self._held = {**waiting, **unseen}
        self._is_new = not unseen

    def _still_waiting(self, held: Mapping[str, Held]) -> dict[str, Held]:
        """Those whose IEs are still where they were."""
        return {name: item for name, item in held.items() if self._still_in_sip(item)}

    def strike_released(self) -> None:
        """Takes files out whose IEs have left SIP; a book that was read a moment ago is right."""
        if self._held and not self._is_new:
            for name in self._released() & self._held.keys():
                del self._held[name]
        self._is_new = False

    def _released(self) -> AbstractSet[str]:
        """The files whose IEs have left SIP."""
        with self._context.repository.read() as connection:
            return waiting_list.released(connection, self._job)

    def add(self, files: Iterable[Waiting]) -> None:
        """Takes in files that were skipped."""
        for item in files:
            self._held[item.name] = Held(item.name, item.identity, item.pid, item.code, "sip", "active", None)

    def forget(self, names: Iterable[str]) -> None:
        """Lets go of files that are gone."""
        for name in names:
            self._held.pop(name, None)

    def names(self) -> set[str]:
        """The files that wait."""
        return set(self._held)

    def pids(self) -> set[str]:
        """The IEs they wait for."""
        return {item.pid for item in self._held.values() if item.pid}

    def waits(self, file: Sighting) -> bool:
        """Whether this very file was skipped before and its IE is still in SIP processing."""
        known = self._held.get(file.name)
        return known is not None and known.identity == file.identity

    def _still_in_sip(self, item: Held) -> bool:
        """Whether a waiting file's IE is still where it was, so that the file need not be read again."""
        in_sip = item.stage == "sip" and item.status == "active" and self._user.covers(item.institution or "")
        return item.code == SIP and in_sip
