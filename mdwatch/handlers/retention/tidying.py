"""What lies flat in `done/` from before a job had dated folders is moved into them, some files at a time.

1. Look: the files, and what the journal has of them, as it decided them at some moment.
2. Decide: the folder of that moment, and a name that is free there. It is noted first, in a transaction of its own.
3. Carry out: the moves, none over another file; then they are made durable.

A crash between the two leaves files flat that are noted in a dated folder. They are found in either place
(`done_place.whereabouts`), and moved the next time. Files that the journal does not know stay where they are.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, NamedTuple

from mdwatch.dropfolder import done_place, filing
from mdwatch.dropfolder.folder import DONE, DropFolder
from mdwatch.dropfolder.shares import ask
from mdwatch.handlers.updates import share
from mdwatch.model import Identity
from mdwatch.repository import refiling
from mdwatch.repository.database_faults import repeated
from mdwatch.repository.refiling import FlatRow
from mdwatch.rules import retention as rules
from mdwatch.runtime.context import Context, utc
from mdwatch.runtime.lease import Lease

_AT_ONCE: Final = 200  # files in a transaction
_SHARE_SECONDS: Final = 60.0  # for which a folder may think about so many


class _Move(NamedTuple):
    """A file that lies flat under a name, what the journal has of it, and where it is to go."""

    flat: str
    row: FlatRow
    new_name: str


def wanted(context: Context) -> list[str]:
    """The jobs that have dated folders."""
    return [name for name, job in context.settings.jobs.items() if job.done != "flat"]


class Tidying:
    """The work on one job. Methods raise `OSError` and `Deferred`; all can be done again."""

    def __init__(self, context: Context, job: str, hold: Lease) -> None:
        self._context = context
        self._job = job
        self._hold = hold
        self._path = context.job(job).folder
        self._dated: list[str] | None = None
        self.moved = 0

    def all_there_is(self, pause: Callable[[], bool]) -> bool:
        """Moves all there is; whether it came to the end, for `pause` may want it to end."""
        known = share.remembered(self._context, self._job)
        folder, _ = ask(self._path, lambda: share.opened(self._context, self._job, known), _SHARE_SECONDS)
        with folder:
            ask(self._path, folder.make_places, _SHARE_SECONDS)
            files = done_place.flat(folder)
            while some := dict(ask(self._path, lambda: list(islice(files, _AT_ONCE)), _SHARE_SECONDS)):
                self._some(folder, some)
                if pause():
                    return False
        return True

    def _some(self, folder: DropFolder, some: Mapping[str, Identity]) -> None:
        rows = self._rows(some)
        if not rows:
            return
        moves = ask(self._path, lambda: list(_planned(folder, rows)), _SHARE_SECONDS)
        self._note([(move.row, move.new_name) for move in moves if move.new_name != move.row.noted])
        stayed = ask(self._path, lambda: self._move(folder, moves), _SHARE_SECONDS)
        # As it was: the file lies where it lay, be it noted so or by a crash of long ago otherwise.
        self._note([(move.row._replace(noted=move.new_name), move.flat) for move in stayed])
        self.moved += len(moves) - len(stayed)

    def _rows(self, some: Mapping[str, Identity]) -> dict[str, FlatRow]:
        """What the journal has of these files, by their names; of a file it may say already where it is to go."""
        before = rules.horizon(self._context.clock.now(), 0)
        found: dict[str, FlatRow] = {}
        with self._context.repository.read() as connection:
            for prefix in self._prefixes():
                left = {prefix + name: name for name in some.keys() - found.keys()}
                if not left:
                    break
                rows = refiling.rows_of(connection, self._job, left, before)
                found |= {name: row for name, row in rows if row.identity == some[name]}
        return found

    def _prefixes(self) -> Iterator[str]:
        """What their names may begin with in the journal, the dated folders last."""
        yield ""
        if self._dated is None:
            # Those that are made from now on are noted with what is moved into them.
            self._dated = list(done_place.prefixes(self._path / DONE))
        yield from self._dated

    @repeated
    def _note(self, names: Sequence[tuple[FlatRow, str]]) -> None:
        if names:
            with self._context.repository.write() as connection:
                self._hold.renew(connection)
                refiling.note(connection, self._job, names)

    def _move(self, folder: DropFolder, moves: Sequence[_Move]) -> list[_Move]:
        """Moves them, durably; those that stay."""
        stayed = []
        for item in moves:
            self._hold.ensure()
            if not done_place.refile(folder, item.flat, item.row.identity, item.new_name):
                stayed.append(item)
        filing.sync(folder, error=False)
        # Those of many months would be too many to be held open.
        folder.keep_places()
        return stayed


def _planned(folder: DropFolder, rows: Mapping[str, FlatRow]) -> Iterator[_Move]:
    """Where each file is to go; those for which there is no place stay."""
    taken: set[str] = set()
    for flat, row in rows.items():
        name: str | None = row.noted
        if name == flat:
            # A name that the journal does not have otherwise would not be found again where a crash comes in between.
            name = done_place.free_name(folder, flat, utc(row.at), other=row.own == flat)
        if name is not None and name not in taken:
            taken.add(name)
            yield _Move(flat, row, name)
