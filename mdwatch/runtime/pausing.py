"""Whether what is done under a lease is paused, so that a transaction that relies on the lease fails."""

from typing import Final

from sqlalchemy import Connection

from mdwatch.errors import JobPaused
from mdwatch.repository import control

JOB: Final = "job "  # how the leases of jobs begin
HARVEST: Final = "harvest "


def check(connection: Connection, name: str) -> None:
    """Raises `JobPaused` for the lease of a job or a harvest that is paused, as this transaction sees it."""
    if name.startswith(HARVEST) and control.is_paused(connection, name):
        raise JobPaused(f"{name} is paused; `mdwatch harvest resume {name.removeprefix(HARVEST)}` lets it go on")
    job = name.removeprefix(JOB)
    if job != name and control.is_paused(connection, job):
        raise JobPaused(f"job {job} is paused; `mdwatch job resume {job}` lets its run go on")
