"""The first schema: IEs with their records, versions and events; runs, journal, waiting files, leases, job states."""

import sqlalchemy as sa
from alembic import op

from mdwatch.repository.columns import FileName, Unsigned

revision = "0001"
down_revision = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "counter",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "institution",
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_institution")),
    )
    op.create_table(
        "job_state",
        sa.Column("job", sa.String(length=100), nullable=False),
        sa.Column("paused", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("mount", sa.Text(), nullable=True),
        sa.Column("last_tick", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_job_state")),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "run",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("job", sa.String(length=100), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("log_inode", Unsigned(), nullable=False),
        sa.Column("log_offset", sa.BigInteger(), nullable=False),
        sa.Column("closed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    op.create_index(op.f("ix_run_job"), "run", ["job"], unique=False)
    op.create_table(
        "waiting",
        sa.Column("job", sa.String(length=100), nullable=False),
        sa.Column("name", FileName(), nullable=False),
        sa.Column("inode", Unsigned(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("pid", sa.String(length=40), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("job", "name", name=op.f("pk_waiting")),
    )
    op.create_table(
        "ie",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("pid", sa.String(length=40), nullable=False),
        sa.Column("institution", sa.String(length=200), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("locked_by", sa.Text(), nullable=True),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("harvested", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("characteristics", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["institution"], ["institution.code"], name=op.f("fk_ie_institution")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ie")),
        sa.UniqueConstraint("pid", name=op.f("uq_ie_pid")),
    )
    op.create_index(op.f("ix_ie_institution"), "ie", ["institution"], unique=False)
    op.create_table(
        "journal",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("run_id", _KEY, nullable=False),
        sa.Column("job", sa.String(length=100), nullable=False),
        sa.Column("name", FileName(), nullable=False),
        sa.Column("inode", Unsigned(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("pid", sa.String(length=40), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("filed_as", FileName(), nullable=True),
        sa.Column("carried_out", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_journal_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
    )
    op.create_index("ix_journal_job_name", "journal", ["job", "name"], unique=False)
    op.create_index(op.f("ix_journal_pid"), "journal", ["pid"], unique=False)
    op.create_index(op.f("ix_journal_run_id"), "journal", ["run_id"], unique=False)
    op.create_index(
        "ix_journal_to_carry_out",
        "journal",
        ["job"],
        unique=False,
        sqlite_where=sa.text("carried_out = 0"),
        postgresql_where=sa.text("NOT carried_out"),
    )
    op.create_table(
        "request",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("job", sa.String(length=100), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("run_id", _KEY, nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_request_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
    )
    op.create_table(
        "event",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("ie_id", _KEY, nullable=False),
        sa.Column("dnx", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ie_id"], ["ie.id"], name=op.f("fk_event_ie_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index(op.f("ix_event_ie_id"), "event", ["ie_id"], unique=False)
    op.create_table(
        "ie_mets",
        sa.Column("ie_id", _KEY, nullable=False),
        sa.Column("remainder", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ie_id"], ["ie.id"], name=op.f("fk_ie_mets_ie_id")),
        sa.PrimaryKeyConstraint("ie_id", name=op.f("pk_ie_mets")),
    )
    op.create_table(
        "ie_version",
        sa.Column("ie_id", _KEY, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("job", sa.Text(), nullable=True),
        sa.Column("file", FileName(), nullable=True),
        sa.ForeignKeyConstraint(["ie_id"], ["ie.id"], name=op.f("fk_ie_version_ie_id")),
        sa.PrimaryKeyConstraint("ie_id", "version", name=op.f("pk_ie_version")),
    )
    op.create_table(
        "record",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("ie_id", _KEY, nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("mid", sa.String(length=400), nullable=False),
        sa.Column("sub_type", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("present", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("ordered", sa.LargeBinary(length=16), nullable=False),
        sa.Column("unordered", sa.LargeBinary(length=16), nullable=False),
        sa.ForeignKeyConstraint(["ie_id"], ["ie.id"], name=op.f("fk_record_ie_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
        sa.UniqueConstraint("ie_id", "type", "mid", name=op.f("uq_record_ie_id_type_mid")),
    )
    op.create_table(
        "record_version",
        sa.Column("record_id", _KEY, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("sub_type", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_record_version_record_id")),
        sa.PrimaryKeyConstraint("record_id", "version", name=op.f("pk_record_version")),
    )
