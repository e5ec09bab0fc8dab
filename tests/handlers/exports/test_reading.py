"""Exports are read, and how they stand is told."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mdwatch.errors import UsageError
from mdwatch.handlers.exports import reading, request
from mdwatch.handlers.exports.reading import Failed, NotExported
from mdwatch.handlers.ies import change
from mdwatch.rules.exporting import Wanted
from mdwatch.runtime.context import Workplace
from tests import foreign
from tests.worlds import World, dc, ie, update


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.raw["export"] = {"formats": ["native_json", "oai_dc"]}
    world.load(
        ie("IE1", published=True), ie("IE2"), ie("IE3", status="deleted"), ie("IE4", published=True, harvested=True)
    )
    return world


@pytest.fixture
def place(world: World) -> Iterator[Workplace]:
    with world.place() as place:
        yield place


def test_an_export_is_made_where_there_is_none_yet(place: Workplace) -> None:
    found = reading.document(place, "IE1", "native_json")
    assert json.loads(found.content or b"")["pid"] == "IE1"
    assert reading.document(place, "IE1", "native_json") == found


def test_it_is_the_one_that_is_kept(world: World, place: Workplace) -> None:
    before = reading.document(place, "IE1", "oai_dc")
    world.drop("1.xml", update("IE1", dc("New")))
    world.run()
    assert reading.document(place, "IE1", "oai_dc") == before
    request.carry_out(place, "all", "me")
    assert b"New" in (reading.document(place, "IE1", "oai_dc").content or b"")


@pytest.mark.parametrize(("pid", "why"), [("IE2", "is not published"), ("IE3", "is deleted"), ("IE4", "is harvested")])
def test_what_has_no_exports_has_a_reason(place: Workplace, pid: str, why: str) -> None:
    with pytest.raises(NotExported, match=f"IE {pid} {why}"):
        reading.document(place, pid, "oai_dc")


def test_what_was_withdrawn_is_not_shown(place: Workplace) -> None:
    reading.document(place, "IE1", "oai_dc")
    change.unpublish(place, "IE1")
    with pytest.raises(NotExported):
        reading.document(place, "IE1", "oai_dc")


@pytest.mark.parametrize(
    ("pid", "name", "why"),
    [
        ("IE9", "oai_dc", "there is no IE IE9"),
        ("x\n", "oai_dc", "is no PID"),
        ("IE1", "ddi", "the formats are: native_json, oai_dc"),
    ],
)
def test_what_is_not_there_is_wrong_use(place: Workplace, pid: str, name: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        reading.document(place, pid, name)


def test_a_format_that_fails_tells_why_and_is_not_tried_for_everyone_who_asks(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = tmp_path / "tries"
    body = f"open({str(tries)!r}, 'a').write('x')\nraise ValueError('no luck')"
    foreign.put_on_path(monkeypatch, foreign.install(tmp_path, odd=body))
    world.raw["export"] = {"formats": ["native_json", "odd"]}
    with world.place() as place:
        for _ in range(3):
            with pytest.raises(Failed, match="could not be exported as odd: ValueError: no luck"):
                reading.document(place, "IE1", "odd")
        assert tries.read_text() == "x"
        assert reading.document(place, "IE1", "native_json").content
        documents, failing = reading.of_ie(place, "IE1")
        assert [item.format for item in documents] == ["native_json"]
        assert [(item.format, item.failure.reason) for item in failing] == [("odd", "ValueError: no luck")]


def test_one_ie_can_be_attended_to_by_itself(place: Workplace) -> None:
    reading.attend(place, 1, Wanted.REDO)
    before = reading.document(place, "IE1", "oai_dc")
    time.sleep(0.002)
    reading.attend(place, 1, Wanted.REDO)
    after = reading.document(place, "IE1", "oai_dc")
    assert (after.at > before.at, after.datestamp) == (True, before.datestamp)


def test_the_formats_are_those_that_are_kept_and_those_that_could_be(
    tmp_path: Path, place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign.put_on_path(monkeypatch, foreign.install(tmp_path, odd=foreign.GOOD, extra="raise ValueError('no')"))
    found = {item.name: item for item in reading.formats(place)}
    assert found["native_json"].kept
    assert not found["ddi"].kept
    assert found["ddi"].exporter is not None
    assert found["odd"].exporter is None
    assert "ValueError('no')" in found["odd"].fault
    assert list(reading.formats_kept(place).exporters) == ["native_json", "oai_dc"]


def test_how_the_exports_stand(place: Workplace) -> None:
    before = reading.standing(place)
    assert (before.published, before.due, before.failing, before.formats, before.batch) == (1, 1, 0, (), None)
    batch = request.carry_out(place, "all", "me")
    after = reading.standing(place)
    assert (after.published, after.due, after.failing, after.latest) == (1, 0, 0, (batch,))
    assert [(item.format, item.documents) for item in after.formats] == [("native_json", 1), ("oai_dc", 1)]
    assert reading.forget_stamps(place) == 1
    assert reading.standing(place).due == 1
