"""How jobs stand."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from mdwatch.shapes.exports import ExportCountsShape
from mdwatch.shapes.files import WaitingFileShape
from mdwatch.shapes.harvests import HarvestShape
from mdwatch.shapes.runs import LastRunShape, RunShape
from mdwatch.shapes.stores import StoreCountsShape
from mdwatch.shapes.values import Counts, Moment


class JobShape(NamedTuple):
    """A job as the API tells of it; `interrupted` is why a run was cut short that is still to be taken up.

    `next_run` is when its schedule comes next, where it has one and is not paused.
    """

    name: str
    user: str
    folder: str
    schedule: str
    paused: bool
    state: str
    reason: str | None
    since: Moment | None
    interrupted: str | None
    last_run: RunShape | None
    waiting: int
    waiting_since: Moment | None
    next_run: Moment | None


class FolderShape(NamedTuple):
    """How many files lie in a drop folder, in its `error/`, and beside them as no business of the job's.

    `errors` counts those that are to be seen to, `settled` those in `error/` that another file has replaced.
    """

    files: int
    errors: int
    ignored: int
    settled: int = 0


class RunRequestShape(NamedTuple):
    """A request to run a job; `run` is the run made for it, once that has ended; `reason` says why there is none."""

    id: int
    job: str
    state: Literal["open", "done", "refused"]
    run: int | None
    reason: str | None


class AskedRunShape(NamedTuple):
    """The request that was made, and the address where to follow it."""

    request: int
    follow: str


class JobStateShape(NamedTuple):
    """A job as its worker last told; `state` is empty where no worker ever told."""

    job: str
    paused: bool
    state: str
    reason: str | None
    since: Moment
    mount: str | None
    last_tick: Moment | None


class IgnoredShape(NamedTuple):
    """An entry of a drop folder that is not taken, why, and since when it lies there (mtime in nanoseconds)."""

    name: str
    why: str
    mtime_ns: int


class JobStatusShape(NamedTuple):
    """A job as `mdwatch status` tells of it, its settings by their names in mdwatch.toml.

    `fault` says why its folder cannot be looked into; the counts of files are then None. `keeper` is the daemon that
    looks after it, where several share the repository. `next_run` is when its schedule comes next, where it has one and
    is not paused.
    """

    name: str
    settings: Mapping[str, object]
    last_run: LastRunShape | None
    counts: Counts
    interrupted: str | None
    state: JobStateShape | None
    files: int | None
    errors: int | None
    settled: int | None
    waiting: int
    waiting_since: Moment | None
    waiting_files: Sequence[WaitingFileShape]
    ignored: Sequence[IgnoredShape]
    fault: str | None
    keeper: str | None
    next_run: Moment | None


class StatusShape(NamedTuple):
    """How things stand, as `mdwatch status` tells of it: IEs by institution; `audit` is what the last one found.

    `store` is None where there is none; `undelivered` are the messages of the last seven days that were given up.
    """

    daemon: bool
    jobs: Sequence[JobStatusShape]
    harvests: Sequence[HarvestShape]
    institutions: Counts
    exports: ExportCountsShape
    store: StoreCountsShape | None
    audit: str | None
    undelivered: int = 0
