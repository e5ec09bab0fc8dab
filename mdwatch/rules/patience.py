"""Patience with files that are still being written: what was seen of each from one look to the next.

The clock is monotonic and ours; times of files are only compared with each other, never with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from typing import Final

from mdwatch.model import Identity, Sighting
from mdwatch.rules import settling
from mdwatch.rules.settling import Split

_BLIND_SECONDS: Final = 5.0


@dataclass(slots=True)
class _Seen:
    """One name: its last state, since when it is so, since when it keeps others waiting, and what vouches for it."""

    file: Sighting
    since: float
    unsettled_since: float
    vouched: Identity | None = None
    looks: int = 0
    troubled_until: float = -inf
    trouble: str = ""
    blocks: bool = True


class Patience:
    """Tells which files have settled, and which hold back others; all in seconds of one monotonic clock."""

    def __init__(self, settle_seconds: float, order_wait: float) -> None:
        self._settle_seconds = settle_seconds
        self._order_wait = order_wait
        self._seen: dict[str, _Seen] = {}
        self._vouched: dict[str, Identity] = {}
        # Vouchers of files that the last look did not see: it may have begun before they were there.
        self._early: dict[str, Identity] = {}
        # Since when there are entries of which nobody can tell when they were created.
        self._blind_since: float | None = None
        self._split_at = -inf

    def vouch(self, name: str, identity: Identity) -> None:
        """Its writer closed the file, or moved it in, in this state: it need not be looked at twice."""
        self._vouched[name] = identity

    def see(self, files: Iterable[Sighting], now: float, *, blind: bool = False) -> None:
        """Takes in a look; what is not in it is forgotten. `blind`: it could not look at every entry."""
        if not blind:
            self._blind_since = None
        elif self._blind_since is None:
            self._blind_since = now
        before, self._seen = self._seen, {}
        new, self._vouched = self._vouched, {}
        vouched = {**self._early, **new}
        for file in files:
            there = before.get(file.name)
            if there is None:
                there = _Seen(file, now, now)
            elif not settling.settled(there.file, file):
                # Of a file that is decided, rights and links may change without any harm.
                blocks = there.blocks or there.file.identity != file.identity
                there = _Seen(file, now, there.unsettled_since, there.vouched, there.looks + 1, blocks=blocks)
            else:
                there.looks += 1
            there.vouched = vouched.get(file.name, there.vouched)
            self._seen[file.name] = there
        self._early = {name: identity for name, identity in new.items() if name not in self._seen}

    def has_new(self) -> bool:
        """Whether the last look saw files for the first time, so that another is worth while at once."""
        return any(there.looks == 0 for there in self._seen.values())

    def split(self, ordered: Iterable[Sighting], now: float) -> Split:
        """Which of the files may be taken now, in their order; without those given up as long as they do not change."""
        self._split_at = now
        files = [file for file in ordered if self._seen[file.name].troubled_until < inf]
        changing = {file.name for file in files if not self._settled(file.name, now)}
        if self._blind_since is not None and now - self._blind_since < min(self._order_wait, _BLIND_SECONDS):
            # An entry that cannot be looked at may be older than any. It is not waited for long: what is more than an
            # answer lost on the way mostly stays.
            return Split([], [f for f in files if f.name in changing], [f for f in files if f.name not in changing])
        holding = {name for name in changing if self.holding(name, now)}
        return settling.split(files, changing, holding)

    def holding(self, name: str, now: float) -> bool:
        """Whether a file that cannot be taken now holds back those behind it."""
        there = self._seen[name]
        return there.blocks and now - there.unsettled_since < self._order_wait

    def unchanged_for(self, name: str, now: float) -> float:
        """For how many seconds the file has been as it is."""
        return now - self._seen[name].since

    def trouble(self, name: str, why: str, now: float, until: float, *, blocks: bool = True) -> None:
        """The file cannot be taken before `until`; from now on, or since earlier, it keeps others waiting.

        Not so where it does not block them, for it is decided already. What no look saw is forgotten.
        """
        there = self._seen.get(name)
        if there is None:
            return
        there.blocks = blocks
        if not there.trouble:
            there.unsettled_since = now
        there.trouble, there.troubled_until = why, until

    def why(self, name: str) -> str:
        """Why the file is not taken."""
        return self._seen[name].trouble or "it is still being written"

    def next_look(self, now: float) -> float:
        """In how many seconds some file may have settled, or no longer hold others back; infinite where none waits.

        What became of the files since the last split tells nobody, however long ago that was: it is 0 then.
        """
        waits, told = inf, self._split_at
        if self._blind_since is not None:
            waits = max(self._blind_since + min(self._order_wait, _BLIND_SECONDS) - now, 1.0)
        for there in self._seen.values():
            if self._settled(there.file.name, told):
                continue
            settled_at = max(there.since + self._settle_seconds, there.troubled_until) if there.looks else now
            held_until = there.unsettled_since + self._order_wait if there.blocks else told
            waits = min(waits, settled_at - now, held_until - now if held_until > told else inf)
        return max(waits, 0.0)

    def _settled(self, name: str, now: float) -> bool:
        there = self._seen[name]
        # A listing is no snapshot: one made while files arrive may hold a file and miss one that was created before it.
        # The next one holds every file that was there when this one ended.
        if there.troubled_until > now or there.looks == 0:
            return False
        return there.vouched == there.file.identity or now - there.since >= self._settle_seconds
