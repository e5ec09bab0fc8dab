"""Holding a job, or being the daemon: no two processes do at a time, on one host or several."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from mdwatch.errors import JobBusy
from mdwatch.repository import leases
from mdwatch.runtime.context import Context

LEASE_SECONDS: Final = 60  # for how long other hosts believe in a holder that says nothing more


class Lease:
    """A lease, ours until it is released or another holder takes it."""

    def __init__(self, context: Context, name: str, fence: int) -> None:
        self._context = context
        self._name = name
        self._fence = fence

    def renew(self, connection: Connection) -> None:
        """Keeps it, within the transaction that relies on it; raises `JobBusy` where it is lost."""
        leases.renew(connection, self._name, self._fence, self._context.clock.now() + LEASE_SECONDS * 1000)

    def release(self, connection: Connection) -> None:
        """Gives it back."""
        leases.release(connection, self._name, self._fence)


def take(connection: Connection, context: Context, name: str) -> Lease:
    """Takes the lease; raises `JobBusy` where another live process holds it. A dead one on this host does not count."""
    now = context.clock.now()
    found = leases.holder(connection, name)
    if found is not None and _counts(found[0], found[1], now):
        raise JobBusy(f"{name} is being run by process {_shown(found[0])}")
    return Lease(context, name, leases.take(connection, name, _myself(), now + LEASE_SECONDS * 1000))


@contextmanager
def holding(context: Context, name: str) -> Iterator[Lease]:
    """Holds the lease for a while; raises what `take` does."""
    with context.repository.write() as connection:
        lease = take(connection, context, name)
    yield lease
    # Not in a finally: after a fault the holder is dead soon, or tries again itself under a new fence.
    with context.repository.write() as connection:
        lease.release(connection)


def job_name(job: str) -> str:
    """The lease of a job."""
    return f"job {job}"


def daemon_name() -> str:
    """The lease of the daemon on this host."""
    return f"daemon on {socket.gethostname()}"


def daemon_runs(context: Context) -> bool:
    """Whether a daemon works on this repository from this host now."""
    return held(context, daemon_name())


def held(context: Context, name: str) -> bool:
    """Whether a process that is there holds this lease, be it this one."""
    with context.repository.read() as connection:
        return held_in(connection, context, name)


def held_in(connection: Connection, context: Context, name: str) -> bool:
    """The same within a transaction."""
    found = leases.holder(connection, name)
    return found is not None and _lives(found[0], found[1], context.clock.now())


def _counts(holder: str, until: int, now: int) -> bool:
    """Whether another may not take the lease; an earlier run in this process ended in a fault, and does not count."""
    return holder != _myself() and _lives(holder, until, now)


def _lives(holder: str, until: int, now: int) -> bool:
    """Whether the holder of a lease is there: its process where that can be seen, else as long as the lease says."""
    if not holder:
        return False
    host, process, born = _parts(holder)
    return _born(process) == born if host == _host() else until > now


def _myself() -> str:
    return f"{_host()} {os.getpid()} {_born(os.getpid())}"


def _shown(holder: str) -> str:
    host, process, _ = _parts(holder)
    return f"{process} on {host.split('/')[0]}"


def _parts(holder: str) -> tuple[str, int, str]:
    host, process, born = holder.rsplit(" ", 2)
    return host, int(process), born


def _host() -> str:
    """This host since its last start, seen from this container: numbers of processes mean something only there."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        container = Path("/proc/self/ns/pid").readlink().name
    except OSError:
        boot, container = "unknown", "unknown"
    return f"{socket.gethostname()}/{boot}/{container}"


def _born(process: int) -> str:
    """When the process was started, in the kernel's ticks; empty for one that is not there, or only as a zombie."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]
