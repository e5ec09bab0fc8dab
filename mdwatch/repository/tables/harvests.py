"""How far the harvests of other repositories have come."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, LargeBinary, String, Table, Text, false, text

from mdwatch.repository.tables.base import Key, metadata

# How far the harvest of another repository has come.
harvest = Table(
    "harvest",
    metadata,
    Column("name", String(100), primary_key=True),  # of the table [harvests.NAME]
    Column("source", Text, nullable=False),  # address, format and set: where these change, all begins anew
    Column("last", BigInteger),  # the last datestamp of the lists that are through
    # The list under way: where it began, how it goes on, and the last datestamp in it.
    Column("open", Boolean, nullable=False, server_default=false()),
    Column("began_from", Text, nullable=False),
    Column("token", Text, nullable=False),
    Column("reached", BigInteger),
    Column("began_at", BigInteger),  # when, by the provider's clock: what changed later may have been passed over
)

# One run of a harvest: asked for, under way or ended.
harvest_run = Table(
    "harvest_run",
    metadata,
    Column("id", Key, primary_key=True),
    Column("harvest", String(100), nullable=False),
    Column("complete", Boolean, nullable=False),  # of all records, whatever was harvested before
    Column("asked_at", BigInteger),  # NULL: its schedule began it
    Column("started_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("status", String(40)),  # as runs of jobs have it; NULL while it lasts, or where it was cut short
    Column("reason", Text),  # why it was aborted, or does not get on
    Column("written", BigInteger, nullable=False, server_default=text("0")),
    Column("same", BigInteger, nullable=False, server_default=text("0")),
    Column("deleted", BigInteger, nullable=False, server_default=text("0")),
    Column("left_out", BigInteger, nullable=False, server_default=text("0")),
    Index("ix_harvest_run_harvest", "harvest", "id"),
    Index(
        "ix_harvest_run_open",
        "id",
        sqlite_where=text("ended_at IS NULL"),
    ),
)

# What is to be known of records of a run: why they were left out, or that they are deleted; the first thousand.
harvest_note = Table(
    "harvest_note",
    metadata,
    Column("id", Key, primary_key=True),
    Column("run_id", ForeignKey("harvest_run.id"), nullable=False),
    Column("identifier", Text, nullable=False),
    Column("text", Text, nullable=False),
    Index("ix_harvest_note_run", "run_id", "id"),
)

# What a harvest made of a record: what it sent last, and the file that is still to be written.
harvest_record = Table(
    "harvest_record",
    metadata,
    Column("harvest", String(100), primary_key=True),
    Column("identifier", Text, primary_key=True),  # that of OAI-PMH
    Column("pid", String(40), nullable=False),  # "": it came to no file, as was told already
    Column("datestamp", BigInteger, nullable=False),
    Column("sent", LargeBinary(32)),  # the digest of the file that was written last, or of why there is none
    Column("pending", LargeBinary),  # the file to be written, when its list is through
    Column("dropping", BigInteger),  # since when it is being put into the folder: it may be there already
    Index("ix_harvest_record_pid", "harvest", "pid"),
    Index(
        "ix_harvest_record_pending",
        "harvest",
        "datestamp",
        sqlite_where=text("pending IS NOT NULL"),
    ),
)
