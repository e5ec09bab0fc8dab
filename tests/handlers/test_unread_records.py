"""A record that no crosswalk reads is told at load, at update and by `check`."""

import json
from pathlib import Path

import pytest

from mdwatch.handlers.files import check as file_check
from mdwatch.handlers.files import explain
from mdwatch.handlers.ies import load
from tests.worlds import JOB, World, ie, metadata, update

STRANGE = '<survey xmlns="urn:nobody"><a>{}</a></survey>'
MODS = '<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><title>{}</title></titleInfo></mods>'
TOLD = (
    "Source record 1 (other:strange) is of no kind that exports read: its root is <survey> of the namespace urn:nobody"
)


def entity(content: str) -> dict[str, object]:
    return ie("IE1", source=[{"mid": "1", "subType": "other:strange", "content": content.format("old")}])


def changed(content: str) -> bytes:
    return update("IE1", metadata(content.format("new"), "source", "other:strange", "1"))


@pytest.mark.parametrize(("content", "told"), [(STRANGE, True), (MODS, False)])
def test_it_is_told_wherever_it_comes_in(tmp_path: Path, content: str, told: bool) -> None:
    world = World(tmp_path)
    world.load(entity(content))
    file = world.drop("1.xml", changed(content))
    with world.context() as context:
        (forecast,) = file_check.check(context, [file], JOB)
        assert (TOLD in forecast.reason) is told
    world.run()
    lines = world.log_lines()
    assert "IE IE1 has been successfully updated" in lines[0]
    assert any(f"INFO   Note on IE IE1: {TOLD}" in line for line in lines) is told
    with world.context() as context:
        (found,) = explain.explain(context, file, None)
        assert (TOLD in found.past[0][0].reason) is told


def test_loading_tells_it(tmp_path: Path) -> None:
    world = World(tmp_path)
    path = tmp_path / "ies.jsonl"
    path.write_text(json.dumps(entity(STRANGE)) + "\n", encoding="utf-8")
    with world.context() as context:
        (first,) = load.load(context, path, "me")
        assert first.notices[0].startswith(TOLD)
        (again,) = load.load(context, path, "me")
        assert again.notices == ()


def test_the_number_of_a_source_md_finds_it(tmp_path: Path) -> None:
    world = World(tmp_path)
    mid = "ie-amd-source-MODS-1"
    world.load(ie("IE1", source=[{"mid": mid, "subType": "mods", "content": MODS.format("old")}]))
    file = world.drop("1.xml", update("IE1", metadata(MODS.format("new"), "source", "mods", "1")))
    with world.context() as context:
        (forecast,) = file_check.check(context, [file], JOB)
        assert [(item.mid, bool(item.difference.added)) for item in forecast.records] == [(mid, True)]
    assert world.run().counts == {"updated": 1}
    (record,) = world.get("IE1").sources
    assert (record.mid, record.content) == (mid, MODS.format("new"))
