"""The runs of harvests: asked for, under way, ended; and what is to be known of their records."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, func, insert, select, update

from mdwatch.repository.tables.harvests import harvest_note, harvest_run


class HarvestCounts(NamedTuple):
    """Files written, records that are as they were told before, deleted ones, and those that could not be used."""

    written: int = 0
    same: int = 0
    deleted: int = 0
    left_out: int = 0


class HarvestRun(NamedTuple):
    """One run; moments in milliseconds. `complete`: of all records, whatever was harvested before."""

    id: int
    harvest: str
    complete: bool
    asked_at: int | None
    started_at: int | None
    ended_at: int | None
    status: str | None
    reason: str | None
    written: int
    same: int
    deleted: int
    left_out: int

    @property
    def counts(self) -> HarvestCounts:
        """What it came to so far."""
        return HarvestCounts(self.written, self.same, self.deleted, self.left_out)


class HarvestNote(NamedTuple):
    """What is to be known of a record."""

    identifier: str
    text: str


_COLUMNS = tuple(harvest_run.c[name] for name in HarvestRun._fields)
_OPEN = harvest_run.c.ended_at.is_(None)


def ask(connection: Connection, name: str, at: int, *, complete: bool) -> int:
    """Asks for a run, or for more of one that is asked for and has not begun; its key."""
    waiting = select(harvest_run.c.id, harvest_run.c.complete).where(
        harvest_run.c.harvest == name, _OPEN, harvest_run.c.started_at.is_(None)
    )
    there = connection.execute(waiting.limit(1)).one_or_none()
    if there is None:
        values = {"harvest": name, "complete": complete, "asked_at": at}
        return int(connection.execute(insert(harvest_run).values(values).returning(harvest_run.c.id)).scalar_one())
    if complete and not there.complete:
        connection.execute(update(harvest_run).where(harvest_run.c.id == there.id).values(complete=True))
    return int(there.id)


def asked(connection: Connection) -> list[tuple[int, str]]:
    """The runs that are asked for and have not begun, by key and harvest."""
    query = select(harvest_run.c.id, harvest_run.c.harvest).where(_OPEN, harvest_run.c.started_at.is_(None))
    return [(row.id, row.harvest) for row in connection.execute(query.order_by(harvest_run.c.id))]


def open_run(connection: Connection, name: str) -> HarvestRun | None:
    """The run to go on with: one that has begun, else one that is asked for."""
    query = select(*_COLUMNS).where(harvest_run.c.harvest == name, _OPEN)
    row = connection.execute(query.order_by(harvest_run.c.started_at.is_(None), harvest_run.c.id).limit(1)).first()
    return None if row is None else HarvestRun(*row)


def start(connection: Connection, name: str, at: int, *, complete: bool, key: int | None = None) -> HarvestRun:
    """Begins a run: that of the key, which was asked for, or a new one."""
    if key is None:
        values = {"harvest": name, "complete": complete, "started_at": at}
        key = connection.execute(insert(harvest_run).values(values).returning(harvest_run.c.id)).scalar_one()
    else:
        connection.execute(update(harvest_run).where(harvest_run.c.id == key).values(started_at=at))
    found = get(connection, key)
    assert found is not None  # noqa: S101
    return found


def count(connection: Connection, key: int, more: HarvestCounts) -> None:
    """Counts what came of more records."""
    added = {name: harvest_run.c[name] + number for name, number in more._asdict().items() if number}
    if added:
        connection.execute(update(harvest_run).where(harvest_run.c.id == key).values(added))


def interrupt(connection: Connection, key: int, reason: str | None) -> None:
    """Keeps why a run does not get on, for as long as it does not."""
    connection.execute(update(harvest_run).where(harvest_run.c.id == key).values(reason=reason))


def end(connection: Connection, key: int, at: int, status: str, reason: str | None = None) -> HarvestRun:
    """Ends a run."""
    values = {"ended_at": at, "status": status, "reason": reason}
    connection.execute(update(harvest_run).where(harvest_run.c.id == key).values(values))
    found = get(connection, key)
    assert found is not None  # noqa: S101
    return found


def get(connection: Connection, key: int) -> HarvestRun | None:
    """A run by its key."""
    row = connection.execute(select(*_COLUMNS).where(harvest_run.c.id == key)).one_or_none()
    return None if row is None else HarvestRun(*row)


def latest(connection: Connection, name: str, before: int | None, limit: int) -> list[HarvestRun]:
    """The runs of a harvest, newest first, before that of a key."""
    query = select(*_COLUMNS).where(harvest_run.c.harvest == name).order_by(harvest_run.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(harvest_run.c.id < before)
    return [HarvestRun(*row) for row in connection.execute(query)]


def add_notes(connection: Connection, key: int, notes: Iterable[HarvestNote], most: int) -> None:
    """Keeps what is to be known of records, up to so many of a run."""
    query = select(func.count()).select_from(harvest_note).where(harvest_note.c.run_id == key)
    room = most - int(connection.execute(query).scalar_one())
    values = [{"run_id": key, **note._asdict()} for note in notes][: max(0, room)]
    if values:
        connection.execute(insert(harvest_note), values)


def notes(connection: Connection, key: int) -> list[HarvestNote]:
    """What is to be known of the records of a run, in the order of its list."""
    query = select(harvest_note.c.identifier, harvest_note.c.text).where(harvest_note.c.run_id == key)
    return [HarvestNote(*row) for row in connection.execute(query.order_by(harvest_note.c.id))]
