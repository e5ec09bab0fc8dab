"""What does not work, and since when, for /readyz, metrics and the line of systemd."""

from collections.abc import Iterator
from itertools import count

import pytest

from mdwatch.daemon.troubles import PartTroubles
from mdwatch.runtime.metrics import REGISTRY
from mdwatch.web.serving.route import PartTrouble


@pytest.fixture
def troubles() -> Iterator[PartTroubles]:
    moments = count(1)
    made = PartTroubles(lambda: next(moments))
    yield made
    for part in made.parts():
        made.note(part, None)


def metric(part: str) -> float | None:
    return REGISTRY.get_sample_value("mdwatch_part_in_trouble", {"part": part})


def test_a_trouble_lasts_from_its_first_note_until_it_is_mended(troubles: PartTroubles) -> None:
    troubles.note("settings", "one fault")
    (first,) = troubles.all()
    troubles.note("settings", "another fault")
    (second,) = troubles.all()
    assert second == PartTrouble("settings", first.since, "another fault")
    assert metric("settings") == 1
    troubles.note("settings", None)
    assert troubles.all() == ()
    assert metric("settings") == 0


def test_what_was_handed_out_does_not_change(troubles: PartTroubles) -> None:
    troubles.note("http", "taken")
    before = troubles.all()
    troubles.note("http", None)
    assert [item.part for item in before] == ["http"]


def test_jobs_come_and_go_beside_the_parts(troubles: PartTroubles) -> None:
    troubles.note("database", "away")
    troubles.note_jobs({"one": "its folder is gone", "two": None, "three": "frozen"})
    assert (troubles.jobs(), troubles.parts()) == (["one", "three"], ["database"])
    # A reload took one of them out.
    troubles.note_jobs({"two": None, "three": "frozen"})
    assert [item.part for item in troubles.all()] == ["database", "job three"]
    assert metric("job three") is None
