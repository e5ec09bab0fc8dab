"""Who is answered over HTTP, and as whom."""

import re
from collections.abc import Mapping
from typing import Any, Self

from mdwatch.config import common
from mdwatch.config.common import EVERYWHERE
from mdwatch.config.kinds import ListKind, MemberKind, NumberKind, TextKind, WholeKind
from mdwatch.config.section import Section, setting
from mdwatch.model import AccountRole
from mdwatch.rules import addresses, peers
from mdwatch.rules.grants import GroupGrant

# Without encryption on this machine alone, for whoever can change what is on its way could sign in as anybody.
_ISSUER = (
    r"(?:https://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])|http://(?:localhost|127\.0\.0\.1|\[::1\]))"
    r"(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~%/-]*)?"
)
_HEADER = TextKind(pattern=r"[A-Za-z0-9-]{1,100}", words='must be the name of a header: letters, digits and "-"')
_HOST = TextKind(
    pattern=common.HOST_PATTERN, words='must be the name of a host without a port, such as "md.example.org"'
)
_CLAIM = TextKind(least=1, most=500)


def _peers(texts: tuple[str, ...]) -> tuple[str, ...]:
    for text in texts:
        peers.check(text)
    return texts


def _issuer(url: str) -> str:
    if url and not re.fullmatch(_ISSUER, url):
        raise ValueError(
            "must be an https URL without a query, such as https://login.example.org/realms/archive; http only on "
            "this machine"
        )
    return url


def _scopes(scopes: tuple[str, ...]) -> tuple[str, ...]:
    for scope in scopes:
        if not re.fullmatch(r"[!#-\[\]-~]+", scope):
            raise ValueError(f'must hold words without spaces and quotation marks, such as "openid" ({scope!r})')
    if "openid" not in scopes:
        raise ValueError('must hold "openid", without which providers do not tell who signed in')
    return scopes


def _codes(codes: tuple[str, ...]) -> tuple[str, ...]:
    if not all(code.strip() for code in codes):
        raise ValueError('must hold codes of institutions, or "*" for all of them')
    return codes


class HttpSettings(Section):
    """`[http]`: where mdwatch answers over HTTP, whom, and within which limits; addresses as `rules.addresses` has."""

    listen = setting(ListKind(TextKind()), ("127.0.0.1:8650",))
    public_listen = setting(ListKind(TextKind()), ())
    token_file = setting(common.file_path, "")
    hosts = setting(ListKind(_HOST), ())
    base_url = setting(common.base_url, "")
    body_bytes = setting(WholeKind(1_000, 1 << 30), 1 << 20)
    header_bytes = setting(WholeKind(4_000, 1 << 20), 1 << 14)
    request_seconds = setting(NumberKind(0.1, 600), 10)
    connections = setting(WholeKind(2, 10_000), 200)
    readers = setting(WholeKind(0, 8), 1)
    session_hours = setting(NumberKind(most=720, above=0), 12)

    def beside(self, name: str, before: Mapping[str, Any], value: Any) -> Any:
        """No address is named twice, in one list or in both."""
        if name not in {"listen", "public_listen"}:
            return value
        taken = [addresses.parse(text) for text in before.get("listen", ())]
        for text in value:
            address = addresses.parse(text)
            if any(addresses.clash(address, other) for other in taken):
                raise ValueError(f"must not name an address twice ({text})")
            taken.append(address)
        return value


class ProxySettings(Section):
    """`[proxy]`: a proxy that says who asks; while it has no peers, nobody is believed."""

    peers = setting(ListKind(TextKind(), check=_peers), ())
    user_header = setting(_HEADER, "X-Remote-User")
    groups_header = setting(_HEADER, "X-Remote-Groups")
    separator = setting(TextKind(least=1, most=10), ",")

    def together(self) -> Self:
        """Each header says one thing."""
        if self.user_header.lower() == self.groups_header.lower():
            raise ValueError("must have two headers: one for the user, another for the groups")
        return self


class OidcSettings(Section):
    """`[oidc]`: a provider of OpenID Connect by which people sign in; off while it has no issuer."""

    issuer = setting(TextKind(check=_issuer), "")
    client_id = setting(TextKind(most=500), "")
    client_secret_file = setting(common.file_path, "")
    scopes = setting(ListKind(TextKind(), least=1, check=_scopes), ("openid", "profile"))
    name_claim = setting(_CLAIM, "preferred_username")
    groups_claim = setting(_CLAIM, "groups")
    title = setting(TextKind(least=1, most=100), "single sign-on")
    page_url = setting(common.base_url, "")
    seconds = setting(NumberKind(0.1, 30), 5)


class GroupSettings(Section):
    """`[groups.NAME]`: what those may do whom the proxy or the OpenID provider tells to be in this group."""

    role = setting(MemberKind(AccountRole))
    institutions = setting(ListKind(TextKind(), least=1, check=_codes), (EVERYWHERE,))

    @property
    def grant(self) -> GroupGrant:
        """The same for the rule."""
        return GroupGrant(self.role, None if EVERYWHERE in self.institutions else frozenset(self.institutions))
