"""Modules that libraries import and a process hardly ever uses: they are read when something of them is asked for.

SQLAlchemy and structlog import asyncio, with TLS and sockets, for what nobody here calls, and importlib.metadata, with
mail and archives: a twelfth of the start of every command. A hundredth are digests, with OpenSSL, and random numbers;
another what asks for pages of the web, which comes with the three characters that XML escapes.
"""

import importlib
import sys
import threading
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, Final

READ: Final = object()  # in place of an answer: the module is to be read for it
# With functions that others take out of them at once, or call at once, and what these answer as long as nobody uses the
# module: SQLAlchemy takes `iscoroutine`, and `logging` asks for the task that it is in.
UNREAD: Final[Mapping[str, Mapping[str, object]]] = {
    "asyncio": {"iscoroutine": READ, "current_task": None},
    "hashlib": {},
    "importlib.metadata": {},
    "random": {},
    "urllib.request": {},
}
# One thread reads a module, and others wait until all of it is there.
_reading: Final = threading.RLock()


class _Unread(ModuleType):
    """Stands for a module until something of it is asked for, and answers with the module's own from then on."""

    def __getattr__(self, name: str) -> Any:
        with _reading:
            unread = sys.modules.get(self.__name__) is self
            if unread:
                del sys.modules[self.__name__]
            module = importlib.import_module(self.__name__)
            if unread:
                # From now on asked for nothing but what is added to it later; a server asks many times a request.
                vars(self).update(vars(module))
        return getattr(module, name)


def leave_unread(names: Mapping[str, Mapping[str, object]] = UNREAD) -> None:
    """Has these modules read when they are used, those that are not there yet."""
    for name, functions in names.items():
        if name in sys.modules:
            continue
        unread = sys.modules[name] = _Unread(name)
        for function, answer in functions.items():
            setattr(unread, function, _passed_on(unread, function, answer))
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(importlib.import_module(parent), child, unread)


def _passed_on(unread: _Unread, function: str, answer: object) -> Callable[..., Any]:
    def call(*given: Any, **named: Any) -> Any:
        if answer is not READ and sys.modules.get(unread.__name__) is unread:
            return answer
        return unread.__getattr__(function)(*given, **named)

    return call
