"""An audit trail; who put error files back or aside, and when, is told there from now on."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OF_A_JOB = sa.text("job IS NOT NULL")
_OPEN_RETRY = sa.text("kind = 'retry' AND taken_at IS NULL")
_KEPT = (
    "id, journal_id, job, kind, name, inode, size, mtime_ns, digest, created_ns, changed, anyway, new_name, taken_at, "
    "errand_id"
)


def upgrade() -> None:
    op.create_table(
        "trail",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("job", sa.String(length=100), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trail")),
    )
    op.create_index("ix_trail_subject", "trail", ["subject", "id"])
    op.create_index("ix_trail_job", "trail", ["job", "id"], sqlite_where=_OF_A_JOB, postgresql_where=_OF_A_JOB)
    # The trail is empty yet, so that its first rows can have the keys of the interventions that they tell of.
    op.execute(
        "INSERT INTO trail (id, at, who, way, origin, act, kind, subject, job, outcome, details) "
        "SELECT id, at, agent, '', '', CASE kind WHEN 'retry' THEN 'file-retry' ELSE 'file-dismiss' END, 'file', name, "
        "job, CASE WHEN new_name IS NULL THEN 'begun' ELSE 'done' END, "
        "CASE WHEN anyway THEN '{\"anyway\": true}' ELSE '{}' END FROM intervention"
    )
    op.add_column("errand", sa.Column("way", sa.String(length=20), server_default=sa.text("''"), nullable=False))
    op.add_column("errand", sa.Column("origin", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.execute("CREATE TABLE intervention_before AS SELECT * FROM intervention")
    op.drop_table("intervention")
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
        sa.Column("act_id", _KEY, nullable=False),
        sa.Column("anyway", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("new_name", sa.Text(), nullable=True),
        sa.Column("taken_at", sa.BigInteger(), nullable=True),
        sa.Column("errand_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["journal_id"], ["journal.id"], name=op.f("fk_intervention_journal_id")),
        sa.ForeignKeyConstraint(["act_id"], ["trail.id"], name=op.f("fk_intervention_act_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intervention")),
    )
    op.execute(f"INSERT INTO intervention ({_KEPT}, act_id) SELECT {_KEPT}, id FROM intervention_before")  # noqa: S608
    op.drop_table("intervention_before")
    op.create_index(op.f("ix_intervention_journal_id"), "intervention", ["journal_id"])
    op.create_index(op.f("ix_intervention_errand_id"), "intervention", ["errand_id"])
    op.create_index("ix_intervention_name", "intervention", ["job", "name"])
    op.create_index(
        "ix_intervention_open",
        "intervention",
        ["job", "inode"],
        sqlite_where=_OPEN_RETRY,
        postgresql_where=_OPEN_RETRY,
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in ("trail", "intervention"):
            key = f"(SELECT coalesce(max(id), 0) + 1 FROM {table})"  # noqa: S608
            op.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {key}, false)")
