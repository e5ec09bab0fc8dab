"""Who cancelled a run."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("run", sa.Column("cancelled_by", sa.Text(), nullable=True))
