"""Exports with their failures and batches, OAI sets, and what of an IE was attended to."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:

    op.create_table(
        "batch",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("older_than", sa.BigInteger(), nullable=True),
        sa.Column("set_spec", sa.String(length=200), nullable=True),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("cancelled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=True),
        sa.Column("log", sa.Text(), nullable=True),
        sa.Column("total", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("processed", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("exported", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("unchanged", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("failed", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("position", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("upto", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("open", name=op.f("uq_batch_open")),
    )
    op.create_table(
        "oai_set",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("spec", sa.String(length=200), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("filled", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("known", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oai_set")),
        sa.UniqueConstraint("spec", name=op.f("uq_oai_set_spec")),
    )
    op.create_table(
        "export",
        sa.Column("ie_id", _KEY, nullable=False),
        sa.Column("format", sa.String(length=100), nullable=False),
        sa.Column("ie_version", sa.BigInteger(), nullable=False),
        sa.Column("exporter_version", sa.String(length=100), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("datestamp", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["ie_id"], ["ie.id"], name=op.f("fk_export_ie_id")),
        sa.PrimaryKeyConstraint("ie_id", "format", name=op.f("pk_export")),
    )
    op.create_index("ix_export_harvest", "export", ["format", "datestamp", "ie_id", "deleted"], unique=False)
    op.create_table(
        "export_failure",
        sa.Column("ie_id", _KEY, nullable=False),
        sa.Column("format", sa.String(length=100), nullable=False),
        sa.Column("ie_version", sa.BigInteger(), nullable=False),
        sa.Column("exporter_version", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("tried_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["ie_id"], ["ie.id"], name=op.f("fk_export_failure_ie_id")),
        sa.PrimaryKeyConstraint("ie_id", "format", name=op.f("pk_export_failure")),
    )
    op.create_index(op.f("ix_export_failure_next_at"), "export_failure", ["next_at"], unique=False)
    op.create_table(
        "set_member",
        sa.Column("set_id", _KEY, nullable=False),
        sa.Column("ie_id", _KEY, nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["ie_id"], ["ie.id"], name=op.f("fk_set_member_ie_id")),
        sa.ForeignKeyConstraint(["set_id"], ["oai_set.id"], name=op.f("fk_set_member_set_id")),
        sa.PrimaryKeyConstraint("set_id", "ie_id", name=op.f("pk_set_member")),
    )
    op.create_index("ix_set_member_ie", "set_member", ["ie_id", "set_id"], unique=False)
    op.add_column("ie", sa.Column("exported_version", sa.BigInteger(), server_default=sa.text("0"), nullable=False))
    op.create_index(
        "ix_ie_due",
        "ie",
        ["id"],
        unique=False,
        sqlite_where=sa.text("published = 1 AND harvested = 0 AND status = 'active' AND exported_version <> version"),
        postgresql_where=sa.text(
            "published = true AND harvested = false AND status = 'active' AND exported_version <> version"
        ),
    )
    op.create_table(
        "secret",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secret")),
    )
