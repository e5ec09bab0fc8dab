"""What the largest file of each hostile shape that is accepted costs: processor time and memory, in a process each."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.formats.hostile import SHAPES, update

pytestmark = pytest.mark.system

ROOT: Final = Path(__file__).parents[2]
# The bar is a second and a hundred megabytes on a quiet machine; this one may be at other things.
SECONDS: Final = 3.0
MEGABYTES: Final = 150
LARGEST: Final = 9_000_000
SHRUNK: Final = 0.6
PROGRAM: Final = """
import json, resource, sys, time
from pathlib import Path
from mdwatch.formats import updatemd
from mdwatch.formats.limits import Limits
from mdwatch.model import UpdateMD
updatemd.prepare(b"<a/>", Limits())
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
data = Path(sys.argv[1]).read_bytes()
started = time.process_time()
found = updatemd.prepare(data, Limits())
seconds = time.process_time() - started
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([isinstance(found, UpdateMD), seconds, (after - before) / 1024]))
"""
# Shapes that are never well-formed.
BROKEN: Final = ("nothing but markup", "an end that never comes")


def cost(path: Path) -> tuple[bool, float, float]:
    """Whether the file is accepted, its processor time in seconds, and its memory in megabytes."""
    ended = subprocess.run([sys.executable, "-c", PROGRAM, str(path)], capture_output=True, cwd=ROOT, check=True)
    accepted, seconds, megabytes = json.loads(ended.stdout)
    return accepted, seconds, megabytes


@pytest.mark.parametrize("name", SHAPES)
def test_no_file_that_is_accepted_costs_more_than_the_bar_and_none_that_is_refused(name: str, tmp_path: Path) -> None:
    size, path = LARGEST, tmp_path / "a.xml"
    while True:
        path.write_bytes(update(SHAPES[name](size)))
        accepted, seconds, megabytes = cost(path)
        assert seconds < SECONDS, size
        assert megabytes < MEGABYTES, size
        if accepted or name in BROKEN:
            return
        size = int(size * SHRUNK)
        assert size > 1_000
