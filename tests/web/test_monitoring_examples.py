"""The alert rules and the dashboard under etc/: they name metrics, labels and values that there are."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mdwatch.rules.codes import Code
from mdwatch.runtime.metrics import REGISTRY

ETC = Path(__file__).parents[2] / "etc"
ALERTS = (ETC / "prometheus-alerts.yml").read_text(encoding="utf-8")
DASHBOARD: dict[str, Any] = json.loads((ETC / "grafana-dashboard.json").read_text(encoding="utf-8"))
EXPRESSIONS = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]


def known() -> dict[str, set[str]]:
    """Every series that can be asked for, with its labels."""
    found: dict[str, set[str]] = {}
    suffixes = {
        "counter": ("_total",),
        "gauge": ("",),
        "histogram": ("_bucket", "_count", "_sum"),
    }
    # Asked of the collectors themselves, for a metric has no series before something was counted.
    for collector in list(REGISTRY._collector_to_names):
        for metric in collector.describe() if hasattr(collector, "describe") else ():
            labels = set(getattr(collector, "_labelnames", ()))
            for suffix in suffixes[metric.type]:
                found[f"{metric.name}{suffix}"] = labels | ({"le"} if suffix == "_bucket" else set())
    return found


def used(text: str) -> set[str]:
    return set(re.findall(r"\bmdwatch_[a-z_]+", text))


@pytest.mark.parametrize("text", [ALERTS, *EXPRESSIONS])
def test_every_metric_that_is_named_exists(text: str) -> None:
    assert used(text) <= known().keys()


def test_every_metric_there_is_is_shown() -> None:
    shown = set().union(*(used(text) for text in EXPRESSIONS))
    stems = {re.sub(r"_(total|bucket|count|sum)$", "", name) for name in shown}
    assert {re.sub(r"_(total|bucket|count|sum)$", "", name) for name in known()} <= stems


@pytest.mark.parametrize("text", [ALERTS, *EXPRESSIONS])
def test_every_label_that_is_asked_for_is_one_of_the_metric(text: str) -> None:
    for name, selector in re.findall(r"\b(mdwatch_[a-z_]+)\{([^}]*)\}", text):
        assert set(re.findall(r"(\w+)(?:=|!)", selector)) <= known()[name], name


def test_codes_that_are_no_errors_are_codes() -> None:
    for pattern in re.findall(r'code!~"([^"]*)"', ALERTS):
        assert set(pattern.split("|")) <= {code.value for code in Code}


def test_each_alert_says_what_it_means() -> None:
    alerts = re.split(r"\n      - alert: ", ALERTS)[1:]
    assert len(alerts) > 5
    for alert in alerts:
        assert re.match(r"Mdwatch\w+\n        expr: ", alert)
        assert "severity: " in alert
        assert "summary: " in alert
    names = [alert.split("\n")[0] for alert in alerts]
    assert len(set(names)) == len(names)


def test_each_panel_has_a_place_of_its_own_and_a_word_of_explanation() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {(place["x"] + dx, place["y"] + dy) for dx in range(place["w"]) for dy in range(place["h"])}
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        assert panel["description"]
        taken |= cells
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


UNIT_TESTS = ETC / "prometheus-alerts.test.yml"


def shown_at_the_start() -> set[tuple[str, frozenset[tuple[str, str]]]]:
    """Every series that a process shows before anything happened, but for buckets."""
    script = (
        "from prometheus_client import generate_latest; from mdwatch.runtime import metrics\n"
        "metrics.begin(['dc', 'quiet'], ['oai_dc']); print(generate_latest(metrics.REGISTRY).decode())"
    )
    text = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    found = re.findall(r"^(mdwatch_\w+)(?:\{(.*)\})? ", text, re.MULTILINE)
    return {(name, frozenset(re.findall(r'(\w+)="([^"]*)"', labels))) for name, labels in found}


def test_the_series_of_the_unit_tests_are_those_of_a_real_process() -> None:
    used_there = re.findall(r"series: '(mdwatch_\w+)(?:\{(.*)\})?'", UNIT_TESTS.read_text(encoding="utf-8"))
    assert len(used_there) > 10
    there = shown_at_the_start()
    for name, labels in used_there:
        # Which process it is of is Prometheus' own label.
        own = frozenset(pair for pair in re.findall(r'(\w+)="([^"]*)"', labels) if pair[0] != "instance")
        assert (name, own) in there


def test_every_metric_of_an_alert_has_its_series_from_the_start() -> None:
    names = {name for name, _ in shown_at_the_start()}
    assert used(ALERTS) - {"mdwatch_token"} <= names


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool (Debian: prometheus) is missing")
def test_the_alerts_do_as_their_unit_tests_say() -> None:
    done = subprocess.run(
        ["promtool", "test", "rules", UNIT_TESTS.name], cwd=ETC, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
