"""Deleted sets are remembered, as are IEs of which harvesters are to be told again; batches in some formats only."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:

    op.add_column("batch", sa.Column("formats", sa.Text(), nullable=True))
    op.add_column("oai_set", sa.Column("deleted", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "news",
        sa.Column("ie_id", _KEY, nullable=False),
        sa.ForeignKeyConstraint(["ie_id"], ["ie.id"], name=op.f("fk_news_ie_id")),
        sa.PrimaryKeyConstraint("ie_id", name=op.f("pk_news")),
    )
    # Before, a set that came or went was not told to harvesters of everything and of the sets above it: make up for it.
    op.execute(
        "INSERT INTO news SELECT DISTINCT ie_id FROM set_member JOIN oai_set ON id = set_id WHERE present AND known"
    )
