"""Another process puts the files of a group away while this one writes its logs and decides the next.

It does what is plain and nothing else: a file that is as it was decided, its own name free in the `done/` or `error/`
that is open here. Whatever it could not do, or died of, is done here, as after a crash. It moves nothing once what was
known of the lease is too old.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from mdwatch.dropfolder.folder import DropFolder
from mdwatch.handlers.updates.filing import reason_text, to_error, to_move
from mdwatch.handlers.updates.moving import FileToMove, ToMove, places, serve
from mdwatch.repository.journal import Entry
from mdwatch.runtime.piped import Piped

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

# Below this many, to ask another process takes as long as to move them.
_WORTH_ASKING: Final = 20


class MovesAsked:
    """What the process was asked to put away, by name; before anything else is done with these files, `moved` is asked.

    It may have put away more of them than it tells of.
    """

    def __init__(self, connection: "Connection", names: frozenset[str], died: Callable[[], None]) -> None:
        self._connection = connection
        self._names = names
        self._died = died
        self._moved: frozenset[str] | None = None

    def all_moved(self) -> bool:
        """Whether it is known by now that it did all of it; waits for nothing."""
        if self._moved is None and not self._connection.poll():
            return False
        return self.moved() == self._names

    def moved(self) -> frozenset[str]:
        """Waits until it is through; which of them it put away."""
        if self._moved is None:
            try:
                self._moved = frozenset(self._connection.recv())
            except (EOFError, OSError):
                self._died()
                self._moved = frozenset()
        return self._moved


class Mover:
    """The process, started when it is first asked; whoever made it closes it."""

    def __init__(self, folder: DropFolder) -> None:
        self._folder = folder
        self._piped = Piped(serve, folder.path)
        self._useless = folder.layout != "flat"

    def begin(self, entries: Sequence[Entry], until: float) -> MovesAsked | None:
        """Has the files of the entries put away, until this moment; None where it is not worth while.

        Whatever was asked for before is to be through. Raises `OSError`.
        """
        files = [
            FileToMove(
                entry.name, tuple(entry.identity), entry.ctime_ns, reason_text(entry) if to_error(entry) else None
            )
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
        return MovesAsked(connection, frozenset([file.name for file in files]), self._give_up)

    def close(self) -> None:
        """Ends the process, whatever it is at."""
        self._piped.close()

    def _give_up(self) -> None:
        self.close()
        self._useless = True
