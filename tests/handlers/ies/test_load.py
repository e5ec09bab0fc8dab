"""Bringing IEs in: what is loaded, what is refused, and that nothing an IE has is ever lost by loading it again."""

import json
import os
import sqlite3
from collections.abc import Generator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from mdwatch.errors import RepositoryBusy
from mdwatch.formats import mets, native
from mdwatch.formats.xml import Limits
from mdwatch.handlers.ies import change, load_sources
from mdwatch.handlers.ies import load as ie_load
from mdwatch.handlers.ies.load import Loaded, Result
from mdwatch.model import IntellectualEntity, Record, RecordType, Stage, Status
from mdwatch.repository.ies import Version
from mdwatch.runtime.confinement import Confinement
from tests.worlds import World, dc, ie, mods, update

SOURCE = {"mid": "1436", "subType": "MODS", "content": mods("Old")}
EVENT = {"eventType": "INGEST", "eventDateTime": "2017-05-19 10:48:50"}


def load(world: World, path: Path) -> list[Result]:
    with world.context() as context:
        return list(ie_load.load(context, path, "loader"))


def load_lines(world: World, *lines: Any, name: str = "given.jsonl") -> list[Result]:
    """Loads native JSON; a line that is no text is written as JSON."""
    path = world.root / name
    texts = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    path.write_bytes(b"\n".join(texts) + b"\n")
    return load(world, path)


def load_mets(world: World, entity: IntellectualEntity, name: str = "ie.xml") -> list[Result]:
    path = world.root / name
    path.write_bytes(mets.write(entity))
    return load(world, path)


def outcomes(results: list[Result]) -> list[tuple[str | None, str]]:
    return [(result.pid, result.loaded.value) for result in results]


def history(world: World, pid: str) -> list[Version]:
    with world.context() as context:
        return change.history(context, pid)


def entity(title: str = "Old", **facts: Any) -> IntellectualEntity:
    """An IE with a record of each kind, as a METS can hold it."""
    records = (
        Record(type=RecordType.DESCRIPTIVE, sub_type="dc", mid="", content=dc(title)),
        Record(type=RecordType.SOURCE, sub_type="MARC", mid="ie-amd-source-MARC-1", content="<marc/>"),
        Record(type=RecordType.SOURCE, sub_type="OTHER:dim", mid="302518", content="<dim/>"),
    )
    given = {"pid": "IE1", "institution": "INS01", "records": records, "events": (EVENT,), **facts}
    return IntellectualEntity(**given)


# --- new IEs


def test_a_new_ie_has_all_that_its_line_says(tmp_path: Path) -> None:
    world = World(tmp_path)
    line = {
        "pid": "IE1",
        "institution": "INS02",
        "stage": "sip",
        "status": "deleted",
        "published": True,
        "harvested": True,
        "lockedBy": "curator",
        "descriptive": dc("A"),
        "source": [SOURCE, {**SOURCE, "mid": "9"}],
        "events": [EVENT],
        "characteristics": {"owner": "CRS00.INS02.DPR00", "depth": {"of": [1, 2.5, None, True]}},
    }
    assert outcomes(load_lines(world, line)) == [("IE1", "new")]
    there = world.get("IE1")
    assert (there.institution, there.stage, there.status) == ("INS02", Stage.SIP, Status.DELETED)
    assert (there.published, there.harvested, there.locked_by) == (True, True, "curator")
    assert [(record.mid, record.content) for record in there.records] == [
        ("", dc("A")),
        ("1436", mods("Old")),
        ("9", mods("Old")),
    ]
    assert (list(there.events), there.characteristics) == ([EVENT], line["characteristics"])
    (version,) = history(world, "IE1")
    assert (version.version, version.agent, version.cause, version.file) == (1, "loader", "load", "given.jsonl")
    assert len(version.records) == 3


def test_a_mets_brings_records_events_owner_and_characteristics(tmp_path: Path) -> None:
    world = World(tmp_path)
    given = entity(institution="VUW00", characteristics={"owner": "CRS00.VUW00.LIBR", "modifiedBy": "someone"})
    assert outcomes(load_mets(world, given)) == [("IE1", "new")]
    there = world.get("IE1")
    assert there.institution == "VUW00"
    assert [(record.sub_type, record.mid) for record in there.sources] == [
        ("MARC", "ie-amd-source-MARC-1"),
        ("OTHER:dim", "302518"),
    ]
    assert list(there.events) == [EVENT]
    assert there.characteristics["modifiedBy"] == "someone"


@pytest.mark.parametrize("data", [mets.write(entity()), json.dumps(ie("IE1")).encode()])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("name", ["a.xml", "a.json", "a", "a.txt"])
def test_what_a_file_is_tells_its_content_not_its_name(tmp_path: Path, name: str, start: bytes, data: bytes) -> None:
    world = World(tmp_path)
    path = tmp_path / name
    path.write_bytes(start + data)
    assert outcomes(load(world, path)) == [("IE1", "new")]


@pytest.mark.parametrize(
    "line",
    [
        ie("IE1", title="&#x1F600; Ωμέγα \u2028\u0085\x7f\u202e\ufeff"),
        ie("IE1", source=[{"mid": "a b\tc'\"&<\u00e4", "subType": "Ünüblich", "content": mods("\U0001f600")}]),
        ie("IE1", events=[{"k\u00e9y": "v\\n\n\r\t\x00\x1f", "": ""}, {"n": 1, "b": True, "f": 0.1}, {}]),
        ie("IE1", characteristics={"": None, "n": 10**30, "deep": [[{"x": [1.5]}]], "\u202e": "\x00"}),
        ie("IE1", title="a\r\nb\tc  d", lockedBy="O'Brien \U0001f600"),
        {"pid": "IE1", "institution": "INS01"},
    ],
)
def test_native_json_goes_round_exactly(tmp_path: Path, line: dict[str, Any]) -> None:
    first, second = World(tmp_path / "one"), World(tmp_path / "two")
    assert outcomes(load_lines(first, line)) == [("IE1", "new")]
    written = native.write(first.get("IE1"))
    assert outcomes(load_lines(second, written.encode())) == [("IE1", "new")]
    assert native.write(second.get("IE1")) == written
    assert json.loads(written).items() >= line.items()
    assert outcomes(load_lines(first, written.encode())) == [("IE1", "unchanged")]


# --- IEs that are there


def test_loading_the_same_again_changes_nothing_at_all(tmp_path: Path) -> None:
    world = World(tmp_path)
    lines = [ie("IE1", source=[SOURCE], events=[EVENT, EVENT], published=True), ie("IE2", lockedBy="x")]
    load_lines(world, *lines)
    before = world.snapshot()["ies"]
    assert outcomes(load_lines(world, *lines)) == [("IE1", "unchanged"), ("IE2", "unchanged")]
    assert world.snapshot()["ies"] == before


@pytest.mark.parametrize("again", ["old", "new"])
def test_loading_an_ie_again_keeps_its_history_and_its_events(tmp_path: Path, again: str) -> None:
    world = World(tmp_path)
    old = ie("IE1", title="First", source=[SOURCE], events=[EVENT])
    load_lines(world, old)
    world.drop("a.xml", update("IE1", dc("Updated")))
    world.run()
    before, events = history(world, "IE1"), world.get("IE1").events
    assert (len(before), len(events)) == (2, 2)
    line = old if again == "old" else ie("IE1", title="Third", source=[SOURCE], events=[{"eventType": "NEW"}])
    assert outcomes(load_lines(world, line)) == [("IE1", "changed")]
    assert history(world, "IE1")[:2] == before
    there = world.get("IE1")
    assert there.events == events if again == "old" else there.events == (*events, {"eventType": "NEW"})
    with world.context() as context:
        change.revert(context, "IE1", 2, "me")
    assert world.title("IE1") == "Updated"


def test_an_old_mets_loaded_over_updates_loses_no_event_and_no_version(tmp_path: Path) -> None:
    world = World(tmp_path)
    load_mets(world, entity())
    world.drop("a.xml", update("IE1", dc("Updated")))
    world.run()
    events = world.get("IE1").events
    assert outcomes(load_mets(world, entity())) == [("IE1", "changed")]
    assert world.get("IE1").events == events
    assert [version.cause for version in history(world, "IE1")] == ["load", "update", "load"]
    assert world.title("IE1") == "Old"


def test_what_a_mets_does_not_speak_of_stays(tmp_path: Path) -> None:
    world = World(tmp_path)
    load_mets(world, entity())
    facts = {"pid": "IE1", "institution": "INS01", "stage": "sip", "published": True, "lockedBy": "curator"}
    load_lines(world, facts)
    load_mets(world, entity("New"))
    there = world.get("IE1")
    assert (there.stage, there.published, there.locked_by) == (Stage.SIP, True, "curator")
    assert world.title("IE1") == "New"


def test_a_line_with_facts_alone_leaves_records_events_and_version(tmp_path: Path) -> None:
    world = World(tmp_path)
    load_lines(world, ie("IE1", source=[SOURCE], events=[EVENT], characteristics={"a": "b"}))
    before = world.get("IE1")
    assert outcomes(load_lines(world, {"pid": "IE1", "institution": "INS02", "harvested": True})) == [
        ("IE1", "changed")
    ]
    after = world.get("IE1")
    assert (after.institution, after.harvested) == ("INS02", True)
    assert (after.records, after.events, after.characteristics) == (
        before.records,
        before.events,
        before.characteristics,
    )
    assert len(history(world, "IE1")) == 1


@pytest.mark.parametrize(
    ("key", "value", "left"),
    [("descriptive", dc("New"), [dc("New"), mods("Old")]), ("source", [], [dc("Old")])],
)
def test_a_line_with_one_kind_of_record_leaves_the_other_kind(
    tmp_path: Path, key: str, value: Any, left: list[str]
) -> None:
    world = World(tmp_path)
    load_lines(world, ie("IE1", source=[SOURCE]))
    load_lines(world, {"pid": "IE1", "institution": "INS01", key: value})
    assert [record.content for record in world.get("IE1").records] == left


def test_a_record_that_the_source_no_longer_has_goes_and_its_history_stays(tmp_path: Path) -> None:
    world = World(tmp_path)
    load_lines(world, ie("IE1", source=[SOURCE]))
    assert outcomes(load_lines(world, ie("IE1", source=[]))) == [("IE1", "changed")]
    assert world.get("IE1").sources == ()
    with world.context() as context:
        change.revert(context, "IE1", 1, "me")
    assert [record.content for record in world.get("IE1").sources] == [mods("Old")]


def test_a_record_may_come_back_under_its_mid(tmp_path: Path) -> None:
    world = World(tmp_path)
    for source in ([SOURCE], [], [{**SOURCE, "subType": "MARC", "content": "<marc/>"}]):
        load_lines(world, ie("IE1", source=source))
    (record,) = world.get("IE1").sources
    assert (record.sub_type, record.content) == ("MARC", "<marc/>")
    assert len(history(world, "IE1")) == 3


def test_another_subtype_alone_is_a_change(tmp_path: Path) -> None:
    world = World(tmp_path)
    load_lines(world, ie("IE1", source=[SOURCE]))
    assert outcomes(load_lines(world, ie("IE1", source=[{**SOURCE, "subType": "MARC"}]))) == [("IE1", "changed")]
    assert [record.sub_type for record in world.get("IE1").sources] == ["MARC"]


def test_white_space_and_prefixes_alone_are_no_change_but_order_is(tmp_path: Path) -> None:
    world = World(tmp_path)
    load_lines(world, {**ie("IE1"), "descriptive": dc("A", "B")})
    same = dc("A", "B").replace("dc:", "x:").replace("xmlns:dc", "xmlns:x").replace("><", ">\n <")
    assert outcomes(load_lines(world, {**ie("IE1"), "descriptive": same})) == [("IE1", "unchanged")]
    assert outcomes(load_lines(world, {**ie("IE1"), "descriptive": dc("B", "A")})) == [("IE1", "changed")]


def test_shown_as_mets_and_loaded_again_nothing_changes(tmp_path: Path) -> None:
    world = World(tmp_path)
    load_mets(world, entity())
    world.drop("a.xml", update("IE1", dc("Updated")))
    world.run()
    assert outcomes(load_mets(world, world.get("IE1"))) == [("IE1", "unchanged")]
    assert len(history(world, "IE1")) == 2


def test_an_ie_twice_in_one_file_ends_as_the_later_line_says(tmp_path: Path) -> None:
    world = World(tmp_path)
    results = load_lines(world, ie("IE1", "A"), ie("IE1", "B"), ie("IE1", "B"))
    assert outcomes(results) == [("IE1", "new"), ("IE1", "changed"), ("IE1", "unchanged")]
    assert world.title("IE1") == "B"
    assert len(history(world, "IE1")) == 2


# --- what is refused


BAD = {
    "no JSON": b"{",
    "unknown key": b'{"pid": "IE7", "institution": "INS01", "locked": true}',
    "lower case PID": b'{"pid": "ie7", "institution": "INS01"}',
    "PID with spaces": b'{"pid": " IE7", "institution": "INS01"}',
    "half a surrogate pair": b'{"pid": "IE7", "institution": "\\ud800"}',
    "not UTF-8": b'{"pid": "IE7", "institution": "\xff"}',
    "record not closed": json.dumps({**ie("IE7"), "descriptive": "<dc:record>"}).encode(),
    "a document type": json.dumps({**ie("IE7"), "descriptive": "<!DOCTYPE a><a/>"}).encode(),
    "mid twice": json.dumps(ie("IE7", source=[SOURCE, SOURCE])).encode(),
    "endless nesting": b"[" * 100_000,
    "a list": b"[]",
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_one_bad_line_is_named_and_the_rest_loaded(tmp_path: Path, bad: bytes) -> None:
    world = World(tmp_path)
    results = load_lines(world, ie("IE1"), b"", bad, b" \t\r", ie("IE2"))
    assert sorted((result.pid or "", result.loaded.value) for result in results) == [
        ("", "rejected"),
        ("IE1", "new"),
        ("IE2", "new"),
    ]
    (rejected,) = (result for result in results if result.loaded is Loaded.REJECTED)
    assert rejected.source == f"{tmp_path / 'given.jsonl'}, line 3"
    assert rejected.reason
    assert world.snapshot()["ies"].keys() == {"IE1", "IE2"}


@pytest.mark.parametrize("ending", [b"\n", b""])
def test_a_line_over_the_cap_says_so_and_the_rest_is_loaded(tmp_path: Path, ending: bytes) -> None:
    world = World(tmp_path)
    world.raw["limits"] = {"bytes": 1000}
    huge = json.dumps(ie("IE2", "x" * 100_000)).encode()
    path = tmp_path / "given.jsonl"
    path.write_bytes(json.dumps(ie("IE1")).encode() + b"\n" + huge + b"\n" + json.dumps(ie("IE3")).encode() + ending)
    results = load(world, path)
    assert sorted((result.pid or "", result.loaded.value) for result in results) == [
        ("", "rejected"),
        ("IE1", "new"),
        ("IE3", "new"),
    ]
    (rejected,) = (result for result in results if result.loaded is Loaded.REJECTED)
    assert rejected.source.endswith("line 2")
    assert "longer than 1250 bytes" in rejected.reason
    assert "limits.bytes" in rejected.reason


def test_the_longest_line_without_an_end_is_taken(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.raw["limits"] = {"bytes": 1000}
    line = json.dumps(ie("IE1")).encode()
    (tmp_path / "a.jsonl").write_bytes(line.ljust(1250))
    assert outcomes(load(world, tmp_path / "a.jsonl")) == [("IE1", "new")]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b"<mets/>", "not a METS"),
        (mets.write(entity())[:-20], "not well-formed"),
        (mets.write(entity()).replace(b">IE1<", b">REP1<"), "a PID is IE and digits"),
        (mets.write(entity()) + b" " * Limits().bytes, "limits.bytes"),
    ],
    ids=["empty", "other", "cut off", "no IE", "too large"],
)
def test_a_bad_mets_is_refused_whole(tmp_path: Path, data: bytes, reason: str) -> None:
    world = World(tmp_path)
    path = tmp_path / "a.xml"
    path.write_bytes(data)
    (result,) = load(world, path)
    assert (result.source, result.loaded) == (str(path), Loaded.REJECTED)
    assert reason in result.reason
    assert world.snapshot()["ies"] == {}


# --- which files


def test_folders_are_searched_for_what_can_be_loaded_and_nothing_is_loaded_twice(tmp_path: Path) -> None:
    wanted = ["a.xml", "b.JSONL", "deep/er/c.ndjson", "deep/d.Json"]
    for name in [*wanted, "deep/e.txt", "f.xml.bak", "g", "._a.xml", ".cache/h.json"]:
        path = tmp_path / "given" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "given" / "folder.xml").mkdir()
    folder = tmp_path / "given"
    found = load_sources.sources([folder, folder / "g", folder, folder / "deep", folder / "a.xml"])
    assert sorted(found) == sorted(folder / name for name in [*wanted, "g"])


def test_a_link_to_a_folder_above_does_not_go_on_for_ever(tmp_path: Path) -> None:
    (tmp_path / "a.xml").touch()
    (tmp_path / "loop").symlink_to(tmp_path)
    assert load_sources.sources([tmp_path]) == [tmp_path / "a.xml"]


def test_what_is_not_there_is_left_to_the_loading_to_tell(tmp_path: Path) -> None:
    world = World(tmp_path)
    missing = tmp_path / "missing.xml"
    assert load_sources.sources([missing]) == [missing]
    with pytest.raises(FileNotFoundError):
        load(world, missing)


# --- streaming


def test_a_file_is_loaded_as_it_is_read(tmp_path: Path) -> None:
    world = World(tmp_path)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    # Held open for writing, the pipe has no end: only a reader that streams gets anything out of it.
    writer = os.open(pipe, os.O_RDWR)
    try:
        lines = "".join(f"{json.dumps(ie(f'IE{number}'))}\n" for number in range(60))
        os.write(writer, lines.encode())
        with world.context() as context:
            loading = ie_load.load(context, pipe, "me")
            assert next(loading).pid == "IE0"
            assert isinstance(loading, Generator)
            loading.close()
    finally:
        os.close(writer)


@pytest.mark.sqlite
def test_a_database_that_gets_busy_stops_the_load_between_groups_and_the_next_goes_on(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.raw["repository"]["busy_seconds"] = 0.05
    path = tmp_path / "given.jsonl"
    path.write_text("".join(f"{json.dumps(ie(f'IE{number}'))}\n" for number in range(60)), encoding="utf-8")
    with world.context() as context:
        loading = ie_load.load(context, path, "me")
        loaded = [next(loading)]
        other = sqlite3.connect(tmp_path / "mdwatch.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(RepositoryBusy):
            loaded.extend(loading)
        other.execute("ROLLBACK")
        other.close()
    assert world.snapshot()["ies"].keys() == {result.pid for result in loaded}
    again = load(world, path)
    assert [result.loaded for result in again] == [Loaded.UNCHANGED] * 50 + [Loaded.NEW] * 10


def test_large_ies_are_stored_one_by_one_and_not_held_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path)
    groups: list[int] = []
    store = ie_load._store

    def noted(context: Any, group: list[Any], agent: str) -> list[Result]:
        groups.append(len(group))
        return store(context, group, agent)

    monkeypatch.setattr(ie_load, "_store", noted)
    monkeypatch.setattr(ie_load, "_GROUP_BYTES", 10_000)
    lines = [ie("IE1", "x" * 20_000), ie("IE2"), ie("IE3", "x" * 20_000), ie("IE4"), ie("IE5")]
    assert [result.pid for result in load_lines(world, *lines)] == ["IE1", "IE2", "IE3", "IE4", "IE5"]
    assert groups == [1, 2, 2]


def test_what_is_large_is_read_elsewhere_and_what_kills_that_process_is_rejected_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path)
    read_here: list[int] = []

    def noted(data: bytes, limits: Limits) -> IntellectualEntity:
        read_here.append(len(data))
        return read(data, limits)

    read = native.read
    monkeypatch.setattr(native, "read", noted)
    large = ie("IE2", "N" * 200_000)
    assert outcomes(load_lines(world, ie("IE1"), large, ie("IE3"))) == [("IE1", "new"), ("IE2", "new"), ("IE3", "new")]
    assert world.title("IE2") == "N" * 200_000
    assert len(read_here) == 2
    assert max(read_here) < 1000
    # The line is taken, and there is no room to make an IE of it.
    monkeypatch.setattr(load_sources, "Confinement", partial(Confinement, megabytes=12))
    results = load_lines(world, ie("IE1", "New"), ie("IE2", "N" * 5_000_000), ie("IE3", "New"))
    assert [result.loaded for result in results] == [Loaded.REJECTED, Loaded.CHANGED, Loaded.CHANGED]
    assert results[0].source.endswith(", line 2")
    assert results[0].reason.startswith("it takes more")
    assert "memory" in results[0].reason
    assert world.title("IE2") == "N" * 200_000
