"""Runs of a job, and what came of their files."""

from typing import NamedTuple

from mdwatch.shapes.values import Counts, Moment


class RunShape(NamedTuple):
    """A run; `status` is None while it lasts, or where it was cut short."""

    id: int
    job: str
    user: str
    started_at: Moment
    ended_at: Moment | None
    status: str | None
    reason: str | None
    counts: Counts


class RunFileShape(NamedTuple):
    """What was decided of a file; `filed_as` is None where it kept its name, `filed` whether it was put away."""

    id: int
    run: int
    job: str
    name: str
    pid: str | None
    code: str
    reason: str
    remedy: str
    at: Moment
    filed_as: str | None
    filed: bool


class LogPositionShape(NamedTuple):
    """A place in a job log: the inode of the file and the offset in bytes."""

    inode: int
    offset: int


class LastRunShape(NamedTuple):
    """A run as `mdwatch status` tells of it; `closed` where its last line is logged, `log` where the log stood."""

    id: int
    job: str
    user: str
    started_at: Moment
    ended_at: Moment | None
    status: str | None
    reason: str | None
    log: LogPositionShape
    closed: bool
