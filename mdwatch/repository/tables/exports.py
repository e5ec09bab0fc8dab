"""Exports, the batches that make them, and the sets that harvesters are told of."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Join,
    LargeBinary,
    String,
    Table,
    Text,
    and_,
    false,
    outerjoin,
    text,
)

from mdwatch.repository.tables.base import Key, metadata
from mdwatch.repository.tables.ies import ie

# The stamp of one IE in one format; one that is deleted has no document, and is a tombstone for harvesters.
export = Table(
    "export",
    metadata,
    Column("ie_id", ForeignKey(ie.c.id), primary_key=True),
    Column("format", String(100), primary_key=True),
    Column("ie_version", BigInteger, nullable=False),
    Column("exporter_version", String(100), nullable=False),
    Column("at", BigInteger, nullable=False),
    # When harvesters last had something to learn of it: whole seconds, in milliseconds.
    Column("datestamp", BigInteger, nullable=False),
    Column("deleted", Boolean, nullable=False, server_default=false()),
    Column("digest", LargeBinary(16), nullable=False),
    Index("ix_export_harvest", "format", "datestamp", "ie_id", "deleted"),
    sqlite_with_rowid=False,
)

# The documents lie apart, for stamps are read and written far more often, and many of them fit where one document does.
# Both are written in one transaction, and read by one statement.
export_document = Table(
    "export_document",
    metadata,
    Column("ie_id", Key, primary_key=True),
    Column("format", String(100), primary_key=True),
    Column("content", LargeBinary, nullable=False),
    ForeignKeyConstraint(["ie_id", "format"], [export.c.ie_id, export.c.format]),
)


def with_document() -> Join:
    """Exports, each beside its document; tombstones have none."""
    both = and_(export_document.c.ie_id == export.c.ie_id, export_document.c.format == export.c.format)
    return outerjoin(export, export_document, both)


# A format that an IE could not be exported in; what was exported before stays.
export_failure = Table(
    "export_failure",
    metadata,
    Column("ie_id", ForeignKey(ie.c.id), primary_key=True),
    Column("format", String(100), primary_key=True),
    Column("ie_version", BigInteger, nullable=False),
    Column("exporter_version", String(100), nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("tried_at", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", BigInteger, nullable=False, index=True),
)

batch = Table(
    "batch",
    metadata,
    Column("id", Key, primary_key=True),
    Column("kind", String(20), nullable=False),  # all, redo, nightly, set
    Column("older_than", BigInteger),  # redo: only what was exported before
    Column("set_spec", String(200)),
    Column("formats", Text),  # redo: only in these, with commas between; NULL: in all
    Column("asked_by", Text, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("started_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("status", String(20)),  # finished, cancelled, failed; NULL: waiting or running
    Column("reason", Text),
    Column("cancelled", Boolean, nullable=False, server_default=false()),  # somebody asked for it to end
    # True while it has not ended, then NULL: the constraint lets one batch be open at a time.
    Column("open", Boolean, unique=True),
    Column("log", Text),  # the name of its log in the logs directory
    Column("total", BigInteger, nullable=False, server_default=text("0")),
    Column("processed", BigInteger, nullable=False, server_default=text("0")),
    Column("exported", BigInteger, nullable=False, server_default=text("0")),
    Column("unchanged", BigInteger, nullable=False, server_default=text("0")),
    Column("failed", BigInteger, nullable=False, server_default=text("0")),
    # The IEs are taken by their keys: the last one that was given out (`batch_slice`), and the last one there is.
    Column("position", BigInteger, nullable=False, server_default=text("0")),
    Column("upto", BigInteger, nullable=False, server_default=text("0")),
)

# Parts of the open batch that are in hand; a part that is done is added to its batch, and gone.
batch_slice = Table(
    "batch_slice",
    metadata,
    Column("id", Key, primary_key=True),
    Column("batch_id", ForeignKey("batch.id"), nullable=False, index=True),
    Column("position", BigInteger, nullable=False),  # the key of the last IE that is done
    Column("upto", BigInteger, nullable=False),
    Column("processed", BigInteger, nullable=False, server_default=text("0")),
    Column("exported", BigInteger, nullable=False, server_default=text("0")),
    Column("unchanged", BigInteger, nullable=False, server_default=text("0")),
    Column("failed", BigInteger, nullable=False, server_default=text("0")),
)

# The lines of a batch's log, until the batch has ended and the log has all of them.
batch_line = Table(
    "batch_line",
    metadata,
    Column("id", Key, primary_key=True),
    Column("batch_id", ForeignKey("batch.id"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("level", String(10), nullable=False),
    Column("text", Text, nullable=False),
    Index("ix_batch_line_batch_id", "batch_id", "id"),
)

oai_set = Table(
    "oai_set",
    metadata,
    Column("id", Key, primary_key=True),
    Column("spec", String(200), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("definition", Text, nullable=False),  # which IEs belong to it: conditions as `rules.membership` reads them
    Column("changed_at", BigInteger, nullable=False),
    # Every IE was looked at under this definition.
    Column("filled", Boolean, nullable=False, server_default=false()),
    # It was filled once: from then on who joins or leaves is news to its harvesters.
    Column("known", Boolean, nullable=False, server_default=false()),
    # It is gone, and kept for those who were told of it: whoever belonged to it left.
    Column("deleted", Boolean, nullable=False, server_default=false()),
)

# Who left is remembered, for harvesters of the set are told so.
set_member = Table(
    "set_member",
    metadata,
    Column("set_id", ForeignKey("oai_set.id"), primary_key=True),
    Column("ie_id", ForeignKey(ie.c.id), primary_key=True),
    Column("present", Boolean, nullable=False),
    Index("ix_set_member_ie", "ie_id", "set_id"),
)

# IEs of which harvesters have yet to be told again: sets that stand in their headers came or went.
news = Table(
    "news",
    metadata,
    Column("ie_id", ForeignKey(ie.c.id), primary_key=True),
)
