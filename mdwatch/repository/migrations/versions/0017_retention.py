"""What stays of journal rows and runs that are removed: sums, traces of files in done/, creation times of updates."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("ie_version", sa.Column("created_ns", sa.BigInteger(), nullable=True))
    op.add_column("ie_version", sa.Column("mtime_ns", sa.BigInteger(), nullable=True))
    op.create_table(
        "file_count",
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("job", sa.String(length=100), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("files", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("at", "job", "code", name=op.f("pk_file_count")),
    )
    op.create_table(
        "run_file_count",
        sa.Column("run_id", key, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("files", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_file_count_run_id")),
        sa.PrimaryKeyConstraint("run_id", "code", name=op.f("pk_run_file_count")),
    )
    op.create_table(
        "run_count",
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("job", sa.String(length=100), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("runs", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("at", "job", "status", name=op.f("pk_run_count")),
    )
    op.create_table(
        "filed_file",
        sa.Column("job", sa.String(length=100), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("inode", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("job", "name", name=op.f("pk_filed_file")),
    )
