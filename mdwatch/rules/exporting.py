"""When an IE is to be exported, and in which formats: counters are compared, never clocks.

An export says of which version of the IE and by which version of the exporter it was made. A format that failed is
tried again for a new version of either at once, for the same one after growing pauses; also where a document of that
very version is left from before, for whatever was tried again did not come about.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Final, NamedTuple, TypeGuard, TypeVar

from mdwatch.model import Status
from mdwatch.rules import moments

_FIRST_PAUSE: Final = 3_600_000  # milliseconds: one hour, doubled with each try
LONGEST_PAUSE: Final = 30 * 86_400_000
_SMALLEST_SLICE: Final = 1_000  # IEs: a second's work or so, against which what it takes to take one counts nothing
_LARGEST_SLICE: Final = 10_000
_SLICES_LEFT: Final = 16


class Stamp(NamedTuple):
    """What an export was made from, and when (milliseconds)."""

    ie_version: int
    exporter_version: str
    at: int


class Failure(NamedTuple):
    """A format an IE could not be exported in: from what, since when, how often it was tried, when it may be again."""

    ie_version: int
    exporter_version: str
    reason: str
    since: int
    tries: int
    next_at: int


class UnversionedFacts(NamedTuple):
    """The facts of an IE that its documents tell though they make no version."""

    institution: str
    stage: str
    locked_by: str | None


class KeptDocument(NamedTuple):
    """A document that is kept, as far as another one is judged by it; `deleted`: only its tombstone is left."""

    ie_version: int
    exporter_version: str
    digest: bytes
    datestamp: int
    deleted: bool


class Writing(Enum):
    """What becomes of a document that was made: it is the first, another one, the same again, or out of date.

    One that is repeated is the same, of the same version and by the same exporter: nothing but the moment is new.
    """

    NEW = "new"
    CHANGED = "changed"
    CONFIRMED = "confirmed"
    REPEATED = "repeated"
    OUTDATED = "outdated"


class Wanted(Enum):
    """How much is wanted: what is due, what is due and failed before, or all of it again."""

    DUE = "due"
    RETRY = "retry"
    REDO = "redo"


def slice_size(left: int) -> int:
    """How many IEs of a batch a process takes at a time, where so many are left: less and less towards the end.

    So all are through at nearly the same time, and nobody has long to wait for the last one.
    """
    return max(_SMALLEST_SLICE, min(left // _SLICES_LEFT, _LARGEST_SLICE))


def exportable(*, published: bool, harvested: bool, status: Status) -> bool:
    """Whether an IE has exports at all: one of our own that is published and there."""
    return published and not harvested and status is Status.ACTIVE


def formats(
    version: int,
    exporters: Mapping[str, str],
    stamps: Mapping[str, Stamp],
    failures: Mapping[str, Failure],
    *,
    wanted: Wanted,
    now: int,
    older_than: int | None = None,
) -> tuple[str, ...]:
    """The formats in which an exportable IE of this version is to be exported now.

    `exporters` maps the names of the formats to the versions of their exporters; `older_than` (milliseconds) leaves out
    of a REDO what was exported since.
    """
    if is_regardless(wanted, older_than):
        return tuple(exporters)
    return tuple(
        name
        for name, exporter_version in exporters.items()
        if _is_wanted(version, exporter_version, stamps.get(name), failures.get(name), wanted, now, older_than)
    )


def is_regardless(wanted: Wanted, older_than: int | None) -> bool:
    """Whether every format is wanted, however the exports of an IE stand."""
    return wanted is Wanted.REDO and older_than is None


def _is_wanted(
    version: int,
    exporter_version: str,
    stamp: Stamp | None,
    failure: Failure | None,
    wanted: Wanted,
    now: int,
    older_than: int | None,
) -> bool:
    if _speaks_of(failure, version, exporter_version):
        return wanted is not Wanted.DUE or moments.has_come(failure.next_at, now, LONGEST_PAUSE)
    if not _speaks_of(stamp, version, exporter_version):
        return True
    return wanted is Wanted.REDO and (older_than is None or stamp.at < older_than)


def outlived(
    version: int, exporters: Mapping[str, str], stamps: Mapping[str, Stamp], failures: Mapping[str, Failure]
) -> tuple[str, ...]:
    """The formats of failures that mean nothing any more.

    IEs are not exported in the format now, or were since, from this version of theirs by this version of the exporter.
    """
    return tuple(
        name
        for name, failure in failures.items()
        if name not in exporters
        or (
            _speaks_of(stamps.get(name), version, exporters[name]) and not _speaks_of(failure, version, exporters[name])
        )
    )


_Noted = TypeVar("_Noted", Stamp, Failure)


def _speaks_of(noted: _Noted | None, version: int, exporter_version: str) -> TypeGuard[_Noted]:
    """Whether a stamp or a failure is there, and is that of these versions."""
    return noted is not None and (noted.ie_version, noted.exporter_version) == (version, exporter_version)


def stands(
    version: int, facts: UnversionedFacts | None, exported_version: int, facts_now: UnversionedFacts | None
) -> bool:
    """Whether what was made of an IE in a version, and with these facts, may still be kept.

    Not where it was exported in a newer version meanwhile, or has other facts now; `facts` None are not compared,
    `facts_now` None means that it has no exports any more.
    """
    return facts_now is not None and exported_version <= version and (facts is None or facts == facts_now)


def is_outdated(version: int, kept: KeptDocument | None) -> bool:
    """Whether there is a document of a newer version of the IE: it is never replaced, nor is a failure noted beside."""
    return kept is not None and not kept.deleted and kept.ie_version > version


def writing(version: int, exporter_version: str, digest: bytes, kept: KeptDocument | None) -> Writing:
    """What becomes of a document of this version, this exporter and this digest beside the one that is kept."""
    if kept is None:
        return Writing.NEW
    if is_outdated(version, kept):
        return Writing.OUTDATED
    if digest != kept.digest or kept.deleted:
        return Writing.CHANGED
    of_before = kept.ie_version == version and kept.exporter_version == exporter_version
    return Writing.REPEATED if of_before else Writing.CONFIRMED


def new_datestamp(becomes: Writing, moment: int, kept: KeptDocument | None) -> int:
    """The datestamp of a document that is written at `moment` (both in milliseconds, whole seconds).

    One that is confirmed keeps its own: harvesters have nothing to learn. No other goes back in time, whatever the
    clock does, for harvesters would not see it.
    """
    if kept is None:
        return moment
    return max(moment, kept.datestamp) if becomes is Writing.CHANGED else kept.datestamp


def failed(before: Failure | None, version: int, exporter_version: str, reason: str, now: int) -> Failure:
    """What is noted of a format that failed (again)."""
    tries = before.tries + 1 if _speaks_of(before, version, exporter_version) else 1
    since = before.since if before is not None else now
    pause = min(_FIRST_PAUSE * 2 ** min(tries - 1, 20), LONGEST_PAUSE)
    return Failure(version, exporter_version, reason, since, tries, now + pause)


def datestamp(now: int) -> int:
    """The moment harvesters are told of a change made now: the next full second, in milliseconds.

    They ask in seconds, and from the moment of their last answer on. A change that is written while a second passes
    would be missed if it bore the moment at which its writing began.
    """
    return (now // 1000 + 1) * 1000
