"""Giving back to the disk what removed rows left in the database, and telling how large it is.

SQLite writes the whole file anew: into a temporary file first, then over itself, with the pages of before or of after
in its journal beside it. So it needs twice the room, and has the database to itself meanwhile. A server marks the room
as free for new rows and counts its rows anew for its plans, while everybody works on.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import unquote

from sqlalchemy import text
from sqlalchemy.engine import make_url

from mdwatch.errors import Deferred
from mdwatch.repository.database_faults import named_faults
from mdwatch.repository.engine import Repository

# Where SQLite looks for room for temporary files, in this order (its manual, "Temporary Files Used By SQLite", 5).
_TEMPORARY: Final = ("/var/tmp", "/usr/tmp", "/tmp", ".")  # noqa: S108 - only looked at
_SPARE: Final = 1 << 20  # bytes


class DatabaseSize(NamedTuple):
    """How large it is on the disk, and how much of that is free for new rows; 0 where the server does not tell."""

    bytes: int
    free: int


def size(repository: Repository) -> DatabaseSize:
    """How large the database is now; raises `Deferred`."""
    with repository.read() as connection:
        if repository.shared:
            return DatabaseSize(
                int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()), 0
            )
        page, pages, free = (
            int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())
            for name in ("page_size", "page_count", "freelist_count")
        )
        return DatabaseSize(page * pages, page * free)


def room_missing(repository: Repository) -> str | None:
    """Where there is too little room to vacuum a database of this size, and how much is needed; None where there is."""
    if repository.shared:
        return None
    whole, free = size(repository)
    needed: dict[int, tuple[Path, int]] = {}
    for place, wanted in ((_folder(repository), whole), (_temporary(), whole - free)):
        device = place.stat().st_dev
        first, before = needed.get(device, (place, _SPARE))
        needed[device] = first, before + wanted
    for place, wanted in needed.values():
        state = os.statvfs(place)
        there = state.f_bavail * state.f_frsize
        if there < wanted:
            return f"{place} has {there} bytes free, and {wanted} are needed for a while"
    return None


def _folder(repository: Repository) -> Path:
    # A URI, in which blanks and the like are written otherwise.
    named = make_url(repository.engine.url).database or ""
    return Path(unquote(named.removeprefix("file:"))).parent


def _temporary() -> Path:
    named = (os.environ.get(name) for name in ("SQLITE_TMPDIR", "TMPDIR"))
    found: Iterator[str] = (place for place in (*named, *_TEMPORARY) if place)
    return next(Path(place) for place in found if Path(place).is_dir() and os.access(place, os.W_OK | os.X_OK))


def vacuum(repository: Repository) -> None:
    """Vacuums, outside of any transaction; raises `Deferred` where it cannot be done now."""
    with named_faults():
        if repository.shared:
            with repository.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                # It may take long; the connection, and what is set for it, is not used again.
                connection.execute(text("SET statement_timeout = 0"))
                connection.execute(text("VACUUM (ANALYZE)"))
                connection.invalidate()
            return
        with repository.engine.connect() as connection:
            plain = connection.connection.dbapi_connection
            if plain is None:
                raise Deferred("the database cannot be opened")
            cursor = plain.cursor()
            for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                cursor.execute(statement)
                cursor.fetchall()
            cursor.close()
