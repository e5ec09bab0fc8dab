"""One page of a list that a harvester asks for: the records of a format, of a set or not, or the sets.

A page goes on where the one before ended, in the order of (datestamp, key). Whatever changes meanwhile moves to the end
of the list, where it is told again; what stays as it is comes exactly once.

A record written now bears the next full second as its datestamp, and others may yet come to stand before it in the same
second. So a page that more follows upon ends before such seconds, if it holds anything older: then harvesters miss
nothing, even those that next time ask from the moment of the last page on. Only where more records than a page holds
were written within a second or two must they ask, as the guidelines have it, from the moment of the first.

Where a list has an upper bound, all that was left of it may have moved past that bound: the answer to its token is then
that no record matches, for a page cannot be empty.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection

from mdwatch.config import OaiSettings
from mdwatch.formats.oai_pmh import faults, resumption
from mdwatch.formats.oai_pmh.faults import ErrorCondition
from mdwatch.formats.oai_pmh.items import OaiRecord, Page, Set
from mdwatch.formats.oai_pmh.requests import ListItems, ListSets
from mdwatch.formats.oai_pmh.resumption import Position, SetPosition
from mdwatch.handlers.oai.records import AskedSet, Showing, can_be_shown, known_sets
from mdwatch.model import OaiSet
from mdwatch.repository import harvesting, sets
from mdwatch.repository.harvesting import Document, Listed, ListKey, Selected
from mdwatch.runtime.context import Context

_SECOND: Final = 1_000  # milliseconds


class _KeptRecord(NamedTuple):
    """A record as it is kept, and the specs of the sets that its IE belongs to."""

    listed: Listed
    document: Document
    specs: Sequence[str]


class _ListedRecord(NamedTuple):
    """A record with its place in the list."""

    place: ListKey
    record: OaiRecord


def records(place: Context, request: ListItems, *, moment_ms: int, key: bytes) -> Page[OaiRecord] | ErrorCondition:
    """The page of records, none with nothing to show; or why there is none.

    `moment_ms` is when the answer is made, told before anything was looked at; `key` signs tokens. Raises `Deferred`.
    """
    settings = place.settings.oai
    position = request.position
    wanted = settings.page_records + 1
    with place.repository.read_public() as connection:
        chosen = _choose(connection, request, settings)
        if isinstance(chosen, ErrorCondition):
            return chosen
        selected, showing = chosen
        rows = _rows(connection, selected, None if position is None else _after(position), wanted)
        size = _size(connection, selected, position, more=len(rows) == wanted)
    # Only now is it written: whoever wants to commit waits for readers.
    found = _shown(showing, rows)
    while len(rows) == wanted and len(found) < wanted:  # some cannot be shown; others after them can, perhaps
        with place.repository.read_public() as connection:
            rows = _rows(connection, selected, rows[-1].listed.place, wanted)
        found += _shown(showing, rows)
    found = found[:wanted]
    more = len(found) > settings.page_records
    size = size if more or position is not None else 0
    told = found[: settings.page_records]
    if more:
        told = [item for item in told if _is_closed(item.place.datestamp, moment_ms)] or told
    return _page(request, told, size, key if more else None)


def _size(connection: Connection, selected: Selected, position: Position | None, *, more: bool) -> int:
    """The size of the whole list: counted for a first page that more follows upon, then as it was told there."""
    if position is not None:
        return position.complete_size
    return harvesting.count(connection, selected) if more else 0


def _choose(
    connection: Connection, request: ListItems, settings: OaiSettings
) -> tuple[Selected, Showing] | ErrorCondition:
    """What is listed, and how it is shown; or why nothing can be."""
    selection = request.selection
    known = known_sets(connection)
    specs = frozenset(item.spec for item in known)
    asked: Sequence[OaiSet] = ()
    if selection.set_spec is not None:
        # Also those that were deleted: whoever was told of their members is told that they left.
        asked = [item for item in sets.within(connection, selection.set_spec, deleted=True) if item.known]
        if not asked and request.position is not None:  # where the list was begun, there was such a set
            return faults.bad_token(request.verb.value)
        if not asked:
            return faults.no_records() if known else faults.no_sets()
    selected = Selected(
        format=selection.metadata_prefix,
        from_ms=selection.from_ms,
        until_ms=selection.until_ms,
        set_ids=None if selection.set_spec is None else tuple(item.id for item in asked),
    )
    shown_set = None
    if selection.set_spec is not None:
        shown_set = AskedSet(selection.set_spec, specs.intersection(item.spec for item in asked))
    return selected, Showing(selection.metadata_prefix, settings.identifier_namespace, specs, shown_set)


def _after(position: Position) -> ListKey:
    return ListKey(position.datestamp_ms, position.ie_id)


def _rows(connection: Connection, selected: Selected, after: ListKey | None, wanted: int) -> list[_KeptRecord]:
    """So many records as they are kept, from the first one or the one after a place on."""
    rows = harvesting.page(connection, selected, after, wanted)
    ids = [row.place.ie_id for row in rows]
    documents = harvesting.documents(connection, selected.format, ids)
    specs = sets.specs_of(connection, ids)
    return [_KeptRecord(row, documents[row.place.ie_id], specs.get(row.place.ie_id, ())) for row in rows]


def _shown(showing: Showing, rows: Sequence[_KeptRecord]) -> list[_ListedRecord]:
    """Those of the records that can be shown."""
    records = ((row.listed.place, showing.record(*row)) for row in rows)
    return [_ListedRecord(place, record) for place, record in records if can_be_shown(record)]


def _is_closed(datestamp: int, moment_ms: int) -> bool:
    """Whether nothing can be written with this datestamp any more: it was the next second a second ago at least."""
    return datestamp < moment_ms // _SECOND * _SECOND


def _page(request: ListItems, told: Sequence[_ListedRecord], size: int, key: bytes | None) -> Page[OaiRecord]:
    """The page; with a token where there is a key to sign one with."""
    cursor = 0 if request.position is None else request.position.cursor
    items = [item.record for item in told]
    if key is None:
        return Page(items, None, cursor, size)
    # What came since the first page has made the list longer than was told then.
    size = max(size, cursor + len(told) + 1)
    last = told[-1].place
    position = Position(last.datestamp, last.ie_id, cursor + len(told), size)
    return Page(items, resumption.list_token(request.verb, request.selection, position, key), cursor, size)


def set_page(place: Context, request: ListSets, *, key: bytes) -> Page[Set] | ErrorCondition:
    """The page of sets; none where there are no sets. Raises `Deferred`."""
    with place.repository.read_public() as connection:
        known = known_sets(connection)
    position = request.position
    left = [item for item in known if position is None or item.spec > position.set_spec]
    if position is not None and not left:  # those that were left have been deleted
        return faults.bad_token("ListSets")
    told, more = left[: place.settings.oai.page_records], len(left) > place.settings.oai.page_records
    cursor, size = (0, len(known)) if position is None else (position.cursor, position.complete_size)
    items = [Set(item.spec, item.name, item.description) for item in told]
    token = resumption.set_token(SetPosition(told[-1].spec, cursor + len(told), size), key) if more else None
    return Page(items, token, cursor, size)
