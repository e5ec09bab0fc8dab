"""The documents of exports lie apart from their stamps, which are read and written far more often."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# In the order of their keys, so that what is read together lies together.
_STAMPS = """
    INSERT INTO export (ie_id, format, ie_version, exporter_version, at, datestamp, deleted, digest)
    SELECT ie_id, format, ie_version, exporter_version, at, datestamp, deleted, digest
    FROM export_before ORDER BY ie_id, format
"""
_DOCUMENTS = """
    INSERT INTO export_document (ie_id, format, content)
    SELECT ie_id, format, content FROM export_before WHERE content IS NOT NULL ORDER BY ie_id, format
"""


def upgrade() -> None:
    op.rename_table("export", "export_before")
    op.drop_index("ix_export_harvest", "export_before")
    if op.get_bind().dialect.name == "postgresql":
        # There the name of a constraint stays, and is that of an index, of which there is one of a name.
        op.execute("ALTER TABLE export_before RENAME CONSTRAINT pk_export TO pk_export_before")
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
        sa.ForeignKeyConstraint(["ie_id"], ["ie.id"], name=op.f("fk_export_ie_id")),
        sa.PrimaryKeyConstraint("ie_id", "format", name=op.f("pk_export")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "export_document",
        sa.Column("ie_id", _KEY, nullable=False),
        sa.Column("format", sa.String(length=100), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ie_id", "format"], ["export.ie_id", "export.format"], name=op.f("fk_export_document_ie_id_format")
        ),
        sa.PrimaryKeyConstraint("ie_id", "format", name=op.f("pk_export_document")),
    )
    op.execute(_STAMPS)
    op.execute(_DOCUMENTS)
    op.drop_table("export_before")
    op.create_index("ix_export_harvest", "export", ["format", "datestamp", "ie_id", "deleted"])
