"""What is counted and timed, in Prometheus' terms; served over HTTP by whoever serves."""

import time
from collections import Counter as Tally
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from itertools import product
from platform import python_version
from typing import Final, Protocol, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Metric, ProcessCollector
from prometheus_client.registry import Collector

from mdwatch.model import BatchEnding, BatchKind, RunStatus, Sighting
from mdwatch.repository.sqlite import SQLITE_VERSION
from mdwatch.rules.codes import Code
from mdwatch.rules.job_states import JobState
from mdwatch.rules.settling import Split

REGISTRY: Final = CollectorRegistry()
# The process itself: its memory, processor time, descriptors, start.
ProcessCollector(registry=REGISTRY)

BUILD: Final = Gauge(
    "mdwatch_build_info", "1, with the versions at work as labels.", ("version", "python", "sqlite"), registry=REGISTRY
)

FILES: Final = Counter("mdwatch_files", "Files decided, by outcome.", ("job", "code"), registry=REGISTRY)
RUNS: Final = Counter("mdwatch_runs", "Runs ended, by status.", ("job", "status"), registry=REGISTRY)
RUN_SECONDS: Final = Histogram("mdwatch_run_seconds", "How long runs last.", ("job",), registry=REGISTRY)
_SIZES = (1, 2, 5, 10, 20, 50, 100, 1000)
GROUP_FILES: Final = Histogram(
    "mdwatch_group_files", "Files in one transaction.", ("job",), buckets=_SIZES, registry=REGISTRY
)
SWEEP_SECONDS: Final = Histogram("mdwatch_sweep_seconds", "How long a look takes.", ("job",), registry=REGISTRY)
LAST_SWEEP: Final = Gauge(
    "mdwatch_last_sweep_timestamp_seconds", "The last good look, or the start.", ("job",), registry=REGISTRY
)
WAITING: Final = Gauge("mdwatch_waiting_files", "Files in the folder.", ("job", "state"), registry=REGISTRY)
OLDEST: Final = Gauge(
    "mdwatch_oldest_waiting_seconds", "Age of the oldest file in the folder.", ("job", "state"), registry=REGISTRY
)
UNMOVED: Final = Gauge("mdwatch_unmoved_files", "Decided files that cannot be moved.", ("job",), registry=REGISTRY)
IN_TROUBLE: Final = Gauge(
    "mdwatch_job_in_trouble", "1 while somebody has to see to a job.", ("job",), registry=REGISTRY
)
JOB_STATE: Final = Gauge("mdwatch_job_state", "1 for the state a job is in.", ("job", "state"), registry=REGISTRY)
PART_IN_TROUBLE: Final = Gauge(
    "mdwatch_part_in_trouble", "1 while a part of mdwatch itself does not work.", ("part",), registry=REGISTRY
)

HARVESTS: Final = Counter(
    "mdwatch_harvests", "Runs of harvests ended, by status.", ("harvest", "status"), registry=REGISTRY
)
HARVESTED: Final = Counter(
    "mdwatch_harvested_records", "Records of ended harvests, by outcome.", ("harvest", "outcome"), registry=REGISTRY
)
LAST_HARVEST: Final = Gauge(
    "mdwatch_last_harvest_timestamp_seconds",
    "When a harvest last came to its end; before the first, since when it is to.",
    ("harvest",),
    registry=REGISTRY,
)

PARTS: Final = ("database", "exports", "http", "settings", "store")
_FOLDER_STATES: Final = ("ready", "unsettled", "held_back", "in_sip")
_OF_JOBS: Final = (
    FILES, RUNS, RUN_SECONDS, GROUP_FILES, SWEEP_SECONDS, LAST_SWEEP, WAITING, OLDEST, UNMOVED, IN_TROUBLE, JOB_STATE,
)  # fmt: skip


def begin(jobs: Iterable[str], formats: Iterable[str]) -> None:
    """Makes every series there is of these jobs and formats, at nothing.

    Prometheus sees a counter grow only from what it saw before: the first error of a series that begins with it would
    raise no alert. A series that is there stays as it is.
    """
    BUILD.labels(version("mdwatch"), python_version(), SQLITE_VERSION).set(1)
    for job in jobs:
        _begin_job(job)
    for part in PARTS:
        PART_IN_TROUBLE.labels(part)
    for name, outcome in product(formats, ("exported", "failed")):
        EXPORTS.labels(name, outcome)
    for kind, ending in product(get_args(BatchKind), get_args(BatchEnding)):
        BATCHES.labels(kind, ending)
    for outcome in ("sent", "failed", "given_up"):
        NOTIFICATIONS.labels(outcome)
    for door, status in product(DOORS, STATUSES):
        HTTP_REQUESTS.labels(door, status)
    for door in DOORS:
        HTTP_SECONDS.labels(door)


def _begin_job(job: str) -> None:
    for code in Code:
        FILES.labels(job, code.value)
    for status in RunStatus:
        RUNS.labels(job, status.value)
    for state in _FOLDER_STATES:
        WAITING.labels(job, state)
        OLDEST.labels(job, state)
    for item in JobState:
        JOB_STATE.labels(job, item.value)
    for metric in (RUN_SECONDS, GROUP_FILES, SWEEP_SECONDS, UNMOVED, IN_TROUBLE):
        metric.labels(job)
    if not LAST_SWEEP.labels(job)._value.get():  # noqa: SLF001 - there is no public way to read it
        LAST_SWEEP.labels(job).set_to_current_time()


def forget(job: str) -> None:
    """Ends the series of a job that is no longer configured, its troubles above all."""
    for metric in (*_OF_JOBS, ERROR_FILES):
        metric.remove_by_labels({"job": job})


def of_jobs(jobs: Collection[str]) -> CollectorRegistry:
    """A registry of the series of these jobs alone."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_OfJobs(frozenset(jobs)))
    return registry


class _OfJobs(Collector):
    """What there is of some jobs."""

    def __init__(self, jobs: frozenset[str]) -> None:
        self._jobs = jobs

    def collect(self) -> Iterator[Metric]:
        """The series with a label that names one of them."""
        for metric in REGISTRY.collect():
            samples = [sample for sample in metric.samples if sample.labels.get("job") in self._jobs]
            if samples:
                shown = Metric(metric.name, metric.documentation, metric.type, metric.unit)
                shown.samples = samples
                yield shown


def job_state(job: str, state: JobState) -> None:
    """Sets the state that a job is in."""
    for item in JobState:
        JOB_STATE.labels(job, item.value).set(item is state)
    IN_TROUBLE.labels(job).set(state.troubled)


def begin_harvests(harvests: Iterable[str]) -> None:
    """Makes every series of these harvests, at nothing."""
    for name in harvests:
        for status in (RunStatus.SUCCESS, RunStatus.WARNINGS, RunStatus.ABORTED):
            HARVESTS.labels(name, status.value)
        for outcome in ("written", "same", "deleted", "left_out"):
            HARVESTED.labels(name, outcome)
        if not LAST_HARVEST.labels(name)._value.get():  # noqa: SLF001 - there is no public way to read it
            LAST_HARVEST.labels(name).set_to_current_time()


def forget_harvest(name: str, state: str) -> None:
    """Ends the series of a harvest that is no longer configured; its state is told as that of a job of this name."""
    for metric in (HARVESTS, HARVESTED, LAST_HARVEST):
        metric.remove_by_labels({"harvest": name})
    for metric in (IN_TROUBLE, JOB_STATE):
        metric.remove_by_labels({"job": state})


def harvest_ended(name: str, status: RunStatus, counts: Mapping[str, int]) -> None:
    """Counts the run of a harvest that ended, and what came of its records."""
    HARVESTS.labels(name, status.value).inc()
    for outcome, number in counts.items():
        HARVESTED.labels(name, outcome).inc(number)
    if status is not RunStatus.ABORTED:
        LAST_HARVEST.labels(name).set_to_current_time()


@contextmanager
def sweep(job: str) -> Iterator[None]:
    """Times a look; only one that succeeds counts."""
    begun = time.monotonic()
    yield
    SWEEP_SECONDS.labels(job).observe(time.monotonic() - begun)
    LAST_SWEEP.labels(job).set_to_current_time()


def seen(job: str, split: Split, in_sip: Sequence[Sighting]) -> None:
    """Sets what a look saw; the age of a file goes by its mtime."""
    now = time.time()
    for state, files in zip(_FOLDER_STATES, (split.ready, split.unsettled, split.behind, in_sip), strict=True):
        WAITING.labels(job, state).set(len(files))
        oldest = min((file.identity.mtime_ns for file in files), default=None)
        OLDEST.labels(job, state).set(0 if oldest is None else max(0.0, now - oldest / 1e9))


def group(job: str, codes: Sequence[str]) -> None:
    """Counts a group of files."""
    GROUP_FILES.labels(job).observe(len(codes))
    for code, number in Tally(codes).items():
        FILES.labels(job, code).inc(number)


@contextmanager
def run(job: str) -> Iterator[None]:
    """Times a run."""
    with RUN_SECONDS.labels(job).time():
        yield


EXPORTS: Final = Counter("mdwatch_exports", "Documents made, by outcome.", ("format", "outcome"), registry=REGISTRY)
EXPORTS_DUE: Final = Gauge("mdwatch_exports_due", "IEs that are due to be exported.", registry=REGISTRY)
EXPORT_FAILURES: Final = Gauge("mdwatch_export_failures", "IEs with a format that fails.", registry=REGISTRY)
BATCH_RUNNING: Final = Gauge("mdwatch_batch_running", "1 while a batch of exports runs.", registry=REGISTRY)
BATCHES: Final = Counter("mdwatch_batches", "Batches of exports ended.", ("kind", "status"), registry=REGISTRY)
LAST_NIGHTLY: Final = Gauge(
    "mdwatch_last_nightly_timestamp_seconds",
    "When a nightly batch last finished; before the first, since when it is to.",
    registry=REGISTRY,
)

STORE_VERSIONS: Final = Counter("mdwatch_store_versions", "Versions written to the store.", registry=REGISTRY)
STORE_DUE: Final = Gauge("mdwatch_store_due", "IEs that are due to be kept in the store.", registry=REGISTRY)
STORE_FAILURES: Final = Gauge("mdwatch_store_failures", "IEs that cannot be kept in the store.", registry=REGISTRY)

AUDIT_FINDINGS: Final = Gauge("mdwatch_audit_findings", "What the last nightly audit found.", registry=REGISTRY)
ERROR_FILES: Final = Gauge(
    "mdwatch_error_files", "Files in error/, to be seen to or settled.", ("job", "state"), registry=REGISTRY
)

NOTIFICATIONS: Final = Counter(
    "mdwatch_notifications", "Messages sent, tries that failed, messages given up.", ("outcome",), registry=REGISTRY
)
NOTIFICATIONS_WAITING: Final = Gauge("mdwatch_notifications_waiting", "Messages to be sent.", registry=REGISTRY)
DOORS: Final = ("admin", "public")
STATUSES: Final = ("1xx", "2xx", "3xx", "4xx", "5xx")
HTTP_REQUESTS: Final = Counter("mdwatch_http_requests", "Answers over HTTP.", ("door", "status"), registry=REGISTRY)
HTTP_SECONDS: Final = Histogram("mdwatch_http_seconds", "How long answers take.", ("door",), registry=REGISTRY)


def answered(door: str, status: str, seconds: float) -> None:
    """Counts and times an answer over HTTP."""
    HTTP_REQUESTS.labels(door, status).inc()
    HTTP_SECONDS.labels(door).observe(seconds)


class MadeExports(Protocol):
    """What came of one IE."""

    @property
    def exported(self) -> Sequence[str]:
        """The formats it was exported in."""

    @property
    def failures(self) -> Mapping[str, str]:
        """The formats it was not, and why."""


def exported(outcomes: Iterable[MadeExports]) -> None:
    """Counts the documents of a group of IEs."""
    # Most IEs of a group come out in the same formats.
    for (made, failed), number in Tally((tuple(one.exported), tuple(one.failures)) for one in outcomes).items():
        for name in made:
            EXPORTS.labels(name, "exported").inc(number)
        for name in failed:
            EXPORTS.labels(name, "failed").inc(number)
