"""Who holds a lease, and whether they are there."""

from typing import Final

from sqlalchemy import Connection

from mdwatch.repository import leases, server_clock
from mdwatch.rules import moments
from mdwatch.runtime import identity
from mdwatch.runtime.context import Context
from mdwatch.runtime.lease_names import DAEMON, KEEPER, daemon_name
from mdwatch.runtime.nearness import is_there

LEASE_SECONDS: Final = 60  # for how long others believe in a holder that says nothing more
SHARED_SECONDS: Final = 15  # the same where hosts share a server: its holders say something all the time (`keeping`)


def daemon_runs(context: Context) -> bool:
    """Whether a daemon works on this repository: on this host, or, where others share it, on any."""
    if not context.repository.shared:
        return held(context, daemon_name())
    with context.repository.read() as connection:
        return bool(living(connection, context, DAEMON))


def daemons(connection: Connection, context: Context) -> dict[str, str]:
    """The holders of the leases of daemons that live, by the names of these."""
    return living(connection, context, DAEMON)


def keepers(connection: Connection, context: Context) -> dict[str, str]:
    """Who looks after which job, of those that live: holders by jobs."""
    return {name.removeprefix(KEEPER): holder for name, holder in living(connection, context, KEEPER).items()}


def living(connection: Connection, context: Context, prefix: str) -> dict[str, str]:
    """The leases whose names begin so and whose holders live, with these."""
    found = leases.holders(connection, prefix)
    now = server_clock.moment(connection, context.clock.now()) if found else 0
    return {name: holder for name, holder, until in found if lives(context, holder, until, now)}


def seconds(context: Context) -> int:
    """For how long others believe in a holder that says nothing more."""
    return SHARED_SECONDS if context.repository.shared else LEASE_SECONDS


def held(context: Context, name: str) -> bool:
    """Whether a process that is there holds this lease, be it this one."""
    with context.repository.read() as connection:
        found = leases.holder(connection, name)
        now = server_clock.moment(connection, context.clock.now())
    return found is not None and lives(context, *found, now)


def in_use(connection: Connection, context: Context, name: str) -> bool:
    """Whether somebody works under this lease now: another process, or a thread of the daemon if this is the daemon.

    What an earlier run in this process left, which ended in a fault, does not count.
    """
    found = leases.holder(connection, name)
    if found is None or not lives(context, *found, server_clock.moment(connection, context.clock.now())):
        return False
    mine = ours()
    return found[0] not in mine or any(holder in mine for _, holder, _ in leases.holders(connection, DAEMON))


def ours() -> set[str]:
    """The names that this process holds leases under."""
    return {identity.myself(), identity.myself(shown=True)}


def lives(context: Context, holder: str, until: int, now: int) -> bool:
    """Whether the holder of a lease is there, and keeps it."""
    in_time = moments.holds_until(until, now, seconds(context) * 1000)
    return is_there(context, holder, in_time=in_time, shared=context.repository.shared)
