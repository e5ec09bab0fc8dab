"""Tokens of accounts, without what is secret of them."""

from dataclasses import dataclass

from mdwatch.shapes.values import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenShape:
    """A token: `institutions` is None where it covers all, `state` good, expired or revoked."""

    name: str
    role: str
    institutions: tuple[str, ...] | None
    made_at: Moment
    made_by: str
    expires_at: Moment | None
    revoked_at: Moment | None
    state: str
