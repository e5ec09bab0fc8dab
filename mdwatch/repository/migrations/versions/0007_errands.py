"""What operators ask to be done with many error files: kept, so that a crash loses none of it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "errand",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("job", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("everything", sa.Boolean(), nullable=False),
        sa.Column("anyway", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("refused", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("run_id", _KEY, nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_errand_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_errand")),
    )
    op.create_index("ix_errand_open", "errand", ["job"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_table(
        "errand_file",
        sa.Column("errand_id", _KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("done", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("new_name", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("warning", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("later", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["errand_id"], ["errand.id"], name=op.f("fk_errand_file_errand_id")),
        sa.PrimaryKeyConstraint("errand_id", "position", name=op.f("pk_errand_file")),
    )
    op.add_column("intervention", sa.Column("errand_id", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_intervention_errand_id"), "intervention", ["errand_id"])
