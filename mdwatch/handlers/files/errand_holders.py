"""Errands that a command carries out itself, where no daemon runs: such an errand ends with its command.

Who sees a command killed does not expect a daemon that starts days later to go on with it. So the command holds a lease
from the moment its errand is written. Where it is gone the errand is refused: what it left is in `error/` as before.
"""

from typing import Final

import structlog
from sqlalchemy import Connection

from mdwatch.repository import errands, leases
from mdwatch.runtime import lease, lease_holders
from mdwatch.runtime.context import Context
from mdwatch.runtime.lease import Lease

log = structlog.get_logger()

_GONE: Final = "the command that was at it ended before it was through; what it left is in error/ as before"


def take(connection: Connection, context: Context, key: int) -> Lease:
    """Has this process be the one that carries out an errand, in the transaction that writes or looks at it."""
    return lease.take(connection, context, _name(key))


def take_over(connection: Connection, context: Context, key: int) -> Lease | None:
    """The same for an errand that another was at; None where that one ended it."""
    return take(connection, context, key) if errands.touch(connection, key) else None


def end(connection: Connection, context: Context, key: int) -> None:
    """Notes that every file of an errand has its answer."""
    errands.end(connection, key, context.clock.now())
    leases.remove(connection, _name(key))


def refuse(connection: Connection, context: Context, key: int, reason: str) -> bool:
    """Ends an errand that cannot be carried out, or not to its end; whether it was open still."""
    leases.remove(connection, _name(key))
    return errands.refuse(connection, key, context.clock.now(), reason)


def is_for_anybody(connection: Connection, context: Context, key: int) -> bool:
    """Whether an errand is for whoever comes by; that of a command that is gone is refused."""
    name = _name(key)
    if leases.holder(connection, name) is None:
        return True
    if name not in lease_holders.living(connection, context, name):
        refuse(connection, context, key, _GONE)
        log.warning("errand_refused", errand=key, reason=_GONE)
    return False


def _name(key: int) -> str:
    return f"errand {key}"
