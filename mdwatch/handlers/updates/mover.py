"""Another process moves the files of a group into `done/` while this one writes its logs and reasons.

It does what is plain and nothing else: a file that is as it was decided, its own name free in the `done/` that is open
here. Whatever it could not do, or died of, is done here, as after a crash. It moves nothing once what was known of the
lease is too old.
"""

import multiprocessing
from collections.abc import Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Final

from mdwatch.dropfolder.folder import DropFolder
from mdwatch.handlers.updates.filing import Apart, to_move
from mdwatch.handlers.updates.moving import ToMove, places, serve
from mdwatch.repository.journal import Entry
from mdwatch.rules.codes import MEANINGS, Effect

# Below this many, to ask another process takes as long as to move them.
_WORTH_ASKING: Final = 20
_ERRORS: Final = frozenset(code.value for code, meaning in MEANINGS.items() if meaning.effect is Effect.ERROR)


class Mover:
    """The process, started when it is first asked; whoever made it closes it."""

    def __init__(self, folder: DropFolder) -> None:
        self._folder = folder
        self._connection: Connection | None = None
        self._process: BaseProcess | None = None
        self._useless = folder.layout != "flat"

    def begin(self, entries: Sequence[Entry], until: float) -> Apart | None:
        """Has those of the entries moved that can be, until this moment; None where it is not worth while.

        Before anything else is done with these files it is to be asked which were moved. Raises `OSError`.
        """
        files = [
            (entry.name, tuple(entry.identity))
            for entry in entries
            if to_move(entry) and not entry.carried_out and entry.code not in _ERRORS
        ]
        if self._useless or len(files) < _WORTH_ASKING:
            return None
        self._folder.keep_places()
        try:
            self._started().send(ToMove(places(self._folder), files, until))
        except OSError:
            self._give_up()
            return None
        return Apart(frozenset([name for name, _ in files]), self._moved)

    def _moved(self) -> frozenset[str]:
        """Those that were moved; the others may have been, where the process died."""
        try:
            assert self._connection is not None, "asked only for what was begun"  # noqa: S101
            return frozenset(self._connection.recv())
        except (EOFError, OSError):
            self._give_up()
            return frozenset()

    def close(self) -> None:
        """Ends the process, whatever it is at."""
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
        self._process = self._connection = None

    def _give_up(self) -> None:
        self.close()
        self._useless = True

    def _started(self) -> Connection:
        if self._connection is None:
            context = multiprocessing.get_context("forkserver")
            self._connection, other = context.Pipe()
            self._process = context.Process(target=serve, args=(other, self._folder.path), daemon=True)
            self._process.start()
            other.close()
        return self._connection
