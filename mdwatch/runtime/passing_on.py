"""Objects that go to other processes by the hundred thousand: value by value, which takes half as long."""

import copyreg
from collections.abc import Callable
from operator import attrgetter
from typing import Any, Final

_PUT: Final[dict[type, list[Callable[[Any, Any], None]]]] = {}


def by_value(kind: type) -> None:
    """Has objects of a frozen dataclass with slots sent so: Python looks each field up, at both ends.

    Both processes have to call it, as they do who import the module that calls it.
    """
    names: tuple[str, ...] = kind.__slots__  # type: ignore[attr-defined]
    read = attrgetter(*names)
    _PUT[kind] = [kind.__dict__[name].__set__ for name in names]

    def values(made: Any) -> tuple[Any, ...]:
        return (_arrived, (kind, *read(made)))

    copyreg.pickle(kind, values)


def _arrived(kind: type[Any], *values: Any) -> Any:
    made = object.__new__(kind)
    for put, value in zip(_PUT[kind], values, strict=True):
        put(made, value)
    return made
