"""Answers kept for a while, in memory that is bounded whatever the records hold.

Texts of records are the keys: a few thousand of the longest that are accepted would fill the machine.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, Final, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
K = TypeVar("K")

MANY: Final = 4_000  # values of one record; of one that has more, none is worth keeping
LONGEST: Final = 1_000  # characters of a name, date, code or place; a text beyond is none of these
_LARGE: Final = 100_000  # characters of a record that is kept alone
_ROOM: Final = 2_000_000  # characters that all `Answers` hold together; it takes some 4 MB
_MET: Final = 20_000  # of what was asked is known whether it is asked again; it takes some 2 MB
_ENTRY: Final = 200  # characters that an answer counts for itself, whatever was asked

_kept: Final[list[Callable[[], None]]] = []


class Answers(dict[K, R]):
    """Answers of a pure function: `kept[asked]` calls it only where that was not asked before, or was let go of since.

    It is quicker than any call, and so worth it for what takes a microsecond. What is asked twice is kept: much is
    never asked again. `size` tells how many characters of records are in what is asked: what has more than `LONGEST`
    is not kept. All of these have one room together, and all are emptied where it is full.
    """

    __slots__ = ("_function", "_size", "met")

    def __init__(self, function: Callable[[K], R], size: Callable[[K], int]) -> None:
        super().__init__()
        self._function = function
        self._size = size
        self.met: set[int] = set()  # what was asked, by its hash
        _room.users.append(self)

    def __missing__(self, asked: K) -> R:
        answer = self._function(asked)
        mark = hash(asked)
        if mark not in self.met:
            self.met.add(mark)
            _room.met += 1
            if _room.met > _MET:
                _room.forget()
        elif (size := self._size(asked)) <= LONGEST:
            _room.taken += size + _ENTRY
            if _room.taken > _ROOM:
                _room.empty()
            self[asked] = answer
        return answer


class _Room:
    """The room of all `Answers`, in characters, and who has a part of it."""

    def __init__(self) -> None:
        self.users: list[Answers[Any, Any]] = []
        self.taken = self.met = 0

    def empty(self) -> None:
        """Has all of them let go of what they hold."""
        self.taken = 0
        for user in self.users:
            user.clear()

    def forget(self) -> None:
        """Has all of them forget what they were asked."""
        self.met = 0
        for user in self.users:
            user.met.clear()


_room: Final = _Room()
_kept.extend((_room.empty, _room.forget))


def characters(value: object) -> int:
    """How many characters of records a value holds that is made of texts and tuples."""
    if isinstance(value, str):
        return len(value)
    return sum(map(characters, value)) if isinstance(value, tuple) else 0


def of_texts(kept: int, otherwise: Any) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Keeps the last `kept` answers about short texts; of one longer than `LONGEST` the answer is `otherwise`."""

    def of(function: Callable[..., R]) -> Callable[..., R]:
        known: Callable[..., R] = lru_cache(maxsize=kept)(function)

        @wraps(function)
        def ask(text: str, *others: str) -> R:
            size = len(text) + sum(map(len, others)) if others else len(text)
            return known(text, *others) if size <= LONGEST else otherwise

        return ask

    return of


def of_records(kept: int, size: Callable[..., int]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keeps the last `kept` answers about records, but of large ones, by their `size` in characters, the last one."""

    def of(function: Callable[P, R]) -> Callable[P, R]:
        small: Callable[..., R] = lru_cache(maxsize=kept)(function)
        large: Callable[..., R] = lru_cache(maxsize=1)(function)
        _kept.extend((small.cache_clear, large.cache_clear))  # type: ignore[attr-defined]

        @wraps(function)
        def ask(*records: Any, **named: Any) -> R:
            return (small if size(*records, **named) <= _LARGE else large)(*records, **named)

        return ask

    return of


def forget_records() -> None:
    """Lets go of all that is kept about records."""
    for clear in _kept:
        clear()
