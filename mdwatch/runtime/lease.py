"""Holding a job, or being the daemon: no two processes do at a time, on one host or several."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from mdwatch.errors import JobBusy, JobPaused
from mdwatch.repository import control, leases, server_clock
from mdwatch.rules import holders, moments
from mdwatch.rules.holders import HolderPlace
from mdwatch.runtime import presence
from mdwatch.runtime.context import Context

LEASE_SECONDS: Final = 60  # for how long other hosts believe in a holder that says nothing more
_SURE_SECONDS: Final = 2.0  # for how long a holder believes in itself
_MILLISECONDS: Final = LEASE_SECONDS * 1000
_JOB: Final = "job "


class Lease:
    """A lease, ours until it is released or another holder takes it."""

    def __init__(self, context: Context, name: str, fence: int) -> None:
        self._context = context
        self._name = name
        self._fence = fence
        self._renewed_at = self._sure_at = time.monotonic()

    def renew(self, connection: Connection) -> None:
        """Keeps it, within the transaction that relies on it.

        Raises `JobBusy` where it is lost, and `JobPaused` where it is that of a job which somebody paused meanwhile:
        the pause was written before this transaction began, so that nothing is taken once it holds.
        """
        begun = time.monotonic()
        until = server_clock.moment(connection, self._context.clock.now()) + _MILLISECONDS
        leases.renew(connection, self._name, self._fence, until)
        self._renewed_at = self._sure_at = begun
        _check_pause(connection, self._name)

    def ensure(self, *, asked: bool = False) -> None:
        """To be called before an act outside of the database: that the lease is ours is not older than a few seconds.

        A process may have been stopped for any time since it last knew. `asked`: the database is asked in any case.
        Raises `JobBusy` where the lease is lost.
        """
        now = time.monotonic()
        if not asked and now - self._sure_at < _SURE_SECONDS:
            return
        with self._context.repository.read() as connection:
            held = leases.is_held(connection, self._name, self._fence)
        if not held:
            raise JobBusy(f"another process has taken over {self._name}; this one stops")
        # Past its time nobody need have taken it, but anybody may at any moment.
        if now - self._renewed_at >= LEASE_SECONDS / 2:
            with self._context.repository.write() as connection:
                self.renew(connection)
        else:
            self._sure_at = now

    def release(self, connection: Connection) -> None:
        """Gives it back."""
        leases.release(connection, self._name, self._fence)


def take(connection: Connection, context: Context, name: str) -> Lease:
    """Takes the lease; raises `JobBusy` where another live process holds it, `JobPaused` for that of a paused job.

    A dead holder on this host does not count.
    """
    _check_pause(connection, name)
    now = server_clock.moment(connection, context.clock.now())
    found = leases.holder(connection, name)
    # An earlier run in this process ended in a fault, and does not count.
    if found is not None and found[0] not in {_myself(), _myself(shown=True)} and _lives(context, *found, now):
        raise JobBusy(f"{name} is being run by process {_shown(found[0])}")
    path = presence.path_beside(context.settings.repository.url)
    shown = path is not None and presence.show(path, _myself(shown=True))
    return Lease(context, name, leases.take(connection, name, _myself(shown=shown), now + _MILLISECONDS))


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
    return f"{_JOB}{job}"


def daemon_name() -> str:
    """The lease of the daemon on this host."""
    return f"daemon on {socket.gethostname()}"


def daemon_runs(context: Context) -> bool:
    """Whether a daemon works on this repository from this host now."""
    return held(context, daemon_name())


def held(context: Context, name: str) -> bool:
    """Whether a process that is there holds this lease, be it this one."""
    with context.repository.read() as connection:
        found = leases.holder(connection, name)
        now = server_clock.moment(connection, context.clock.now())
    return found is not None and _lives(context, *found, now)


def in_use(connection: Connection, context: Context, name: str) -> bool:
    """Whether somebody works under this lease now: another process, or a thread of the daemon if this is the daemon.

    What an earlier run in this process left, which ended in a fault, does not count.
    """
    found = leases.holder(connection, name)
    if found is None or not _lives(context, *found, server_clock.moment(connection, context.clock.now())):
        return False
    daemon = leases.holder(connection, daemon_name())
    return found[0] != _myself() or (daemon is not None and daemon[0] == _myself())


def _check_pause(connection: Connection, name: str) -> None:
    job = name.removeprefix(_JOB)
    if job != name and control.is_paused(connection, job):
        raise JobPaused(f"job {job} is paused; `mdwatch job resume {job}` lets its run go on")


def _lives(context: Context, holder: str, until: int, now: int) -> bool:
    """Whether the holder of a lease is there."""
    if not holder:
        return False
    there, process, born = _parts(holder)
    path = presence.path_beside(context.settings.repository.url)
    return holders.lives(
        holders.sight(there, _host()),
        process=_born(process) == born,
        in_time=moments.holds_until(until, now, _MILLISECONDS),
        present=False if path is None else presence.seen(path, holder),
    )


def _myself(*, shown: bool = False) -> str:
    return f"{replace(_host(), shown=shown)} {os.getpid()} {_born(os.getpid())}"


def _shown(holder: str) -> str:
    there, process, _ = _parts(holder)
    return f"{process} on {there.host}"


def _parts(holder: str) -> tuple[HolderPlace, int, str]:
    text, process, born = holder.rsplit(" ", 2)
    return holders.place(text), int(process), born


def _host() -> HolderPlace:
    """This host since its last start, seen from this container: numbers of processes mean something only there."""
    return HolderPlace(socket.gethostname(), *_kernel())


@cache
def _kernel() -> tuple[str, str, str]:
    """The start of this kernel, the container, and the number of the machine; "" where one cannot be told."""
    return (
        _read("/proc/sys/kernel/random/boot_id"),
        _link("/proc/self/ns/pid"),
        _read("/etc/machine-id"),
    )


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii").strip().replace(" ", "").replace("/", "")
    except (OSError, ValueError):
        return ""


def _link(path: str) -> str:
    try:
        return Path(path).readlink().name
    except OSError:
        return ""


def _born(process: int) -> str:
    """When the process was started, in the kernel's ticks; empty for one that is not there, or only as a zombie."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]
