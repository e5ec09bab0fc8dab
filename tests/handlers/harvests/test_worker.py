"""A harvest in the daemon's hands: by schedule and when asked, through faults, pauses, aborts and other processes."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mdwatch.daemon.harvests import HarvestWorkers
from mdwatch.errors import Deferred, JobPaused, UsageError
from mdwatch.handlers.harvests import listing, request
from mdwatch.handlers.harvests import run as running
from mdwatch.handlers.harvests.pauses import Pauses
from mdwatch.handlers.harvests.worker import HarvestWorker
from mdwatch.handlers.notifications import reading, routing
from mdwatch.repository import control, harvest_runs
from mdwatch.rules.job_states import JobState
from mdwatch.runtime.context import Context
from mdwatch.runtime.worker_loop import TurnFault
from mdwatch.shapes.harvests import HarvestShape
from tests.cli.calls import mdwatch
from tests.handlers.harvests.providers import IDENTIFY, Answer, answering, error, harvesting, page, record
from tests.worlds import JOB, World, ie

# Half a year from now, so that no moment of it comes while a test runs.
SELDOM = f"0 0 1 {(datetime.now(UTC).month + 5) % 12 + 1} *"
YEAR = 366 * 86_400_000
CAME_TO = "1 file written, 0 records the same as before, 0 deleted there, 1 left out"
NEW = "<dc:title>New</dc:title>"
OLD = page(record("oai:a:IE1", "2026-01-01T00:00:00Z", NEW), record("oai:a:IE9", "2026-01-01T00:00:00Z", NEW))


@contextmanager
def worker(context: Context) -> Iterator[HarvestWorker]:
    with context.repository.read() as connection:
        made = HarvestWorker(context, "there", control.states(connection).get("harvest there"))
    yield made
    made.close()


def turn(made: HarvestWorker) -> float:
    """A turn, as its loop takes it."""
    return made._once()


def state_of(made: HarvestWorker) -> JobState:
    return made.standing.state


def trouble(made: HarvestWorker) -> str | None:
    return made.standing.trouble


def stand(context: Context) -> HarvestShape:
    return listing.harvest(context, "there")


def listed(*answers: Answer) -> Callable[[dict[str, str]], Answer]:
    left = list(answers)
    return lambda given: IDENTIFY if given["verb"] == "Identify" else left.pop(0) if left else error("noRecordsMatch")


def test_it_harvests_when_asked_and_by_its_schedule_and_tells_like_a_job(tmp_path: Path) -> None:
    with answering(listed(OLD)) as url:
        world = harvesting(tmp_path, url, [ie("IE1")], schedule=SELDOM)
        world.raw["mail"] = {"host": "localhost"}
        world.raw["notifications"] = {"all": {"events": ["run", "trouble"], "mail": ["a@example.org"], "jobs": [JOB]}}
        with world.context() as context, worker(context) as made:
            assert turn(made) == 60
            assert (stand(context).state, stand(context).last_run) == ("idle", None)
            key = request.ask(context, "there", full=False)
            # Whoever asks again meanwhile asks for the same run, or for more of it.
            assert request.ask(context, "there", full=True) == key
            assert turn(made) == 0
            found = stand(context)
            assert found.last_run is not None
            assert (found.last_run.id, found.last_run.status, found.last_run.complete) == (
                key, "Complete with warnings", True,
            )  # fmt: skip
            assert (found.last_run.written, found.last_run.left_out, found.open_run) == (1, 1, None)
            told = listing.run(context, "there", key).notes
            assert [(note.identifier, note.text) for note in told] == [
                ("oai:a:IE9", "is left out: no IE by the PID IE9")
            ]
            log = (tmp_path / "logs" / "harvest_there.log").read_text(encoding="utf-8").splitlines()
            assert [line.split("   ", 1)[1] for line in log] == [
                "WARN   Record oai:a:IE9 is left out: no IE by the PID IE9",
                f"INFO   Harvest completed with Warnings: {CAME_TO}",
            ]
            assert turn(made) == 60
            # A moment of the schedule that was missed is made up for; what was told is told no more.
            made.standing.keep(last_tick=context.clock.now() - YEAR)
            assert turn(made) == 0
            last = stand(context).last_run
            assert last is not None
            assert (last.id, last.asked_at, last.status, last.left_out) == (key + 1, None, "Success", 0)
            assert turn(made) == 60
            routing.route(context)
            (message,) = reading.listed(context, None, None, 10)
            _, what = reading.shown(context, message.id)
            assert [(item.what, item.job, item.details) for item in what] == [
                ("harvest-warned", JOB, ("oai:a:IE9 is left out: no IE by the PID IE9",)),
                ("harvest-succeeded", JOB, ()),
            ]


def test_a_provider_that_is_away_is_trouble_until_it_is_back_and_the_run_goes_on(tmp_path: Path) -> None:
    first, rest = record("oai:a:IE1", "2026-01-01", NEW), record("oai:a:IE2", "2026-01-01", NEW)
    answers = listed(page(first, token="t"), *[Answer("", 404)] * 3, page(rest))
    with answering(answers) as url:
        world = harvesting(tmp_path, url, [ie("IE1"), ie("IE2")])
        with world.context() as context, worker(context) as made:
            key = request.ask(context, "there", full=False)
            assert [turn(made), turn(made)] == [30, 60]
            found = stand(context)
            assert (found.state, found.under_way, found.pending) == ("trouble", True, 1)
            assert "it answered 404" in (made.standing.trouble or "")
            assert found.open_run is not None
            assert (found.open_run.id, found.open_run.reason) == (key, found.reason)
            # A run that was asked for meanwhile comes after it.
            later = request.ask(context, "there", full=False)
        # Another daemon takes it up, in the middle of the list.
        with world.context() as context, worker(context) as made:
            assert trouble(made) is not None
            assert [turn(made), turn(made)] == [0, 0]
            assert trouble(made) is None
            second, one = listing.runs(context, "there", None, 10)
            assert [(one.id, one.written), (second.id, second.written)] == [(key, 2), (later, 0)]
            assert one.reason is None


def test_paused_it_stops_between_two_pages_and_resumed_it_goes_on(tmp_path: Path) -> None:
    world: World
    asked: list[str] = []

    def answer(given: dict[str, str]) -> Answer:
        token = given.get("resumptionToken", "0")
        asked.append(token)
        if asked == ["0"]:
            assert mdwatch("harvest", "pause", "there", config=config).status == 0
        if token == "0":
            return page(record("oai:a:IE1", "2026-01-01", NEW), token="1")
        return page(record("oai:a:IE2", "2026-01-01", NEW))

    with answering(answer) as url:
        world = harvesting(tmp_path, url, [ie("IE1"), ie("IE2")])
        config = world.write_settings()
        with world.context() as context, worker(context) as made:
            request.ask(context, "there", full=False)
            assert turn(made) == 60
            assert (stand(context).state, stand(context).paused, asked) == ("paused", True, ["0"])
            with pytest.raises(UsageError, match="is paused"):
                request.ask(context, "there", full=False)
            with pytest.raises(JobPaused, match="mdwatch harvest resume there"):
                running.harvest(context, "there", Pauses(context.clock), full=False, tell=print)
            assert mdwatch("harvest", "resume", "there", config=config).status == 0
            made.set_paused(False)
            assert turn(made) == 0
            # The page that came while it was being paused was not kept.
            assert asked == ["0", "0", "1"]
            assert stand(context).state == "idle"
            assert sorted(path.name[-7:] for path in world.folder.glob("*.xml")) == ["IE1.xml", "IE2.xml"]


def test_what_cannot_be_done_as_it_is_set_up_is_aborted_once(tmp_path: Path) -> None:
    with answering(listed()) as url:
        world = harvesting(tmp_path, url, [ie("IE1")], xslt=str(tmp_path / "none.xsl"))
        with world.context() as context, worker(context) as made:
            request.ask(context, "there", full=False)
            turn(made)
            last = stand(context).last_run
            assert last is not None
            assert (last.status, "none.xsl cannot be read" in (last.reason or "")) == ("Aborted", True)
            assert state_of(made) is JobState.ABORTED
            turn(made)
            assert state_of(made) is JobState.ABORTED
            assert len(listing.runs(context, "there", None, 10)) == 1
            assert made.stumbled(TurnFault.OURS, RuntimeError("x"), 1) == 30
            assert state_of(made) is JobState.FAULT
        world.raw["harvests"]["there"]["xslt"] = ""
        with world.context() as context, worker(context) as made:
            running.harvest(context, "there", Pauses(context.clock), full=False, tell=print)
            turn(made)
            assert state_of(made) is JobState.IDLE


def test_the_daemon_has_a_worker_for_each_and_ends_it_while_it_waits(tmp_path: Path) -> None:
    waits = threading.Event()

    def answer(_given: dict[str, str]) -> Answer:
        waits.set()
        return Answer("", 503, (("Retry-After", "500"),))

    with answering(answer) as url:
        world = harvesting(tmp_path, url, [ie("IE1")])
        with world.context() as context:
            workers = HarvestWorkers(lambda: context)
            workers.assign(frozenset())
            assert workers.troubles() == {}
            workers.assign(frozenset({JOB}))
            assert workers.troubles() == {"there": None}
            key = request.ask(context, "there", full=False)
            workers.pass_on({}, [(key, "there"), (key + 1, "other")])
            assert waits.wait(20)
            begun = time.monotonic()
            workers.stop(20)
            assert time.monotonic() - begun < 10
            with context.repository.read() as connection:
                found = harvest_runs.open_run(connection, "there")
            assert found is not None
            assert (found.id, found.started_at is not None, found.reason) == (key, True, None)
            # Whoever comes next need not wait for a lease.
            with pytest.raises(Deferred, match="503"):
                running.harvest(context, "there", _Hasty(context.clock), full=False, tell=print)


class _Hasty(Pauses):
    def wait(self, seconds: float) -> None:
        """Returns at once."""
