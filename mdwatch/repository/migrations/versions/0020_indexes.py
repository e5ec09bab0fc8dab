"""Questions that are asked all the time, and found to read a table whole that grows, get their index.

Runs that are not closed are looked for before each run, and requests that nobody has answered every second; what hangs
on a run, where one is removed; the last message to somebody, before the next one; and messages, and what they tell of,
are forgotten by their age.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

_NOT_MOVED = sa.text("new_name IS NULL")
_OPEN_REQUEST = sa.text("run_id IS NULL AND refusal IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_run_open", "run", ["job"], sqlite_where=sa.text("closed = 0"), postgresql_where=sa.text("NOT closed")
    )
    op.create_index(
        "ix_intervention_not_moved", "intervention", ["job"], sqlite_where=_NOT_MOVED, postgresql_where=_NOT_MOVED
    )
    op.create_index("ix_request_open", "request", ["id"], sqlite_where=_OPEN_REQUEST, postgresql_where=_OPEN_REQUEST)
    op.create_index("ix_request_run_id", "request", ["run_id"])
    op.create_index("ix_errand_run_id", "errand", ["run_id"])
    op.create_index("ix_notification_recipient", "notification", ["recipient", "due_at"])
    op.create_index("ix_notification_ended_at", "notification", ["ended_at"])
    op.create_index("ix_occurrence_at", "occurrence", ["at"])
