"""A process of its own at the other end of a pipe, that somebody asks one thing after the other."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess


class Piped:
    """The process: started when it is first wanted, and again after it was closed.

    `serve` is what it does, given its end of the pipe and the arguments; it is a function of a module, and all that is
    asked and answered goes from process to process. `preload` names the modules that what forks them is to load first.
    """

    def __init__(self, serve: Callable[..., object], *arguments: Any, preload: Sequence[str] = ()) -> None:
        self._serve = serve
        self._preload = list(preload)
        self._arguments = arguments
        self._there: tuple[Connection, BaseProcess] | None = None

    def started(self) -> "tuple[Connection, BaseProcess]":
        """Our end of the pipe, and the process; raises `OSError` where none can be had."""
        if self._there is None:
            # Most who may want one never do.
            from mdwatch.runtime import forked  # noqa: PLC0415

            context = forked.context(self._preload)
            ours, other = context.Pipe()
            process = context.Process(target=self._serve, args=(other, *self._arguments), daemon=True)
            process.start()
            other.close()
            self._there = ours, process
        return self._there

    def close(self) -> None:
        """Ends the process, whatever it is at."""
        if self._there is None:
            return
        (ours, process), self._there = self._there, None
        ours.close()
        process.kill()
        process.join()
        process.close()
