"""The book of a job that works for another repository: whether IEs are still in SIP is asked there, now and then."""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from math import inf

from mdwatch.config import UserSettings
from mdwatch.errors import Rejected
from mdwatch.handlers.targets import opening
from mdwatch.handlers.updates.book import SIP, Book
from mdwatch.model import Stage, Status
from mdwatch.repository.waiting_list import Held
from mdwatch.runtime.context import Context


class ForeignBook(Book):
    """As the other repository has them; not asked again before the folder is swept again, for it may be far away."""

    def __init__(self, context: Context, job: str, user: UserSettings) -> None:
        super().__init__(context, job, user)
        self._there = opening.to_ask(context, job)
        self._asked_at = -inf

    def _still_waiting(self, held: Mapping[str, Held]) -> dict[str, Held]:
        waiting = {name: item for name, item in held.items() if item.code == SIP}
        in_sip = self._in_sip({item.pid for item in waiting.values() if item.pid})
        return {name: item for name, item in waiting.items() if item.pid in in_sip}

    def _released(self) -> AbstractSet[str]:
        now = self._context.clock.monotonic()
        if now - self._asked_at < self._context.job(self._job).sweep_seconds:
            return set()
        self._asked_at = now
        in_sip = self._in_sip(self.pids())
        return {item.name for item in self._held.values() if item.pid not in in_sip}

    def _in_sip(self, pids: Collection[str]) -> set[str]:
        """Those of the IEs that are in SIP processing, or of which that cannot be told; raises `Deferred`."""
        return {pid for pid in pids if self._is_in_sip(pid)}

    def _is_in_sip(self, pid: str) -> bool:
        assert self._there is not None, "made for a job that works for another repository"  # noqa: S101
        try:
            found = self._there.facts([pid]).get(pid)
        except Rejected:
            return True
        return (
            found is not None
            and found.stage is Stage.SIP
            and found.status is Status.ACTIVE
            and self._user.covers(found.institution)
        )
