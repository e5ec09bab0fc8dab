"""Answers kept for a while, in memory that is bounded whatever the records hold.

Texts of records are the keys: a few thousand of the longest that are accepted would fill the machine.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, Final, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

LONGEST: Final = 1_000  # characters of a name, date, code or place; a text beyond is none of these
_LARGE: Final = 100_000  # characters of a record that is kept alone
_kept: Final[list[Callable[[], None]]] = []


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
