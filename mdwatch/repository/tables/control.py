"""What processes tell each other: leases, states of jobs, requests, and counters of what is new."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, String, Table, Text, false, text

from mdwatch.repository.tables.base import Key, metadata
from mdwatch.repository.tables.files import run

lease = Table(
    "lease",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("holder", Text, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
)

# What the daemon and the commands tell each other of a job; a row is made when there is something to tell.
job_state = Table(
    "job_state",
    metadata,
    Column("job", String(100), primary_key=True),
    Column("paused", Boolean, nullable=False, server_default=false()),
    Column("state", String(20), nullable=False),  # of the daemon's worker
    Column("reason", Text),
    Column("since", BigInteger, nullable=False),
    Column("mount", Text),  # of the drop folder when it was last used: without it the folder only looks empty
    Column("last_tick", BigInteger),  # the last moment of its schedule that was kept
)

# Requests to a running daemon to run a job now.
request = Table(
    "request",
    metadata,
    Column("id", Key, primary_key=True),
    Column("job", String(100), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("run_id", ForeignKey(run.c.id), index=True),  # the answer: the run that was made
    Column("refusal", Text),  # or why there is none
    Index("ix_request_open", "id", sqlite_where=text("run_id IS NULL AND refusal IS NULL")),
)

# Counts changes that somebody waits for, so that a glance tells whether to look.
counter = Table(
    "counter",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", BigInteger, nullable=False),
)
