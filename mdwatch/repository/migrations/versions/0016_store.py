"""What is in the store beyond the database, what could not be written to it, and which version brought an event."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

_UNSTORED = sa.text("stored_version != version")


def upgrade() -> None:
    op.add_column("ie", sa.Column("stored_version", sa.BigInteger(), server_default=sa.text("0"), nullable=False))
    op.create_index("ix_ie_unstored", "ie", ["id"], sqlite_where=_UNSTORED, postgresql_where=_UNSTORED)
    op.add_column("event", sa.Column("version", sa.BigInteger(), nullable=True))
    op.create_table(
        "store_failure",
        sa.Column("ie_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["ie_id"], ["ie.id"], name=op.f("fk_store_failure_ie_id")),
        sa.PrimaryKeyConstraint("ie_id", name=op.f("pk_store_failure")),
    )
