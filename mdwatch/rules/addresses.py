"""The addresses that mdwatch listens on: how they are written, and who can reach them."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final, NamedTuple

UNIX_PREFIX: Final = "unix:"
# What the kernel keeps of a path in a socket's name, without the closing zero byte.
_LONGEST_PATH: Final = 107
_TCP = re.compile(r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<v4>[0-9.]+)|(?P<localhost>localhost)):(?P<port>[0-9]{1,5})")
_SHAPES: Final = 'such as "127.0.0.1:8650", "[::1]:8650" or "unix:/run/mdwatch/http.sock"'


class UnixAddress(NamedTuple):
    """A Unix socket: only processes of this host reach it, and of these only whom its mode lets in."""

    path: str

    def __str__(self) -> str:
        return f"{UNIX_PREFIX}{self.path}"


class TcpAddress(NamedTuple):
    """An IP address and a port; port 0 lets the kernel choose one."""

    host: IPv4Address | IPv6Address
    port: int

    def __str__(self) -> str:
        return f"{host_text(self.host)}:{self.port}"

    @property
    def loopback(self) -> bool:
        """Whether only processes of this host reach it."""
        return self.host.is_loopback

    @property
    def wildcard(self) -> bool:
        """Whether it stands for every address that this host has."""
        return self.host.is_unspecified


Address = UnixAddress | TcpAddress


def parse(text: str) -> Address:
    """The address that is written so; raises `ValueError` saying what it must be."""
    if text.startswith(UNIX_PREFIX):
        return _unix(text.removeprefix(UNIX_PREFIX))
    found = _TCP.fullmatch(text)
    if found is None:
        raise ValueError(f"must be an IP address with a port, or a Unix socket, {_SHAPES}")
    try:
        host = IPv4Address("127.0.0.1") if found["localhost"] else ip_address(found["v6"] or found["v4"])
    except ValueError:
        raise ValueError(f"must hold a valid IP address, {_SHAPES}") from None
    port = int(found["port"])
    if port > 65_535:
        raise ValueError("must have a port from 0 to 65535")
    return TcpAddress(host, port)


def clash(one: Address, other: Address) -> bool:
    """Whether only one of the two can be listened on."""
    return one == other and not (isinstance(one, TcpAddress) and one.port == 0)


def _unix(path: str) -> UnixAddress:
    if not path.startswith("/") or path.endswith("/") or "\0" in path:
        raise ValueError("must name a Unix socket by an absolute path, such as unix:/run/mdwatch/http.sock")
    if len(path.encode()) > _LONGEST_PATH:
        raise ValueError(f"must name a Unix socket by a path of at most {_LONGEST_PATH} bytes")
    return UnixAddress(path)


def host_text(host: IPv4Address | IPv6Address) -> str:
    """The IP address as URLs and `Host` headers have it."""
    return f"[{host}]" if host.version == 6 else str(host)
