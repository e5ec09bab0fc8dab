"""Another process moves the files of a group into `done/` while this one writes its logs and reasons.

It does what is plain and nothing else: a file that is as it was decided, its own name free in the `done/` that is open
here. Whatever it could not do, or died of, is done here, as after a crash. It moves nothing once what was known of the
lease is too old.
"""

from collections.abc import Sequence
from functools import partial
from multiprocessing.connection import Connection
from typing import Final

from mdwatch.dropfolder.folder import DropFolder
from mdwatch.handlers.updates.filing import Apart, to_move
from mdwatch.handlers.updates.moving import ToMove, places, serve
from mdwatch.repository.journal import Entry
from mdwatch.rules.codes import MEANINGS, Effect
from mdwatch.runtime.piped import Piped

# Below this many, to ask another process takes as long as to move them.
_WORTH_ASKING: Final = 20
_ERRORS: Final = frozenset(code.value for code, meaning in MEANINGS.items() if meaning.effect is Effect.ERROR)


class Mover:
    """The process, started when it is first asked; whoever made it closes it."""

    def __init__(self, folder: DropFolder) -> None:
        self._folder = folder
        self._piped = Piped(serve, folder.path)
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
            connection, _ = self._piped.started()
            connection.send(ToMove(places(self._folder), files, until))
        except OSError:
            self._give_up()
            return None
        return Apart(frozenset([name for name, _ in files]), partial(self._moved, connection))

    def _moved(self, connection: Connection) -> frozenset[str]:
        """Those that were moved; the others may have been, where the process died."""
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
