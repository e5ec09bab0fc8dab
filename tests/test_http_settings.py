"""`[http]`: what is accepted, and how each fault is told."""

from typing import Any

import pytest

from mdwatch import config
from mdwatch.errors import ConfigError


def http(**values: Any) -> config.HttpSettings:
    return config.check({"http": values}, "test").http


def test_it_listens_on_the_loopback_address_by_default() -> None:
    assert http().listen == ("127.0.0.1:8650",)
    assert http(listen=[]).listen == ()


def test_everything_at_once() -> None:
    settings = http(
        listen=["127.0.0.1:0", "[::1]:0", "unix:/run/mdwatch/http.sock"],
        public_listen=["0.0.0.0:8651", "127.0.0.1:0"],
        token_file="/etc/mdwatch/token",
        hosts=["md.example.org", "[2001:db8::1]"],
        base_url="https://md.example.org:8443/mdwatch",
    )
    assert settings.hosts == ("md.example.org", "[2001:db8::1]")


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"listen": ["example.org:80"]}, "http.listen: must be an IP address with a port"),
        ({"listen": ["127.0.0.1:80", "localhost:80"]}, "http.listen: must not name an address twice (localhost:80)"),
        (
            {"listen": ["127.0.0.1:80"], "public_listen": ["127.0.0.1:80"]},
            "http.public_listen: must not name an address twice (127.0.0.1:80)",
        ),
        ({"public_listen": ["unix:x"]}, "http.public_listen: must name a Unix socket by an absolute path"),
        ({"token_file": "token"}, "http.token_file: must be an absolute path (got \"token\")"),
        ({"hosts": ["a b"]}, "http.hosts[0]: "),
        ({"hosts": ["md.example.org:80"]}, "http.hosts[0]: "),
        ({"base_url": "https://md.example.org/"}, "http.base_url: must be an http or https URL"),
        ({"base_url": "javascript:alert(1)"}, "http.base_url: must be an http or https URL"),
        ({"base_url": "https://md.example.org/\"><script>"}, "http.base_url: must be an http or https URL"),
        ({"body_bytes": 0}, "http.body_bytes: "),
        ({"request_seconds": 0}, "http.request_seconds: "),
        ({"lisen": []}, "http.lisen: unknown setting"),
    ],
)  # fmt: skip
def test_each_fault_names_its_setting(values: dict[str, Any], fault: str) -> None:
    with pytest.raises(ConfigError) as caught:
        http(**values)
    assert [text.startswith(f"test: {fault}") for text in caught.value.faults] == [True], caught.value.faults
