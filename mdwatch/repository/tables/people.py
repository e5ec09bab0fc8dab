"""What people asked for and did by hand: errands, interventions, and the audit trail of all of it."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    false,
    text,
)

from mdwatch.repository.columns import FileName, Unsigned
from mdwatch.repository.tables.base import Key, metadata
from mdwatch.repository.tables.files import journal, run

# What an operator asked to be done with error files of a job: many at a time, by the daemon's worker of that job.
errand = Table(
    "errand",
    metadata,
    Column("id", Key, primary_key=True),
    Column("job", String(100), nullable=False),
    Column("kind", String(20), nullable=False),  # retry, dismissal
    Column("everything", Boolean, nullable=False),  # of all error files there are, not of those named
    Column("anyway", Boolean, nullable=False, server_default=false()),
    Column("agent", Text, nullable=False),
    Column("way", String(20), nullable=False, server_default=text("''")),
    Column("origin", Text, nullable=False, server_default=text("''")),
    Column("asked_at", BigInteger, nullable=False),
    Column("started_at", BigInteger),
    Column("ended_at", BigInteger),  # every file has its answer
    Column("reason", Text),  # what it waits for, or why it was refused
    Column("refused", Boolean, nullable=False, server_default=false()),
    Column("run_id", ForeignKey(run.c.id), index=True),  # the run that was made for it
    Index("ix_errand_open", "job", sqlite_where=text("ended_at IS NULL")),
)

# The files of an errand, and what came of each.
errand_file = Table(
    "errand_file",
    metadata,
    Column("errand_id", ForeignKey("errand.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("name", FileName, nullable=False),
    Column("done", Boolean, nullable=False, server_default=false()),
    Column("new_name", FileName),  # where it went; NULL where it was left
    Column("reason", Text, nullable=False, server_default=text("''")),
    Column("warning", Text, nullable=False, server_default=text("''")),
    Column("later", Text),  # what stands against it
)

# The audit trail: what people and programs did by hand. Rows are only ever added, and told what came of them.
trail = Table(
    "trail",
    metadata,
    Column("id", Key, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("who", Text, nullable=False),
    Column("way", String(20), nullable=False),  # cli, api, page, daemon
    Column("origin", Text, nullable=False),  # the host and user of a command, the address of a request
    Column("act", String(40), nullable=False),
    Column("kind", String(20), nullable=False),  # of the subject
    Column("subject", FileName, nullable=False),
    Column("job", String(100)),  # of which the subject is, or a file
    Column("outcome", String(20), nullable=False),
    Column("details", Text, nullable=False),  # JSON
    Index("ix_trail_subject", "subject", "id"),
    Index("ix_trail_job", "job", "id", sqlite_where=text("job IS NOT NULL")),
)

# What an operator did with a file in error/: put it back into the drop folder, or dismissed it. Written before the file
# is moved, so that whoever finds it there knows that it is new work. Who did it is in the audit trail.
_OPEN_RETRY: Final = "kind = 'retry' AND taken_at IS NULL"
intervention = Table(
    "intervention",
    metadata,
    Column("id", Key, primary_key=True),
    Column("journal_id", ForeignKey(journal.c.id), index=True),  # the error verdict; NULL where there is none
    Column("job", String(100), nullable=False),
    Column("kind", String(20), nullable=False),  # retry, dismissal
    Column("name", FileName, nullable=False),  # in error/
    Column("inode", Unsigned, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("digest", LargeBinary(16), nullable=False),
    Column("created_ns", BigInteger, nullable=False),  # as known at the first verdict on the file
    # Its times on disk tell something else than `created_ns`, since it was changed in error/.
    Column("changed", Boolean, nullable=False, server_default=false()),
    Column("act_id", ForeignKey("trail.id"), nullable=False),  # who did it, and when
    Column("anyway", Boolean, nullable=False, server_default=false()),  # although a later one was applied
    Column("new_name", FileName),  # where it went; NULL: not seen to have been moved
    Column("taken_at", BigInteger),  # of a retry: the new verdict
    Column("errand_id", BigInteger, index=True),  # as part of what; NULL: by itself
    Index("ix_intervention_name", "job", "name"),
    Index("ix_intervention_open", "job", "inode", sqlite_where=text(_OPEN_RETRY)),
    Index("ix_intervention_not_moved", "job", sqlite_where=text("new_name IS NULL")),
)
