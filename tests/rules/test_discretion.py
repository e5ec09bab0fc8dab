"""What the history of an IE does not name."""

from itertools import product

import pytest

from mdwatch.formats import dnx
from mdwatch.rules import discretion

WHEN = "2026-11-27 08:00:00"


def test_what_came_of_a_job_is_hidden_unless_the_job_may_be_seen() -> None:
    for job, jobs in product((None, "ours", "theirs"), ((), ("ours",), ("ours", "theirs"))):
        assert discretion.is_hidden(job, jobs) == (job is not None and job not in jobs)


@pytest.mark.parametrize(
    ("detail", "told", "agent"),
    [
        ("JOB=ours;FILE=a.xml;", "JOB=ours;FILE=a.xml;", "ada"),
        ("JOB=theirs;FILE=a;JOB=ours;.xml;", "JOB=another institution;", "another institution"),
        ("UNDONE_RUN=3;JOB=theirs;REVERTED_TO_VERSION=2;", "JOB=another institution;", "ada"),
        ("UNDONE_RUN=3;JOB=ours;REVERTED_TO_VERSION=2;", "UNDONE_RUN=3;JOB=ours;REVERTED_TO_VERSION=2;", "ada"),
        ("REVERTED_TO_VERSION=2;", "REVERTED_TO_VERSION=2;", "ada"),
        ("", None, "ada"),
    ],
)
def test_an_event_names_no_job_of_others(detail: str, told: str | None, agent: str) -> None:
    before = dnx.modified_event("ada", WHEN, detail)
    after = discretion.event(before, ("ours",))
    assert (after.get("eventOutcomeDetail1"), after["linkingAgentIdentifierValue1"]) == (told, agent)
    assert list(after) == list(before)
    assert discretion.agents([before], [after]) == ({"ada"} if agent != "ada" else set())
    assert discretion.event(before, ("ours", "theirs")) is before
