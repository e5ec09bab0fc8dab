"""An empty database is filled with IEs as a store has them: the same rows under the same keys."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Table

from mdwatch.errors import Rejected
from mdwatch.formats import canonical, xml
from mdwatch.formats.limits import ACCEPTED
from mdwatch.formats.ocfl.ie_document import IeDocument, IeOrigin
from mdwatch.model import Digests
from mdwatch.repository import moving
from mdwatch.repository.changes import ensure_institution, json_text
from mdwatch.repository.tables.ies import event, ie, ie_mets, ie_version, record, record_version

# What a store keeps, and is therefore the same in a database that was made from it.
KEPT: Final[tuple[Table, ...]] = (ie, ie_mets, ie_version, record, record_version, event)
_GONE: Final = Digests(b"", b"")


class StoredHistory(NamedTuple):
    """An IE as a store has it: as it is now, how its versions came about, and each content under its record's key."""

    now: IeDocument
    origins: Sequence[IeOrigin]
    contents: Mapping[tuple[int, int], tuple[str, str | None]]  # record and version: subtype, content
    remainder: str | None


def bring_in(connection: Connection, histories: Sequence[StoredHistory]) -> None:
    """Writes these IEs with all that was ever theirs."""
    for code in dict.fromkeys(history.now.facts.institution for history in histories):
        ensure_institution(connection, code)
    for table in KEPT:
        rows = [row for history in histories for row in _ROWS[table.name](history)]
        if rows:
            names = table.columns.keys()
            moving.write(connection, table, [tuple(row[name] for name in names) for row in rows])


def _ie(history: StoredHistory) -> Iterator[dict[str, Any]]:
    now = history.now
    yield {
        "id": now.key,
        "pid": now.pid,
        **now.facts._asdict(),
        "version": now.origin.version,
        "characteristics": json_text(now.characteristics),
        "exported_version": 0,
        "stored_version": 0,
    }


def _mets(history: StoredHistory) -> Iterator[dict[str, Any]]:
    if history.remainder is not None:
        yield {"ie_id": history.now.key, "remainder": history.remainder}


def _versions(history: StoredHistory) -> Iterator[dict[str, Any]]:
    for item in history.origins:
        # The times of the file are kept for the order of retries, whose journal a store does not hold either.
        yield {"ie_id": history.now.key, **item._asdict(), "created_ns": None, "mtime_ns": None}


def _records(history: StoredHistory) -> Iterator[dict[str, Any]]:
    for item in history.now.records:
        _, content = history.contents[item.key, item.version]
        digests = _digests(content)
        yield {
            "id": item.key,
            "ie_id": history.now.key,
            "type": item.type,
            "mid": item.mid,
            "sub_type": item.sub_type,
            "position": item.position,
            "version": item.version,
            "present": content is not None,
            "ordered": digests.ordered,
            "unordered": digests.unordered,
        }


def _digests(content: str | None) -> Digests:
    """The digests of a record; none for one that is gone, or that is over what can be parsed today."""
    if content is None:
        return _GONE
    try:
        return canonical.digests(xml.parse(content, ACCEPTED), ACCEPTED)
    except Rejected:
        return _GONE


def _contents(history: StoredHistory) -> Iterator[dict[str, Any]]:
    for (key, version), (sub_type, content) in history.contents.items():
        yield {"record_id": key, "version": version, "sub_type": sub_type, "content": content}


def _events(history: StoredHistory) -> Iterator[dict[str, Any]]:
    for item in history.now.events:
        yield {"id": item.key, "ie_id": history.now.key, "dnx": json_text(item.dnx), "version": item.version}


_ROWS: Final = {
    "ie": _ie,
    "ie_mets": _mets,
    "ie_version": _versions,
    "record": _records,
    "record_version": _contents,
    "event": _events,
}
