"""Another process puts the files of a group away while this one writes its logs and receives the next group.

It does what is plain and nothing else: a file that is as it was decided, its own name free in the `done/` or `error/`
that is open here. Whatever it could not do, or died of, is done here, as after a crash. It moves nothing once what was
known of the lease is too old.
"""

from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing.connection import Connection
from typing import Final

from mdwatch.dropfolder.folder import DropFolder
from mdwatch.handlers.updates.filing import reason_text, to_error, to_move
from mdwatch.handlers.updates.moving import FileToMove, ToMove, places, serve
from mdwatch.repository.journal import Entry
from mdwatch.runtime.piped import Piped

# Below this many, to ask another process takes as long as to move them.
_WORTH_ASKING: Final = 20


class Mover:
    """The process, started when it is first asked; whoever made it closes it."""

    def __init__(self, folder: DropFolder) -> None:
        self._folder = folder
        self._piped = Piped(serve, folder.path)
        self._useless = folder.layout != "flat"

    def begin(self, entries: Sequence[Entry], until: float) -> Callable[[], frozenset[str]] | None:
        """Has those of the entries put away that can be, until this moment; None where it is not worth while.

        Before anything else is done with these files, what is returned is to be called: it waits, and tells which of
        them were put away by their names; the others may have been. Raises `OSError`.
        """
        files = [
            FileToMove(entry.name, tuple(entry.identity), reason_text(entry) if to_error(entry) else None)
            for entry in entries
            if to_move(entry) and not entry.carried_out
        ]
        if self._useless or len(files) < _WORTH_ASKING:
            return None
        self._folder.keep_places()
        try:
            connection, _ = self._piped.started()
            connection.send(ToMove(places(self._folder), files, until))
        except OSError:
            self._give_up()
            return None
        return partial(self._moved, connection)

    def _moved(self, connection: Connection) -> frozenset[str]:
        try:
            return frozenset(connection.recv())
        except (EOFError, OSError):
            self._give_up()
            return frozenset()

    def close(self) -> None:
        """Ends the process, whatever it is at."""
        self._piped.close()

    def _give_up(self) -> None:
        self.close()
        self._useless = True
