"""How daemons that share a repository share its jobs: each job is looked after by one of them, all by about as many.

Every daemon decides for itself, by what all of them see: which daemons live, and who looks after which job. Jobs that
nobody looks after are dealt out, in the same way by all, to those that have the fewest; where one does not take what
is dealt to it, another does after a moment. Who has two jobs more than another gives one away, and so does who cannot
use a job's folder while others may be able to.
"""

from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

PATIENCE_SECONDS: Final = 3.0  # for which a job is left to the daemon it was dealt to


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedView:
    """What a daemon sees: itself, all daemons that live, who of them looks after which job, and its own jobs.

    `free_for`: for how many seconds each job was seen without a keeper. `unable`: jobs whose folders it cannot use.
    `full`: daemons that want no more jobs, for they cannot use those they had.
    """

    me: str
    daemons: AbstractSet[str]
    keepers: Mapping[str, str]
    jobs: AbstractSet[str]
    free_for: Mapping[str, float]
    unable: AbstractSet[str] = frozenset()
    full: AbstractSet[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SharingStep:
    """The jobs to take, and those to give away."""

    take: frozenset[str] = frozenset()
    give: frozenset[str] = frozenset()


def step(seen: SharedView) -> SharingStep:
    """What a daemon does next."""
    mine = {job for job, keeper in seen.keepers.items() if keeper == seen.me and job in seen.jobs}
    taking = _to_take(seen)
    others = seen.daemons - {seen.me} - seen.full
    if not others:
        return SharingStep(taking)
    in_vain = mine & seen.unable
    if in_vain or taking:
        return SharingStep(taking, frozenset(in_vain))
    counts = Counter(seen.keepers.values())
    if len(mine) - min(counts[other] for other in others) < 2:
        return SharingStep()
    # Rather one that prefers another.
    spare = min(mine, key=lambda job: (preferred(job, seen.daemons) == seen.me, job))
    return SharingStep(give=frozenset({spare}))


def _to_take(seen: SharedView) -> frozenset[str]:
    """All see the same and deal out the same way, each job to one of those that have the fewest; each takes its own."""
    others = seen.daemons - seen.full - {seen.me}
    counts = Counter(dict.fromkeys(others | {seen.me}, 0))
    counts.update(keeper for keeper in seen.keepers.values() if keeper in counts)
    taking = set()
    # Left to others only where there are some.
    left = seen.unable if others else frozenset()
    for job in sorted(seen.jobs - seen.keepers.keys() - left):
        fewest = min(counts.values())
        chosen = preferred(job, {name for name, count in counts.items() if count == fewest})
        counts[chosen] += 1
        if chosen == seen.me or seen.free_for.get(job, 0.0) >= PATIENCE_SECONDS:
            taking.add(job)
    return frozenset(taking)


def preferred(job: str, daemons: AbstractSet[str]) -> str:
    """The daemon that a job prefers; when others come or go, few jobs prefer another."""
    return max(daemons, key=lambda daemon: (blake2b(f"{job}\0{daemon}".encode()).digest(), daemon))
