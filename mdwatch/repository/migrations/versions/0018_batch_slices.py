"""Batches of exports are shared out in slices, and the lines of their logs are kept until these have them."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    counts = ("processed", "exported", "unchanged", "failed")
    op.create_table(
        "batch_slice",
        sa.Column("id", _key(), nullable=False),
        sa.Column("batch_id", _key(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), server_default=sa.text("0"), nullable=False) for name in counts),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_batch_slice_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_slice")),
    )
    op.create_index(op.f("ix_batch_slice_batch_id"), "batch_slice", ["batch_id"])
    op.create_table(
        "batch_line",
        sa.Column("id", _key(), nullable=False),
        sa.Column("batch_id", _key(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_batch_line_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_line")),
    )
    op.create_index("ix_batch_line_batch_id", "batch_line", ["batch_id", "id"])
