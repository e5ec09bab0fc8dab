"""Slices of the open batch: cut off its front as somebody takes them, advanced group by group, added to the batch.

A slice is held by a lease of its own where several processes share the work; who holds it is not looked at here. One
that was taken away is no row any more, so that nothing is written under it.
"""

from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from mdwatch.errors import JobBusy, RepositoryConflict
from mdwatch.model import BatchSlice
from mdwatch.repository import batches
from mdwatch.repository.tables.exports import batch, batch_slice

COUNTS: Final = batches.COUNTS


_ADVANCE = (
    update(batch_slice)
    .where(batch_slice.c.id == bindparam("of_slice"))
    .values(
        position=bindparam("new_position"), **{name: batch_slice.c[name] + bindparam(f"more_{name}") for name in COUNTS}
    )
)


def in_hand(connection: Connection, batch_id: int) -> list[BatchSlice]:
    """The slices that are not done, in the order they were cut."""
    query = select(batch_slice).where(batch_slice.c.batch_id == batch_id).order_by(batch_slice.c.id)
    return [_slice(row) for row in connection.execute(query)]


def given_out(connection: Connection, batch_id: int) -> int:
    """The key up to which the IEs of a batch were given out."""
    return int(connection.execute(select(batch.c.position).where(batch.c.id == batch_id)).scalar_one())


def cut(connection: Connection, batch_id: int, after: int, upto: int) -> BatchSlice:
    """Gives out the IEs beyond `after` up to `upto`; raises `RepositoryConflict` where somebody did meanwhile."""
    _move_on(connection, batch_id, after, upto)
    values = {"batch_id": batch_id, "position": after, "upto": upto}
    return _slice(connection.execute(insert(batch_slice).values(values).returning(batch_slice)).one())


def pass_over(connection: Connection, batch_id: int, after: int, upto: int) -> None:
    """Notes that there is nothing to do beyond `after` up to `upto`; raises what `cut` does."""
    _move_on(connection, batch_id, after, upto)


def _move_on(connection: Connection, batch_id: int, after: int, upto: int) -> None:
    ours = batch.c.id == batch_id, batch.c.position == after, batch.c.open.is_(True)
    if connection.execute(update(batch).where(*ours).values(position=upto)).rowcount != 1:
        raise RepositoryConflict(f"another process went on with batch {batch_id}")


def advance(connection: Connection, key: int, position: int, counts: dict[str, int]) -> None:
    """Adds to the counts of a slice, and notes how far it has come; raises `JobBusy` where it was taken away."""
    values: dict[str, Any] = {f"more_{name}": counts.get(name, 0) for name in COUNTS}
    if connection.execute(_ADVANCE, {"of_slice": key, "new_position": position, **values}).rowcount != 1:
        raise JobBusy(f"slice {key} of the batch was taken away; this process stops with it")


def add_up(connection: Connection, batch_id: int, key: int | None = None) -> None:
    """Adds a slice, or all that are in hand, to their batch; nobody has them any more."""
    which = batch_slice.c.batch_id == batch_id
    if key is not None:
        which &= batch_slice.c.id == key
    gone = delete(batch_slice).where(which).returning(*(batch_slice.c[name] for name in COUNTS))
    rows = connection.execute(gone).all()
    if rows:
        sums = {name: sum(getattr(row, name) for row in rows) for name in COUNTS}
        batches.add(connection, batch_id, **sums)


def _slice(row: Any) -> BatchSlice:
    return BatchSlice(id=row.id, batch=row.batch_id, position=row.position, upto=row.upto, processed=row.processed)
