"""What is told of error files whose retry or dismissal was interrupted, killed or failed: those left are left."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from mdwatch.dropfolder import error_place, filing
from mdwatch.handlers.files import audit, chosen, dismiss, explain, retry
from mdwatch.handlers.files.moves import ErrorFileMoves, Mover
from mdwatch.handlers.ies import change
from mdwatch.handlers.jobs import runs
from mdwatch.repository import trail
from mdwatch.repository.trail import TrailFilter
from mdwatch.rules.acts import Act
from tests.cli.calls import mdwatch
from tests.handlers.files.test_retry_crashes import killed
from tests.web.pages import Page
from tests.web.sites import site
from tests.worlds import JOB, World, dc, ie, update

FILES: Final = ("a.xml", "b.xml", "c.xml")
ACTS: Final = [(retry, filing, "take_back"), (dismiss, error_place, "dismiss")]


def world_of(root: Path) -> World:
    """Three files in error/."""
    world = World(root)
    world.load(ie("IE1", lockedBy="curator"))
    for name in FILES:
        world.drop(name, update("IE1", dc(name)))
    world.run()
    return world


def act(world: World, kind: object) -> None:
    with world.context() as context:
        if kind is retry:
            retry.retry(context, JOB, FILES)
        else:
            dismiss.dismiss(context, JOB, FILES)


def told(world: World) -> tuple[dict[str, int], list[str | None], list[str]]:
    """The accounts of the audit, where each file went by hand as `explain` has it, and what the trail says of each."""
    with world.context() as context:
        work = audit.Audit(context)
        assert list(work.findings()) == []
        names = []
        for name in FILES:
            (found,) = explain.explain(context, Path(name), JOB)
            entry, _ = found.past[0]
            names.append(found.acts[entry.id].new_name if entry.id in found.acts else None)
            assert runs.of_file(context, JOB, name, 1)[0].act == found.acts.get(entry.id)
        with context.repository.read() as connection:
            acts = trail.acts(connection, TrailFilter(job=JOB), None, 10)
    outcomes = [item.outcome for item in reversed(acts) if Act(item.code) in {Act.FILE_RETRY, Act.FILE_DISMISS}]
    return dict(work.accounts[JOB]), names, [str(item) for item in outcomes]


def second_fails(whole: Callable[..., str], error: BaseException) -> Callable[..., str]:
    def fails(folder: object, name: str, *rest: object) -> str:
        if name == "b.xml":
            raise error
        return whole(folder, name, *rest)

    return fails


@pytest.mark.parametrize(("kind", "place", "name"), ACTS)
def test_where_it_is_interrupted_those_not_moved_are_error_files_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: object, place: object, name: str
) -> None:
    world = world_of(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(place, name, second_fails(getattr(place, name), KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            act(world, kind)
    gone = "tried again" if kind is retry else "dismissed"
    assert told(world) == ({gone: 1, "error": 2}, ["a.xml", None, None], ["done", "refused", "refused"])
    act(world, kind)
    assert told(world)[:2] == ({gone: 3}, list(FILES))


@pytest.mark.parametrize(("kind", "place", "name"), ACTS)
def test_one_that_cannot_be_moved_is_an_error_file_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: object, place: object, name: str
) -> None:
    world = world_of(tmp_path)
    monkeypatch.setattr(place, name, second_fails(getattr(place, name), OSError(13, "Permission denied")))
    act(world, kind)
    gone = "tried again" if kind is retry else "dismissed"
    assert told(world) == ({gone: 2, "error": 1}, ["a.xml", None, "c.xml"], ["done", "refused", "done"])


@pytest.mark.parametrize(
    ("command", "point"),
    [("retry", "mdwatch.dropfolder.filing:take_back"), ("dismiss", "mdwatch.dropfolder.error_place:dismiss")],
)
def test_where_it_is_killed_nobody_is_told_that_it_was_done(tmp_path: Path, command: str, point: str) -> None:
    world = world_of(tmp_path)
    killed(world, point, command, JOB, *FILES)
    assert told(world) == ({"error": 3}, [None] * 3, ["begun"] * 3)
    line = mdwatch("explain", "a.xml", config=world.write_settings()).out.splitlines()[-1]
    what = "tried again" if command == "retry" else "dismissed"
    assert f"to be {what}, which was not seen to be done yet, as asked for by " in line
    with site(world) as there:
        page = Page(there, f"/jobs/{JOB}/file?name=a.xml")
        assert f"To be {what}, which was not seen to be done yet, as asked for by " in page.text
        assert "Retry" in page.text


def test_the_next_retry_takes_back_what_was_noted_of_files_that_a_killed_one_left(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    killed(world, "mdwatch.dropfolder.filing:take_back", "retry", JOB, *FILES)
    with world.context() as context:
        retry.retry(context, JOB, ["no.xml"])
    assert told(world) == ({"error": 3}, [None] * 3, ["refused"] * 3)


@pytest.mark.parametrize(
    ("command", "point"),
    [("retry", "mdwatch.dropfolder.filing:take_back"), ("dismiss", "mdwatch.dropfolder.error_place:dismiss")],
)
def test_a_file_corrected_after_its_act_was_killed_is_as_old_as_it_was(
    tmp_path: Path, command: str, point: str
) -> None:
    world = World(tmp_path)
    world.load(ie("IE1"))
    world.drop("a.xml", update("IE9", dc("Of an IE that there is not")))
    world.run()
    world.drop("b.xml", update("IE1", dc("Later")))
    world.run()
    killed(world, point, command, JOB, "a.xml")
    corrected = tmp_path / "corrected.xml"
    corrected.write_bytes(update("IE1", dc("Older")))
    corrected.replace(world.folder / "error" / "a.xml")
    with world.context() as context:
        (found,) = retry.retry(context, JOB, ["a.xml"])
    assert found.later == "b.xml"
    assert world.audit() == []
    with world.context() as context:
        assert retry.retry(context, JOB, ["a.xml"], anyway=True)[0].put_back_as == "a.xml"
    world.run()
    assert world.title("IE1") == "Older"
    assert world.files() == ["done/a.xml", "done/b.xml"]
    assert world.audit() == []


def test_a_retry_that_a_run_has_answered_is_not_taken_back(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    killed(world, "mdwatch.dropfolder.filing:take_back", "retry", JOB, "a.xml", after=True)
    world.run()
    with world.context() as context:
        retry.retry(context, JOB, ["no.xml"])
        first = runs.of_file(context, JOB, "a.xml", 2)[1]
        assert first.entry.retried_at is not None
        assert first.act is not None
        work = audit.Audit(context)
        assert list(work.findings()) == []
    assert work.accounts[JOB] == {"tried again": 1, "error": 3}


@pytest.mark.parametrize("kind", [retry, dismiss])
@pytest.mark.parametrize(
    ("replaced", "why"), [(True, "it is being changed at the moment"), (False, "it is no longer there")]
)
def test_one_that_is_another_by_its_turn_is_left_with_its_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: object, *, replaced: bool, why: str
) -> None:
    world = world_of(tmp_path)
    path = world.folder / "error" / "b.xml"
    made, turns = ErrorFileMoves.make, iter(FILES)

    def make(moves: ErrorFileMoves, key: int, mover: Mover) -> str:
        if next(turns) == "b.xml":
            path.unlink()
            if replaced:
                path.write_bytes(update("IE1", dc("Corrected")))
        return made(moves, key, mover)

    with monkeypatch.context() as patched, world.context() as context:
        patched.setattr(ErrorFileMoves, "make", make)
        results = retry.retry(context, JOB, FILES) if kind is retry else dismiss.dismiss(context, JOB, FILES)
    assert results[1].reason == why
    gone = "tried again" if kind is retry else "dismissed"
    left = {"error": 1} if replaced else {"removed by hand": 1}
    assert told(world) == ({gone: 2, **left}, ["a.xml", None, "c.xml"], ["done", "refused", "done"])
    with world.context() as context:
        there = chosen.look(context, JOB)
        assert list(there) == (["b.xml"] if replaced else [])
        if replaced:
            # As old as the one it was made from.
            with context.repository.read() as connection:
                (item,) = chosen.with_verdicts(connection, JOB, there.values())
            assert item.verdict is not None


@pytest.mark.parametrize("point", ["mdwatch.dropfolder.filing:move", "mdwatch.repository.interventions:moved"])
def test_a_run_that_takes_a_file_is_the_proof_that_it_was_put_back(tmp_path: Path, point: str) -> None:
    world = world_of(tmp_path)
    killed(world, point, "retry", JOB, "a.xml", after=point.endswith("move"))
    with world.context() as context:
        change.unlock(context, "IE1")
    world.run()
    with world.context() as context:
        (found,) = explain.explain(context, Path("a.xml"), JOB)
        assert [found.acts[entry.id].new_name for entry, _ in found.past if entry.id in found.acts] == ["a.xml"]
    accounts, _, outcomes = told(world)
    assert (accounts, outcomes) == ({"tried again": 1, "done": 1, "error": 2}, ["done"])


@pytest.mark.parametrize("part", ["_move_reason", "_sync"])
def test_a_file_that_is_dismissed_is_told_so_whatever_becomes_of_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    world = world_of(tmp_path)

    def fails(*_: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(error_place, part, fails)
        act(world, dismiss)
    assert told(world) == ({"dismissed": 3}, list(FILES), ["done"] * 3)


def test_a_command_does_what_it_was_called_for_and_not_what_a_killed_one_was(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    killed(world, "mdwatch.dropfolder.filing:take_back", "retry", "--anyway", JOB)
    killed(world, "mdwatch.dropfolder.error_place:dismiss", "dismiss", JOB, "c.xml")
    done = mdwatch("retry", JOB, "c.xml", config=world.write_settings())
    assert (done.status, done.out.splitlines()) == (0, ["c.xml: put back as c.xml"])
    assert world.files() == [
        "c.xml",
        *(f"error/{name}{end}" for name in ("a.xml", "b.xml") for end in ("", ".reason.txt")),
    ]
