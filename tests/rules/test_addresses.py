"""Addresses to listen on: how they are written and who reaches them."""

import pytest

from mdwatch.rules import addresses
from mdwatch.rules.addresses import TcpAddress, UnixAddress


@pytest.mark.parametrize(
    ("text", "loopback", "wildcard"),
    [
        ("127.0.0.1:8650", True, False),
        ("127.9.9.9:1", True, False),
        ("[::1]:8650", True, False),
        ("0.0.0.0:80", False, True),
        ("[::]:80", False, True),
        ("192.0.2.7:65535", False, False),
        ("[2001:db8::1]:0", False, False),
    ],
)
def test_tcp_addresses_and_who_reaches_them(text: str, loopback: bool, wildcard: bool) -> None:
    address = addresses.parse(text)
    assert isinstance(address, TcpAddress)
    assert (str(address), address.loopback, address.wildcard) == (text, loopback, wildcard)


def test_localhost_is_the_loopback_address_of_ipv4() -> None:
    assert addresses.parse("localhost:8650") == addresses.parse("127.0.0.1:8650")


def test_a_unix_socket() -> None:
    address = addresses.parse("unix:/run/mdwatch/http.sock")
    assert (address, str(address)) == (UnixAddress("/run/mdwatch/http.sock"), "unix:/run/mdwatch/http.sock")


@pytest.mark.parametrize(
    "text",
    ["", "8650", ":8650", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "256.0.0.1:80", "[::1]",
     "::1:8650", "[::g]:80", "example.org:80", "http://127.0.0.1:80", "127.0.0.1:80/", "127.0.0.1:80\n", "unix:",
     "unix:relative.sock", "unix:/run/", "unix:/run/\0", "unix:/" + "x" * 107, "unix:/" + "ä" * 60],
)  # fmt: skip
def test_what_is_no_address_says_what_it_must_be(text: str) -> None:
    with pytest.raises(ValueError, match=r"^must "):
        addresses.parse(text)


def test_only_the_same_address_clashes_and_a_free_port_never() -> None:
    one = addresses.parse("127.0.0.1:8650")
    assert addresses.clash(one, addresses.parse("localhost:8650"))
    assert not addresses.clash(one, addresses.parse("[::1]:8650"))
    assert not addresses.clash(addresses.parse("127.0.0.1:0"), addresses.parse("127.0.0.1:0"))
