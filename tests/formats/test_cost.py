"""What a document costs: for none of the hostile shapes does it grow faster than its size.

The absolute bar, a second and a hundred megabytes for the largest that is accepted, is measured in `tests/system`.
"""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import pytest

from mdwatch.errors import Rejected
from mdwatch.formats import difference, updatemd, xml
from mdwatch.formats.limits import Limits
from tests.formats.hostile import SHAPES, update

# Measures time, which a machine busy with other tests does not give evenly.
pytestmark = pytest.mark.system

LIMITS: Final = Limits()
SMALL: Final = 20_000
TIMES: Final = 4
# What is quadratic takes sixteen times as long for four times the size, and what is linear seldom more than five times.
MOST: Final = 9.0
# Seconds of processor time too short to be compared; what is quadratic takes much longer at this size.
NOTHING: Final = 0.02


@contextmanager
def no_collection() -> Iterator[None]:
    """Python's collector stops the clock where it likes."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def seconds(act: Callable[[], object]) -> float:
    """The processor time that an act takes."""
    with no_collection():
        started = time.process_time()
        act()
        return time.process_time() - started


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_the_cost_of_a_file_grows_no_faster_than_its_size(shape: Callable[[int], str]) -> None:
    small, large = (update(shape(size)) for size in (SMALL, TIMES * SMALL))
    took = seconds(lambda: updatemd.prepare(large, LIMITS))
    if took > NOTHING:
        assert took < MOST * max(seconds(lambda: updatemd.prepare(small, LIMITS)), NOTHING / TIMES)


def test_records_by_the_thousand_cost_no_more_than_one_large_one() -> None:
    metadata = (
        "<metadata><type>source</type><subType>mods</subType><mid>{}</mid><content>&lt;a/&gt;</content></metadata>"
    )
    many = "".join(metadata.format(number) for number in range(1_001))
    data = f'<updateMD xmlns="{updatemd.NAMESPACE}"><PID>IE1</PID>{many}</updateMD>'.encode()
    found = updatemd.prepare(data, LIMITS)
    assert getattr(found, "reason", "") == "it has 1001 metadata elements, and the cap is 1000; split it"


# Shapes in which what stands once is told again with each field.
TOLD_AGAIN: Final = (
    "a long attribute over many elements", "texts at every level", "wide levels", "fields", "deep branches",
)  # fmt: skip


@pytest.mark.parametrize("shape", [SHAPES[name] for name in TOLD_AGAIN], ids=TOLD_AGAIN)
def test_the_cost_of_a_difference_grows_no_faster_than_the_records(shape: Callable[[int], str]) -> None:
    def compare(size: int) -> difference.Difference:
        one = xml.parse(shape(size), LIMITS)
        return difference.compare(one, xml.parse("<record/>", LIMITS), LIMITS)

    took = seconds(lambda: compare(TIMES * SMALL))
    if took > NOTHING:
        assert took < MOST * max(seconds(lambda: compare(SMALL)), NOTHING / TIMES)
    told = compare(TIMES * SMALL).removed
    assert sum(len(field.path) for field in told) < 600 * len(told)


@pytest.mark.parametrize("name", ["elements", "a long namespace", "attributes"])
def test_a_shape_at_full_size_is_refused(name: str) -> None:
    with pytest.raises(Rejected, match=r"more than 100000|the cap is 1000"):
        xml.parse(SHAPES[name](4_000_000), LIMITS)
