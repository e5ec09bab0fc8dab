"""Finding IEs: by the beginning of a PID, along an index, or by a text in their descriptive records, through all."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias
from unicodedata import normalize
from xml.sax.saxutils import escape

from sqlalchemy import Connection, and_, func, or_, select

from mdwatch.model import RecordType
from mdwatch.repository.columns import begins
from mdwatch.repository.tables.ies import ie, ie_mets, record, record_version


class Described(NamedTuple):
    """An IE and its descriptive record, None where it has none; or what else of it was asked for."""

    pid: str
    content: str | None


Institutions: TypeAlias = frozenset[str] | None  # by their codes, None: all


def beginning_with(connection: Connection, start: str, limit: int, institutions: Institutions) -> list[Described]:
    """IEs of institutions whose PIDs begin like this, the shortest first."""
    query = _described().where(begins(connection, ie.c.pid, start))
    if institutions is not None:
        # As an expression: SQLite would rather go along the index of institutions, and read all that one has.
        query = query.where(ie.c.institution.concat("").in_(sorted(institutions)))
    rows = connection.execute(query.order_by(func.length(ie.c.pid), ie.c.pid).limit(limit))
    return [Described(*row) for row in rows]


def with_text(connection: Connection, word: str, institutions: Institutions) -> Iterator[Described]:
    """IEs of institutions whose descriptive record holds this text somewhere, in any case; read as they are asked for.

    There is no index of it: all records are read through, some 100,000 in a second.
    """
    cases = {word, word.lower(), word.upper(), word.title()}
    written = {escape(normalize(form, case)) for case in cases for form in ("NFC", "NFD")}
    content = record_version.c.content
    query = _described().where(or_(*(content.icontains(item, autoescape=True) for item in sorted(written))))
    with connection.execution_options(yield_per=20).execute(_within(query, institutions)) as rows:
        for row in rows:
            yield Described(*row)


def with_characteristic(connection: Connection, text: str, institutions: Institutions) -> Iterator[Described]:
    """IEs of institutions whose object characteristics hold this text, with these as JSON.

    They are read as they are asked for.
    """
    written = json.dumps(text)[1:-1]
    query = select(ie.c.pid, ie.c.characteristics).where(ie.c.characteristics.contains(written, autoescape=True))
    with connection.execution_options(yield_per=100).execute(_within(query, institutions)) as rows:
        for row in rows:
            yield Described(*row)


def with_mets_text(connection: Connection, text: str, institutions: Institutions) -> Iterator[Described]:
    """IEs of institutions whose METS holds this text beside what mdwatch manages, with that.

    They are read as they are asked for.
    """
    content = ie_mets.c.remainder
    query = select(ie.c.pid, content).join(ie_mets, ie_mets.c.ie_id == ie.c.id)
    query = query.where(content.contains(escape(text), autoescape=True))
    with connection.execution_options(yield_per=20).execute(_within(query, institutions)) as rows:
        for row in rows:
            yield Described(*row)


def _within(query: Any, institutions: Institutions) -> Any:
    return query if institutions is None else query.where(ie.c.institution.in_(sorted(institutions)))


def _described() -> Any:
    descriptive = and_(record.c.ie_id == ie.c.id, record.c.type == RecordType.DESCRIPTIVE.value, record.c.present)
    content = and_(record_version.c.record_id == record.c.id, record_version.c.version == record.c.version)
    there = ie.outerjoin(record, descriptive).outerjoin(record_version, content)
    return select(ie.c.pid, record_version.c.content).select_from(there)


def of_pids(connection: Connection, pids: Sequence[str]) -> dict[str, str | None]:
    """The descriptive records of some IEs by their PIDs, None where one has none; a page of them, so a few hundred."""
    rows = connection.execute(_described().where(ie.c.pid.in_(pids)))
    return {row.pid: row.content for row in rows}
