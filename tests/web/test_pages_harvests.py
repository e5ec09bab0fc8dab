"""Harvests on the page, over the API, and as JSON on the command line."""

from pathlib import Path

import pytest

from mdwatch.handlers.harvests import run as running
from mdwatch.handlers.harvests.pauses import Pauses
from tests.cli.calls import mdwatch
from tests.handlers.harvests.providers import answering, harvesting, page, record
from tests.web.pages import ME, Page
from tests.web.sites import site
from tests.worlds import JOB, ie

NAME = "oai:a:IE9&lt;b&gt;"


def test_harvests_are_shown_asked_for_and_paused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    title = "<dc:title>New</dc:title>"
    answer = page(record("oai:a:IE1", "2026-01-01", title), record(NAME, "2026-01-01", title))
    with answering(lambda _: answer) as url:
        world = harvesting(tmp_path, url, [ie("IE1")], schedule="@daily")
        with site(world) as there:
            assert "never come to its end" in Page(there, "/harvests/there").text
            running.harvest(there.context, "there", Pauses(there.context.clock), full=False, tell=print)
            assert "oai:a:IE9<b> is left out" in capsys.readouterr().out
            shown = Page(there, "/harvests")
            assert "Complete with warnings" in shown.text
            assert "1 file written, 1 left out" in shown.text
            assert shown.buttons() == ["Run now there"]
            one = Page(there, "/harvests/there")
            assert one.buttons() == ["Run now", "Run for all records", "Pause"]
            told = Page(there, "/harvests/there/runs/1")
            assert "oai:a:IE9<b> is left out: 'IE9<b>' in its OAI identifier is no PID of an IE" in told.text
            assert "<b>" not in told.source
            Page(there, "/harvests/other", 404)
            Page(there, "/harvests/there/runs/2", 404)
            overview = Page(there, "/")
            assert "Harvest there" in overview.text
            assert "left out 1 record" in overview.text

            asked = there.ask("POST", "/api/harvests/there/run", 202, json={"full": True})
            assert asked == {"run": 2, "follow": "/api/harvests/there/runs/2"}
            assert there.ask("GET", asked["follow"])["run"]["complete"] is True
            assert [run["id"] for run in there.ask("GET", "/api/harvests/there/runs")["items"]] == [2, 1]
            assert "Asked for" in Page(there, "/harvests").text
            pressed = there.client.post("/harvests/there/pause", headers=ME)
            assert pressed.headers["location"].startswith("/harvests/there?note=")
            there.ask("POST", "/api/harvests/there/run", 409)
            there.ask("POST", "/api/harvests/other/run", 404)
            assert Page(there, "/harvests/there").buttons() == ["Resume"]
            (item,) = there.ask("GET", "/api/harvests")
            assert (item["paused"], item["next_run"], item["last_run"]["written"]) == (True, None, 1)
            assert there.ask("GET", "/api/harvests/there")["open_run"]["id"] == 2
        config = world.write_settings()
        assert mdwatch("harvest", "list", "--json", config=config).json == [item]
        assert mdwatch("status", "--json", config=config).json["harvests"] == [item]
        text = mdwatch("status", config=config).out
        assert "harvest there: " in text
        assert "  paused; `mdwatch harvest resume there` lets it run again" in text
        runs = mdwatch("harvest", "runs", "there", "--json", config=config).json
        assert [run["id"] for run in runs["runs"]] == [2, 1]
        assert "run 1: " in mdwatch("harvest", "runs", "there", config=config).out
        assert mdwatch("harvest", "resume", "there", config=config).status == 0
        tried = mdwatch("harvest", "test", "there", "--json", config=config).json
        assert [(found["pid"], bool(found["records"])) for found in tried] == [("IE1", True), ("", False)]
        done = mdwatch("harvest", "run", "there", "--json", config=config)
        assert (done.status, done.json["id"], done.json["same"], done.json["left_out"]) == (1, 2, 1, 1)
        asked_for = mdwatch("harvest", "run", "there", "--ask", "--json", config=config)
        assert (asked_for.json["id"], asked_for.json["started_at"]) == (3, None)
        assert JOB in mdwatch("harvest", "list", config=config).out
