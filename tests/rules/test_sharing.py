"""Daemons that decide for themselves come to share the jobs, whoever begins, leaves, or cannot use a folder."""

from itertools import product

import pytest

from mdwatch.rules.sharing import PATIENCE_SECONDS, SharedView, SharingStep, preferred, step

JOBS = frozenset(f"j{number}" for number in range(7))


class Shared:
    """Jobs and daemons, and a clock of one second a turn."""

    def __init__(self, daemons: set[str], jobs: frozenset[str] = JOBS) -> None:
        self.jobs = jobs
        self.daemons = daemons
        self.keepers: dict[str, str] = {}
        self.free: dict[str, float] = {}
        self.unable: dict[str, set[str]] = {}
        self.moves = 0

    def turn(self) -> None:
        """Each daemon in turn sees how all is, and does what it decides."""
        for me in sorted(self.daemons):
            unable = self.unable.get(me, set())
            full = {name for name, jobs in self.unable.items() if jobs}
            seen = SharedView(
                me=me,
                daemons=self.daemons,
                keepers=dict(self.keepers),
                jobs=self.jobs,
                free_for=dict(self.free),
                unable=unable,
                full=full,
            )
            done = step(seen)
            assert done.take.isdisjoint(self.keepers)
            assert all(self.keepers[job] == me for job in done.give)
            self.keepers |= dict.fromkeys(done.take, me)
            for job in done.give:
                del self.keepers[job]
            self.moves += len(done.take) + len(done.give)
        self.free = {job: self.free.get(job, 0.0) + 1 for job in self.jobs - self.keepers.keys()}

    def settle(self, turns: int = 60) -> None:
        """Turns until nothing moves any more."""
        for _ in range(turns):
            self.turn()
        before = self.moves
        for _ in range(20):
            self.turn()
        assert self.moves == before, "it goes on for ever"

    def counts(self) -> list[int]:
        return sorted(list(self.keepers.values()).count(name) for name in self.daemons)


@pytest.mark.parametrize(("daemons", "jobs"), list(product(range(1, 6), range(9))))
def test_all_jobs_are_kept_by_about_as_many_each(daemons: int, jobs: int) -> None:
    shared = Shared({f"d{number}" for number in range(daemons)}, frozenset(f"j{n}" for n in range(jobs)))
    shared.settle()
    assert shared.keepers.keys() == shared.jobs
    assert shared.counts()[-1] - shared.counts()[0] <= 1


@pytest.mark.parametrize(("before", "after"), list(product(range(1, 5), range(1, 5))))
def test_whoever_comes_or_goes_it_evens_out(before: int, after: int) -> None:
    shared = Shared({f"d{number}" for number in range(before)})
    shared.settle()
    shared.daemons = {f"d{number}" for number in range(after)}
    shared.keepers = {job: name for job, name in shared.keepers.items() if name in shared.daemons}
    shared.settle()
    assert shared.keepers.keys() == shared.jobs
    assert shared.counts()[-1] - shared.counts()[0] <= 1


def test_what_the_dead_left_is_taken_within_seconds() -> None:
    shared = Shared({"a", "b"})
    shared.settle()
    shared.daemons = {"a"}
    shared.keepers = {job: name for job, name in shared.keepers.items() if name == "a"}
    for _ in range(int(2 * PATIENCE_SECONDS) + 1):
        shared.turn()
    assert shared.keepers == dict.fromkeys(JOBS, "a")


def test_who_cannot_use_a_folder_leaves_it_to_who_can() -> None:
    shared = Shared({"a", "b"})
    shared.settle()
    job = min(job for job, name in shared.keepers.items() if name == "a")
    shared.unable = {"a": {job}}
    shared.settle()
    assert shared.keepers[job] == "b"
    assert shared.keepers.keys() == shared.jobs


def test_a_folder_that_nobody_can_use_is_kept_all_the_same() -> None:
    shared = Shared({"a", "b"})
    shared.unable = {"a": {"j1"}, "b": set()}
    shared.settle()
    shared.unable["b"] = {"j1"}
    shared.settle()
    assert shared.keepers["j1"] == "b"


@pytest.mark.parametrize(("daemons", "full"), [({"a"}, set()), ({"a", "b"}, {"a", "b"})])
def test_a_folder_that_could_not_be_used_is_left_to_nobody_where_nobody_else_is(
    daemons: set[str], full: set[str]
) -> None:
    seen = SharedView(
        me="a", daemons=daemons, keepers={}, jobs={"x"}, free_for={"x": PATIENCE_SECONDS}, unable={"x"}, full=full
    )
    assert step(seen).take == {"x"}


def test_a_job_of_others_is_none_of_mine() -> None:
    seen = SharedView(me="a", daemons={"a", "b"}, keepers={"x": "a"}, jobs={"y"}, free_for={"y": 0.0})
    assert step(seen).give == frozenset()
    assert step(SharedView(me="a", daemons={"a"}, keepers={}, jobs=set(), free_for={})) == SharingStep()


def test_who_is_preferred_changes_for_few() -> None:
    jobs = [f"job {number}" for number in range(300)]
    before = {job: preferred(job, {"a", "b", "c"}) for job in jobs}
    after = {job: preferred(job, {"a", "b"}) for job in jobs}
    assert all(after[job] == name for job, name in before.items() if name != "c")
    assert min(list(before.values()).count(name) for name in "abc") > 60


def test_who_has_too_many_rather_gives_one_away_that_prefers_another() -> None:
    daemons = {"a", "b"}
    own = sorted(job for job in (f"j{number}" for number in range(40)) if preferred(job, daemons) == "a")
    other = next(job for job in (f"k{number}" for number in range(40)) if preferred(job, daemons) == "b")
    jobs = frozenset({own[0], own[1], other})
    seen = SharedView(me="a", daemons=daemons, keepers=dict.fromkeys(jobs, "a"), jobs=jobs, free_for={})
    assert step(seen) == SharingStep(give=frozenset({other}))
