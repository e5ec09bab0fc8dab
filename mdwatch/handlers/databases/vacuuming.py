"""An operator has the database give back what removed rows left in it.

SQLite has to have the database to itself for it, so that nobody may work with it: it is refused while somebody does,
rather than have everybody wait. A server does it beside everybody's work.
"""

from functools import partial
from typing import NamedTuple

import structlog

from mdwatch.errors import Deferred, UsageError
from mdwatch.repository import vacuuming
from mdwatch.repository.vacuuming import DatabaseSize
from mdwatch.rules.acts import Act
from mdwatch.runtime import lease_holders
from mdwatch.runtime.acting import record_act
from mdwatch.runtime.context import Context

log = structlog.get_logger()


class Vacuumed(NamedTuple):
    """How large the database was, and is."""

    before: DatabaseSize
    after: DatabaseSize


def vacuum(context: Context) -> Vacuumed:
    """Vacuums the database; raises `UsageError` where somebody works with it, `Deferred` where there is no room."""
    repository = context.repository
    if not repository.shared:
        with repository.read() as connection:
            at_work = lease_holders.living(connection, context, "")
        if at_work:
            raise UsageError(
                f"mdwatch is at work here ({', '.join(at_work)}), and SQLite needs the database to itself to be "
                "vacuumed; stop it first"
            )
        if missing := vacuuming.room_missing(repository):
            raise Deferred(f"there is no room to vacuum the database: {missing}")
    before = vacuuming.size(repository)
    act = partial(record_act, context=context, act=Act.REPOSITORY_VACUUM, subject="database", bytes=before.bytes)
    repository.carry_out(act)
    vacuuming.vacuum(repository)
    after = vacuuming.size(repository)
    log.info("database_vacuumed", before=before.bytes, after=after.bytes)
    return Vacuumed(before, after)
