"""Runs of harvests: those asked for, under way and ended, with what is to be known of their records."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("harvest", sa.Column("began_at", sa.BigInteger(), nullable=True))
    op.add_column("harvest_record", sa.Column("dropping", sa.BigInteger(), nullable=True))
    op.create_table(
        "harvest_run",
        sa.Column("id", key, nullable=False),
        sa.Column("harvest", sa.String(length=100), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("written", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("same", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("deleted", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("left_out", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_harvest_run")),
    )
    op.create_index("ix_harvest_run_harvest", "harvest_run", ["harvest", "id"])
    op.create_index(
        "ix_harvest_run_open",
        "harvest_run",
        ["id"],
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "harvest_note",
        sa.Column("id", key, nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["harvest_run.id"], name=op.f("fk_harvest_note_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_harvest_note")),
    )
    op.create_index("ix_harvest_note_run", "harvest_note", ["run_id", "id"])
