"""What is counted and timed, in Prometheus' terms; served over HTTP by whoever serves."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from mdwatch.model import Sighting
from mdwatch.rules.settling import Split

REGISTRY: Final = CollectorRegistry()

FILES: Final = Counter("mdwatch_files", "Files decided, by outcome.", ("job", "code"), registry=REGISTRY)
RUNS: Final = Counter("mdwatch_runs", "Runs ended, by status.", ("job", "status"), registry=REGISTRY)
RUN_SECONDS: Final = Histogram("mdwatch_run_seconds", "How long runs last.", ("job",), registry=REGISTRY)
_SIZES = (1, 2, 5, 10, 20, 50, 100, 1000)
GROUP_FILES: Final = Histogram(
    "mdwatch_group_files", "Files in one transaction.", ("job",), buckets=_SIZES, registry=REGISTRY
)
SWEEP_SECONDS: Final = Histogram("mdwatch_sweep_seconds", "How long a look takes.", ("job",), registry=REGISTRY)
LAST_SWEEP: Final = Gauge("mdwatch_last_sweep_timestamp_seconds", "The last good look.", ("job",), registry=REGISTRY)
WAITING: Final = Gauge("mdwatch_waiting_files", "Files in the folder.", ("job", "state"), registry=REGISTRY)
OLDEST: Final = Gauge(
    "mdwatch_oldest_waiting_seconds", "Age of the oldest file in the folder.", ("job", "state"), registry=REGISTRY
)
UNMOVED: Final = Gauge("mdwatch_unmoved_files", "Decided files that cannot be moved.", ("job",), registry=REGISTRY)
IN_TROUBLE: Final = Gauge("mdwatch_job_in_trouble", "1 while a job cannot work.", ("job",), registry=REGISTRY)


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
    states = {"ready": split.ready, "unsettled": split.unsettled, "held_back": split.behind, "in_sip": in_sip}
    for state, files in states.items():
        WAITING.labels(job, state).set(len(files))
        oldest = min((file.identity.mtime_ns for file in files), default=None)
        OLDEST.labels(job, state).set(0 if oldest is None else max(0.0, now - oldest / 1e9))


def group(job: str, codes: Sequence[str]) -> None:
    """Counts a group of files."""
    GROUP_FILES.labels(job).observe(len(codes))
    for code in codes:
        FILES.labels(job, code).inc()


@contextmanager
def run(job: str) -> Iterator[None]:
    """Times a run."""
    with RUN_SECONDS.labels(job).time():
        yield


EXPORTS: Final = Counter("mdwatch_exports", "Documents made, by outcome.", ("format", "outcome"), registry=REGISTRY)
EXPORTS_DUE: Final = Gauge("mdwatch_exports_due", "IEs that are due to be exported.", registry=REGISTRY)
EXPORT_FAILURES: Final = Gauge("mdwatch_export_failures", "IEs with a format that fails.", registry=REGISTRY)
BATCH_RUNNING: Final = Gauge("mdwatch_batch_running", "1 while a batch of exports runs.", registry=REGISTRY)
LAST_NIGHTLY: Final = Gauge(
    "mdwatch_last_nightly_timestamp_seconds", "The end of the last nightly batch.", registry=REGISTRY
)


class Outcome(Protocol):
    """What came of one IE."""

    @property
    def exported(self) -> Sequence[str]:
        """The formats it was exported in."""

    @property
    def failures(self) -> Mapping[str, str]:
        """The formats it was not, and why."""


def exported(outcomes: Iterable[Outcome]) -> None:
    """Counts the documents of a group of IEs."""
    for outcome in outcomes:
        for name in outcome.exported:
            EXPORTS.labels(name, "exported").inc()
        for name in outcome.failures:
            EXPORTS.labels(name, "failed").inc()
