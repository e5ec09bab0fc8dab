"""A version of an IE may take back what a run did, and says which."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("ie_version", sa.Column("undoes", sa.BigInteger(), nullable=True))
