"""Every series is there from the start, at nothing; those of a job that is no more are gone."""

import subprocess
import sys
import time

import pytest
from prometheus_client import generate_latest

from mdwatch.model import RunStatus
from mdwatch.rules.codes import Code
from mdwatch.rules.job_states import JobState
from mdwatch.runtime import metrics
from mdwatch.runtime.metrics import REGISTRY

SHOWN = (
    "from prometheus_client import generate_latest; from mdwatch.runtime import metrics\n"
    "metrics.begin(['one', 'two'], ['oai_dc']); print(generate_latest(metrics.REGISTRY).decode())"
)


@pytest.fixture(scope="module")
def text() -> str:
    """What a process shows before anything happened."""
    return subprocess.run([sys.executable, "-c", SHOWN], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    "series",
    [
        *(f'mdwatch_files_total{{code="{code.value}",job="two"}} 0.0' for code in Code),
        *(f'mdwatch_runs_total{{job="one",status="{status.value}"}} 0.0' for status in RunStatus),
        *(f'mdwatch_job_state{{job="one",state="{state.value}"}} 0.0' for state in JobState),
        'mdwatch_waiting_files{job="one",state="in_sip"} 0.0',
        'mdwatch_oldest_waiting_seconds{job="one",state="held_back"} 0.0',
        'mdwatch_job_in_trouble{job="two"} 0.0',
        'mdwatch_run_seconds_count{job="two"} 0.0',
        'mdwatch_exports_total{format="oai_dc",outcome="failed"} 0.0',
        'mdwatch_batches_total{kind="nightly",status="finished"} 0.0',
        'mdwatch_part_in_trouble{part="settings"} 0.0',
        'mdwatch_http_requests_total{door="public",status="5xx"} 0.0',
        'mdwatch_http_seconds_count{door="admin"} 0.0',
    ],
)
def test_it_is_there_from_the_start(text: str, series: str) -> None:
    assert f"\n{series}\n" in text


def test_the_versions_and_the_process_are_told(text: str) -> None:
    assert f'python="{sys.version.split()[0]}"' in text
    assert "process_resident_memory_bytes" in text
    assert "process_start_time_seconds" in text


def test_before_its_first_look_a_job_has_looked_at_the_start_as_alerts_see_it(text: str) -> None:
    (line,) = [line for line in text.splitlines() if line.startswith('mdwatch_last_sweep_timestamp_seconds{job="one"}')]
    assert time.time() - float(line.split()[-1]) < 600


def test_beginning_again_keeps_what_was_counted_and_a_job_that_is_gone_leaves_nothing() -> None:
    metrics.begin(["kept", "gone"], [])
    metrics.FILES.labels("kept", "updated").inc(3)
    metrics.job_state("gone", JobState.TROUBLE)
    assert REGISTRY.get_sample_value("mdwatch_job_in_trouble", {"job": "gone"}) == 1
    metrics.begin(["kept"], [])
    metrics.forget("gone")
    assert REGISTRY.get_sample_value("mdwatch_files_total", {"job": "kept", "code": "updated"}) == 3
    assert 'job="gone"' not in generate_latest(REGISTRY).decode()
    metrics.forget("kept")


def test_a_job_is_in_one_state(monkeypatch: pytest.MonkeyPatch) -> None:
    metrics.job_state("one", JobState.ABORTED)
    metrics.job_state("one", JobState.PAUSED)
    values = {
        state: REGISTRY.get_sample_value("mdwatch_job_state", {"job": "one", "state": state.value})
        for state in JobState
    }
    assert values == {state: float(state is JobState.PAUSED) for state in JobState}
    assert REGISTRY.get_sample_value("mdwatch_job_in_trouble", {"job": "one"}) == 0
    metrics.forget("one")
