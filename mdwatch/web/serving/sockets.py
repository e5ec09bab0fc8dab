"""Listening: binding every address before anything is served, so that a fault is told at start, all at once."""

import os
import socket
import stat
from collections.abc import Sequence
from contextlib import suppress
from errno import EADDRINUSE
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from mdwatch.errors import ConfigError
from mdwatch.rules import addresses
from mdwatch.rules.addresses import Address, TcpAddress, UnixAddress

_MODE: Final = 0o660  # mdwatch's user and group
BACKLOG: Final = 256  # connections that wait to be accepted
_ANSWER_SECONDS: Final = 1.0


class Bound:
    """A socket that listens; a Unix socket is gone from the disk when it is closed.

    `name` is the address as it came out: with the port that the kernel chose, where it was to.
    """

    def __init__(self, address: Address, listening: socket.socket) -> None:
        self.address = address
        self.socket = listening
        self.name = str(address)
        self._identity = (0, 0)
        if isinstance(address, UnixAddress):
            self._identity = _identity(address)
        else:
            self.name = str(TcpAddress(address.host, listening.getsockname()[1]))

    @classmethod
    def again(cls, listening: socket.socket) -> "Bound":
        """A socket that another process bound, and looks after."""
        host, port = listening.getsockname()[:2]
        listening.setblocking(False)
        return cls(TcpAddress(ip_address(host.partition("%")[0]), port), listening)

    def close(self) -> None:
        """Listens no longer."""
        self.socket.close()
        if isinstance(self.address, UnixAddress):
            with suppress(OSError):
                # Another process may have put its own there since.
                if _identity(self.address) == self._identity:
                    Path(self.address.path).unlink()


def _identity(address: UnixAddress) -> tuple[int, int]:
    found = Path(address.path).stat()
    return found.st_ino, found.st_ctime_ns


def bind_all(texts: Sequence[str], setting: str, faults: list[str]) -> list[Bound]:
    """Listens on these addresses; what cannot be is added to `faults`, under the name of the setting."""
    bound = []
    for number, text in enumerate(texts):
        address = addresses.parse(text)
        try:
            bound.append(_bind(address))
        except OSError as error:
            faults.append(f"{setting}[{number}]: {_reason(address, error)}")
        except ConfigError as error:
            faults += [f"{setting}[{number}]: {fault}" for fault in error.faults]
    return bound


def _reason(address: Address, error: OSError) -> str:
    if error.errno == EADDRINUSE:
        return f"another program listens on {address} already; end it, or choose another port"
    return f"cannot listen on {address}: {error.strerror or error}"


def _bind(address: Address) -> Bound:
    """Listens on one address; raises `OSError` or `ConfigError`."""
    if isinstance(address, UnixAddress):
        _clear(address)
        family, protocol = socket.AF_UNIX, 0
    else:
        family = socket.AF_INET6 if address.host.version == 6 else socket.AF_INET
        # Named, for asyncio tells by it that small writes must not wait for each other (40 ms for every answer).
        protocol = socket.IPPROTO_TCP
    listening = socket.socket(family, socket.SOCK_STREAM | socket.SOCK_CLOEXEC, protocol)
    try:
        if isinstance(address, UnixAddress):
            # Before it can be seen, for there must be no moment in which everyone may connect; and after, for the
            # umask may have taken the group's part away.
            os.fchmod(listening.fileno(), _MODE)
            listening.bind(address.path)
            Path(address.path).chmod(_MODE)
        else:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listening.bind((str(address.host), address.port))
        listening.listen(BACKLOG)
        listening.setblocking(False)
        return Bound(address, listening)
    except BaseException:
        listening.close()
        raise


def _clear(address: UnixAddress) -> None:
    """Removes a socket that a process left which is no more; raises `ConfigError` for anything else in its place."""
    path = Path(address.path)
    try:
        kind = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(kind):
        raise ConfigError([f"{path} is no socket, and is left alone; choose another name"])
    with socket.socket(socket.AF_UNIX) as asking:
        asking.settimeout(_ANSWER_SECONDS)
        try:
            asking.connect(address.path)
        except ConnectionRefusedError:
            path.unlink(missing_ok=True)
            return
        except (TimeoutError, BlockingIOError):
            pass
    raise ConfigError([f"another program listens on {address} already; end it, or choose another name"])
