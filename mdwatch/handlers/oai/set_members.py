"""Somebody wants to know who belongs to an OAI set, page by page."""

from mdwatch.handlers.oai import sets as oai_sets
from mdwatch.handlers.oai.sets import Shown
from mdwatch.repository import sets
from mdwatch.repository.sets import Member
from mdwatch.runtime.context import Context


def members(context: Context, spec: str, after: int, limit: int) -> tuple[Shown, list[Member]]:
    """The set, and its published members from the one after the key `after` on; raises `UsageError` for no such set."""
    shown = oai_sets.show(context, spec, 0)
    with context.repository.read() as connection:
        return shown, sets.members(connection, shown.oai_set.id, after, limit)
