"""What keeps single files of a run from being taken or moved, and what of it people have not been told yet."""

from collections.abc import Iterable, Mapping
from math import inf

from sqlalchemy import Connection

from mdwatch import logs
from mdwatch.handlers.updates.preparation import Prepared
from mdwatch.handlers.updates.session import Session
from mdwatch.model import Identity, InvalidUpdate, Sighting
from mdwatch.repository import waiting_list
from mdwatch.repository.waiting_list import Waiting
from mdwatch.rules import grace
from mdwatch.rules.codes import Code, Trouble

_UNKNOWN = Identity(0, 0, 0)


def same_trouble(told: Waiting | None, item: Waiting) -> bool:
    """Whether people were told already that this very file waits for this."""
    return told is not None and (told.identity, told.code) == (item.identity, item.code)


class Troubles:
    """The troubles of one run, by the names of the files."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._noted: dict[str, Waiting] = {}

    def found(self, file: Prepared) -> bool:
        """Whether the file cannot be taken now, noted: it could not be read, or may still be being written."""
        session = self._session
        again = max(session.job.settle_seconds, 0.1)
        why, trouble = file.trouble, Trouble.UNSETTLED if file.changing else Trouble.UNREAD
        if isinstance(file.update, InvalidUpdate):
            unchanged = session.patience.unchanged_for(file.file.name, session.context.clock.monotonic())
            left = grace.seconds_left(file.update, unchanged, session.grace_seconds)
            if left > 0:
                why, trouble, again = grace.why(file.update), Trouble.UNSETTLED, left
        if not why:
            return False
        self.note(file.file, why, trouble, again)
        return True

    def note(self, file: Sighting, why: str, trouble: Trouble, again: float = inf, *, blocks: bool = True) -> None:
        """A file that is not to be taken for so many seconds."""
        self._session.cannot_be_taken(file, why, again, blocks=blocks)
        self._note(file.name, file.identity, why, trouble)

    def note_stuck(self, files: Iterable[Prepared], stuck: Mapping[str, str]) -> None:
        """Those of decided files that cannot be moved are tried again now and then; they keep nobody waiting."""
        session = self._session
        now = session.context.clock.monotonic()
        for file in files:
            why = stuck.get(file.file.name)
            if why is None:
                self.forget(file.file.name)
                session.stuck.pop(file.file.name, None)
                continue
            since = session.stuck.setdefault(file.file.name, now)
            self.note(file.file, why, Trouble.UNMOVED, grace.retry_after(now - since), blocks=False)

    def note_unsettled(self, files: list[Sighting]) -> None:
        """Files that never settled, and those that cannot even be looked at."""
        for file in files:
            if file.name not in self._noted:
                self._note(file.name, file.identity, self._session.patience.why(file.name), Trouble.UNSETTLED)

    def forget(self, name: str) -> None:
        """The file is taken after all."""
        self._noted.pop(name, None)

    def tell(self, connection: Connection) -> list[str]:
        """Notes what is new of the troubles, and forgets what is over; the lines for the job log."""
        session = self._session
        for name, why in session.unseen.items():
            self._note(name, _UNKNOWN, f"it cannot be looked at: {why}", Trouble.UNREAD)
        told = {item.name: item for item in waiting_list.waiting_but(connection, session.name, Code.IN_SIP.value)}
        there = session.files.keys() | session.unseen.keys()
        new = [
            item for item in self._noted.values() if item.name in there and not same_trouble(told.get(item.name), item)
        ]
        waiting_list.keep_waiting(connection, new)
        return lines(new)

    def _note(self, name: str, identity: Identity, why: str, trouble: Trouble) -> None:
        self._noted[name] = Waiting(
            job=self._session.name,
            name=name,
            identity=identity,
            pid=None,
            code=trouble.value,
            reason=why,
            since=self._session.context.clock.now(),
        )


def lines(items: Iterable[Waiting]) -> list[str]:
    """The lines of files that a run leaves where they are, in one order whoever writes them; of unsettled ones none."""
    told = sorted(
        (item for item in items if item.code != Trouble.UNSETTLED.value), key=lambda item: (item.since, item.name)
    )
    return [_line(item) for item in told]


def _line(item: Waiting) -> str:
    if item.code == Trouble.UNMOVED.value:
        return logs.unmoved_line(item.since, item.name, item.reason)
    return logs.unread_line(item.since, item.name, f"{item.reason}, the file stays")
