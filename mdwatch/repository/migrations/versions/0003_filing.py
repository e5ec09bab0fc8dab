"""What is known of a decided file until its move was seen, and when `retry` made it new work."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:

    op.add_column("journal", sa.Column("ctime_ns", sa.BigInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("journal", sa.Column("born_ns", sa.BigInteger(), server_default=sa.text("0"), nullable=False))
    op.add_column("journal", sa.Column("unmoved", sa.String(length=10), nullable=True))
    op.add_column("journal", sa.Column("retried_at", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_journal_unmoved",
        "journal",
        ["job", "inode"],
        unique=False,
        sqlite_where=sa.text("unmoved IS NOT NULL"),
        postgresql_where=sa.text("unmoved IS NOT NULL"),
    )
    # What a crash left before this version is to be moved yet; files that wait are not.
    op.execute("UPDATE journal SET unmoved = 'due' WHERE NOT carried_out AND code <> 'in-sip'")
