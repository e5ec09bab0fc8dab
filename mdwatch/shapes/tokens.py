"""Tokens of accounts, without what is secret of them."""

from typing import NamedTuple

from mdwatch.shapes.values import Moment


class TokenShape(NamedTuple):
    """A token: `institutions` is None where it covers all, `state` good, expired or revoked."""

    name: str
    role: str
    institutions: tuple[str, ...] | None
    made_at: Moment
    made_by: str
    expires_at: Moment | None
    revoked_at: Moment | None
    state: str
