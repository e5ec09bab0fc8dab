"""Errands: what was asked to be done with error files of a job, and how far that has come."""

from typing import Literal, NamedTuple

from mdwatch.shapes.values import Moment


class ErrandShape(NamedTuple):
    """An errand: `total` files, of which `done` have their answer; `moved` went where they were to go, `left` did not.

    `ended_at` is null while files are without answer, and `reason` then tells what it waits for, if anything; for one
    that was refused it says why. Of the files that were put back, there is a new verdict on `taken`; `run` is the run
    that was made for them.
    """

    id: int
    job: str
    kind: Literal["retry", "dismissal"]
    agent: str
    anyway: bool
    asked_at: Moment
    started_at: Moment | None
    ended_at: Moment | None
    refused: bool
    reason: str | None
    total: int
    done: int
    moved: int
    left: int
    taken: int
    run: int | None


class ErrandFileShape(NamedTuple):
    """A file of an errand; `new_name` is the one it has where it went, null where it was left, `reason` says why.

    `later` names what stands against it, `warning` what was undone by it.
    """

    position: int
    name: str
    done: bool
    new_name: str | None
    reason: str
    warning: str
    later: str | None


class AskedErrandShape(NamedTuple):
    """The errand that was made of what was asked for, and the address where to follow it."""

    errand: int
    follow: str
