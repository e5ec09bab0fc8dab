"""Resumption tokens: all that is needed to go on with a list, in the harvester's hands (OAI-PMH 2.0, section 3.5).

A token names the last record that was told, not a place in a list: however records change between two pages, none that
stays as it is will be missed or told twice, and page 1,000 is found as quickly as page 1. It holds no page size and no
state is kept, so that the same token always means the same.

In URL-safe base64 without padding: one byte of version, JSON, 16 bytes of HMAC-SHA256. It is signed, not secret.
"""

import base64
import binascii
import hmac
import json
from typing import Any, Final, NamedTuple

from mdwatch.formats.oai_pmh.verbs import Verb

_VERSION: Final = b"\x01"  # raised whenever the same fields would come to mean something else
_PURPOSE: Final = b"mdwatch OAI-PMH resumption token\x00"  # signatures made with the key elsewhere are of no use here
_SIGNATURE: Final = 16  # bytes


class Selection(NamedTuple):
    """Which records a list is of. `set_spec` None: of any set or none; bounds are inclusive, None leaves them open."""

    metadata_prefix: str
    set_spec: str | None = None
    from_ms: int | None = None
    until_ms: int | None = None


class Position(NamedTuple):
    """Where a list of records goes on: after the record with this key, `cursor` records having been told before.

    Lists are in the order of (`datestamp_ms`, `ie_id`). `complete_size` is the size that the first page told, 0
    where it told none.
    """

    datestamp_ms: int
    ie_id: int
    cursor: int
    complete_size: int


class SetPosition(NamedTuple):
    """Where a list of sets, in the order of their setSpec, goes on."""

    set_spec: str
    cursor: int
    complete_size: int


def list_token(verb: Verb, selection: Selection, position: Position, key: bytes) -> str:
    """The token with which ListIdentifiers or ListRecords goes on."""
    return _sealed([verb.value, *selection, *position], key)


def read_list_token(token: str, verb: Verb, key: bytes) -> tuple[Selection, Position] | None:
    """What `list_token` put in; None for anything that it did not make, and for a token of another verb."""
    fields = _opened(token, verb, key)
    if fields is None:
        return None
    size = len(Selection._fields)
    return Selection(*fields[:size]), Position(*fields[size:])


def set_token(position: SetPosition, key: bytes) -> str:
    """The token with which ListSets goes on."""
    return _sealed([Verb.LIST_SETS.value, *position], key)


def read_set_token(token: str, key: bytes) -> SetPosition | None:
    """What `set_token` put in; None for anything that it did not make."""
    fields = _opened(token, Verb.LIST_SETS, key)
    return None if fields is None else SetPosition(*fields)


def _sealed(fields: list[Any], key: bytes) -> str:
    body = _VERSION + json.dumps(fields, separators=(",", ":")).encode("ascii")
    return _text(body + _signature(body, key))


def _opened(token: str, verb: Verb, key: bytes) -> list[Any] | None:
    """The fields behind the verb. Nothing in the token is looked into before its signature has been found right."""
    try:
        sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (ValueError, binascii.Error):
        return None
    body, signature = sealed[:-_SIGNATURE], sealed[-_SIGNATURE:]
    # Decoding forgives foreign characters and stray bits at the end; a token is good in one spelling only.
    if _text(sealed) != token or not hmac.compare_digest(signature, _signature(body, key)):
        return None
    if body[:1] != _VERSION:
        return None
    name, *fields = json.loads(body[1:])
    return fields if name == verb.value else None


def _signature(body: bytes, key: bytes) -> bytes:
    return hmac.digest(key, _PURPOSE + body, "sha256")[:_SIGNATURE]


def _text(sealed: bytes) -> str:
    return base64.urlsafe_b64encode(sealed).decode("ascii").rstrip("=")
