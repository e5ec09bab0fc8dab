"""What an export costs: it grows no faster than the record, however many values of one kind that has."""

import importlib
import time
from typing import Final

import pytest

from mdwatch.exporters import BUILT_IN
from mdwatch.model import IntellectualEntity, Record, RecordType
from tests.formats.hostile import SHAPES

# Measures time, which a machine busy with other tests does not give evenly.
pytestmark = pytest.mark.system

SIZE: Final = 30_000
TIMES: Final = 4
MOST: Final = 9.0  # what is quadratic takes sixteen times as long
NOTHING: Final = 0.04  # seconds; what is quadratic takes longer at this size
MANY: Final = ("fields", "names", "identifiers", "relations", "schemes")


def seconds(name: str, shape: str, size: int) -> float:
    """The processor time of one export of a record that no cache knows."""
    record = Record(type=RecordType.DESCRIPTIVE, sub_type="dc", mid="", content=SHAPES[shape](size))
    ie = IntellectualEntity(pid="IE1", institution="INS01", records=(record,))
    exporter = importlib.import_module(f"mdwatch.exporters.{BUILT_IN[name]}").EXPORTER
    started = time.process_time()
    exporter.export(ie)
    return time.process_time() - started


@pytest.mark.parametrize("shape", MANY)
@pytest.mark.parametrize("name", BUILT_IN)
def test_the_cost_of_an_export_grows_no_faster_than_its_record(name: str, shape: str) -> None:
    took = seconds(name, shape, TIMES * SIZE)
    if took > NOTHING:
        assert took < MOST * max(seconds(name, shape, SIZE), NOTHING / TIMES)
