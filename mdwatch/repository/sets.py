"""OAI sets: what they are, and which IEs belong to them.

Who leaves a set stays in its list, not present any more, for its harvesters are told so. A set is `filled` when every
exportable IE was looked at under its present definition; it is `known` from its first filling on, and from then on
whoever joins or leaves is news to harvesters, through later changes of the definition too. When it becomes known, all
its members are news, and those of the sets below it: their headers name it from then on.

A known set that is deleted is remembered, with all its members as ones who left: its harvesters, and those of the sets
above it, are told so for ever. If a set of the same spec is made again, it is known at once.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import islice
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, select, update

from mdwatch.errors import UsageError
from mdwatch.formats.oai_pmh.set_specs import LONGEST_SPEC, valid_spec
from mdwatch.model import OaiSet
from mdwatch.repository import news
from mdwatch.repository.bulk import execute_many
from mdwatch.repository.tables.exports import batch, oai_set, set_member
from mdwatch.repository.tables.ies import EXPORTABLE, ie, of_institutions

_CHUNK: Final = 500  # bound parameters in one statement


_COLUMNS: Final = tuple(oai_set.c[name] for name in OaiSet._fields)
_SETS = select(*_COLUMNS)


class Member(NamedTuple):
    """An IE that belongs to a set."""

    ie_id: int
    pid: str


def all_sets(connection: Connection) -> tuple[OaiSet, ...]:
    """Every set, in the order of the specs' characters, whatever the database's language."""
    return tuple(item for item in _remembered(connection) if not item.deleted)


def get(connection: Connection, spec: str) -> OaiSet | None:
    """The set of this spec."""
    query = _SETS.where(oai_set.c.spec == spec, ~oai_set.c.deleted)
    return next(iter(_sets(connection, query)), None)


def within(connection: Connection, spec: str, *, deleted: bool = False) -> tuple[OaiSet, ...]:
    """The set of this spec and those below it: who asks for `a` wants `a:b` too (OAI-PMH 2.0, section 2.7.2).

    With `deleted`, those too that are remembered.
    """
    found = _remembered(connection) if deleted else all_sets(connection)
    return tuple(item for item in found if item.spec == spec or item.spec.startswith(f"{spec}:"))


def _remembered(connection: Connection) -> tuple[OaiSet, ...]:
    """Every set in order, also those that are deleted."""
    return tuple(sorted(_sets(connection, _SETS), key=lambda item: item.spec))


def _note_below(connection: Connection, specs: Iterable[str], *, itself: bool) -> None:
    """Notes as news the members of the known sets below these sets; those of the sets themselves too, if wanted."""
    found = {
        item.id for spec in specs for item in within(connection, spec) if item.known and (itself or item.spec != spec)
    }
    news.note_members(connection, found)


def _sets(connection: Connection, query: Any) -> list[OaiSet]:
    return [
        OaiSet(
            id=row.id,
            spec=row.spec,
            name=row.name,
            description=row.description,
            definition=row.definition,
            changed_at=row.changed_at,
            filled=row.filled,
            known=row.known,
            deleted=row.deleted,
        )
        for row in connection.execute(query)
    ]


def create(connection: Connection, spec: str, definition: str, at: int, *, name: str, description: str) -> OaiSet:
    """A new set without members; raises `UsageError` for a spec that OAI-PMH does not allow or that is taken."""
    if not valid_spec(spec):
        shown = f"{spec[:40]!r}{'...' if len(spec) > 40 else ''}"
        raise UsageError(
            f"{shown} cannot name a set; take at most {LONGEST_SPEC} of the letters A to Z and a to z, digits and "
            "-_.!~*'(), and no mere dots, with a colon between a set and one within it, such as maps:atlases"
        )
    there = get(connection, spec)
    if there is not None:
        fill = "" if there.filled else f", or fill it, which is still to be done (mdwatch set export {spec})"
        raise UsageError(f"there is a set {spec} already; change it, or take another name{fill}")
    values: dict[str, Any] = {"name": name, "description": description, "definition": definition}
    values |= {"changed_at": _after_start(connection, at), "filled": False, "deleted": False}
    again = connection.execute(update(oai_set).where(oai_set.c.spec == spec).values(values)).rowcount
    if again:
        # Its name stands in the headers of those below it at once.
        _note_below(connection, [spec], itself=False)
    else:
        connection.execute(insert(oai_set).values(spec=spec, **values))
    made = get(connection, spec)
    assert made is not None  # noqa: S101
    return made


def change(connection: Connection, before: OaiSet, at: int, *, definition: str, name: str, description: str) -> OaiSet:
    """The set as it now is; with another definition it is to be filled anew."""
    after = before._replace(definition=definition, name=name, description=description)
    if definition != before.definition:
        after = after._replace(changed_at=_after_start(connection, at), filled=False)
    values = {key: getattr(after, key) for key in ("name", "description", "definition", "changed_at", "filled")}
    connection.execute(update(oai_set).where(oai_set.c.id == before.id).values(values))
    return after


def _after_start(connection: Connection, at: int) -> int:
    """The moment of a change: never before the start of the batch that runs, whatever the clock does meanwhile.

    That batch may have looked at IEs before the change, and so does not fill the set.
    """
    started = connection.execute(select(func.max(batch.c.started_at)).where(batch.c.open.is_(True))).scalar()
    return at if started is None else max(at, started + 1)


def take_out(connection: Connection, set_id: int, limit: int) -> list[int]:
    """Takes some members out of a set that is to be deleted: their keys, none where no IE belongs to it any more.

    They are noted as news. Until it is deleted it counts as not filled, for whoever has to take up a deletion that was
    cut short.
    """
    query = select(set_member.c.ie_id).where(set_member.c.set_id == set_id, set_member.c.present)
    ids = list(connection.execute(query.order_by(set_member.c.ie_id).limit(limit)).scalars())
    if ids:
        connection.execute(update(oai_set).where(oai_set.c.id == set_id).values(filled=False))
        execute_many(connection, _TURN, [{"now": False, "of_ie": ie_id, "of_set": set_id} for ie_id in ids])
        news.note(connection, ids)
    return ids


def remove(connection: Connection, there: OaiSet) -> None:
    """Deletes a set without members; one that harvesters were never told of with whoever belongs to it."""
    if there.known:
        connection.execute(update(oai_set).where(oai_set.c.id == there.id).values(deleted=True))
        _note_below(connection, [there.spec], itself=False)
    else:
        connection.execute(delete(set_member).where(set_member.c.set_id == there.id))
        connection.execute(delete(oai_set).where(oai_set.c.id == there.id))


def begin_filling(connection: Connection, at: int) -> None:
    """A batch begins at `at` that fills the sets that stand now: none counts as changed later, whatever the clock did.

    In the transaction that notes the start of the batch. Without it a set that was changed before the clock was set
    back would not be filled by any batch until the clock is where it was.
    """
    connection.execute(update(oai_set).where(oai_set.c.changed_at > at).values(changed_at=at))


def mark_filled(connection: Connection, upto: int) -> int:
    """Notes that a batch that began at `upto` (milliseconds) looked at every exportable IE; how many sets it filled.

    Those whose definition changed since are not among them. Of those that harvesters are told of for the first time,
    the members are noted as news, and those of the sets below, whose headers name them from now on.
    """
    due = and_(~oai_set.c.filled, ~oai_set.c.deleted, oai_set.c.changed_at <= upto)
    first = _sets(connection, _SETS.where(due, ~oai_set.c.known))
    filled = connection.execute(update(oai_set).where(due).values(filled=True, known=True)).rowcount
    for item in first:
        # Nobody was told that they had belonged to it.
        connection.execute(delete(set_member).where(set_member.c.set_id == item.id, ~set_member.c.present))
    _note_below(connection, [item.spec for item in first], itself=True)
    return filled


# --- members

_STANDING = select(set_member.c.ie_id, set_member.c.set_id, set_member.c.present).where(
    set_member.c.ie_id.in_(bindparam("ids", expanding=True))
)
_JOIN = insert(set_member)
_MEMBERSHIP = and_(set_member.c.ie_id == bindparam("of_ie"), set_member.c.set_id == bindparam("of_set"))
_TURN = update(set_member).where(_MEMBERSHIP).values(present=bindparam("now"))


def keep(
    connection: Connection, belongings: Mapping[int, AbstractSet[int]], set_ids: AbstractSet[int] | None = None
) -> set[int]:
    """Brings the members up to date for some IEs, each key with those of the sets it belongs to.

    `set_ids` are the sets that were judged, None for every one; the members of others stay as they are. Nothing is
    written where nothing changed. Returns the keys of the IEs with news for harvesters.
    """
    judged = {item.id: item for item in all_sets(connection) if set_ids is None or item.id in set_ids}
    if not judged:
        return set()
    before = {key: present for key, present in _standing(connection, belongings) if key[1] in judged}
    after = {(ie_id, set_id) for ie_id, among in belongings.items() for set_id in among if set_id in judged}
    joined = sorted(after - before.keys())
    turned = sorted(key for key, present in before.items() if present is not (key in after))
    rows = [{"ie_id": ie_id, "set_id": set_id, "present": True} for ie_id, set_id in joined]
    execute_many(connection, _JOIN, rows)
    turns = [{"now": key in after, "of_ie": key[0], "of_set": key[1]} for key in turned]
    execute_many(connection, _TURN, turns)
    return {ie_id for ie_id, set_id in (*joined, *turned) if judged[set_id].known}


def _standing(connection: Connection, ids: Iterable[int]) -> Iterator[tuple[tuple[int, int], bool]]:
    """Whether IEs are present in the sets that they are or were in, by keys of IE and set."""
    for chunk in _chunks(ids):
        for ie_id, set_id, present in connection.execute(_STANDING, {"ids": chunk}):
            yield (ie_id, set_id), bool(present)


def _chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    left = iter(ids)
    while chunk := list(islice(left, _CHUNK)):
        yield chunk


def specs_of(connection: Connection, ie_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """The specs of the sets that these IEs belong to, sorted; IEs that belong to none are left out."""
    query = select(set_member.c.ie_id, oai_set.c.spec).join(oai_set, oai_set.c.id == set_member.c.set_id)
    query = query.where(set_member.c.present, set_member.c.ie_id.in_(bindparam("ids", expanding=True)))
    found: dict[int, list[str]] = {}
    for chunk in _chunks(ie_ids):
        for ie_id, spec in connection.execute(query, {"ids": chunk}):
            found.setdefault(ie_id, []).append(spec)
    return {ie_id: tuple(sorted(specs)) for ie_id, specs in found.items()}


def _members(set_id: int) -> Any:
    """The condition on set_member and ie: belongs to the set, and has exports at all."""
    return and_(set_member.c.set_id == set_id, set_member.c.present, EXPORTABLE)


def count_members(connection: Connection, set_id: int, institutions: Collection[str] | None = None) -> int:
    """How many published IEs, of these institutions or of all, belong to a set."""
    query = select(func.count()).select_from(set_member.join(ie, ie.c.id == set_member.c.ie_id))
    return connection.execute(query.where(_members(set_id), of_institutions(institutions))).scalar_one()


def members(
    connection: Connection, set_id: int, after: int, limit: int, institutions: Collection[str] | None = None
) -> list[Member]:
    """The published IEs that belong to a set, of these institutions or of all, after the key `after`, in order."""
    query = select(ie.c.id, ie.c.pid).select_from(set_member.join(ie, ie.c.id == set_member.c.ie_id))
    query = (
        query.where(_members(set_id), of_institutions(institutions), set_member.c.ie_id > after)
        .order_by(set_member.c.ie_id)
        .limit(limit)
    )
    return [Member(row.id, row.pid) for row in connection.execute(query)]
