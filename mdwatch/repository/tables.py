"""The tables. Moments are milliseconds since 1970 UTC; JSON is text, so that it comes back byte for byte.

The condition of a partial index is told for SQLite alone: naming it for PostgreSQL, too, would load that dialect
whenever mdwatch starts. The migrations make the indexes, and have both.

It is long because it is one list: whoever reads a statement looks up its tables in one place.
"""

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
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    false,
    literal_column,
    text,
    true,
)

from mdwatch.model import Status
from mdwatch.repository.columns import FileName, Unsigned

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts rows by INTEGER alone; elsewhere the keys may outgrow 32 bits.
_Key = BigInteger().with_variant(Integer, "sqlite")

institution = Table(
    "institution",
    metadata,
    Column("code", String(200), primary_key=True),
)

ie = Table(
    "ie",
    metadata,
    Column("id", _Key, primary_key=True),
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


def of_institutions(codes: Collection[str] | None) -> ColumnElement[bool]:
    """The condition that an IE belongs to one of these institutions; None for all of them."""
    return true() if codes is None else ie.c.institution.in_(sorted(codes))


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
    Column("id", _Key, primary_key=True),
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
    Column("id", _Key, primary_key=True),
    Column("ie_id", ForeignKey("ie.id"), nullable=False, index=True),
    Column("dnx", Text, nullable=False),  # JSON: the keys of a DNX event record
    Column("version", BigInteger),  # of the IE, that brought it; NULL in rows of before this was kept
)

run = Table(
    "run",
    metadata,
    Column("id", _Key, primary_key=True),
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
    Column("id", _Key, primary_key=True),
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

# What an operator asked to be done with error files of a job: many at a time, by the daemon's worker of that job.
errand = Table(
    "errand",
    metadata,
    Column("id", _Key, primary_key=True),
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
    Column("run_id", ForeignKey("run.id"), index=True),  # the run that was made for it
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
    Column("id", _Key, primary_key=True),
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
    Column("id", _Key, primary_key=True),
    Column("journal_id", ForeignKey("journal.id"), index=True),  # the error verdict; NULL where there is none
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
)

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
    Column("id", _Key, primary_key=True),
    Column("job", String(100), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("run_id", ForeignKey("run.id"), index=True),  # the answer: the run that was made
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

# One IE in one format, the document and its stamp in one row; without content it is a tombstone for harvesters.
export = Table(
    "export",
    metadata,
    Column("ie_id", ForeignKey("ie.id"), primary_key=True),
    Column("format", String(100), primary_key=True),
    Column("ie_version", BigInteger, nullable=False),
    Column("exporter_version", String(100), nullable=False),
    Column("at", BigInteger, nullable=False),
    # When harvesters last had something to learn of it: whole seconds, in milliseconds.
    Column("datestamp", BigInteger, nullable=False),
    Column("deleted", Boolean, nullable=False, server_default=false()),
    Column("digest", LargeBinary(16), nullable=False),
    Column("content", LargeBinary),
    Index("ix_export_harvest", "format", "datestamp", "ie_id", "deleted"),
)

# A format that an IE could not be exported in; what was exported before stays.
export_failure = Table(
    "export_failure",
    metadata,
    Column("ie_id", ForeignKey("ie.id"), primary_key=True),
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
    Column("id", _Key, primary_key=True),
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
    Column("id", _Key, primary_key=True),
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
    Column("id", _Key, primary_key=True),
    Column("batch_id", ForeignKey("batch.id"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("level", String(10), nullable=False),
    Column("text", Text, nullable=False),
    Index("ix_batch_line_batch_id", "batch_id", "id"),
)

oai_set = Table(
    "oai_set",
    metadata,
    Column("id", _Key, primary_key=True),
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
    Column("ie_id", ForeignKey("ie.id"), primary_key=True),
    Column("present", Boolean, nullable=False),
    Index("ix_set_member_ie", "ie_id", "set_id"),
)

# IEs of which harvesters have yet to be told again: sets that stand in their headers came or went.
news = Table(
    "news",
    metadata,
    Column("ie_id", ForeignKey("ie.id"), primary_key=True),
)

# Made at first use: what mdwatch signs with, so that it knows its own hand again after a restart, and on every host.
secret = Table(
    "secret",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", LargeBinary(32), nullable=False),
)

# What somebody may be told of, written in the transaction in which it happened (`rules.notifying.Happening`).
occurrence = Table(
    "occurrence",
    metadata,
    Column("id", _Key, primary_key=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("job", String(100)),  # NULL: not about a job
    Column("institution", String(200)),  # of the IEs it is about; NULL: that of the job, or all
    Column("run_id", BigInteger),
    Column("reason", Text, nullable=False),
    Column("details", Text, nullable=False),  # JSON: a list of lines, what it is about in particular
    # Messages are made of it, or nobody wants to know.
    Column("taken", Boolean, nullable=False, server_default=false()),
    Index("ix_occurrence_open", "id", sqlite_where=text("taken = 0")),
)

_WAITING: Final = "state = 'waiting'"
# A message to one recipient about one or more occurrences: sent when its moment has come, tried again until it went.
notification = Table(
    "notification",
    metadata,
    Column("id", _Key, primary_key=True),
    Column("name", String(100), nullable=False),  # of the table [notifications.NAME]
    Column("channel", String(10), nullable=False),  # mail, webhook
    Column("recipient", Text, nullable=False),
    Column("message_id", String(100), nullable=False),  # the same at each try, so that the other side knows it again
    Column("made_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("next_at", BigInteger, nullable=False),  # when it is tried
    Column("occurrences", Integer, nullable=False),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("first_try_at", BigInteger),
    Column("ended_at", BigInteger, index=True),
    Column("state", String(10), nullable=False),  # waiting, sent, given-up
    Column("reason", Text),  # why the last try failed
    Index("ix_notification_recipient", "recipient", "due_at"),
    Index("ix_notification_open", "next_at", sqlite_where=text(_WAITING)),
)

notification_occurrence = Table(
    "notification_occurrence",
    metadata,
    Column("notification_id", ForeignKey("notification.id"), primary_key=True),
    Column("occurrence_id", ForeignKey("occurrence.id"), primary_key=True),
    Index("ix_notification_occurrence_occurrence_id", "occurrence_id"),
)

# Tokens of accounts; of each only the digest is kept.
token = Table(
    "token",
    metadata,
    Column("id", _Key, primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("digest", LargeBinary(32), nullable=False, unique=True),
    Column("role", String(20), nullable=False),
    Column("institutions", Text),  # JSON: a list of codes; NULL: all
    Column("made_at", BigInteger, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("expires_at", BigInteger),
    Column("revoked_at", BigInteger),
)

# Browsers that people have signed in with; of what their cookies hold only digests are kept. Each has one of: the name
# of the token, a proof that the administrators' token was known, or the OpenID provider that vouched.
sign_in = Table(
    "sign_in",
    metadata,
    Column("id", _Key, primary_key=True),
    Column("digest", LargeBinary(32), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("token", String(100)),
    Column("proof", LargeBinary(32)),
    Column("issuer", Text),
    Column("groups", Text),  # JSON: the groups that the provider told of
    Column("made_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False, index=True),
)

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
    Column("id", _Key, primary_key=True),
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
    Column("id", _Key, primary_key=True),
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
