"""What came of exporting some IEs is kept: documents with their stamps, failures, and that the IEs were attended to.

All of it is written in one transaction, so that none of it can speak of another state than the rest. What becomes of
each document is decided by `rules.exporting`; here the rows are read and written, each kind by one statement.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, and_, bindparam, delete, insert, select, update

from mdwatch.repository.bulk import execute_many
from mdwatch.repository.tables import EXPORTABLE, export, export_failure, ie
from mdwatch.rules import exporting
from mdwatch.rules.exporting import Failure, KeptDocument, UnversionedFacts, Writing

_Key = tuple[int, str]  # of an IE and the name of a format


class NewDocument(NamedTuple):
    """A document as it is to be kept."""

    format: str
    exporter_version: str
    digest: bytes
    content: bytes


class SeenIe(NamedTuple):
    """An IE as it was when somebody looked at it: its key and version, and its facts, None for those not compared."""

    ie_id: int
    version: int
    facts: UnversionedFacts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attended:
    """What came of attending to one IE, as it was `seen`; `outlived` are formats whose failures mean nothing more."""

    seen: SeenIe
    documents: Sequence[NewDocument]
    failures: Mapping[str, Failure]
    outlived: Sequence[str] = ()


class StoreResult(NamedTuple):
    """What storing came to, in IEs by their keys.

    With a new document; with all the same as before; and those that still stand, for others are passed over.
    """

    changed: set[int]
    unchanged: set[int]
    standing: set[int]


_STANDING = select(ie.c.id, ie.c.exported_version, ie.c.institution, ie.c.stage, ie.c.locked_by).where(
    ie.c.id.in_(bindparam("ids", expanding=True)), EXPORTABLE
)
_KEPT = select(
    export.c.ie_id, export.c.format, export.c.ie_version, export.c.digest, export.c.datestamp, export.c.deleted
).where(export.c.ie_id.in_(bindparam("ids", expanding=True)))
_NEW = insert(export)
_KEY: Final = and_(export.c.ie_id == bindparam("of_ie"), export.c.format == bindparam("of_format"))
_STAMP: dict[str, Any] = {
    name: bindparam(f"new_{name}") for name in ("ie_version", "exporter_version", "at", "datestamp")
}
_CONFIRM = update(export).where(_KEY).values(_STAMP)
_REPLACE = (
    update(export)
    .where(_KEY)
    .values(_STAMP | {name: bindparam(f"new_{name}") for name in ("deleted", "digest", "content")})
)
_FORGET = delete(export_failure).where(
    export_failure.c.ie_id == bindparam("of_ie"), export_failure.c.format == bindparam("of_format")
)
_FAIL = insert(export_failure)
_ATTEND = update(ie).where(ie.c.id == bindparam("of_ie")).values(exported_version=bindparam("new_version"))


def standing(connection: Connection, seen: Iterable[SeenIe]) -> set[int]:
    """The keys of those IEs of which what was made, or found out, may still be kept."""
    items = list(seen)
    rows = {
        row.id: (row.exported_version, UnversionedFacts(row.institution, row.stage, row.locked_by))
        for row in connection.execute(_STANDING, {"ids": [item.ie_id for item in items]})
    }
    nothing = (0, None)
    return {item.ie_id for item in items if exporting.stands(item.version, item.facts, *rows.get(item.ie_id, nothing))}


def store(
    connection: Connection,
    attended: Sequence[Attended],
    at: int,
    datestamp: int,
    *,
    attend: bool = True,
    rewrite: bool = False,
) -> StoreResult:
    """Keeps documents and failures; `at` and `datestamp` in milliseconds.

    IEs that do not stand any more are passed over. Without `attend` the IEs stay due, for whoever knows every format
    there is. With `rewrite` documents are written even where their digests say that they are there already.
    """
    there = standing(connection, (item.seen for item in attended))
    attended = [item for item in attended if item.seen.ie_id in there]
    ids = [item.seen.ie_id for item in attended]
    kept = {
        (row.ie_id, row.format): KeptDocument(row.ie_version, row.digest, row.datestamp, row.deleted)
        for row in connection.execute(_KEPT, {"ids": ids})
    }
    changed = _store_documents(connection, attended, kept, at, datestamp, rewrite=rewrite)
    _store_failures(connection, attended, kept, at)
    if attend:
        rows = [{"of_ie": item.seen.ie_id, "new_version": item.seen.version} for item in attended]
        execute_many(connection, _ATTEND, rows)
    return StoreResult(changed, {item.seen.ie_id for item in attended if item.documents} - changed, there)


def _store_documents(
    connection: Connection,
    attended: Iterable[Attended],
    kept: Mapping[_Key, KeptDocument],
    at: int,
    datestamp: int,
    *,
    rewrite: bool,
) -> set[int]:
    """Writes the documents; the keys of IEs with a new one."""
    new: list[dict[str, Any]] = []
    replaced: list[dict[str, Any]] = []
    confirmed: list[dict[str, Any]] = []
    changed: set[int] = set()
    for item in attended:
        for document in item.documents:
            before = kept.get((item.seen.ie_id, document.format))
            becomes = exporting.writing(item.seen.version, document.digest, before)
            if becomes is Writing.OUTDATED:
                continue
            row = _row(item.seen, document, at, exporting.new_datestamp(becomes, datestamp, before))
            if becomes is Writing.NEW:
                new.append(row)
            elif becomes is Writing.CONFIRMED and not rewrite:
                confirmed.append(_renamed(row, _STAMP))
            else:
                replaced.append(_renamed(row, (*_STAMP, "deleted", "digest", "content")))
            if becomes is not Writing.CONFIRMED:
                changed.add(item.seen.ie_id)
    execute_many(connection, _NEW, new)
    execute_many(connection, _CONFIRM, confirmed)
    execute_many(connection, _REPLACE, replaced)
    return changed


def _row(seen: SeenIe, document: NewDocument, at: int, datestamp: int) -> dict[str, Any]:
    return {
        "ie_id": seen.ie_id,
        "format": document.format,
        "ie_version": seen.version,
        "exporter_version": document.exporter_version,
        "at": at,
        "datestamp": datestamp,
        "deleted": False,
        "digest": document.digest,
        "content": document.content,
    }


def _renamed(row: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The row as an update takes it: its key, and the new values of these columns."""
    return {"of_ie": row["ie_id"], "of_format": row["format"], **{f"new_{name}": row[name] for name in names}}


def _store_failures(
    connection: Connection, attended: Sequence[Attended], kept: Mapping[_Key, KeptDocument], at: int
) -> None:
    """Brings the failures up to date: what succeeded has none any more, nor what there is a newer document of."""
    versions = {item.seen.ie_id: item.seen.version for item in attended}
    newer = {key for key, before in kept.items() if exporting.is_outdated(versions[key[0]], before)}
    gone: list[_Key] = []
    rows: list[dict[str, Any]] = []
    for item in attended:
        ie_id = item.seen.ie_id
        failures = {name: failure for name, failure in item.failures.items() if (ie_id, name) not in newer}
        succeeded = [made.format for made in item.documents if (ie_id, made.format) not in newer]
        gone += [(ie_id, name) for name in (*item.outlived, *succeeded, *failures)]
        rows += [_failure_row(ie_id, name, failure, at) for name, failure in failures.items()]
    execute_many(connection, _FORGET, [{"of_ie": ie_id, "of_format": name} for ie_id, name in gone])
    execute_many(connection, _FAIL, rows)


def _failure_row(key: int, name: str, failure: Failure, at: int) -> dict[str, Any]:
    return {
        "ie_id": key,
        "format": name,
        "ie_version": failure.ie_version,
        "exporter_version": failure.exporter_version,
        "reason": failure.reason,
        "since": failure.since,
        "tried_at": at,
        "tries": failure.tries,
        "next_at": failure.next_at,
    }
