"""The jobs over HTTP: how they stand, and having them run, paused and resumed."""

import threading
from pathlib import Path

import pytest

from mdwatch.dropfolder import shares
from mdwatch.errors import Deferred
from mdwatch.repository import control
from tests.web.sites import site
from tests.worlds import JOB, World, dc, ie, update


def world_of(root: Path) -> World:
    world = World(root)
    world.load(ie("IE1"), ie("IE2", stage="sip"), ie("IE3", lockedBy="curator"))
    return world


def test_a_job_that_never_ran(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    with site(world) as there:
        (job,) = there.ask("GET", "/api/jobs")
    assert (job["name"], job["user"], job["folder"]) == (JOB, "editor", str(world.folder))
    assert (job["last_run"], job["paused"], job["state"], job["waiting"]) == (None, False, "", 0)


def test_a_job_that_ran_with_its_counts_and_what_its_folder_holds(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    for number in (1, 2, 3):
        world.drop(f"{number}.xml", update(f"IE{number}", dc("New")))
    report = world.run()
    world.drop("new.txt", b"")
    with site(world) as there:
        job = there.ask("GET", f"/api/jobs/{JOB}")
    assert job["last_run"]["id"] == report.run_id
    assert job["last_run"]["status"] == "Error"
    assert job["last_run"]["counts"] == {"updated": 1, "in-sip": 1, "locked": 1}
    assert (job["waiting"], job["contents"], job["fault"]) == (
        1,
        {"files": 1, "errors": 1, "ignored": 1, "settled": 0},
        None,
    )


def test_a_whole_folder_is_checked_before_a_run(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    for number in (1, 2, 3):
        world.drop(f"{number}.xml", update(f"IE{number}", dc("New")))
    with site(world) as there:
        found = there.ask("GET", f"/api/jobs/{JOB}/check")
        assert found["files"] == 3
        assert {item["code"]: item["count"] for item in found["outcomes"]} == {"updated": 1, "in-sip": 1, "locked": 1}
        world.folder.rename(tmp_path / "away")
        there.ask("GET", f"/api/jobs/{JOB}/check", status=409)


def test_a_folder_that_is_away_is_told_beside_the_rest(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.folder.rename(tmp_path / "away")
    with site(world) as there:
        job = there.ask("GET", f"/api/jobs/{JOB}")
        message = there.ask("GET", f"/api/jobs/{JOB}/errors")
    assert job["contents"] is None
    assert job["fault"] == f"{world.folder}: No such file or directory"
    assert message["items"] == []


def test_a_share_that_hangs_is_told_and_nobody_is_sent_after_it_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of(tmp_path)
    monkeypatch.setattr(shares, "_left_behind", {})
    hanging = threading.Event()
    with pytest.raises(Deferred):
        shares.ask(world.folder, hanging.wait, seconds=0.01)
    try:
        with site(world) as there:
            assert there.ask("GET", f"/api/jobs/{JOB}")["fault"].startswith(f"{world.folder} does not answer")
            response = there.client.get(f"/api/jobs/{JOB}/errors")
            assert (response.status_code, response.headers["retry-after"]) == (503, "10")
            there.ask("POST", f"/api/jobs/{JOB}/retry", 503, json={"all": True})
            assert there.ask("GET", "/api/jobs")[0]["name"] == JOB
            assert len([thread for thread in threading.enumerate() if "asking" in thread.name]) == 1
    finally:
        hanging.set()


def test_a_job_is_asked_to_run_and_followed_until_it_has(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    with site(world) as there:
        response = there.client.post(f"/api/jobs/{JOB}/run")
        assert response.status_code == 202
        follow = response.json()["data"]["follow"]
        assert response.headers["location"] == follow
        request = there.ask("GET", follow)
        assert (request["state"], request["job"], request["run"]) == ("open", JOB, None)
        report = world.run()
        with there.context.repository.write() as connection:
            control.answer(connection, [request["id"]], run_id=report.run_id)
        assert there.ask("GET", follow) == {**request, "state": "done", "run": report.run_id}


def test_a_request_that_was_refused_says_why(tmp_path: Path) -> None:
    with site(world_of(tmp_path)) as there:
        key = there.ask("POST", f"/api/jobs/{JOB}/run", 202)["request"]
        with there.context.repository.write() as connection:
            control.answer(connection, [key], refusal="the folder is away")
        request = there.ask("GET", f"/api/requests/{key}")
    assert (request["state"], request["reason"]) == ("refused", "the folder is away")


def test_a_paused_job_is_not_asked_to_run_until_it_is_resumed(tmp_path: Path) -> None:
    with site(world_of(tmp_path)) as there:
        there.ask("POST", f"/api/jobs/{JOB}/pause")
        assert there.ask("GET", "/api/jobs")[0]["paused"] is True
        assert "resume it first" in there.ask("POST", f"/api/jobs/{JOB}/run", 409)
        there.ask("POST", f"/api/jobs/{JOB}/resume")
        there.ask("POST", f"/api/jobs/{JOB}/run", 202)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/jobs/nix"),
        ("POST", "/api/jobs/nix/run"),
        ("POST", "/api/jobs/nix/pause"),
        ("POST", "/api/jobs/nix/resume"),
        ("GET", "/api/jobs/nix/runs"),
        ("GET", "/api/jobs/nix/waiting"),
        ("GET", "/api/jobs/nix/errors"),
        ("GET", "/api/requests/77"),
    ],
)
def test_what_does_not_exist_is_not_found(tmp_path: Path, method: str, path: str) -> None:
    with site(world_of(tmp_path)) as there:
        assert "there is no " in there.ask(method, path, 404)


@pytest.mark.sqlite
def test_a_database_that_is_held_by_another_is_no_reason_to_wait_for_ever(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.raw["repository"]["busy_seconds"] = 0.05
    with site(world) as there, world.context() as other, other.repository.write():
        response = there.client.post(f"/api/jobs/{JOB}/pause")
    assert (response.status_code, response.headers["retry-after"]) == (503, "10")
    assert "held by another process" in response.json()["message"]
