"""The peers whose word is taken for who asks: networks of a proxy, and whoever can connect to a Unix socket."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

UNIX: Final = "unix"
_EXPECTED: Final = (
    'must hold IP addresses, networks such as "192.0.2.0/24", or "unix" for the Unix sockets of http.listen'
)


def check(text: str) -> None:
    """Raises `ValueError` for what is no peer."""
    if text == UNIX:
        return
    try:
        ip_network(text)
    except ValueError as error:
        raise ValueError(f"{_EXPECTED} ({error})") from None


def is_trusted(peers: Sequence[str], address: str | None) -> bool:
    """Whether the peer of this address, None for that of a Unix socket, is among them."""
    if address is None:
        return UNIX in peers
    try:
        host = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    # An address of IPv4 that came through a socket of IPv6.
    host = host.ipv4_mapped or host if isinstance(host, IPv6Address) else host
    return any(host in network for network in _networks(tuple(peers)))


@lru_cache(maxsize=4)
def _networks(peers: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(peer) for peer in peers if peer != UNIX)
