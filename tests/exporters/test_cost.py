"""What an export costs: it grows no faster than the record, however many values of one kind that has."""

import importlib
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

import pytest

from benchmarks.at_the_cap import entities
from benchmarks.sources_at_the_cap import SOURCES
from mdwatch.exporters import BUILT_IN, remembered
from mdwatch.formats.limits import Limits
from mdwatch.model import IntellectualEntity, Record, RecordType
from tests.exporters.samples import dc
from tests.formats.hostile import SHAPES

# Measures time, which a machine busy with other tests does not give evenly.
pytestmark = pytest.mark.system

SIZE: Final = 30_000
TIMES: Final = 4
MOST: Final = 9.0  # what is quadratic takes sixteen times as long
NOTHING: Final = 0.04  # seconds; what is quadratic takes longer at this size
MANY: Final = ("fields", "names", "identifiers", "relations", "schemes")


def seconds(name: str, content: str) -> float:
    """The processor time of one export of a record that no cache knows."""
    record = Record(type=RecordType.DESCRIPTIVE, sub_type="dc", mid="", content=content)
    return seconds_of(name, IntellectualEntity(pid="IE1", institution="INS01", records=(record,)))


def seconds_of(name: str, ie: IntellectualEntity) -> float:
    """The same of an IE."""
    exporter = importlib.import_module(f"mdwatch.exporters.{BUILT_IN[name]}").EXPORTER
    remembered.forget_records()
    started = time.process_time()
    exporter.export(ie)
    return time.process_time() - started


@pytest.mark.parametrize("shape", MANY)
@pytest.mark.parametrize("name", BUILT_IN)
def test_the_cost_of_an_export_grows_no_faster_than_its_record(name: str, shape: str) -> None:
    took = seconds(name, SHAPES[shape](TIMES * SIZE))
    if took > NOTHING:
        assert took < MOST * max(seconds(name, SHAPES[shape](SIZE)), NOTHING / TIMES)


FEW: Final = 2_000  # elements of a source record
TIMES_AS_MANY: Final = 8
MOST_TIMES: Final = 30.0  # what is quadratic takes 64 times as long
BRIEFLY: Final = 0.1  # seconds; what is quadratic and matters takes longer at this size
READ_OR_FITTED: Final = ("oai_dc", "ddi", "mods")  # made by a reader of each kind, or of the record itself


@pytest.mark.parametrize("kind", SOURCES)
def test_the_cost_of_a_source_record_grows_no_faster_than_it(kind: str) -> None:
    few, many = entities(FEW)[kind](), entities(TIMES_AS_MANY * FEW)[kind]()
    for name in READ_OR_FITTED:
        took = seconds_of(name, many)
        if took > BRIEFLY:
            assert took < MOST_TIMES * max(seconds_of(name, few), BRIEFLY / TIMES_AS_MANY), name


# Fields by number, no two the same; those of words are the dearest to read of their kind.
FIELDS: Final[dict[str, Callable[[int], str]]] = {
    "subjects": lambda k: f"<dc:subject>subject {k}</dc:subject>",
    "titles": lambda k: f"<dc:title>The title, number {k}</dc:title>",
    "names": lambda k: f"<dc:creator>Family{k}, Given</dc:creator>",
    "bodies": lambda k: f"<dc:contributor>University of X{k}</dc:contributor>",
    "dates": lambda k: f"<dc:date>{date(1800, 1, 1) + timedelta(k)}</dc:date>",
    "dates in words": lambda k: f"<dc:date>[ca. {k % 2000:04}, no. {k}]</dc:date>",
    "dates in many words": lambda k: f"<dc:date>{'word ' * 26}{k}</dc:date>",
    "identifiers": lambda k: f"<dc:identifier>https://example.org/{k}</dc:identifier>",
    "numbers": lambda k: f"<dc:identifier>10.1000/{k}</dc:identifier>",
    "relations": lambda k: f"<dc:relation>https://example.org/{k}</dc:relation>",
    "languages": lambda k: f"<dc:language>en-x-a{k}</dc:language>",
}
SHARE: Final = 20  # of what the cap on elements allows, so that it takes a twentieth of the time
# Seconds at the cap, on a machine busy with other things; alone it takes a third. Words of dates are read by a dozen
# patterns, which cost a hundred seconds when each looked at every text.
MOST_SECONDS: Final = 6.0
MOST_SECONDS_IN_WORDS: Final = 25.0


@pytest.mark.parametrize("kind", FIELDS)
def test_no_export_of_as_many_values_as_the_caps_allow_costs_more_than_some_seconds(kind: str) -> None:
    content = dc("".join(map(FIELDS[kind], range(Limits().elements // SHARE))))
    most = MOST_SECONDS_IN_WORDS if "words" in kind else MOST_SECONDS
    for name in BUILT_IN:
        seconds(name, dc("<dc:title>Before the first</dc:title>"))
        assert min(seconds(name, content) for _ in range(2)) * SHARE < most, name
