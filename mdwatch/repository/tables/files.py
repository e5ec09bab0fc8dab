"""What became of files: runs, the journal, what is kept of it when it is old, and files that wait."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, LargeBinary, String, Table, Text, false, text

from mdwatch.repository.columns import FileName, Unsigned
from mdwatch.repository.tables.base import Key, metadata

run = Table(
    "run",
    metadata,
    Column("id", Key, primary_key=True),
    Column("job", String(100), nullable=False, index=True),
    Column("user", Text, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("status", String(40)),  # NULL: running, or cut short
    Column("reason", Text),  # why it was aborted, or what it last stumbled over
    # Where the job log stood before the lines of the journal rows that are not carried out yet.
    Column("log_inode", Unsigned, nullable=False),
    Column("log_offset", BigInteger, nullable=False),
    Column("closed", Boolean, nullable=False, server_default=false()),  # its last line is in the job log
    Column("cancelled_by", Text),  # who wants it to end
    Index("ix_run_open", "job", sqlite_where=text("closed = 0")),
)

journal = Table(
    "journal",
    metadata,
    Column("id", Key, primary_key=True),
    Column("run_id", ForeignKey("run.id"), nullable=False, index=True),
    Column("job", String(100), nullable=False),
    Column("name", FileName, nullable=False),
    Column("inode", Unsigned, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("digest", LargeBinary(16), nullable=False),
    Column("pid", String(40), index=True),
    Column("code", String(40), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("filed_as", FileName),  # NULL: under its own name, or not filed yet
    # The file is filed, its reason written, its line logged. Until then recovery has work to do.
    Column("carried_out", Boolean, nullable=False, server_default=false()),
    # With inode, size, mtime and digest these tell the file again; 0 where unknown.
    Column("ctime_ns", BigInteger, nullable=False, server_default=text("0")),
    Column("born_ns", BigInteger, nullable=False, server_default=text("0")),
    # Why the file was not seen in done/ or error/ yet (`rules.recognition`); NULL where it was, or is to stay.
    Column("unmoved", String(10)),
    # When `retry` put the file back, or it was dismissed: what lies under this identity is not this row's any more.
    Column("retried_at", BigInteger),
    # When the file was created, as the job orders by (nanoseconds); NULL in rows of before this was kept.
    Column("created_ns", BigInteger),
    Column("records", Text),  # JSON: type and mid of each record it was to replace; NULL where it could not be read
    Index("ix_journal_job_name", "job", "name"),
    Index(
        "ix_journal_filed_as",
        "job",
        "filed_as",
        sqlite_where=text("filed_as IS NOT NULL"),
    ),
    Index(
        "ix_journal_unmoved",
        "job",
        "inode",
        sqlite_where=text("unmoved IS NOT NULL"),
    ),
    Index(
        "ix_journal_to_carry_out",
        "job",
        sqlite_where=text("carried_out = 0"),
    ),
)

# What stays of rows of the journal that were removed (`rules.retention`): how many files came to which code, by
# quarters of an hour, and by runs.
file_count = Table(
    "file_count",
    metadata,
    Column("at", BigInteger, primary_key=True),
    Column("job", String(100), primary_key=True),
    Column("code", String(40), primary_key=True),
    Column("files", BigInteger, nullable=False),
)
run_file_count = Table(
    "run_file_count",
    metadata,
    Column("run_id", ForeignKey("run.id"), primary_key=True),
    Column("code", String(40), primary_key=True),
    Column("files", BigInteger, nullable=False),
)

# What stays of runs that were removed: how many ended how, by quarters of an hour.
run_count = Table(
    "run_count",
    metadata,
    Column("at", BigInteger, primary_key=True),
    Column("job", String(100), primary_key=True),
    Column("status", String(40), primary_key=True),
    Column("runs", BigInteger, nullable=False),
)

# Files in done/ whose rows in the journal were removed: what tells each from one that nobody decided. `name` is the one
# it has there, `at` when it was decided.
filed_file = Table(
    "filed_file",
    metadata,
    Column("job", String(100), primary_key=True),
    Column("name", FileName, primary_key=True),
    Column("inode", Unsigned, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
)

# What a job asks of another repository than this one, from before it asks until it is noted what came of it.
intent = Table(
    "intent",
    metadata,
    Column("job", String(100), primary_key=True),
    Column("name", FileName, primary_key=True),
    Column("repository", String(100), nullable=False),
    Column("inode", Unsigned, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("digest", LargeBinary(16), nullable=False),
    Column("pid", String(40), nullable=False),
    Column("expected", BigInteger, nullable=False),  # the version that it is to be on top of
    Column("at", BigInteger, nullable=False),
    Column("agent", Text, nullable=False),
    Column("records", Text, nullable=False),  # JSON: those to be replaced, whole
    Column("entry", Text, nullable=False),  # JSON: what the row of the journal is to have besides
)

waiting = Table(
    "waiting",
    metadata,
    Column("job", String(100), primary_key=True),
    Column("name", FileName, primary_key=True),
    Column("inode", Unsigned, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("pid", String(40)),
    Column("code", String(40), nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Index("ix_waiting_code", "job", "code", "since"),
)
