"""The history of an IE."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from mdwatch.shapes.files import DifferenceShape
from mdwatch.shapes.values import Moment


class RecordChangeShape(NamedTuple):
    """A record in one version; `difference` is None for one that was removed, and where `note` says why."""

    type: str
    mid: str
    change: Literal["added", "replaced", "removed"]
    difference: DifferenceShape | None
    note: str


class VersionShape(NamedTuple):
    """A version of an IE as the API tells of it, with the differences of its records."""

    version: int
    at: Moment
    agent: str
    cause: str
    job: str | None
    file: str | None
    records: Sequence[RecordChangeShape]


class RecordNameShape(NamedTuple):
    """Which record of an IE: its type, and its mid, empty for the descriptive one."""

    type: str
    mid: str


class VersionReportShape(NamedTuple):
    """A version as `mdwatch ie history` tells of it."""

    version: int
    at: Moment
    agent: str
    cause: str
    job: str | None
    file: str | None
    records: Sequence[RecordNameShape]
