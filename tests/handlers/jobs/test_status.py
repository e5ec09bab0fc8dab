"""How jobs stand, from the database alone and from their folders."""

from pathlib import Path

import pytest

from mdwatch.errors import Deferred, UsageError
from mdwatch.handlers.jobs import facts, request, status
from mdwatch.repository import control, run_entries
from mdwatch.repository.run_entries import LogPosition
from mdwatch.shapes.jobs import FolderShape
from tests.worlds import JOB, World, dc, ie, update


def test_every_job_is_told_whatever_its_folder_does(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.raw["jobs"]["away"] = {**world.raw["jobs"][JOB], "folder": str(tmp_path / "away")}
    world.load(ie("IE1"), ie("IE2", stage="sip"))
    world.drop("a.xml", update("IE1", dc("New")))
    world.drop("b.xml", update("IE2", dc("New")))
    report = world.run()
    with world.context() as context:
        request.pause(context, "away")
        with context.repository.write() as connection:
            control.tell(connection, JOB, state="trouble", reason="the disk is full", since=5)
            run = run_entries.start_run(connection, "away", "editor", 0, LogPosition(0, 0))
            run_entries.stumble(connection, run.id, "the share went away")
        first, away = facts.jobs(context)
        assert facts.job(context, JOB) == first
    assert first.last_run is not None
    assert (first.last_run.id, first.counts) == (report.run_id, {"updated": 1, "in-sip": 1})
    assert (first.waiting, first.waiting_since is not None, first.interrupted) == (1, True, None)
    assert (first.state.state, first.state.reason, first.state.paused) == ("trouble", "the disk is full", False)
    assert (away.state.paused, away.interrupted, away.waiting, away.waiting_since) == (
        True,
        "the share went away",
        0,
        None,
    )


def test_what_a_folder_holds_or_why_that_cannot_be_told(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.drop("a.xml", b"<")
    world.drop("b.xml", b"<")
    world.run()
    world.drop("c.xml", b"<")
    world.drop("d.part", b"<")
    with world.context() as context:
        assert status.folder(context, JOB) == FolderShape(files=1, errors=2, ignored=1)
        world.folder.rename(tmp_path / "away")
        with pytest.raises(Deferred, match="No such file"):
            status.folder(context, JOB)


def test_an_unknown_job_is_wrong_use(tmp_path: Path) -> None:
    with World(tmp_path).context() as context:
        for ask in (facts.job, status.folder):
            with pytest.raises(UsageError, match="there is no job nix"):
                ask(context, "nix")
