"""What there are leases for, by their names in the database."""

import os
from typing import Final

from mdwatch.runtime import pausing

EXPORTS: Final = "exports"  # of whoever keeps them current, and runs batches
DAEMON: Final = "daemon on "
KEEPER: Final = "keeper of job "


def job_name(job: str) -> str:
    """The lease of a job."""
    return f"{pausing.JOB}{job}"


def harvest_name(harvest: str) -> str:
    """The lease of a harvest, and the name under which its state is kept: no job has a name with a blank in it."""
    return f"{pausing.HARVEST}{harvest}"


def keeper_name(job: str) -> str:
    """The lease of the daemon that looks after a job, where several share a repository."""
    return f"{KEEPER}{job}"


def daemon_name(number: int = 1) -> str:
    """The lease of the daemon on this host; of several, which only those of a server's database may be, by number."""
    return f"{DAEMON}{os.uname().nodename}" + (f" ({number})" if number > 1 else "")
