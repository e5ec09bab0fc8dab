"""Leases: who may work on a job now. The fence counts up with every holder, so that one who lost it is found out.

Whoever takes one in a transaction that is taken back was told a fence that the next one is told, too: a lease is
somebody's by the fence and the holder.
"""

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from mdwatch.errors import JobBusy
from mdwatch.repository.tables.control import lease

# Statements are made once: a job asks these for every few files, and to make one costs more than to execute it.
_NAMED = lease.c.name == bindparam("of_name")
_OURS = _NAMED, lease.c.fence == bindparam("of_fence"), lease.c.holder == bindparam("of_holder")
_HOLDER = select(lease.c.holder, lease.c.until).where(_NAMED)
_IS_OURS = select(lease.c.name).where(*_OURS)
_TAKE = (
    update(lease)
    .where(_NAMED)
    .values(holder=bindparam("new_holder"), until=bindparam("new_until"), fence=lease.c.fence + 1)
    .returning(lease.c.fence)
)
_RENEW = update(lease).where(*_OURS).values(until=bindparam("new_until"))
_RELEASE = update(lease).where(*_OURS).values(until=0, holder="")


def touch(connection: Connection, name: str) -> None:
    """Waits for the transaction in hand of whoever holds the lease, and fails one that began before this one ends."""
    connection.execute(update(lease).where(lease.c.name == name).values(fence=lease.c.fence))


def holder(connection: Connection, name: str) -> tuple[str, int] | None:
    """Who holds the lease, and until when (milliseconds); None where nobody ever did."""
    row = connection.execute(_HOLDER, {"of_name": name}).one_or_none()
    return (row.holder, row.until) if row else None


def holders(connection: Connection, prefix: str) -> list[tuple[str, str, int]]:
    """The leases whose names begin so: name, holder, and until when (milliseconds)."""
    query = select(lease.c.name, lease.c.holder, lease.c.until).where(lease.c.name.startswith(prefix, autoescape=True))
    return [(row.name, row.holder, row.until) for row in connection.execute(query.order_by(lease.c.name))]


def take(connection: Connection, name: str, new_holder: str, until: int) -> int:
    """Makes `new_holder` the holder, whoever was before, and tells the fence; within a write transaction."""
    done = connection.execute(_TAKE, {"of_name": name, "new_holder": new_holder, "new_until": until}).scalar()
    if done is not None:
        return int(done)
    connection.execute(insert(lease).values(name=name, holder=new_holder, fence=1, until=until))
    return 1


def renew(connection: Connection, name: str, holder: str, fence: int, until: int) -> None:
    """Keeps the lease for longer; raises `JobBusy` where another holder has taken it, so that the transaction fails."""
    ours = {"of_name": name, "of_holder": holder, "of_fence": fence}
    if connection.execute(_RENEW, {**ours, "new_until": until}).rowcount != 1:
        raise JobBusy(f"another process has taken over {name}; this one stops")


def is_held(connection: Connection, name: str, holder: str, fence: int) -> bool:
    """Whether the lease is still this one's, whether its time is over or not."""
    ours = {"of_name": name, "of_holder": holder, "of_fence": fence}
    return connection.execute(_IS_OURS, ours).one_or_none() is not None


def release(connection: Connection, name: str, holder: str, fence: int) -> None:
    """Gives the lease back, if it is still ours."""
    connection.execute(_RELEASE, {"of_name": name, "of_holder": holder, "of_fence": fence})


def remove(connection: Connection, name: str) -> None:
    """Takes one lease away from whoever holds it; nobody will ever take it again."""
    connection.execute(delete(lease).where(_NAMED), {"of_name": name})


def forget(connection: Connection, prefix: str) -> None:
    """Takes the leases whose names begin so away from whoever holds them; nobody will ever take one of them again."""
    connection.execute(delete(lease).where(lease.c.name.startswith(prefix, autoescape=True)))
