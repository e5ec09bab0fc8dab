"""What people are told of, and the messages that tell them: kept, so that a crash loses none."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    op.create_table(
        "occurrence",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("job", sa.String(length=100), nullable=True),
        sa.Column("institution", sa.String(length=200), nullable=True),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("taken", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrence")),
    )
    op.create_index(
        "ix_occurrence_open",
        "occurrence",
        ["id"],
        sqlite_where=sa.text("taken = 0"),
        postgresql_where=sa.text("NOT taken"),
    )
    op.create_table(
        "notification",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("message_id", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("occurrences", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("first_try_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
    )
    op.create_index(
        "ix_notification_open", "notification", ["next_at"], sqlite_where=_WAITING, postgresql_where=_WAITING
    )
    op.create_table(
        "notification_occurrence",
        sa.Column("notification_id", _KEY, nullable=False),
        sa.Column("occurrence_id", _KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["notification_id"], ["notification.id"], name=op.f("fk_notification_occurrence_notification_id")
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_notification_occurrence_occurrence_id")
        ),
        sa.PrimaryKeyConstraint("notification_id", "occurrence_id", name=op.f("pk_notification_occurrence")),
    )
    op.create_index("ix_notification_occurrence_occurrence_id", "notification_occurrence", ["occurrence_id"])
