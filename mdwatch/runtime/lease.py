"""Holding a job, or being the daemon: no two processes do at a time, on one host or several."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import count
from typing import Final

import structlog
from sqlalchemy import Connection

from mdwatch.errors import Deferred, JobBusy
from mdwatch.repository import leases, server_clock
from mdwatch.repository.engine import Repository, once_durable
from mdwatch.runtime import identity, keeping, lease_holders, pausing, presence
from mdwatch.runtime.context import Context
from mdwatch.runtime.lease_names import DAEMON, daemon_name
from mdwatch.runtime.nearness import is_there

log = structlog.get_logger()

SURE_SECONDS: Final = 2.0  # for how long a holder believes in itself


def _always() -> bool:
    return True


class Lease:
    """A lease, ours until it is released or another holder takes it."""

    def __init__(
        self,
        context: Context,
        name: str,
        holder: str,
        fence: int,
        *,
        paused_too: bool = False,
        after_late: bool = False,
    ) -> None:
        """`after_late`: who had it before may be there still, stopped, and not know yet that it is lost."""
        self._context = context
        self._paused_too = paused_too
        self._name = name
        self._holder = holder
        self.fence: Final = fence  # counts up with every holder
        self.after_late: Final = after_late
        self._renewed_at = self._sure_at = time.monotonic()
        # Whether it is to be kept while nothing is done under it; asked by another thread.
        self.wanted: Callable[[], bool] = _always

    @property
    def name(self) -> str:
        """What it is for."""
        return self._name

    @property
    def repository(self) -> Repository:
        """Where it is."""
        return self._context.repository

    def prolong(self, connection: Connection) -> None:
        """Keeps it for longer, whatever becomes of what is done under it; raises `JobBusy` where it is lost.

        Another thread may call this: what the holder knows of the lease stays as it is.
        """
        until = server_clock.moment(connection, self._context.clock.now()) + lease_holders.seconds(self._context) * 1000
        leases.renew(connection, self._name, self._holder, self.fence, until)

    def let_go(self) -> None:
        """It is not prolonged any more: who took it is through, or failed."""
        keeping.let_go(self)

    def renew(self, connection: Connection) -> None:
        """Keeps it, within the transaction that relies on it.

        Raises `JobBusy` where it is lost, and `JobPaused` where it is that of a job which somebody paused meanwhile:
        the pause was written before this transaction began, so that nothing is taken once it holds.
        """
        begun = time.monotonic()
        self.prolong(connection)
        self._renewed_at = self._sure_at = begun
        if not self._paused_too:
            pausing.check(connection, self._name)

    def ensure(self, *, asked: bool = False) -> None:
        """To be called before an act outside of the database: that the lease is ours is not older than a few seconds.

        A process may have been stopped for any time since it last knew. `asked`: the database is asked in any case.
        Raises `JobBusy` where the lease is lost.
        """
        now = time.monotonic()
        if not asked and now - self._sure_at < SURE_SECONDS:
            return
        with self._context.repository.read() as connection:
            held = leases.is_held(connection, self._name, self._holder, self.fence)
        if not held:
            raise JobBusy(f"another process has taken over {self._name}; this one stops")
        # Past its time nobody need have taken it, but anybody may at any moment.
        if now - self._renewed_at >= lease_holders.seconds(self._context) / 2:
            self._context.repository.carry_out(self.renew)
        else:
            self._sure_at = now

    def release(self, connection: Connection) -> None:
        """Gives it back."""
        self.let_go()
        leases.release(connection, self._name, self._holder, self.fence)

    def give_back(self) -> None:
        """Gives it back after a fault, in a transaction of its own, as soon as nothing is done under it any more.

        Where that cannot be had either, it is let go: others believe in it until its time is over.
        """
        self.let_go()
        try:
            self._context.repository.carry_out(self.release)
        except Deferred as error:
            log.warning("lease_not_given_back", lease=self._name, reason=str(error))


def take(connection: Connection, context: Context, name: str, *, apart: bool = False) -> Lease:
    """Takes the lease; raises `JobBusy` where another live process holds it, `JobPaused` for that of a paused job.

    A dead holder on this host does not count. `apart`: for `holding_apart`.
    """
    if not apart:
        if _place(context, name) in _apart:
            raise JobBusy(f"{name} is being seen to by another thread of this process")
        pausing.check(connection, name)
    now = server_clock.moment(connection, context.clock.now())
    found = leases.holder(connection, name)
    # An earlier run in this process ended in a fault, and does not count.
    if found is not None and found[0] not in lease_holders.ours() and lease_holders.lives(context, *found, now):
        what = "a daemon" if name.startswith(DAEMON) else name
        raise JobBusy(f"{what} is being run by process {identity.shown(found[0])}")
    path = presence.path_beside(context.settings.repository.url)
    shown = path is not None and presence.show(path, identity.myself(shown=True))
    holder = identity.myself(shown=shown)
    fence = leases.take(connection, name, holder, now + lease_holders.seconds(context) * 1000)
    late = found is not None and found[0] not in lease_holders.ours() and is_there(context, found[0])
    taken = Lease(context, name, holder, fence, paused_too=apart, after_late=late)
    # Not before: where the transaction is taken back it is not ours, and another may have one of this number.
    once_durable(connection, partial(keeping.keep, taken))
    return taken


@contextmanager
def holding(context: Context, name: str) -> Iterator[Lease]:
    """Holds the lease for a while; raises what `take` does."""
    # Of two who take it at the same moment, one comes in the other's way, and finds it held when it tries again.
    lease = context.repository.carry_out(lambda connection: take(connection, context, name))
    try:
        yield lease
    except Exception:
        # A process that lives on may come to it again much later, or never: others need not wait for that.
        lease.give_back()
        raise
    else:
        # What was done under it stands, also where the database is away by now.
        lease.give_back()
    finally:
        # Who was interrupted ends at once, and is seen to be dead; a transaction may still be open, and be waited for.
        lease.let_go()


# Leases that one thread holds against all others of this process, each with its database.
_apart: Final[set[tuple[str, str]]] = set()
_apart_lock: Final = threading.Lock()


def _place(context: Context, name: str) -> tuple[str, str]:
    return context.settings.repository.url, name


@contextmanager
def holding_apart(context: Context, name: str) -> Iterator[Lease]:
    """Holds a lease against other threads of this process too, and also that of a paused job.

    Raises `JobBusy` where anybody works under it. Which process holds a lease does not tell its threads apart.
    """
    place = _place(context, name)
    with _apart_lock:
        if place in _apart:
            raise JobBusy(f"{name} is being seen to by another thread of this process")
        _apart.add(place)
    try:
        lease = context.repository.carry_out(lambda connection: _take_apart(connection, context, name))
        try:
            yield lease
        finally:
            lease.let_go()
            # After a fault too: this process may live on, and nobody works under it.
            with suppress(Deferred):
                context.repository.carry_out(lease.release)
    finally:
        _apart.discard(place)


def _take_apart(connection: Connection, context: Context, name: str) -> Lease:
    if lease_holders.in_use(connection, context, name):
        raise JobBusy(f"{name} is running; try again when it has ended")
    return take(connection, context, name, apart=True)


@contextmanager
def being_the_daemon(context: Context) -> Iterator[Lease]:
    """Holds the lease of a daemon on this host: the only one of a SQLite database, or one of several of a server's.

    Raises `JobBusy` where another process is the daemon.
    """
    with context.repository.read() as connection:
        taken = lease_holders.living(connection, context, DAEMON).keys() if context.repository.shared else ()
    number = next(number for number in count(1) if daemon_name(number) not in taken)
    with holding(context, daemon_name(number)) as lease:
        yield lease
