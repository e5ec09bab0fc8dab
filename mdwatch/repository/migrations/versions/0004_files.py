"""Creation times and records of files in the journal; what operators did with files in error."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_RENAMED = sa.text("filed_as IS NOT NULL")
_OPEN_RETRY = sa.text("kind = 'retry' AND taken_at IS NULL")


def upgrade() -> None:
    op.add_column("journal", sa.Column("created_ns", sa.BigInteger(), nullable=True))
    op.add_column("journal", sa.Column("records", sa.Text(), nullable=True))
    op.create_index(
        "ix_journal_filed_as", "journal", ["job", "filed_as"], sqlite_where=_RENAMED, postgresql_where=_RENAMED
    )
    op.create_table(
        "intervention",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("journal_id", _KEY, nullable=True),
        sa.Column("job", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("inode", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("created_ns", sa.BigInteger(), nullable=False),
        sa.Column("changed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("anyway", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("new_name", sa.Text(), nullable=True),
        sa.Column("taken_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["journal_id"], ["journal.id"], name=op.f("fk_intervention_journal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intervention")),
    )
    op.create_index(op.f("ix_intervention_journal_id"), "intervention", ["journal_id"])
    op.create_index("ix_intervention_name", "intervention", ["job", "name"])
    op.create_index(
        "ix_intervention_open",
        "intervention",
        ["job", "inode"],
        sqlite_where=_OPEN_RETRY,
        postgresql_where=_OPEN_RETRY,
    )
