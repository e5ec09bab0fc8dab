"""What came of exporting some IEs is kept: documents with their stamps, failures, and that the IEs were attended to.

All of it is written in one transaction, so that none of it can speak of another state than the rest. What becomes of
each document is decided by `rules.exporting`; here the rows are read and written, each kind by one statement.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, delete, insert, select, update

from mdwatch.repository.among import among
from mdwatch.repository.bulk import execute_many, execute_rows
from mdwatch.repository.tables.exports import export, export_document, export_failure
from mdwatch.repository.tables.ies import EXPORTABLE, ie
from mdwatch.rules import exporting
from mdwatch.rules.exporting import Failure, KeptDocument, UnversionedFacts, Writing

_Key = tuple[int, str]  # of an IE and the name of a format
_Row = tuple[Any, ...]


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


class Attended(NamedTuple):
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
    among(ie.c.id, "ids"), EXPORTABLE
)
_KEPT_COLUMNS: Final = [export.c[name] for name in ("ie_id", "format", *KeptDocument._fields)]
_KEPT = select(*_KEPT_COLUMNS).where(among(export.c.ie_id, "ids"))
_KEPT_WHOLE = (
    select(*_KEPT_COLUMNS, export_document.c.content)
    .join_from(
        export,
        export_document,
        and_(export_document.c.ie_id == export.c.ie_id, export_document.c.format == export.c.format),
        isouter=True,
    )
    .where(among(export.c.ie_id, "ids"))
)
# The columns of a row, in the order in which rows are made here: its key, then what it tells.
_KEY_NAMES: Final = ("ie_id", "format")
_STAMP_NAMES: Final = ("ie_version", "exporter_version", "at")
_NEWS_NAMES: Final = ("datestamp", "deleted", "digest")
_NEW_NAMES: Final = (*_KEY_NAMES, *_STAMP_NAMES, *_NEWS_NAMES)
_CONTENT_NAMES: Final = (*_KEY_NAMES, "content")
# In a change the columns of the key are named otherwise than the values that are written.
_OF_NAMES: Final = ("of_ie", "of_format")
_CONFIRM_NAMES: Final = (*_OF_NAMES, *(f"new_{name}" for name in _STAMP_NAMES))
_REPLACE_NAMES: Final = (*_CONFIRM_NAMES, *(f"new_{name}" for name in _NEWS_NAMES))


def _of(table: Table) -> ColumnElement[bool]:
    return and_(table.c.ie_id == bindparam("of_ie"), table.c.format == bindparam("of_format"))


def _new(names: Iterable[str]) -> dict[str, Any]:
    return {name: bindparam(f"new_{name}") for name in names}


_NEW = insert(export)
# A datestamp that stays is not written: it is in an index, which would be changed for it.
_CONFIRM = update(export).where(_of(export)).values(_new(_STAMP_NAMES))
_REPEAT = (
    update(export)
    .where(among(export.c.ie_id, "ids"), export.c.format == bindparam("of_format"))
    .values(at=bindparam("new_at"))
)
_REPLACE = update(export).where(_of(export)).values(_new((*_STAMP_NAMES, *_NEWS_NAMES)))
_NEW_CONTENT = insert(export_document)
_NO_CONTENT = delete(export_document).where(_of(export_document))
_NOTED = select(export_failure.c.ie_id, export_failure.c.format).where(among(export_failure.c.ie_id, "ids"))
_FORGET = delete(export_failure).where(_of(export_failure))
_FAIL = insert(export_failure)
_ATTEND_NAMES: Final = ("of_ie", "new_version")
_ATTEND = update(ie).where(ie.c.id == bindparam("of_ie")).values(exported_version=bindparam("new_version"))


def standing(connection: Connection, seen: Iterable[SeenIe]) -> set[int]:
    """The keys of those IEs of which what was made, or found out, may still be kept."""
    return set(_standing(connection, list(seen)))


def _standing(connection: Connection, items: Sequence[SeenIe]) -> dict[int, int]:
    """The same, each with the version that was attended to."""
    rows = {
        key: (exported_version, UnversionedFacts(institution, stage, locked_by))
        for key, exported_version, institution, stage, locked_by in connection.execute(
            _STANDING, {"ids": [item.ie_id for item in items]}
        ).all()
    }
    nothing = (0, None)
    return {
        item.ie_id: rows[item.ie_id][0]
        for item in items
        if exporting.stands(item.version, item.facts, *rows.get(item.ie_id, nothing))
    }


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
    there is. With `rewrite` documents are compared, and written where they differ, even if their digests say that they
    are there already.
    """
    there = _standing(connection, [item.seen for item in attended])
    attended = [item for item in attended if item.seen.ie_id in there]
    ids = [item.seen.ie_id for item in attended]
    kept, contents = _whole(connection, ids) if rewrite else (_kept(connection, ids), None)
    changed = _store_documents(connection, attended, kept, at, datestamp, contents)
    _store_failures(connection, attended, kept, at)
    if attend:
        seen = [(item.seen.ie_id, item.seen.version) for item in attended]
        execute_rows(connection, _ATTEND, _ATTEND_NAMES, [row for row in seen if there[row[0]] != row[1]])
    return StoreResult(changed, {item.seen.ie_id for item in attended if item.documents} - changed, set(there))


def _store_documents(
    connection: Connection,
    attended: Iterable[Attended],
    kept: Mapping[_Key, KeptDocument],
    at: int,
    datestamp: int,
    contents: Mapping[_Key, bytes] | None,
) -> set[int]:
    """Writes the documents; the keys of IEs with a new one. Those of which there are `contents` are not believed."""
    new: list[_Row] = []
    replaced: list[_Row] = []
    confirmed: list[_Row] = []
    repeated: dict[str, list[int]] = {}
    written: list[tuple[int, str, bytes]] = []
    changed: set[int] = set()
    for item in attended:
        ie_id, version, _ = item.seen
        for name, exporter_version, digest, content in item.documents:
            key = ie_id, name
            before = kept.get(key)
            becomes = exporting.writing(version, exporter_version, digest, before)
            if becomes is Writing.OUTDATED:
                continue
            if becomes is Writing.REPEATED or becomes is Writing.CONFIRMED:
                if becomes is Writing.REPEATED:
                    repeated.setdefault(name, []).append(ie_id)
                else:
                    confirmed.append((ie_id, name, version, exporter_version, at))
                if contents is not None and contents.get(key) != content:
                    written.append((ie_id, name, content))
                continue
            stamp = ie_id, name, version, exporter_version, at
            row = (*stamp, exporting.new_datestamp(becomes, datestamp, before), False, digest)
            (new if becomes is Writing.NEW else replaced).append(row)
            written.append((ie_id, name, content))
            changed.add(ie_id)
    execute_rows(connection, _NEW, _NEW_NAMES, new)
    execute_rows(connection, _CONFIRM, _CONFIRM_NAMES, confirmed)
    for name, keys in repeated.items():
        connection.execute(_REPEAT, {"ids": keys, "of_format": name, "new_at": at})
    execute_rows(connection, _REPLACE, _REPLACE_NAMES, replaced)
    # What was there before goes first, of a tombstone nothing.
    there = [(ie_id, name) for ie_id, name, _ in written if (ie_id, name) in kept]
    execute_rows(connection, _NO_CONTENT, _OF_NAMES, there)
    execute_rows(connection, _NEW_CONTENT, _CONTENT_NAMES, written)
    return changed


def _kept(connection: Connection, ids: Sequence[int]) -> dict[_Key, KeptDocument]:
    """What is kept of these IEs, without their documents."""
    return {(row[0], row[1]): KeptDocument(*row[2:]) for row in connection.execute(_KEPT, {"ids": ids}).all()}


def _whole(connection: Connection, ids: Sequence[int]) -> tuple[dict[_Key, KeptDocument], dict[_Key, bytes]]:
    """The same, and the documents; a tombstone has none."""
    kept, contents = {}, {}
    for row in connection.execute(_KEPT_WHOLE, {"ids": ids}).all():
        key = row[0], row[1]
        kept[key] = KeptDocument(*row[2:-1])
        contents[key] = row[-1]
    return kept, contents


def _store_failures(
    connection: Connection, attended: Sequence[Attended], kept: Mapping[_Key, KeptDocument], at: int
) -> None:
    """Brings the failures up to date: what succeeded has none any more, nor what there is a newer document of."""
    versions = {item.seen.ie_id: item.seen.version for item in attended}
    noted = {(ie_id, name) for ie_id, name in connection.execute(_NOTED, {"ids": list(versions)}).all()}
    if not noted and not any(item.failures for item in attended):
        return
    newer = {key for key, before in kept.items() if exporting.is_outdated(versions[key[0]], before)}
    gone: list[_Key] = []
    rows: list[dict[str, Any]] = []
    for item in attended:
        ie_id = item.seen.ie_id
        failures = {name: failure for name, failure in item.failures.items() if (ie_id, name) not in newer}
        succeeded = [made.format for made in item.documents if (ie_id, made.format) not in newer]
        gone += [(ie_id, name) for name in (*item.outlived, *succeeded, *failures)]
        rows += [_failure_row(ie_id, name, failure, at) for name, failure in failures.items()]
    execute_rows(connection, _FORGET, _OF_NAMES, [key for key in gone if key in noted])
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
