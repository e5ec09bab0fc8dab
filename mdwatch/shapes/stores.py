"""How the store beyond the database stands, and how it differs from that."""

from collections.abc import Sequence
from typing import NamedTuple

from mdwatch.shapes.values import Moment


class StoreCountsShape(NamedTuple):
    """Where the store is, how many IEs are to be kept there yet, and how many of them could not be."""

    path: str
    due: int
    failing: int


class StoreFailureShape(NamedTuple):
    """An IE that could not be kept: why, since when, how often it was tried, and when next."""

    pid: str
    reason: str
    since: Moment
    tries: int
    next_at: Moment


class StoreStatusShape(NamedTuple):
    """How the store stands; `fault` is why it cannot be used, `failures` the first of those that failed."""

    path: str
    fault: str | None
    due: int
    failing: int
    failures: Sequence[StoreFailureShape]


class StoreCheckShape(NamedTuple):
    """What a check of the store came to: objects and versions seen, IEs not kept yet, and every fault, in words."""

    objects: int
    versions: int
    due: int
    faults: Sequence[str]
