"""OAI sets are made, changed, deleted and shown by an operator.

A set that is new, or whose definition changed, has to be filled: by a batch of exports of the kind `set`, which whoever
calls here asks for. After that membership is brought up to date with each export of an IE.
"""

from dataclasses import dataclass
from typing import Final

import structlog
from sqlalchemy import Connection

from mdwatch.errors import UsageError
from mdwatch.formats import dnx
from mdwatch.formats.printable import escape
from mdwatch.model import OaiSet
from mdwatch.repository import sets
from mdwatch.repository.database_faults import repeated
from mdwatch.repository.sets import Member
from mdwatch.rules import membership
from mdwatch.rules.acts import Act
from mdwatch.runtime import news
from mdwatch.runtime.acting import acting, record_act
from mdwatch.runtime.context import Context

log = structlog.get_logger()

_PIECE: Final = 2_000  # IEs taken out of a set in one transaction, a fraction of a second


@dataclass(frozen=True, slots=True, kw_only=True)
class SetOverview:
    """A set, how many published IEs belong to it, and the PIDs of the first of them."""

    oai_set: OaiSet
    members: int
    pids: tuple[str, ...] = ()


def create(context: Context, spec: str, where: str, name: str | None = None, description: str = "") -> OaiSet:
    """A new set, to be filled; its name is the spec where none is given.

    Raises `UsageError` for a definition that cannot be read, and for a spec that is taken or that OAI-PMH forbids.
    """
    made = _create(context, spec, where, name, description)
    news.tell(context)
    log.info("set_created", set=spec, definition=made.definition[:500])
    return made


@repeated
def _create(context: Context, spec: str, where: str, name: str | None, description: str) -> OaiSet:
    with acting(context, Act.SET_CREATE, spec, definition=where) as act:
        definition = str(membership.parse(where))
        name, description = _line("name", spec if name is None else name), _line("description", description)
        return sets.create(act.connection, spec, definition, context.clock.now(), name=name, description=description)


@repeated
def change(
    context: Context, spec: str, where: str | None = None, name: str | None = None, description: str | None = None
) -> OaiSet:
    """Changes what is given; where that makes another definition the set has to be filled. Raises `UsageError`."""
    with acting(context, Act.SET_CHANGE, spec, definition=where, name=name, description=description) as act:
        definition = None if where is None else str(membership.parse(where))
        connection = act.connection
        before = _there(connection, spec)
        after = sets.change(
            connection,
            before,
            context.clock.now(),
            definition=before.definition if definition is None else definition,
            name=before.name if name is None else _line("name", name),
            description=before.description if description is None else _line("description", description),
        )
    log.info("set_changed", set=spec, definition=after.definition[:500], to_be_filled=not after.filled)
    return after


def delete(context: Context, spec: str) -> None:
    """Deletes the set; harvesters are told of its members, whose headers name it no more. Raises `UsageError`.

    That is done in pieces, so that no job has to wait for all of them; if it is cut short the set is there still, with
    the members that are left, and can be deleted again.
    """
    with context.repository.read_public() as connection:
        there = sets.get(connection, spec)
    if there is None:
        there = _there_or_refused(context, spec)
    while _delete_piece(context, there):
        pass
    news.tell(context)
    log.info("set_deleted", set=spec)


@repeated
def _there_or_refused(context: Context, spec: str) -> OaiSet:
    with acting(context, Act.SET_DELETE, spec) as act:
        return _there(act.connection, spec)


@repeated
def _delete_piece(context: Context, there: OaiSet) -> bool:
    """Takes a piece of its members out of the set, and deletes it where there are none; whether it is there still."""
    with context.repository.write() as connection:
        # Harvesters were never told who belongs to a set that was never filled.
        taken = sets.take_out(connection, there.id, _PIECE) if there.known else []
        if not taken:
            sets.remove(connection, there)
            record_act(connection, context, Act.SET_DELETE, there.spec, definition=there.definition)
    return bool(taken)


def _counted(context: Context, connection: Connection, item: OaiSet) -> int:
    """How many of its members may be shown."""
    return sets.count_members(connection, item.id, context.institutions)


def listed(context: Context) -> list[SetOverview]:
    """Every set."""
    with context.repository.read_public() as connection:
        found = sets.all_sets(connection)
        return [SetOverview(oai_set=item, members=_counted(context, connection, item)) for item in found]


def show(context: Context, spec: str, limit: int) -> SetOverview:
    """The set, with at most so many of its members; raises `UsageError`."""
    with context.repository.read_public() as connection:
        there = _there(connection, spec)
        first = sets.members(connection, there.id, 0, limit, context.institutions)
        number = _counted(context, connection, there)
    return SetOverview(oai_set=there, members=number, pids=tuple(member.pid for member in first))


def members(context: Context, spec: str, after: int, limit: int) -> tuple[SetOverview, list[Member]]:
    """The set, and its published members from the one after the key `after` on; raises `UsageError` for no such set."""
    shown = show(context, spec, 0)
    with context.repository.read_public() as connection:
        return shown, sets.members(connection, shown.oai_set.id, after, limit, context.institutions)


def _there(connection: Connection, spec: str) -> OaiSet:
    there = sets.get(connection, spec)
    if there is None:
        known = ", ".join(item.spec for item in sets.all_sets(connection)) or "none"
        raise UsageError(f"there is no set {escape(spec)}; the sets are: {known}")
    return there


def _line(what: str, text: str) -> str:
    """A text that harvesters are shown, on one line; raises `UsageError` for one that XML cannot hold."""
    line = " ".join(text.split())
    if dnx.writable(line) != line:
        raise UsageError(f"the {what} '{escape(line)}' holds a character that harvesters cannot be sent; leave it out")
    if what == "name" and not line:
        raise UsageError("the name of a set cannot be empty; give one that tells people what is in it")
    return line
