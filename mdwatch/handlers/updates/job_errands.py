"""What operators asked to be done with error files of a job: carried out by its worker before it looks for files."""

from collections.abc import Callable

from mdwatch.dropfolder.folder import DropFolder
from mdwatch.handlers.updates.job_folder import JobFolder
from mdwatch.handlers.updates.session import Session
from mdwatch.repository import errands

# Given the session and its folder; the keys of what put files back.
ErrandWork = Callable[[Session, DropFolder], list[int]]


def nothing_asked(session: Session, folder: DropFolder) -> list[int]:  # noqa: ARG001
    """For a worker that nobody can ask for anything."""
    return []


class JobErrands:
    """The errands of one job; used by its worker alone, but for `asked`. Methods raise `OSError` and `Deferred`."""

    def __init__(self, session: Session, folder: JobFolder, work: ErrandWork) -> None:
        self._session = session
        self._folder = folder
        self._work = work
        # Whether the database is to be asked for some: what is asked is passed on, again and again until it is done.
        self.asked = True
        # Those that put files back which no run was made for yet.
        self._put_back: list[int] = []

    @property
    def want_run(self) -> bool:
        """Whether files were put back that are to be taken in a run of their own."""
        return bool(self._put_back)

    def carry_out(self, *, by_arrival: bool) -> None:
        """Does what was asked, also of a paused job: files are put back, or aside, and not taken."""
        if not self.asked:
            return
        with self._session.context.repository.read() as connection:
            if not errands.open_of(connection, self._session.name):
                self.asked = False
                return
        with self._folder.open() as folder:
            self._session.heartbeat.at("share")
            put_back = self._work(self._session, folder)
            self._session.heartbeat.at("work")
        # In one run: where others are taken as they arrive, these are waited for until all have settled.
        self._put_back += put_back if by_arrival else []

    def note_run(self, run_id: int) -> None:
        """Has the errands know the run that was made of what they put back."""
        if self._put_back:
            put_back = self._put_back
            self._session.context.repository.carry_out(lambda connection: errands.ran(connection, put_back, run_id))
            self._put_back = []
