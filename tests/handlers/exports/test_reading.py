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
from mdwatch.runtime.context import Context
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
def context(world: World) -> Iterator[Context]:
    with world.context() as context:
        yield context


def test_an_export_is_made_where_there_is_none_yet(context: Context) -> None:
    found = reading.document(context, "IE1", "native_json")
    assert json.loads(found.content or b"")["pid"] == "IE1"
    assert reading.document(context, "IE1", "native_json") == found


def test_it_is_the_one_that_is_kept(world: World, context: Context) -> None:
    before = reading.document(context, "IE1", "oai_dc")
    world.drop("1.xml", update("IE1", dc("New")))
    world.run()
    assert reading.document(context, "IE1", "oai_dc") == before
    request.carry_out(context, "all", "me")
    assert b"New" in (reading.document(context, "IE1", "oai_dc").content or b"")


@pytest.mark.parametrize(("pid", "why"), [("IE2", "is not published"), ("IE3", "is deleted"), ("IE4", "is harvested")])
def test_what_has_no_exports_has_a_reason(context: Context, pid: str, why: str) -> None:
    with pytest.raises(NotExported, match=f"IE {pid} {why}"):
        reading.document(context, pid, "oai_dc")


def test_what_was_withdrawn_is_not_shown(context: Context) -> None:
    reading.document(context, "IE1", "oai_dc")
    change.unpublish(context, "IE1")
    with pytest.raises(NotExported):
        reading.document(context, "IE1", "oai_dc")


@pytest.mark.parametrize(
    ("pid", "name", "why"),
    [
        ("IE9", "oai_dc", "there is no IE IE9"),
        ("x\n", "oai_dc", "is no PID"),
        ("IE1", "ddi", "the formats are: native_json, oai_dc"),
    ],
)
def test_what_is_not_there_is_wrong_use(context: Context, pid: str, name: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        reading.document(context, pid, name)


def test_a_format_that_fails_tells_why_and_is_not_tried_for_everyone_who_asks(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = tmp_path / "tries"
    body = f"open({str(tries)!r}, 'a').write('x')\nraise ValueError('no luck')"
    foreign.put_on_path(monkeypatch, foreign.install(tmp_path, odd=body))
    world.raw["export"] = {"formats": ["native_json", "odd"]}
    with world.context() as context:
        for _ in range(3):
            with pytest.raises(Failed, match="could not be exported as odd: the exporter failed: no luck"):
                reading.document(context, "IE1", "odd")
        assert tries.read_text() == "x"
        assert reading.document(context, "IE1", "native_json").content
        documents, failing = reading.of_ie(context, "IE1")
        assert [item.format for item in documents] == ["native_json"]
        assert [(item.format, item.failure.reason) for item in failing] == [("odd", "the exporter failed: no luck")]


def test_one_ie_can_be_attended_to_by_itself(context: Context) -> None:
    reading.attend(context, 1, Wanted.REDO)
    before = reading.document(context, "IE1", "oai_dc")
    time.sleep(0.002)
    reading.attend(context, 1, Wanted.REDO)
    after = reading.document(context, "IE1", "oai_dc")
    assert (after.at > before.at, after.datestamp) == (True, before.datestamp)


def test_the_formats_are_those_that_are_kept_and_those_that_could_be(
    tmp_path: Path, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign.put_on_path(monkeypatch, foreign.install(tmp_path, odd=foreign.GOOD, extra="raise ValueError('no')"))
    found = {item.name: item for item in reading.formats(context)}
    assert found["native_json"].kept
    assert not found["ddi"].kept
    assert found["ddi"].exporter is not None
    assert found["odd"].exporter is None
    assert "ValueError('no')" in found["odd"].fault


def test_how_the_exports_stand(context: Context) -> None:
    before = reading.standing(context)
    assert (before.published, before.due, before.failing, before.formats, before.batch) == (1, 1, 0, (), None)
    batch = request.carry_out(context, "all", "me")
    after = reading.standing(context)
    assert (after.published, after.due, after.failing, after.latest) == (1, 0, 0, (batch,))
    assert [(item.format, item.documents) for item in after.formats] == [("native_json", 1), ("oai_dc", 1)]
    assert reading.forget_stamps(context) == 1
    assert reading.standing(context).due == 1


def test_another_landing_page_makes_exports_due(world: World, context: Context) -> None:
    request.carry_out(context, "all", "me")
    assert reading.standing(context).due == 0
    world.raw["export"]["landing_page"] = "https://example.org/object/{pid}"
    with world.context() as now:
        assert reading.standing(now).due == 1
        request.carry_out(now, "all", "me")
        assert b"https://example.org/object/IE1" in (reading.document(now, "IE1", "oai_dc").content or b"")
        assert reading.standing(now).due == 0
