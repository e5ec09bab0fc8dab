"""Harvests of other repositories: how far each has come, and what it sent."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "harvest",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=True),
        sa.Column("open", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("began_from", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("reached", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_harvest")),
    )
    op.create_table(
        "harvest_record",
        sa.Column("harvest", sa.String(length=100), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("pid", sa.String(length=40), nullable=False),
        sa.Column("datestamp", sa.BigInteger(), nullable=False),
        sa.Column("sent", sa.LargeBinary(length=32), nullable=True),
        sa.Column("pending", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("harvest", "identifier", name=op.f("pk_harvest_record")),
    )
    op.create_index("ix_harvest_record_pid", "harvest_record", ["harvest", "pid"])
    op.create_index(
        "ix_harvest_record_pending",
        "harvest_record",
        ["harvest", "datestamp"],
        sqlite_where=sa.text("pending IS NOT NULL"),
        postgresql_where=sa.text("pending IS NOT NULL"),
    )
