"""A thousand error files are tried again by a daemon that is killed in the middle: none is lost, none done twice."""

import json
import signal
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from mdwatch.handlers.ies import change
from tests.system.daemons import RunningDaemon, running, until
from tests.worlds import JOB, World, dc, ie, update

pytestmark = pytest.mark.system

FILES = 1000


def asked(daemon: RunningDaemon, path: str, body: object = None) -> tuple[int, Any]:
    address = daemon.events("http_listens")[-1]["addresses"][0]
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://{address}{path}", data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.status, json.load(answer)["data"]


def world_of(root: Path) -> World:
    """So many error files, each for an IE of its own, whose lock is gone."""
    world = World(root, settle_seconds=0.2)
    world.raw["http"] = {"listen": ["127.0.0.1:0"]}
    world.load(*(ie(f"IE{number}", lockedBy="curator") for number in range(1, FILES + 1)))
    for number in range(1, FILES + 1):
        world.drop(f"{number:04}.xml", update(f"IE{number}", dc(f"New {number}")))
    world.run()
    with world.context() as context:
        for number in range(1, FILES + 1):
            change.unlock(context, f"IE{number}")
    return world


def test_a_daemon_that_is_killed_goes_on_with_what_was_asked_for(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    with running(world) as daemon:
        began = time.monotonic()
        status, answer = asked(daemon, f"/api/jobs/{JOB}/retry", {"all": True})
        assert (status, time.monotonic() - began < 10) == (202, True)
        follow = answer["follow"]
        until(lambda: asked(daemon, follow)[1]["done"] >= 200)
        daemon.stop(signal.SIGKILL)
    with running(world) as daemon:
        until(lambda: asked(daemon, follow)[1]["run"] is not None, 120)
        _, errand = asked(daemon, follow)
        _, runs = asked(daemon, "/api/runs?limit=50")
    assert (errand["total"], errand["done"], errand["moved"], errand["taken"]) == (FILES, FILES, FILES, FILES)
    # What was put back before the kill may have been taken by a run of its own at the start; each file by one only.
    counts = [run["counts"] for run in runs["items"]]
    assert sum(found.get("updated", 0) for found in counts) == FILES
    assert len(counts) <= 3
    assert len(list((world.folder / "done").iterdir())) == FILES
    assert list((world.folder / "error").iterdir()) == []
    assert [world.title(f"IE{number}") for number in (1, FILES)] == ["New 1", f"New {FILES}"]
    assert [line for line in world.log_lines() if "updated" in line].count(
        "INFO   IE IE7 has been successfully updated"
    ) == 1
