"""Error files are moved as they were judged, and what came of each is noted, be it that somebody interrupts it."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime

from sqlalchemy import Connection

from mdwatch.dropfolder import error_place
from mdwatch.dropfolder.folder import DropFolder
from mdwatch.handlers.files.chosen import Chosen
from mdwatch.handlers.updates import remedies
from mdwatch.model import Sighting
from mdwatch.repository import interventions
from mdwatch.runtime.context import Context, utc

# What moves an error file of this name at this moment, and tells the name that it has then; raises `OSError`.
Mover = Callable[[DropFolder, str, datetime], str]


class NotMoved(Exception):
    """An error file that stays where it is; says why."""


class ErrorFileMoves:
    """The moves of some error files that are noted as begun: `begun` has the files by the keys of their notes.

    `ensure` is called before each, and raises where another has taken over: who was stopped for long moves no more.
    """

    def __init__(
        self, context: Context, folder: DropFolder, begun: Mapping[int, Chosen], ensure: Callable[[], object]
    ) -> None:
        self._context = context
        self._folder = folder
        self._begun = begun
        self._ensure = ensure
        self._untouched: list[int] = []
        self.moved: list[tuple[int, str]] = []

    def make(self, key: int, mover: Mover) -> str:
        """Moves the file of this note, if it is the one that was judged still; its new name.

        Raises `NotMoved`, and what `ensure` does.
        """
        self._ensure()
        file = self._begun[key].file
        if why := self._why_untouched(file):
            self._untouched.append(key)
            raise NotMoved(why)
        try:
            new_name = mover(self._folder, file.name, utc(self._context.clock.now()))
        except OSError as error:
            raise NotMoved(f"it cannot be moved: {remedies.without_place(error)}") from error
        self.moved.append((key, new_name))
        return new_name

    def close(self, tell: Callable[[Connection], object]) -> None:
        """Notes which files were moved, and that the others are error files as before; `tell` in one transaction."""
        seen_to = {*self._untouched, *(key for key, _ in self.moved)}
        left = [key for key, item in self._begun.items() if key not in seen_to and self._lies_there(item.file)]

        def end(connection: Connection) -> None:
            interventions.moved(connection, self.moved)
            interventions.withdraw(connection, [*self._untouched, *left])
            tell(connection)

        self._context.repository.carry_out(end)

    def _why_untouched(self, file: Sighting) -> str:
        """Why a file is not even to be tried to be moved; empty where it is."""
        try:
            there = error_place.identity_in_error(self._folder, file.name)
        except OSError as error:
            return f"it cannot be moved: {remedies.without_place(error)}"
        if there is None:
            return "it is no longer there"
        return "" if there == file.identity else "it is being changed at the moment"

    def _lies_there(self, file: Sighting) -> bool:
        """Whether a file was not moved for sure; one that cannot be seen now may have been, and is seen to later."""
        with suppress(OSError):
            return error_place.identity_in_error(self._folder, file.name) == file.identity
        return False
