"""How a job stands: the table over its whole product, and what is told of each step."""

from itertools import product

import pytest

from mdwatch.rules import job_states
from mdwatch.rules.job_states import TABLE, Event, JobState, Told

TROUBLED = {JobState.ABORTED, JobState.TROUBLE, JobState.FAULT, JobState.HUNG}


def test_every_event_leads_somewhere_from_every_state() -> None:
    assert TABLE.keys() == set(product(JobState, Event))
    assert set(TABLE.values()) == set(JobState) - {JobState.UNTOLD}


@pytest.mark.parametrize("state", JobState)
def test_a_turn_that_went_well_ends_every_trouble_and_a_fault_begins_one(state: JobState) -> None:
    assert TABLE[state, Event.WENT_WELL] is JobState.IDLE
    for event in (Event.FILES_LEFT, Event.FORBIDDEN, Event.FAILED, Event.FAILED_OURS, Event.SILENT):
        assert TABLE[state, event].troubled
    for event in (Event.PAUSED, Event.TAKEN):
        assert not TABLE[state, event].troubled


@pytest.mark.parametrize("state", JobState)
def test_the_troubled_are_those_that_somebody_has_to_see_to(state: JobState) -> None:
    assert state.troubled is (state in TROUBLED)


def test_what_is_told_of_a_step() -> None:
    for before, after, same in product(JobState, JobState, (True, False)):
        told = job_states.told(before, after, same_reason=same)
        if after in TROUBLED:
            assert told is (Told.NOTHING if before is after and same else Told.TROUBLE)
        else:
            assert told is (Told.HEALED if before in TROUBLED else Told.NOTHING)


def test_a_state_that_another_version_told_is_none() -> None:
    assert [JobState.of(state.value) for state in JobState] == list(JobState)
    assert JobState.of("asleep") is JobState.UNTOLD
