"""Harvests of other repositories, and their runs."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from mdwatch.shapes.values import Moment


class HarvestRunShape(NamedTuple):
    """A run of a harvest; `status` is None while it lasts, waits to begin, or was cut short and is to go on.

    `complete`: all records were asked for, whatever was harvested before. `reason` is why it was aborted or does not
    get on. Of records: `written` as files, `same` as they were told before, `deleted` there, and `left_out`.
    """

    id: int
    harvest: str
    complete: bool
    asked_at: Moment | None
    started_at: Moment | None
    ended_at: Moment | None
    status: str | None
    reason: str | None
    written: int
    same: int
    deleted: int
    left_out: int


class HarvestNoteShape(NamedTuple):
    """What is to be known of a record: why it was left out, or that it is deleted where it came from."""

    identifier: str
    text: str


class HarvestRunNotesShape(NamedTuple):
    """A run of a harvest, and what is to be known of its records; of very many the first thousand."""

    run: HarvestRunShape
    notes: Sequence[HarvestNoteShape]


class HarvestShape(NamedTuple):
    """A harvest and how it stands; `last` is the datestamp up to which everything is harvested.

    `under_way`: its list is read in part. `pending` files are still to be written. `open_run` is the run that goes on,
    or is asked for; `last_run` the last one that ended. `next_run` is when its schedule comes next.
    """

    name: str
    job: str
    base_url: str
    prefix: str
    set: str
    schedule: str
    match: Literal["pid", "oai", "dc:identifier", "dcterms:identifier"]
    paused: bool
    state: str
    reason: str | None
    since: Moment | None
    last: Moment | None
    under_way: bool
    pending: int
    open_run: HarvestRunShape | None
    last_run: HarvestRunShape | None
    next_run: Moment | None


class AskedHarvestShape(NamedTuple):
    """The run that is asked for, and the address where to follow it."""

    run: int
    follow: str
