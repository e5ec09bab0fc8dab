"""`check`: the verdict a run would come to, field by field differences, and nothing changed by asking."""

import os
from pathlib import Path

import pytest

from mdwatch.errors import UsageError
from mdwatch.formats import updatemd
from mdwatch.formats.difference import Field
from mdwatch.formats.xml import Limits
from mdwatch.handlers.files import check as file_check
from mdwatch.handlers.files.check import Forecast
from mdwatch.model import InvalidUpdate, UpdateMD
from mdwatch.rules.codes import MEANINGS
from tests.worlds import JOB, World, dc, ie, metadata, mods, update

SOURCE = [{"mid": "1436", "subType": "mods", "content": mods("Old")}]
FILES = {
    "invalid-xml": b"<updateMD",
    "unsupported-type": update("IE1", metadata("<lido/>", "source", "lido", "1436")),
    "unknown-ie": update("IE99", dc("New")),
    "deleted-ie": update("IE5", dc("New")),
    "other-institution": update("IE6", dc("New")),
    "in-sip": update("IE4", dc("New")),
    "locked": update("IE3", dc("New")),
    "unknown-mid": update("IE1", metadata(mods("New"), "source", "mods", "9")),
    "no-change": update("IE2", dc("Old")),
    "updated": update("IE2", dc("New")),
}


def world_of(root: Path) -> World:
    world = World(root)
    world.load(
        ie("IE1", source=SOURCE),
        ie("IE2"),
        ie("IE3", lockedBy="curator"),
        ie("IE4", stage="sip"),
        ie("IE5", status="deleted"),
        ie("IE6", institution="INS02"),
    )
    return world


def check(world: World, *paths: Path) -> list[Forecast]:
    with world.context() as context:
        return file_check.check(context, paths, JOB)


def aside(world: World, name: str, data: bytes) -> Path:
    """A file that is in no drop folder."""
    path = world.root / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("code", FILES)
def test_it_says_what_the_run_then_does_and_changes_nothing(tmp_path: Path, code: str) -> None:
    world = world_of(tmp_path)
    path = world.drop("a.xml", FILES[code])
    before = world.snapshot()
    (forecast,) = check(world, path)
    assert world.snapshot() == before
    assert (forecast.path, forecast.job, forecast.code.value) == (path, JOB, code)
    assert forecast.remedy == MEANINGS[forecast.code].remedy
    assert world.run().counts == {code: 1}
    ((_, pid, _, reason, _, _),) = world.snapshot()["journal"]
    assert (forecast.pid, forecast.reason) == (pid, reason)


def test_a_large_file_is_read_in_a_process_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = world_of(tmp_path)
    read_here: list[int] = []

    def prepare(data: bytes, limits: Limits) -> UpdateMD | InvalidUpdate:
        read_here.append(len(data))
        return read(data, limits)

    read = updatemd.prepare
    monkeypatch.setattr(updatemd, "prepare", prepare)
    large = update("IE2", dc("N" * 200_000))
    forecasts = check(world, aside(world, "1.xml", FILES["updated"]), aside(world, "2.xml", large))
    assert [(item.code.value, len(item.records)) for item in forecasts] == [("updated", 1)] * 2
    assert read_here == [len(FILES["updated"])]


def test_the_differences_are_told_field_by_field(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    new = metadata(mods("Old", "Second"), "source", "mods", "1436")
    (forecast,) = check(world, aside(world, "a.xml", update("IE1", dc("New"), new)))
    first, second = forecast.records
    assert (first.type, first.mid) == ("descriptive", "")
    assert first.difference.removed == (Field("dc:record/dc:title", "Old"),)
    assert first.difference.added == (Field("dc:record/dc:title", "New"),)
    assert (second.type, second.mid) == ("source", "1436")
    assert second.difference.removed == ()
    assert [field.value for field in second.difference.added] == ["Second"]


def test_another_order_alone_is_told_as_such(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load({**ie("IE1"), "descriptive": dc("A", "B")})
    (forecast,) = check(world, aside(world, "a.xml", update("IE1", dc("B", "A"))))
    (record,) = forecast.records
    assert (record.difference.removed, record.difference.added, record.difference.reordered) == ((), (), True)
    assert forecast.code.value == "no-change"


def test_each_file_is_judged_after_the_effects_of_those_before_it(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    files = {"1.xml": "A", "2.xml": "A", "3.xml": "Old", "4.xml": "B"}
    paths = [world.drop(name, update("IE2", dc(title))) for name, title in files.items()]
    forecasts = check(world, *reversed(paths))
    assert [(item.path.name, item.code.value) for item in forecasts] == [
        ("1.xml", "updated"),
        ("2.xml", "no-change"),
        ("3.xml", "updated"),
        ("4.xml", "updated"),
    ]
    assert [field.value for field in forecasts[3].records[0].difference.removed] == ["Old"]
    assert world.run().counts == {"updated": 3, "no-change": 1}


def test_files_behind_one_that_would_wait_would_wait_too(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    paths = [world.drop(name, update("IE4", dc(name))) for name in ("1.xml", "2.xml")]
    assert [forecast.code.value for forecast in check(world, *paths)] == ["in-sip", "in-sip"]


def test_a_user_without_the_role_is_told_that_the_job_would_abort(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    world.raw["users"]["editor"]["role"] = "editor-view"
    (forecast,) = check(world, aside(world, "a.xml", FILES["updated"]))
    assert forecast.code.value == "insufficient-role"
    assert "role" in forecast.remedy


def test_a_missing_descriptive_record_is_told_as_all_new(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load({"pid": "IE1", "institution": "INS01"})
    (forecast,) = check(world, aside(world, "a.xml", update("IE1", dc("New"))))
    assert forecast.code.value == "updated"
    assert forecast.records[0].difference.removed == ()
    assert [field.value for field in forecast.records[0].difference.added] == ["New"]


def test_the_same_name_in_two_folders_is_two_files(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    (tmp_path / "other").mkdir()
    one, two = aside(world, "a.xml", FILES["updated"]), aside(world, "other/a.xml", FILES["unknown-ie"])
    assert {item.path: item.code.value for item in check(world, one, two)} == {one: "updated", two: "unknown-ie"}


def test_a_hard_link_is_judged_by_both_its_names(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    one = aside(world, "a.xml", FILES["updated"])
    (tmp_path / "other").mkdir()
    two = tmp_path / "other" / "a.xml"
    os.link(one, two)
    assert sorted(item.code.value for item in check(world, one, two)) == ["no-change", "updated"]


@pytest.mark.parametrize("kind", ["missing", "folder", "link", "pipe", "missing folder"])
def test_what_cannot_be_read_is_wrong_use_and_does_not_hang(tmp_path: Path, kind: str) -> None:
    world = world_of(tmp_path)
    path = tmp_path / "odd\x1b[31m.xml"
    if kind == "folder":
        path.mkdir()
    elif kind == "link":
        path.symlink_to(aside(world, "real.xml", FILES["updated"]))
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "missing folder":
        path = path / "nowhere.xml"
    with pytest.raises(UsageError) as caught:
        check(world, path)
    assert r"odd\x1b[31m.xml" in str(caught.value)
    assert ("does not exist" in str(caught.value)) is kind.startswith("missing")


def test_a_name_that_is_not_utf_8_is_checked(tmp_path: Path) -> None:
    world = world_of(tmp_path)
    path = world.drop(b"\xff.xml".decode("utf-8", "surrogateescape"), FILES["updated"])
    assert [item.code.value for item in check(world, path)] == ["updated"]


# --- under which job's terms


def two_jobs(root: Path) -> World:
    world = World(root)
    (root / "drop2").mkdir()
    world.raw["jobs"]["second"] = {**world.raw["jobs"][JOB], "folder": str(root / "drop2")}
    return world


@pytest.mark.parametrize("sub", [".", "done", "error"])
def test_a_file_in_a_drop_folder_is_judged_as_its_job_would(tmp_path: Path, sub: str) -> None:
    world = two_jobs(tmp_path)
    (tmp_path / "drop2" / sub).mkdir(exist_ok=True)
    (tmp_path / "alias").symlink_to(tmp_path / "drop2")
    with world.context() as context:
        for folder in ("drop2", "alias"):
            assert file_check.job_for(context, [tmp_path / folder / sub / "a.xml"], None) == "second"


def test_a_file_elsewhere_is_judged_as_the_only_job_would(tmp_path: Path) -> None:
    with World(tmp_path).context() as context:
        assert file_check.job_for(context, [tmp_path / "a.xml"], None) == JOB


def test_where_it_is_not_clear_the_job_must_be_named(tmp_path: Path) -> None:
    world = two_jobs(tmp_path)
    paths = [world.folder / "a.xml", tmp_path / "drop2" / "a.xml"]
    with world.context() as context:
        with pytest.raises(UsageError, match=r"the files are of several jobs \(dc, second\)"):
            file_check.job_for(context, paths, None)
        paths.append(tmp_path / "c.xml")
        with pytest.raises(UsageError, match=r"c\.xml lies in no drop folder; say for which job .*: dc, second"):
            file_check.job_for(context, paths, None)
        assert file_check.job_for(context, paths, "second") == "second"
        with pytest.raises(UsageError, match="there is no job third"):
            file_check.job_for(context, paths, "third")
