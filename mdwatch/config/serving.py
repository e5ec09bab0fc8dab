"""Who is answered over HTTP, and as whom."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator, model_validator

from mdwatch.config.section import BASE_URL, EVERYWHERE, HeaderName, HostName, Section, absolute
from mdwatch.model import AccountRole
from mdwatch.rules import addresses, peers
from mdwatch.rules.grants import GroupGrant

# Without encryption on this machine alone, for whoever can change what is on its way could sign in as anybody.
_ISSUER = re.compile(
    r"(?:https://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])|http://(?:localhost|127\.0\.0\.1|\[::1\]))"
    r"(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~%/-]*)?"
)


class HttpSettings(Section):
    """`[http]`: where mdwatch answers over HTTP, whom, and within which limits; addresses as `rules.addresses` has."""

    listen: tuple[str, ...] = ("127.0.0.1:8650",)
    public_listen: tuple[str, ...] = ()
    token_file: str = ""
    hosts: tuple[HostName, ...] = ()
    base_url: str = ""
    body_bytes: Annotated[int, Field(ge=1_000, le=1 << 30)] = 1 << 20
    header_bytes: Annotated[int, Field(ge=4_000, le=1 << 20)] = 1 << 14
    request_seconds: Annotated[float, Field(ge=0.1, le=600)] = 10
    connections: Annotated[int, Field(ge=2, le=10_000)] = 200
    readers: Annotated[int, Field(ge=0, le=8)] = 1
    session_hours: Annotated[float, Field(gt=0, le=720)] = 12

    @field_validator("listen", "public_listen")
    @classmethod
    def _check_addresses(cls, texts: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        taken = [addresses.parse(text) for text in info.data.get("listen", ())]
        for text in texts:
            address = addresses.parse(text)
            if any(addresses.clash(address, other) for other in taken):
                raise ValueError(f"must not name an address twice ({text})")
            taken.append(address)
        return texts

    @field_validator("token_file")
    @classmethod
    def _check_token_file(cls, text: str) -> str:
        if text:
            absolute(Path(text))
        return text

    @field_validator("base_url")
    @classmethod
    def _check_base_url(cls, text: str) -> str:
        if text and not BASE_URL.fullmatch(text):
            raise ValueError("must be an http or https URL without a slash at its end, such as https://md.example.org")
        return text


class ProxySettings(Section):
    """`[proxy]`: a proxy that says who asks; while it has no peers, nobody is believed."""

    peers: tuple[str, ...] = ()
    user_header: HeaderName = "X-Remote-User"
    groups_header: HeaderName = "X-Remote-Groups"
    separator: Annotated[str, Field(min_length=1, max_length=10)] = ","

    @field_validator("peers")
    @classmethod
    def _check_peers(cls, texts: tuple[str, ...]) -> tuple[str, ...]:
        for text in texts:
            peers.check(text)
        return texts

    @model_validator(mode="after")
    def _check_headers(self) -> "ProxySettings":
        if self.user_header.lower() == self.groups_header.lower():
            raise ValueError("must have two headers: one for the user, another for the groups")
        return self


class OidcSettings(Section):
    """`[oidc]`: a provider of OpenID Connect by which people sign in; off while it has no issuer."""

    issuer: str = ""
    client_id: Annotated[str, Field(max_length=500)] = ""
    client_secret_file: str = ""
    scopes: Annotated[tuple[str, ...], Field(min_length=1)] = ("openid", "profile")
    name_claim: Annotated[str, Field(min_length=1, max_length=500)] = "preferred_username"
    groups_claim: Annotated[str, Field(min_length=1, max_length=500)] = "groups"
    title: Annotated[str, Field(min_length=1, max_length=100)] = "single sign-on"
    page_url: str = ""
    seconds: Annotated[float, Field(ge=0.1, le=30)] = 5

    @field_validator("issuer")
    @classmethod
    def _check_issuer(cls, url: str) -> str:
        if url and not _ISSUER.fullmatch(url):
            raise ValueError(
                "must be an https URL without a query, such as https://login.example.org/realms/archive; http only on "
                "this machine"
            )
        return url

    @field_validator("client_secret_file")
    @classmethod
    def _check_client_secret_file(cls, text: str) -> str:
        if text:
            absolute(Path(text))
        return text

    @field_validator("scopes")
    @classmethod
    def _check_scopes(cls, scopes: tuple[str, ...]) -> tuple[str, ...]:
        for scope in scopes:
            if not re.fullmatch(r"[!#-\[\]-~]+", scope):
                raise ValueError(f'must hold words without spaces and quotation marks, such as "openid" ({scope!r})')
        if "openid" not in scopes:
            raise ValueError('must hold "openid", without which providers do not tell who signed in')
        return scopes

    @field_validator("page_url")
    @classmethod
    def _check_page_url(cls, text: str) -> str:
        if text and not BASE_URL.fullmatch(text):
            raise ValueError("must be an http or https URL without a slash at its end, such as https://md.example.org")
        return text


class GroupSettings(Section):
    """`[groups.NAME]`: what those may do whom the proxy or the OpenID provider tells to be in this group."""

    role: AccountRole
    institutions: Annotated[tuple[str, ...], Field(min_length=1)] = (EVERYWHERE,)

    @field_validator("institutions")
    @classmethod
    def _check_institutions(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        if not all(code.strip() for code in codes):
            raise ValueError('must hold codes of institutions, or "*" for all of them')
        return codes

    @property
    def grant(self) -> GroupGrant:
        """The same for the rule."""
        return GroupGrant(self.role, None if EVERYWHERE in self.institutions else frozenset(self.institutions))
