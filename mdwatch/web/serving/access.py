"""Who may ask: the token of administrators, and the names that they may call this service by.

- Addresses of `listen` on TCP: with a token, everyone must send it, on the loopback address too, for other users of
  this host reach that as well. Without a token only loopback addresses are allowed, and every user of this host is
  trusted.
- Unix sockets: their mode says who may connect; no token is asked for.
- Addresses of `public_listen`: anybody, for what is public only.
- `Host` must be a name that this service goes by. Else a page of another site, whose name was made to point here (DNS
  rebinding), could read and do all that whoever visits it may. Public addresses, which hold no secret and change
  nothing, answer to any name.
"""

import base64
import binascii
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from mdwatch.config import HttpSettings, Settings
from mdwatch.errors import ConfigError
from mdwatch.rules import addresses
from mdwatch.rules.addresses import TcpAddress
from mdwatch.web.serving.faults import Fault
from mdwatch.web.serving.same_origin import host_name
from mdwatch.web.serving.token import Token

CREDENTIAL: Final = "mdwatch-token"
_TOKEN: Final = re.compile(r"[!-~]{20,500}")
_LOCAL_NAMES: Final = ("localhost", "127.0.0.1", "[::1]")
BEARER: Final = 'Bearer realm="mdwatch"'
_CHALLENGE: Final = {"WWW-Authenticate": f'Basic realm="mdwatch", charset="UTF-8", {BEARER}'}


@dataclass(frozen=True, slots=True)
class Door:
    """One kind of address: what it serves and to whom.

    `names` are the host names it answers to, None for all of them; `any_ip` lets any IP address do as a name, for no
    name can be made to point to it by being one. `public`: it serves nothing but what is public. `trusted`: whoever can
    connect may do everything.
    """

    token: Token | None = None
    names: frozenset[str] | None = None
    any_ip: bool = False
    public: bool = False
    trusted: bool = False

    def check_host(self, host: str) -> None:
        """Raises `Fault` for a `Host` that this service does not go by."""
        name = host_name(host)
        if name is None:
            raise Fault(400, "the request has no valid Host header")
        if self.names is None or name in self.names or (self.any_ip and _is_ip(name)):
            return
        raise Fault(421, f"mdwatch does not go by the name {name}; if it shall, add it to http.hosts in mdwatch.toml")

    def admit(self, authorization: str) -> str:
        """The name of the user that comes with a good token, "" without one; raises `Fault` without a good token."""
        if self.token is None:
            return ""
        user, sent = credentials(authorization)
        if not self.token.matches(sent):
            raise self.refusal()
        return user

    @staticmethod
    def refusal() -> Fault:
        """What whoever brings no good token is told."""
        message = "send mdwatch's token: Authorization: Bearer TOKEN, or as the password in a browser"
        return Fault(401, message, _CHALLENGE)


def _is_ip(name: str) -> bool:
    try:
        addresses.parse(f"{name}:0")
    except ValueError:
        return False
    return name != "localhost"


def credentials(authorization: str) -> tuple[str, str]:
    """User and token of an `Authorization` header; both empty where it has none."""
    scheme, _, rest = authorization.partition(" ")
    rest = rest.strip()
    if scheme.lower() == "bearer":
        return "", rest
    if scheme.lower() == "basic":
        try:
            user, _, password = base64.b64decode(rest, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            return "", ""
        return user, password
    return "", ""


def admin_door(settings: HttpSettings, token: Token | None, page_url: str = "") -> Door:
    """The door of the TCP addresses in `listen`; `page_url` is what browsers call the page, where it is told."""
    bound = [address for text in settings.listen if isinstance(address := addresses.parse(text), TcpAddress)]
    names = {*_LOCAL_NAMES, *settings.hosts, *(addresses.host_text(address.host) for address in bound)}
    names |= {host_name(urlsplit(url).netloc) or "" for url in (settings.base_url, page_url) if url}
    return Door(token, frozenset(name.lower() for name in names), any(address.wildcard for address in bound))


def unix_door(settings: HttpSettings, page_url: str = "") -> Door:
    """The door of the Unix sockets in `listen`."""
    return Door(None, admin_door(settings, None, page_url).names, trusted=True)


def public_door() -> Door:
    """The door of the addresses in `public_listen`."""
    return Door(public=True)


def read_token(
    settings: HttpSettings,
    environment: Mapping[str, str] = os.environ,
    given: Path | None = None,
    *,
    known_otherwise: bool = False,
) -> Token | None:
    """The token, from systemd's credential or `http.token_file`; None where neither is given.

    `given` is the file that systemd will give as the credential, for whoever asks in its place; `known_otherwise`: a
    proxy or a provider tells who asks, and nobody is let in without.
    Raises `ConfigError` with every fault of `[http]` that needs a look at the world: a token that cannot be read or is
    none, and addresses that need one and have none.
    """
    found: list[str] = []
    token = _read_token(settings, environment, found, given)
    if token is None and not found and not known_otherwise:
        for number, text in enumerate(settings.listen):
            address = addresses.parse(text)
            if isinstance(address, TcpAddress) and not address.loopback:
                why = "other machines can reach this address, so it needs a token; see http.token_file"
                found.append(f"http.listen[{number}]: {why} (got {text!r})")
    if found:
        raise ConfigError(found)
    return token


def is_known_otherwise(settings: Settings) -> bool:
    """Whether it is known without tokens who asks: by a proxy or a provider."""
    return bool(settings.proxy.peers or settings.oidc.issuer)


def faults(settings: Settings, environment: Mapping[str, str] = os.environ, given: Path | None = None) -> list[str]:
    """What is wrong with `[http]` that the settings alone cannot tell, for `mdwatch config check`."""
    try:
        read_token(settings.http, environment, given, known_otherwise=is_known_otherwise(settings))
    except ConfigError as error:
        return error.faults
    return []


def _read_token(
    settings: HttpSettings, environment: Mapping[str, str], found: list[str], given: Path | None
) -> Token | None:
    credential = Path(environment.get("CREDENTIALS_DIRECTORY", "/nowhere")) / CREDENTIAL
    if given is not None and not credential.exists():
        credential = given
    path = credential if credential.exists() else Path(settings.token_file) if settings.token_file else None
    if path is None:
        return None
    try:
        readable_by_all = stat.S_IMODE(path.stat().st_mode) & stat.S_IROTH
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        found.append(f"http.token_file: {path} cannot be read: {reason}")
        return None
    if readable_by_all:
        found.append(f"http.token_file: every user can read {path}; chmod 640 it, or stricter")
    if not _TOKEN.fullmatch(text):
        why = "one line of 20 to 500 letters, digits or signs, such as `openssl rand -hex 32` makes"
        found.append(f"http.token_file: {path} must hold {why}")
    return None if found else Token(text)
