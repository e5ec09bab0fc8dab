"""What people may be told of, and the messages that tell them."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, false, text

from mdwatch.repository.tables.base import Key, metadata

# What somebody may be told of, written in the transaction in which it happened (`rules.notifying.Happening`).
occurrence = Table(
    "occurrence",
    metadata,
    Column("id", Key, primary_key=True),
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
    Column("id", Key, primary_key=True),
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
