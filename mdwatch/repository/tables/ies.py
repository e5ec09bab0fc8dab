"""Institutions, Intellectual Entities, their records and history."""

from collections.abc import Collection
from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    false,
    literal_column,
    text,
    true,
    type_coerce,
)

from mdwatch.model import Status
from mdwatch.repository.columns import FileName
from mdwatch.repository.tables.base import Key, metadata

institution = Table(
    "institution",
    metadata,
    Column("code", String(200), primary_key=True),
)

ie = Table(
    "ie",
    metadata,
    Column("id", Key, primary_key=True),
    Column("pid", String(40), nullable=False, unique=True),
    Column("institution", ForeignKey("institution.code"), nullable=False, index=True),
    Column("stage", String(20), nullable=False),
    Column("status", String(20), nullable=False),
    Column("locked_by", Text),
    Column("published", Boolean, nullable=False),
    Column("harvested", Boolean, nullable=False),
    # Raised by each change of the metadata; what was exported of an older version is due.
    Column("version", BigInteger, nullable=False),
    Column("characteristics", Text, nullable=False),  # JSON: the keys of DNX objectCharacteristics
    # The version of which every format was attended to: exported, or noted as failed. 0: to be looked at anew.
    Column("exported_version", BigInteger, nullable=False, server_default=text("0")),
    # The version that is in the store, with the facts of now. 0: to be looked at anew.
    Column("stored_version", BigInteger, nullable=False, server_default=text("0")),
)

# Whether an IE has exports at all: `rules.exporting.exportable` in SQL; a test holds the two together. The status is a
# literal, for the database knows the condition of an index again only in the same words.
EXPORTABLE: Final = and_(
    ie.c.published == true(),
    ie.c.harvested == false(),
    ie.c.status == literal_column(f"'{Status.ACTIVE.value}'"),
)
# What is due; by an index of its own, so that a night in which nothing is due reads nothing.
DUE: Final = and_(EXPORTABLE, ie.c.exported_version != ie.c.version)
Index("ix_ie_due", ie.c.id, sqlite_where=DUE)
# What is to be written to the store.
UNSTORED: Final = ie.c.stored_version != ie.c.version
Index("ix_ie_unstored", ie.c.id, sqlite_where=UNSTORED)

# An IE that could not be written to the store.
store_failure = Table(
    "store_failure",
    metadata,
    Column("ie_id", ForeignKey("ie.id"), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", BigInteger, nullable=False),
)


def of_institutions(codes: Collection[str] | None, *, by_index: bool = True) -> ColumnElement[bool]:
    """The condition that an IE belongs to one of these institutions; None for all of them.

    Without `by_index` it is asked of IEs that are found otherwise: the index of institutions holds all of their IEs,
    and SQLite, which knows no sizes, would go through those.
    """
    if codes is None:
        return true()
    institution = ie.c.institution if by_index else type_coerce(ie.c.institution, Text) + ""
    return institution.in_(sorted(codes))


# Apart from `ie`, for it may be large and is needed only to show the IE as METS.
ie_mets = Table(
    "ie_mets",
    metadata,
    Column("ie_id", ForeignKey("ie.id"), primary_key=True),
    Column("remainder", Text, nullable=False),
)

ie_version = Table(
    "ie_version",
    metadata,
    Column("ie_id", ForeignKey("ie.id"), primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("agent", Text, nullable=False),
    Column("cause", String(20), nullable=False),  # load, update, revert
    Column("job", Text),
    Column("file", FileName),
    Column("undoes", BigInteger),  # the run whose changes it takes back
    # Of the file of an update whose row in the journal is removed: what the journal knew of its age.
    Column("created_ns", BigInteger),
    Column("mtime_ns", BigInteger),
)

# What is current. The content is in record_version under the version named here; it is never rewritten there.
record = Table(
    "record",
    metadata,
    Column("id", Key, primary_key=True),
    Column("ie_id", ForeignKey("ie.id"), nullable=False),
    Column("type", String(20), nullable=False),
    Column("mid", String(400), nullable=False),  # empty for the descriptive record
    Column("sub_type", Text, nullable=False),
    Column("position", Integer, nullable=False),  # among the IE's source records
    Column("version", BigInteger, nullable=False),
    Column("present", Boolean, nullable=False, server_default=true()),
    Column("ordered", LargeBinary(17), nullable=False),
    Column("unordered", LargeBinary(17), nullable=False),
    UniqueConstraint("ie_id", "type", "mid"),
)

record_version = Table(
    "record_version",
    metadata,
    Column("record_id", ForeignKey("record.id"), primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("sub_type", Text, nullable=False),
    Column("content", Text),  # NULL: the IE had no such record from this version on
)

event = Table(
    "event",
    metadata,
    Column("id", Key, primary_key=True),
    Column("ie_id", ForeignKey("ie.id"), nullable=False, index=True),
    Column("dnx", Text, nullable=False),  # JSON: the keys of a DNX event record
    Column("version", BigInteger),  # of the IE, that brought it; NULL in rows of before this was kept
)
