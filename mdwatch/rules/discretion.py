"""What the history of an IE says to whoever may see the jobs of some institutions only. Pure.

An IE of theirs may have been changed by a job of another institution, or by one that works for several. That it was
changed, when and how is theirs to know; the name of that job, of its files and of its user is not.
"""

import re
from collections.abc import Container, Iterable, Mapping
from typing import Final

OTHERS: Final = "another institution"  # in the place of a name

_DETAIL: Final = "eventOutcomeDetail1"
_AGENT: Final = "linkingAgentIdentifierValue1"
_JOB: Final = re.compile(r"(?:\A|;)JOB=([^;]*)")


def is_hidden(job: str | None, jobs: Container[str]) -> bool:
    """Whether what came of this job (None: of none) is not to be named; of one no longer configured nobody knows."""
    return job is not None and job not in jobs


def event(told: Mapping[str, str], jobs: Container[str]) -> Mapping[str, str]:
    """A DNX event as it may be told to whoever may see these jobs."""
    detail = told.get(_DETAIL, "")
    found = _JOB.search(detail) if isinstance(detail, str) else None
    if found is None or not is_hidden(found[1], jobs):
        return told
    hidden = {**told, _DETAIL: f"JOB={OTHERS};"}
    # The event of an update names the user of the job; one that is taken back names who did that.
    return hidden | {_AGENT: OTHERS} if found.start() == 0 and _AGENT in told else hidden


def agents(before: Iterable[Mapping[str, str]], after: Iterable[Mapping[str, str]]) -> frozenset[str]:
    """The agents that these events do not name any more."""
    pairs = zip(before, after, strict=True)
    return frozenset(one[_AGENT] for one, other in pairs if one.get(_AGENT) != other.get(_AGENT))
