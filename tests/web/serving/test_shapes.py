"""Schemas are derived from the public shapes: each of them has one, and what commands print has it too."""

import dataclasses
import importlib
import json
import pkgutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import pytest

from mdwatch import shapes as public_shapes
from mdwatch.shapes.batches import BatchReportShape
from mdwatch.shapes.exports import ExportDocumentShape, StandingReportShape
from mdwatch.shapes.files import ExplanationShape, ForecastShape
from mdwatch.shapes.ies import VersionReportShape
from mdwatch.shapes.jobs import StatusShape
from mdwatch.shapes.sets import SetReportShape
from mdwatch.shapes.values import Counts, Moment
from mdwatch.web.serving import shapes
from tests.cli.calls import mdwatch
from tests.web.shaped import misfits
from tests.worlds import JOB, World, dc, ie, update

MODULES = [f"{public_shapes.__name__}.{item.name}" for item in pkgutil.iter_modules(public_shapes.__path__)]
ALL = [
    found
    for module in map(importlib.import_module, MODULES)
    for found in vars(module).values()
    if dataclasses.is_dataclass(found) and isinstance(found, type) and found.__module__ == module.__name__
]


@dataclasses.dataclass(frozen=True)
class Inner:
    flag: bool


@dataclasses.dataclass(frozen=True)
class Outer:
    name: str
    number: int | None
    at: Moment | None
    counts: Counts
    kind: Literal["a", "b"]
    inner: Inner | None
    several: Sequence[Inner]
    tuple_of: tuple[str, ...]
    anything: Mapping[str, object]


def test_a_schema_says_what_the_dataclass_says() -> None:
    inner = {
        "type": "object",
        "properties": {"flag": {"type": "boolean"}},
        "required": ["flag"],
        "additionalProperties": False,
    }
    schema = shapes.of(Outer)
    assert schema["required"] == sorted(schema["properties"])
    assert schema["properties"] == {
        "name": {"type": "string"},
        "number": shapes.either_null(shapes.INTEGER),
        "at": shapes.either_null(shapes.MOMENT),
        "counts": {"type": "object", "additionalProperties": shapes.INTEGER, "description": "How many of each."},
        "kind": {"type": "string", "enum": ["a", "b"]},
        "inner": {**inner, "type": ["object", "null"]},
        "several": {"type": "array", "items": inner},
        "tuple_of": {"type": "array", "items": {"type": "string"}},
        "anything": {"type": "object", "additionalProperties": {}},
    }


@pytest.mark.parametrize("shape", ALL, ids=lambda shape: shape.__name__)
def test_every_public_shape_has_a_schema_and_a_name_that_says_so(shape: type) -> None:
    assert json.loads(json.dumps(shapes.of(shape)))["type"] == "object"
    assert shape.__name__.endswith("Shape")


def test_what_commands_print_is_of_the_public_shapes(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.raw["export"] = {"formats": ["native_json"]}
    world.load(ie("IE1", published=True), ie("IE2", lockedBy="curator"), ie("IE3", stage="sip"))
    for number in (1, 2, 3):
        world.drop(f"{number}.xml", update(f"IE{number}", dc("New")))
    config = world.write_settings()

    def printed(*arguments: object) -> Any:
        return mdwatch(*arguments, "--json", config=config).json

    def listed(shape: type) -> shapes.Shape:
        return shapes.listed(shapes.of(shape))

    forecasts = printed("check", *sorted(world.folder.iterdir()))
    world.run()
    batch = printed("export", "all")
    mdwatch("set", "create", "a", "--where", "pid = IE1", config=config)
    found = [
        (forecasts, listed(ForecastShape)),
        (printed("status"), shapes.of(StatusShape)),
        (printed("explain", "2.xml"), listed(ExplanationShape)),
        (printed("explain", "3.xml"), listed(ExplanationShape)),
        (batch, shapes.of(BatchReportShape)),
        (printed("export", "status"), shapes.of(StandingReportShape)),
        (printed("export", "show", "IE1", "native_json"), shapes.of(ExportDocumentShape)),
        (printed("set", "list"), listed(SetReportShape)),
        (printed("ie", "history", "IE1"), listed(VersionReportShape)),
    ]
    for value, shape in found:
        assert value
        assert list(misfits(value, shape)) == []
    assert list(printed("job", "list")) == [JOB]
