"""`mdwatch export`: what it prints, for people and as JSON, and its exit status."""

import json
import re
from pathlib import Path

import pytest

from mdwatch.handlers.exports import batch as export_batch
from tests import foreign
from tests.cli.calls import Done, mdwatch, process
from tests.worlds import World, dc, ie, update


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.raw["export"] = {"formats": ["native_json", "oai_dc"]}
    world.load(ie("IE1", published=True), ie("IE2", published=True), ie("IE3"))
    return world


def export(world: World, *arguments: object) -> Done:
    return mdwatch("export", *arguments, config=world.write_settings())


def bring(patch: pytest.MonkeyPatch, world: World, root: Path, body: str) -> None:
    foreign.put_on_path(patch, foreign.install(root, odd=body))
    world.raw["export"] = {"formats": ["native_json", "odd"]}


def test_all_for_people(world: World) -> None:
    done = export(world, "all")
    assert done.status == 0
    first, second = done.out.splitlines()
    assert first == "Batch 1 finished (2 of 2 IEs, 2 exported, 0 failed, 0 unchanged)"
    log = Path(second.removeprefix("Log: "))
    assert log.read_text(encoding="utf-8").splitlines()[-1].endswith("Batch 1 finished")


def test_all_as_json(world: World) -> None:
    done = export(world, "all", "--json")
    assert done.status == 0
    found = done.json
    keys = ("id", "kind", "status", "asked_by", "total", "processed", "exported", "failed", "unchanged")
    assert [found[key] for key in keys] == [1, "all", "finished", "tester", 2, 2, 2, 0, 0]


def test_redo_takes_everything_or_what_is_older(world: World) -> None:
    export(world, "all")
    assert export(world, "redo", "--json").json["exported"] == 2
    assert export(world, "redo", "--older-than", "2020-01-31", "--json").json["exported"] == 0
    assert export(world, "redo", "--older-than", "2099-01-31T12:00:00", "--json").json["exported"] == 2


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "2026-01-01xyz", "", "0001-01-01"])
def test_a_date_that_is_none_is_wrong_use(world: World, text: str) -> None:
    done = export(world, "redo", "--older-than", text)
    assert (done.status, done.out) == (2, "")
    assert "write YYYY-MM-DD" in done.err


def test_a_failure_ends_with_1_and_is_told(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(monkeypatch, world, tmp_path, "assert ie.pid != 'IE2', 'no luck'" + foreign.GOOD)
    done = export(world, "all")
    assert done.status == 1
    assert done.out.startswith("Batch 1 finished (2 of 2 IEs, 1 exported, 1 failed, 0 unchanged)")
    standing = export(world, "status")
    assert standing.status == 1
    lines = standing.out.splitlines()
    assert lines[0] == "2 published IEs: 0 due, 1 with a format that fails"
    assert lines[1:3] == ["  native_json: 2 documents, 0 tombstones", "  odd: 1 document, 0 tombstones, 1 failing"]
    assert re.fullmatch(
        r"  IE IE2: odd failed \(1 try since [-0-9: ]+, next [-0-9: ]+\): the exporter failed: no luck", lines[3]
    )
    assert lines[4].startswith("batch 1, export all that is due, by tester: finished ")
    (failure,) = export(world, "status", "--json").json["failures"]
    assert (failure["pid"], failure["format"], failure["failure"]["reason"]) == (
        "IE2",
        "odd",
        "the exporter failed: no luck",
    )
    assert export(world, "show", "IE2", "odd").status == 1
    assert "the exporter failed: no luck" in export(world, "show", "IE2", "odd").err


def test_status_where_all_is_well(world: World) -> None:
    before = export(world, "status")
    assert (before.status, before.out) == (0, "2 published IEs: 2 due, 0 with a format that fails\n")
    export(world, "all")
    after = export(world, "status", "--json")
    assert after.status == 0
    assert (after.json["due"], after.json["published"], after.json["batch"]) == (0, 2, None)
    assert [batch["status"] for batch in after.json["latest"]] == ["finished"]


def test_show_prints_the_document_as_it_is_kept(world: World) -> None:
    done = export(world, "show", "IE1", "native_json")
    assert done.status == 0
    assert json.loads(done.out)["pid"] == "IE1"
    as_json = export(world, "show", "IE1", "native_json", "--json").json
    assert as_json["content"] + "\n" == done.out
    assert (as_json["pid"], as_json["format"], as_json["ie_version"]) == ("IE1", "native_json", 1)
    assert re.fullmatch("[0-9a-f]{32}", as_json["digest"])


@pytest.mark.parametrize(
    ("pid", "name", "why"),
    [
        ("IE9", "native_json", "there is no IE IE9"),
        ("IE3", "native_json", "IE IE3 is not published, so it has no exports"),
        ("IE1", "nothing", "the formats are: native_json, oai_dc"),
    ],
)
def test_show_what_is_not_there_is_wrong_use(world: World, pid: str, name: str, why: str) -> None:
    done = export(world, "show", pid, name)
    assert (done.status, done.out) == (2, "")
    assert why in done.err


def test_show_what_was_withdrawn(world: World) -> None:
    export(world, "all")
    assert mdwatch("ie", "unpublish", "IE1", config=world.write_settings()).status == 0
    assert export(world, "show", "IE1", "oai_dc").status == 2
    told = export(world, "status").out
    assert told.startswith("1 published IE: 0 due, 0 with a format that fails\n")
    assert "1 document, 1 tombstone\n" in told


def test_formats(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign.put_on_path(monkeypatch, foreign.install(tmp_path, odd=foreign.GOOD, extra="raise ValueError('no')"))
    lines = export(world, "formats").out.splitlines()
    assert any(line.startswith("oai_dc: ") and line.endswith("harvestable; kept") for line in lines)
    assert any(line.startswith("ddi: ") and "not kept" in line for line in lines)
    assert any(line.startswith("odd: the exporter odd ") and "ValueError" in line for line in lines)
    found = {item["name"]: item for item in export(world, "formats", "--json").json}
    assert found["native_json"]["mediaType"] == "application/json"
    assert found["native_json"]["kept"] is True
    assert found["odd"]["version"] is None
    assert "ValueError" in found["odd"]["fault"]


def test_a_batch_that_is_open_is_asked_to_end(world: World) -> None:
    with world.context() as context:
        export_batch.request(context, "redo", "me")
    done = export(world, "cancel")
    assert (done.status, done.out) == (0, "Batch 1 is asked to end\n")
    with world.context() as context:
        assert export_batch.open_batch(context) is None


def test_there_is_nothing_to_cancel(world: World) -> None:
    done = export(world, "cancel")
    assert (done.status, done.err) == (2, "mdwatch: no batch of exports waits or runs\n")


def test_a_format_without_an_exporter_is_bad_configuration(world: World) -> None:
    world.raw["export"] = {"formats": ["nothing", "oai_dc", "nix"]}
    for arguments in (("all",), ("redo",)):
        done = export(world, *arguments)
        assert done.status == 78
        assert [line.split(";")[0] for line in done.err.splitlines()] == [
            "mdwatch: export.formats: there is no exporter nothing",
            "mdwatch: export.formats: there is no exporter nix",
        ]


def test_an_update_is_due_until_the_next_batch(world: World) -> None:
    export(world, "all")
    world.drop("1.xml", update("IE1", dc("New")))
    world.run()
    assert export(world, "status").out.startswith("2 published IEs: 1 due")
    behind = export(world, "show", "IE1", "oai_dc")
    assert ("New" in behind.out, "IE IE1 was changed since" in behind.err) == (False, True)
    assert export(world, "all", "--json").json["exported"] == 1
    current = export(world, "show", "IE1", "oai_dc")
    assert ("New" in current.out, current.err) == (True, "")


def test_what_an_exporter_prints_does_not_spoil_the_json(world: World, tmp_path: Path) -> None:
    folder = foreign.install(tmp_path, odd="print('noise', flush=True)" + foreign.GOOD)
    world.raw["export"] = {"formats": ["odd"]}
    root = Path(__file__).parents[2]
    done = process("export", "all", "--json", config=world.write_settings(), PYTHONPATH=f"{root}:{folder}")
    assert (done.status, done.json["exported"]) == (0, 2)
