"""Alive, ready, metrics."""

from pathlib import Path

from mdwatch.web.serving.route import PartTrouble
from tests.web.sites import site
from tests.worlds import World

AWAY = PartTrouble("job dc", 1_700_000_000_000, "/mnt/secret does not answer")


def test_it_is_ready_where_nothing_is_wrong(tmp_path: Path) -> None:
    with site(World(tmp_path)) as there:
        assert there.ask("GET", "/healthz") == {"alive": True}
        assert there.ask("GET", "/readyz") == {"ready": True, "troubles": []}
        assert there.ask("GET", "/api/troubles") == []


def test_it_names_the_part_that_is_not_and_since_when_but_no_folder_to_strangers(tmp_path: Path) -> None:
    with site(World(tmp_path), troubles=[AWAY]) as there:
        response = there.client.get("/readyz")
        assert there.ask("GET", "/healthz") == {"alive": True}
        (trouble,) = there.ask("GET", "/api/troubles")
    assert response.status_code == 503
    assert response.json() == {
        "status": "ERROR",
        "message": "not ready: job dc",
        "data": {"ready": False, "troubles": [{"part": "job dc", "since": AWAY.since}]},
    }
    assert trouble == {"part": AWAY.part, "since": AWAY.since, "reason": AWAY.reason}


def test_metrics_are_in_the_format_of_prometheus(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.run()
    with site(world) as there:
        response = there.client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=")
    assert "# TYPE mdwatch_runs_total counter" in response.text
