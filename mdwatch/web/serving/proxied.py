"""Who asks, as a proxy says in a header: believed of the peers that the settings name, and of nobody else."""

from collections.abc import Mapping
from typing import Final

import structlog
from starlette.requests import Request

from mdwatch.config import GroupSettings, Settings
from mdwatch.formats.printable import escape
from mdwatch.handlers.accounts.sessions import LONGEST_NAME
from mdwatch.model import Caller
from mdwatch.rules import grants, peers
from mdwatch.web.serving.faults import Fault

log = structlog.get_logger()

_MOST_TOLD: Final = 1_000
_told: set[str] = set()


def account(request: Request, settings: Settings, *, unix: bool) -> Caller | None:
    """Whom the proxy says that asks; None where no proxy does. `unix`: it came through a Unix socket.

    Raises `Fault` for a header that came twice, as one would that a client had slipped past the proxy, and for whoever
    is in no group that may do anything.
    """
    proxy = settings.proxy
    if not proxy.peers:
        return None
    address = None if unix or request.client is None else request.client.host
    if not peers.is_trusted(proxy.peers, address):
        _note(request, proxy.user_header, address or peers.UNIX)
        return None
    name = _one(request, proxy.user_header)
    if not name:
        return None
    groups = [part.strip() for part in _one(request, proxy.groups_header).split(proxy.separator)]
    return granted(settings.groups, name, [group for group in groups if group])


def granted(groups: Mapping[str, GroupSettings], name: str, member_of: list[str]) -> Caller:
    """The account of somebody who is vouched for; raises `Fault` where none of the groups may do anything."""
    found = grants.account({key: group.grant for key, group in groups.items()}, name[:LONGEST_NAME], member_of)
    if found is None:
        told = ", ".join(escape(group) for group in member_of[:20]) or "none"
        why = f"no [groups.NAME] of mdwatch.toml is for the groups they are in ({told})"
        raise Fault(403, f"{escape(name)} may do nothing here: {why}")
    return found


def _one(request: Request, header: str) -> str:
    """The one header of this name; "" where there is none."""
    found = request.headers.getlist(header)
    if len(found) > 1:
        raise Fault(400, f"the header {header} came twice; the proxy must take out what clients send of it")
    raw = (found[0] if found else "").encode("latin-1")
    try:
        return raw.decode().strip()
    except UnicodeDecodeError:
        return raw.decode("latin-1").strip()


def _note(request: Request, header: str, peer: str) -> None:
    """Logs once of each peer that it sent the header and was not believed."""
    if header in request.headers and peer not in _told and len(_told) < _MOST_TOLD:
        _told.add(peer)
        log.warning("http_proxy_not_trusted", peer=peer, header=header, remedy="name it in proxy.peers if it is one")
