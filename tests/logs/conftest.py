"""A job log, in the time zone of the design's examples."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mdwatch.logs import JobLog


@pytest.fixture(autouse=True)
def ist() -> Iterator[None]:
    """Israel Standard Time, without the machine's own time zone tables."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "IST-2IDT,M3.4.4/26,M10.5.0")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture
def log(tmp_path: Path) -> Iterator[JobLog]:
    log = JobLog(tmp_path, "dc")
    yield log
    log.close()
