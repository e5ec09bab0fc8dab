"""Real runs against the model: whatever is dropped, locked, moved, retried and reverted, the end is what it says."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.proof import tally
from tests.proof.drive import NAMES, PIDS, TITLES, Sides

_TITLE = st.sampled_from(TITLES)
_DC = st.builds(lambda title: {("descriptive", ""): title}, _TITLE)
_MODS = st.builds(lambda title, mid: {("source", mid): title}, _TITLE, st.sampled_from(["7", "8"]))
_BOTH = st.builds(lambda one, two: {**one, **two}, _DC, _MODS)
_KNOWN = st.sampled_from(PIDS[:4])

_ACTS = st.one_of(
    st.tuples(st.just("drop"), st.sampled_from(NAMES), st.sampled_from(PIDS), st.one_of(_DC, _DC, _MODS, _BOTH)),
    st.tuples(st.just("drop"), st.sampled_from(NAMES), st.just("IE1"), st.one_of(_DC, _MODS)),
    st.tuples(st.just("drop"), st.sampled_from(NAMES), st.just("IE1"), st.none()),
    st.tuples(st.just("run")),
    st.tuples(st.just("run")),
    st.tuples(st.just("lock"), _KNOWN, st.booleans()),
    st.tuples(st.just("stage"), _KNOWN, st.booleans()),
    st.tuples(st.just("retry"), st.integers(0, 3)),
    st.tuples(st.just("dismiss"), st.integers(0, 3)),
    st.tuples(st.just("revert"), _KNOWN, st.integers(1, 3)),
    st.tuples(st.just("delete"), st.just("IE4")),
    st.tuples(st.just("age")),
)


def _play(acts: list[tuple[object, ...]], group_size: int) -> None:
    with tempfile.TemporaryDirectory() as root:
        sides = Sides(Path(root), group_size=group_size)
        for name, *arguments in acts:
            match name, arguments:
                case "lock", [pid, locked]:
                    sides.lock(str(pid), locked=bool(locked))
                case "stage", [pid, in_sip]:
                    sides.stage(str(pid), in_sip=bool(in_sip))
                case _:
                    getattr(sides, str(name))(*arguments)
        sides.run()
        # Nothing is left to do: one more run changes nothing.
        sides.run()
    tally.note("a play of drops and acts", 1, 0)


_QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=10, deadline=None, suppress_health_check=_QUIET)
@given(st.lists(_ACTS, min_size=6, max_size=20), st.integers(1, 3))
def test_the_end_is_what_the_model_says(acts: list[tuple[object, ...]], group_size: int) -> None:
    _play(acts, group_size)


@pytest.mark.system
@pytest.mark.timeout(900)
@settings(max_examples=300, deadline=None, suppress_health_check=_QUIET)
@given(st.lists(_ACTS, min_size=20, max_size=60), st.integers(1, 5))
def test_the_end_of_long_plays_is_what_the_model_says(acts: list[tuple[object, ...]], group_size: int) -> None:
    _play(acts, group_size)
