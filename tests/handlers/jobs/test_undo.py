"""A run is undone: by a real job in a real database, cut short, beside the job, and again."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mdwatch.errors import JobBusy, UsageError
from mdwatch.handlers.exports import request, serving
from mdwatch.handlers.ies import change
from mdwatch.handlers.jobs import request as job_request
from mdwatch.handlers.jobs import undo
from mdwatch.handlers.trail import listing
from mdwatch.handlers.updates import run_once
from mdwatch.model import Stage
from mdwatch.repository import changes
from mdwatch.runtime.context import Context
from mdwatch.runtime.lease import holding_apart
from mdwatch.runtime.lease_names import job_name
from mdwatch.shapes.undo import UndoShape
from tests.worlds import ANN, JOB, World, dc, ie, metadata, mods, update

SOURCE = [{"mid": "7", "subType": "MODS", "content": mods("Old")}]


def world_of(root: Path, number: int = 3) -> tuple[World, int]:
    """IEs that one run changed, IE1 by two files and in two records."""
    world = World(root)
    world.load(ie("IE1", source=SOURCE, published=True), *(ie(f"IE{count}") for count in range(2, number + 1)))
    world.drop("0.xml", update("IE1", dc("Newer"), metadata(mods("New"), "source", "MODS", "7")))
    for count in range(1, number + 1):
        world.drop(f"{count}.xml", update(f"IE{count}", dc("New")))
    return world, world.run().run_id


def undone(world: World, key: int, **given: Any) -> UndoShape:
    with world.context() as context:
        return undo.undo(context.of(ANN), key, **given)


@contextmanager
def changed_by(world: World) -> Iterator[Context]:
    with world.context() as context:
        yield context.of(ANN)


def test_every_ie_gets_its_records_back_once_with_event_and_exports(tmp_path: Path) -> None:
    world, key = world_of(tmp_path)
    seen: list[tuple[int, int]] = []
    with world.context() as context:
        dry = undo.preview(context, key)
        assert (dry.total, dry.undone, dry.already, dry.left, dry.dry_run) == (3, 3, 0, [], True)
        assert [len(change.history(context, pid)) for pid in ("IE1", "IE2")] == [3, 2], "nothing was changed"
        request.carry_out(context, "all", "test")
    done = undone(world, key, tell=lambda *counts: seen.append(counts))
    assert (done.total, done.undone, done.already, done.left) == (3, 3, 0, [])
    assert seen == [(3, 3)]
    assert [world.title(pid) for pid in ("IE1", "IE2", "IE3")] == ["Old", "Old", "Old"]
    one = world.get("IE1")
    assert "Old" in one.sources[0].content
    detail = one.events[-1]["eventOutcomeDetail1"]
    assert detail == f"UNDONE_RUN={key};JOB={JOB};REVERTED_TO_VERSION=1;"
    assert one.characteristics["modifiedBy"] == "ann"
    again = undone(world, key)
    assert (again.undone, again.already, again.left) == (0, 3, [])
    told = [line for line in world.log_lines() if "undone" in line]
    assert told == [f"INFO   Run {key} was undone by ann: 3 taken back, 0 left as they are"]
    with world.context() as context:
        assert [item.version for item in change.history(context, "IE1")] == [1, 2, 3, 4]
        acts = [(item.act, item.who, item.outcome) for item in listing.acts(context, subject="IE1", act="ie-undo")]
        assert acts == [("ie-undo", "ann", "done")]
        outcomes = [item.outcome for item in listing.acts(context, subject=JOB, act="job-undo")]
        assert outcomes == ["nothing", "done"]
        request.carry_out(context, "all", "test")
        assert b"<dc:title>Old</dc:title>" in serving.document(context, "IE1", "oai_dc").content


def test_what_somebody_changed_since_is_left_and_told(tmp_path: Path) -> None:
    world, key = world_of(tmp_path, 7)
    with changed_by(world) as context:
        change.revert(context, "IE1", 1, "eve")
        change.lock(context, "IE2", "eve")
        change.set_stage(context, "IE3", Stage.SIP)
        change.delete(context, "IE4")
    world.drop("5.xml", update("IE5", dc("Newest")))
    world.run()
    done = undone(world, key)
    assert world.log_lines()[-1].startswith(f"WARN   Run {key} was undone by ann: {done.undone} taken back, ")
    assert {item.pid: (item.outcome, item.reason) for item in done.left} == {
        "IE1": ("changed since", "reverted since by eve, as version 4"),
        "IE2": ("locked", "locked by eve"),
        "IE3": ("in SIP processing", "in SIP processing"),
        "IE4": ("deleted", "deleted"),
        "IE5": ("changed since", f"updated since by editor in job {JOB} from 5.xml, as version 3"),
    }
    assert done.undone == 2
    assert world.title("IE5") == "Newest"
    with changed_by(world) as context:
        change.unlock(context, "IE2")
        change.undelete(context, "IE4")
        change.revert(context, "IE6", 2, "eve")
    again = undone(world, key)
    assert (again.undone, again.already) == (2, 2), "who redid IE6 by hand meant it"
    assert world.title("IE6") == "New"


def test_a_version_of_somebody_else_amid_the_run_is_not_undone_with_it(tmp_path: Path) -> None:
    world = World(tmp_path, group_size=1)
    world.load(ie("IE1"))
    world.drop("1.xml", update("IE1", dc("One")))
    world.drop("2.xml", update("IE1", dc("Two")))

    def between(done: int, _total: int) -> None:
        if done == 1:
            with world.context() as context:
                change.revert(context, "IE1", 1, "eve")

    with world.context() as context:
        key = run_once.run_job(context, JOB, between).run_id
    (left,) = undone(world, key).left
    assert left.reason == "reverted since by eve, as version 3"
    assert world.title("IE1") == "Two"


def test_cut_short_it_goes_on_with_whole_ies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world, key = world_of(tmp_path, 60)
    real, calls = changes.apply, []

    def cut(connection: Any, made: Any) -> None:
        real(connection, made)
        calls.append(len(made))
        if len(calls) == 2:
            raise RuntimeError("the power fails")

    with monkeypatch.context() as patch:
        patch.setattr(changes, "apply", cut)
        with pytest.raises(RuntimeError):
            undone(world, key)
    assert [world.title(f"IE{number}") for number in (1, 50, 51, 60)] == ["Old", "Old", "New", "New"]
    done = undone(world, key)
    assert (done.undone, done.already, done.left) == (10, 50, [])
    with world.context() as context:
        assert {len(change.history(context, f"IE{number}")) for number in range(2, 61)} == {3}
        assert [item.outcome for item in listing.acts(context, subject=JOB, act="job-undo")] == ["done", "begun"]


def test_it_keeps_the_job_to_itself_also_in_the_same_process_and_while_it_is_paused(tmp_path: Path) -> None:
    world, key = world_of(tmp_path)
    with world.context() as context:
        with holding_apart(context, job_name(JOB)):
            world.drop("9.xml", update("IE2", dc("Newest")))
            with pytest.raises(JobBusy):
                run_once.run_job(context, JOB)
            with pytest.raises(JobBusy):
                undo.undo(context, key)
        assert world.title("IE2") == "New"
        job_request.pause(context, JOB)
        assert undo.undo(context, key).undone == 3
        job_request.resume(context, JOB)
        run_once.run_job(context, JOB)
    assert world.title("IE2") == "Newest"


def test_who_cannot_wait_is_told_how_far_it_has_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world, key = world_of(tmp_path, 60)
    go_on, real = threading.Event(), changes.apply
    calls: list[int] = []

    def held(connection: Any, made: Any) -> None:
        real(connection, made)

    def tell(seen: int, _total: int) -> None:
        calls.append(seen)
        go_on.wait(10)

    whole = undo.undo
    monkeypatch.setattr(undo, "_MOMENT", 0.01)
    monkeypatch.setattr(changes, "apply", held)
    monkeypatch.setattr(undo, "undo", lambda context, key: whole(context, key, tell=tell))
    with world.context() as context:
        assert undo.begin(context, key) is False
        while not calls:
            threading.Event().wait(0.01)
        assert undo.preview(context, key).already == 50
        with pytest.raises(JobBusy):
            whole(context, key)
        go_on.set()
        while undo.preview(context, key).already < 60 or any("undo" in t.name for t in threading.enumerate()):
            threading.Event().wait(0.01)


def test_what_cannot_be_undone_at_all(tmp_path: Path) -> None:
    world, key = world_of(tmp_path)
    for wrong in ({"key": key + 1}, {"key": key, "job": "other"}):
        with pytest.raises(UsageError, match="there is no run"):
            undone(world, **wrong)
