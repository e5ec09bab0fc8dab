"""Who asks, and whether they may: a token is looked up, the table of routes is asked, institutions narrow the rest.

- A user whom a proxy names that the settings trust may do what is granted to the groups it tells.
- The token of administrators (`http.token_file`), and whoever comes through a Unix socket, may do everything.
- A token that `mdwatch token create` made may do what its role and its institutions allow.
- A browser in which somebody has signed in may do what the token may that was typed there, as long as that is good.
- Nobody's token: everything on a loopback address, as long as no token of either kind was ever made, and the settings
  name neither a proxy nor a provider by which people are known.
"""

import threading
import time
from collections.abc import Sequence
from typing import Final

from starlette.requests import Request

from mdwatch.config import Settings
from mdwatch.errors import Deferred, UsageError
from mdwatch.formats.printable import escape
from mdwatch.handlers.accounts import scope, sessions, tokens
from mdwatch.model import AccountRole, Caller
from mdwatch.rules import access as rules
from mdwatch.rules import peers
from mdwatch.rules.access import About
from mdwatch.web.serving import cookies, proxied
from mdwatch.web.serving.access import Door, credentials
from mdwatch.web.serving.faults import Fault
from mdwatch.web.serving.route import Admitted, Asked, House, Route
from mdwatch.web.serving.token import Token

_BELIEVED_SECONDS: Final = 1.0  # for which it is not looked up again whether there are tokens


class Admission:
    """Lets in at one door; may wait for the database, and so is asked in threads."""

    def __init__(self, house: House, door: Door) -> None:
        self._house = house
        self._door = door
        self._lock = threading.Lock()
        self._tokens = False
        self._looked = False
        self._looked_at = float("-inf")

    @property
    def token(self) -> Token | None:
        """The administrators' token at this door."""
        return self._door.token

    def admit(self, request: Request) -> Admitted:
        """Who asks; raises `Fault` where that may be nobody."""
        settings = self._house.context().settings
        account = proxied.account(request, settings, unix=self._door.trusted)
        if account is not None:
            return Admitted(account)
        try:
            return Admitted(self._by_header(request.headers.getlist("authorization"), settings))
        except Fault:
            # A browser may go on sending what it once was told, though its user has signed in since.
            account = self._by_session(request)
            if account is None:
                raise
            return Admitted(account, session=True)

    def _by_session(self, request: Request) -> Caller | None:
        found = cookies.found(request, cookies.SESSION)
        if found is None:
            return None
        token = self._door.token
        return sessions.account_of(self._house.context(), *found, token.digest if token is not None else None)

    def _by_header(self, authorizations: Sequence[str], settings: Settings) -> Caller:
        """Who comes with these `Authorization` headers; raises `Fault` where none of them is good."""
        refused = None
        # More than one where a client of Dataverse sends its API key and the key that unblocks the administration.
        for authorization in authorizations or [""]:
            sent = credentials(authorization)[1]
            if sent.startswith(tokens.PREFIX):
                account = tokens.account_of(self._house.context(), sent)
                if account is not None:
                    return account
            if self._door.token is None and self._must_be_known(settings):
                refused = refused or self._door.refusal()
                continue
            try:
                return Caller(self._door.admit(authorization), AccountRole.MANAGER)
            except Fault as fault:
                refused = refused or fault
        assert refused is not None  # noqa: S101
        raise refused

    def _must_be_known(self, settings: Settings) -> bool:
        """Whether nobody is let in here without a word of who they are."""
        if self._door.trusted:
            # Else whoever the proxy says nothing of could do everything.
            return peers.UNIX in settings.proxy.peers
        return bool(settings.proxy.peers or settings.oidc.issuer) or self._there_are_tokens()

    def _there_are_tokens(self) -> bool:
        """Whether a token was ever made, as known a moment ago: one asks the database, and nobody waits for that."""
        if self._tokens or time.monotonic() - self._looked_at <= _BELIEVED_SECONDS:
            # Once there are some it stays so: their names are kept.
            return self._tokens
        if not self._lock.acquire(blocking=not self._looked):
            return self._tokens
        try:
            self._tokens = tokens.any_ever(self._house.context())
            self._looked, self._looked_at = True, time.monotonic()
        except Deferred:
            if not self._looked:
                raise
        finally:
            self._lock.release()
        return self._tokens


def check_role(account: Caller, route: Route) -> None:
    """Raises `Fault` where the role is not enough for the route, or the institutions for what shows everything."""
    if not rules.has_role(account.role, route.method, route.path):
        raise Fault(403, f"the role {account.role.value} of {escape(account.name)} does not allow this")
    if account.institutions is not None and rules.about(route.method, route.path) is About.ALL:
        raise Fault(403, f"{escape(account.name)} covers some institutions only, and this is about all of them")


def check_scope(asked: Asked, route: Route) -> None:
    """Raises `Fault` where what is asked for belongs to others: to the account it is not there."""
    try:
        scope.check(asked.context, rules.about(route.method, route.path), asked.values)
    except UsageError as error:
        raise Fault(404, str(error)) from None
