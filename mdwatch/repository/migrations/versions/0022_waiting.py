"""Files that wait for another reason than most, and how many wait for one, are asked for at every look at a folder.

A hundred thousand may wait for their IEs, and were all read to find that none waits for anything else.
"""

from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_index("ix_waiting_code", "waiting", ["job", "code", "since"])
