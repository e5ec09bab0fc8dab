"""`explain`: of any name, whether it waits and why, or where it went and why."""

import os
from pathlib import Path
from typing import Literal
from unicodedata import normalize

import pytest

from mdwatch.errors import UsageError
from mdwatch.formats.printable import escape
from mdwatch.handlers.files import dismiss, retry
from mdwatch.handlers.files import explain as file_explain
from mdwatch.handlers.files.explain import Explanation
from mdwatch.handlers.ies import change
from mdwatch.handlers.jobs import request
from mdwatch.model import Stage
from mdwatch.repository import control
from mdwatch.runtime.lease import being_the_daemon
from tests.worlds import JOB, World, dc, ie, update

NO_DAEMON = ". No daemon runs that would take it; start it (systemctl start mdwatch), or `mdwatch job run dc`"


def world_of(root: Path, **job: object) -> World:
    world = World(root, **job)
    world.load(ie("IE1"), ie("IE3", lockedBy="curator"), ie("IE4", stage="sip"))
    return world


def explain(world: World, name: str | Path, job: str | None = None) -> list[Explanation]:
    with world.context() as context:
        return file_explain.explain(context, Path(name), job)


def here(world: World, name: str | Path) -> str | None:
    (found,) = explain(world, name)
    return found.here and found.here.replace(NO_DAEMON, "")


def past(world: World, name: str | Path) -> list[tuple[str, Path | None]]:
    (found,) = explain(world, name)
    return [(entry.code, path) for entry, path in found.past]


ODD = b"\xff\\x.xml".decode("utf-8", "surrogateescape")


@pytest.mark.parametrize("name", ["a.xml", ODD, "line\nfeed.xml"])
@pytest.mark.parametrize(
    ("pid", "code", "place"), [("IE1", "updated", "done"), ("IE3", "locked", "error"), ("IE4", "in-sip", None)]
)
def test_a_file_is_followed_to_where_it_went(tmp_path: Path, pid: str, code: str, place: str | None, name: str) -> None:
    world = world_of(tmp_path)
    path = world.drop(name, update(pid, dc("New")))
    assert here(world, path) == "It waits for the next run of the job"
    world.run()
    went = world.folder / place / name if place else None
    assert past(world, name) == [(code, went)]
    assert went is None or went.is_file()
    waits = "It waits: IE is in SIP processing, the file waits until it has left it"
    assert here(world, name) == (None if place else waits)


def test_the_path_may_be_that_of_done_or_error(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.drop("a.xml", update("IE3", dc("New")))
    world.run()
    for path in (world.folder / "a.xml", world.folder / "error" / "a.xml", "a.xml", "somewhere/else/a.xml"):
        assert past(world, path) == [("locked", world.folder / "error" / "a.xml")]


def test_a_name_may_be_given_as_logs_show_it_and_by_the_reason_beside_it(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.drop(ODD, update("IE3", dc("New")))
    world.run()
    shown = escape(ODD)
    assert shown != ODD
    for name in (shown, f"{shown}.reason.txt", f"{ODD}.reason.txt"):
        assert [code for code, _ in past(world, name)] == ["locked"]
    with world.context() as context:
        change.unlock(context, "IE3")
        assert [item.put_back_as for item in retry.retry(context, JOB, [shown])] == [ODD]


def test_a_file_that_somebody_put_into_error_is_told(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.drop("a.xml", update("IE1", dc("New")))
    world.run()
    path = world.folder / "error" / "own.xml"
    path.write_bytes(update("IE1", dc("Own")))
    (found,) = explain(world, path)
    assert (found.here, found.past) == (None, ())
    assert found.standing == ("error/own.xml was put there by no run; `mdwatch retry` has it tried",)


def test_a_file_that_somebody_took_out_of_error_is_told(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    for name in ("a.xml", "b.xml"):
        world.drop(name, update("IE3", dc("New")))
    world.run()
    (found,) = explain(world, "a.xml")
    assert found.standing == ()
    (world.folder / "error" / "a.xml").unlink()
    (found,) = explain(world, "a.xml")
    assert found.standing == ("error/a.xml is no longer there; somebody removed it",)
    with world.context() as context:
        assert [item.dismissed_as for item in dismiss.dismiss(context, JOB, ["b.xml"])] == ["b.xml"]
    (found,) = explain(world, "b.xml")
    assert found.standing == ()


def test_a_file_that_got_another_name_is_found_by_both(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    for title in ("A", "B"):
        world.drop("a.xml", update("IE1", dc(title)))
        world.run()
    (second,) = (path for path in (world.folder / "done").iterdir() if path.name != "a.xml")
    assert past(world, "a.xml") == [("updated", second), ("updated", world.folder / "done" / "a.xml")]
    assert past(world, second.name) == [("updated", second)]


def test_an_unknown_name_leaves_nothing_to_tell(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    assert explain(world, "a.xml") == []
    for path in ("", "..", "/"):
        with pytest.raises(UsageError, match="names no file"):
            explain(world, path)


@pytest.mark.parametrize(
    ("name", "why"),
    [(".a.xml", "starts with a dot"), ("a.xml.part", "a temporary name"), ("a.txt", "none of the job's include")],
)
def test_one_that_is_ignored_says_why(tmp_path: Path, name: str, why: str) -> None:
    world = world_of(tmp_path)
    world.drop(name, b"")
    world.run()
    assert why in (here(world, name) or "")


def test_links_and_folders_are_ignored_and_say_so(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    (world.folder / "link.xml").symlink_to(tmp_path / "mdwatch.db")
    (world.folder / "folder.xml").mkdir()
    assert here(world, "link.xml") == "It is ignored: a symbolic link; drop the file itself"
    assert here(world, "folder.xml") == "It is ignored: a folder"


def test_a_waiting_file_whose_ie_has_left_sip_is_not_said_to_be_in_sip(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.drop("a.xml", update("IE4", dc("New")))
    world.run()
    with world.context() as context:
        change.set_stage(context, "IE4", Stage.PERMANENT)
    assert here(world, "a.xml") == (
        "It waits for the next run of the job; the last one left it: "
        "IE is in SIP processing, the file waits until it has left it"
    )


def test_a_waiting_file_that_was_replaced_waits_for_the_next_run(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.drop("a.xml", update("IE4", dc("New")))
    world.run()
    (world.folder / "a.xml").unlink()
    world.drop("a.xml", update("IE1", dc("Something else")))
    assert here(world, "a.xml") == "It waits for the next run of the job"


def test_an_aborted_run_is_the_reason_why_a_file_lies_there(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.raw["users"]["editor"]["role"] = "editor-view"
    world.drop("a.xml", update("IE1", dc("New")))
    world.run()
    told = here(world, "a.xml") or ""
    assert told.startswith("It waits for the next run; the last one did not get to it: User editor has the role")


def test_a_missing_folder_is_told_and_the_past_with_it(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.drop("a.xml", update("IE1", dc("New")))
    world.run()
    world.folder.rename(tmp_path / "unmounted")
    (found,) = explain(world, "a.xml")
    assert found.here == f"The drop folder {world.folder} cannot be looked into: No such file or directory"
    assert [entry.code for entry, _ in found.past] == ["updated"]


def test_several_jobs_may_know_the_name_and_one_can_be_asked(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    (tmp_path / "drop2").mkdir()
    world.raw["jobs"]["second"] = {**world.raw["jobs"][JOB], "folder": str(tmp_path / "drop2")}
    world.drop("a.xml", b"")
    (tmp_path / "drop2" / "a.xml").touch()
    assert [item.job for item in explain(world, "a.xml")] == [JOB, "second"]
    assert [item.job for item in explain(world, "a.xml", "second")] == ["second"]
    assert [item.job for item in explain(world, tmp_path / "drop2" / "a.xml")] == ["second"]
    with pytest.raises(UsageError, match="there is no job third"):
        explain(world, "a.xml", "third")


def test_what_is_in_the_way_is_told(tmp_path: Path) -> None:
    world = world_of(tmp_path, settle_seconds=60)
    for name in ("a.xml", "b.xml"):
        world.drop(name, update("IE1", dc("New")))
        os.utime(world.folder / name, ns=(1, 1))
    fresh = "It was changed a moment ago, and may still be being written"
    waits = "It waits for the next run of the job"
    assert explain(world, "a.xml")[0].here == f"{waits}{NO_DAEMON}. {fresh}"
    assert (here(world, "b.xml") or "").endswith(
        "a.xml came before it and cannot be taken yet (it may still be being written); it is waited for up to 30 s"
    )
    with world.context() as context, being_the_daemon(context):
        assert here(world, "a.xml") == f"{waits}. {fresh}"
        with context.repository.write() as connection:
            control.tell(connection, JOB, state="trouble", since=0, reason="The share is gone")
        assert ". The job is in trouble since 19" in (here(world, "a.xml") or "")
        world.raw["jobs"][JOB] |= {"settle_seconds": 0, "schedule": "manual"}
        with context.repository.write() as connection:
            control.tell(connection, JOB, state="idle", since=0, reason=None)
        manual = "The job runs when it is asked to only: `mdwatch job run dc`"
        assert here(world, "a.xml") == f"{waits}. {manual}"
        world.raw["jobs"][JOB]["schedule"] = "@daily"
        assert ". By its schedule the job runs next at 20" in (here(world, "a.xml") or "")
        request.pause(context, JOB)
    assert here(world, "b.xml") == f"{waits}. The job is paused; `mdwatch job resume dc` lets it run again"


def test_a_file_behind_another_for_its_ie_names_that_one(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    for name in ("a.xml", "b.xml"):
        world.drop(name, update("IE4", dc("New")))
    world.run()
    assert (here(world, "b.xml") or "").endswith(". a.xml for the same IE is before it")


@pytest.mark.parametrize(("kept", "asked"), [("NFD", "NFC"), ("NFC", "NFD")])
def test_composed_and_decomposed_names_are_one(
    tmp_path: Path, kept: Literal["NFC", "NFD"], asked: Literal["NFC", "NFD"], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = world_of(tmp_path)
    world.drop(normalize(kept, "Müller é.xml"), update("IE1", dc("New")))
    monkeypatch.chdir(world.folder)
    name = normalize(asked, "Müller é.xml")
    assert here(world, name) == "It waits for the next run of the job"
    world.run()
    for path in (name, f"./{name}", f"done/{name}", f"../drop/done/{name}"):
        assert [code for code, _ in past(world, path)] == ["updated"]


def test_a_file_in_done_of_which_there_is_no_trace_is_told_of(tmp_path: Path) -> None:
    """As after an older database was put back."""
    world = World(tmp_path)
    world.load(ie("IE1"))
    world.run()
    world.drop("a.xml", update("IE1", dc("New"))).rename(world.folder / "done" / "a.xml")
    for path in ("a.xml", world.folder / "done" / "a.xml"):
        (told,) = explain(world, path)
        assert "done/a.xml was put there by no run that the database knows" in told.standing[0]
    assert explain(world, "b.xml") == []
