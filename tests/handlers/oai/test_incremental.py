"""Harvesting now and then comes to the same as harvesting all of it now, whatever became of IEs and sets meanwhile."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from mdwatch.handlers.exports import request
from mdwatch.handlers.ies import change as ie_change
from mdwatch.handlers.oai import sets as oai_sets
from mdwatch.handlers.updates import run_once
from mdwatch.model import Status
from mdwatch.repository import server_clock, sets
from mdwatch.repository.exports import documents
from mdwatch.repository.exports import store as export_store
from mdwatch.rules import membership
from mdwatch.runtime import news
from mdwatch.runtime.context import Context
from tests.formats.oai_pmh.samples import OAI
from tests.handlers.oai.harvests import Archive, Told, archive, on_page
from tests.worlds import JOB, dc, ie, update

IES = 12
SPECS = ("a", "a:b", "a:b:c", "a:d", "a:d:e", "f", "f:g")
FORMATS = ("oai_dc", "mods")
WORDS = ("red", "green", "blue", "white")


@contextmanager
def mods_too(root: Path, **oai: int) -> Iterator[Archive]:
    """An archive of all the IEs in all the formats; its answers are not held against a schema, which knows no MODS."""
    with archive(root, IES, formats=FORMATS, **oai) as there:
        there._schema = None
        yield there


@dataclass
class Harvester:
    """Somebody who asks for one set, or for everything, and believes what he is told; `since` is his last answer's."""

    set_spec: str | None
    prefix: str
    since: str | None = None
    held: dict[str, Told] = field(default_factory=dict)

    def harvest(self, there: Archive) -> None:
        """Asks for what there is, or for what is new since the last time."""
        arguments = {"metadataPrefix": self.prefix}
        if self.set_spec is not None:
            arguments["set"] = self.set_spec
        if self.since is not None:
            arguments["from_"] = self.since
        moment = ""
        for root in there.pages(**arguments):
            moment = moment or root.findtext(f"{OAI}responseDate", "")
            for record in on_page(root):
                self.held.pop(record.pid, None)
                if not record.deleted:
                    self.held[record.pid] = record
        self.since = moment


def harvesters() -> list[Harvester]:
    """One for every set that there may ever be and one for everything, in each format."""
    return [Harvester(spec, prefix) for spec in (None, *SPECS) for prefix in FORMATS]


class Chance:
    """What becomes of the archive by chance."""

    def __init__(self, there: Archive, seed: int) -> None:
        self._there = there
        self._chance = random.Random(seed)
        self._turn = 0

    @property
    def _context(self) -> Context:
        return self._there.context

    def act(self) -> None:
        """One act, after some time."""
        self._turn += 1
        self._there.clock.at += self._chance.choice((0, 300, 1_000, 5_000))
        acts = (self._update, self._publish, *[self._change_set] * 3, self._export)
        self._chance.choice(acts)()

    def pick(self, among: list[Harvester]) -> list[Harvester]:
        """Some of them."""
        return self._chance.sample(among, self._chance.choice((0, 0, 3)))

    def _pid(self) -> str:
        return f"IE{self._chance.randint(1, IES)}"

    def _update(self) -> None:
        words = " ".join(self._chance.sample(WORDS, 2))
        self._there.world.drop(f"{self._turn}.xml", update(self._pid(), dc(f"{words} {self._turn}")))
        run_once.run_job(self._context, JOB)

    def _publish(self) -> None:
        pid = self._pid()
        if ie_change.show(self._context, pid).status is Status.DELETED:
            ie_change.undelete(self._context, pid)
            return
        acts = (ie_change.publish, ie_change.publish, ie_change.unpublish, ie_change.delete)
        self._chance.choice(acts)(self._context, pid)

    def _change_set(self) -> None:
        spec = self._chance.choice(SPECS)
        where = f"dc:title ~ {self._chance.choice(WORDS)}"
        with self._context.repository.read() as connection:
            there = sets.get(connection, spec) is not None
        if not there:
            oai_sets.create(self._context, spec, where)
        elif self._chance.random() < 0.5:
            oai_sets.delete(self._context, spec)
        else:
            oai_sets.change(self._context, spec, where)

    def _export(self) -> None:
        kind = self._chance.choice(("all", "set", "set"))
        if kind == "all":
            request.carry_out(self._context, "all", "test")
        else:
            fill(self._context)


def fill(context: Context) -> None:
    """What the daemon does about sets that are not filled."""
    with context.repository.read() as connection:
        wanting = [item.spec for item in sets.all_sets(connection) if not item.filled]
    if wanting:
        request.carry_out(context, "set", "test", set_spec=wanting[0])


def as_defined(context: Context) -> dict[str, set[str]]:
    """The members that each set has by its definition."""
    with context.repository.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT pid, content FROM ie JOIN record ON ie_id = ie.id JOIN record_version v"
            " ON record_id = record.id AND v.version = record.version WHERE published AND status = 'active'"
        ).all()
        known = {item.spec: membership.parse(item.definition) for item in sets.all_sets(connection)}
    return {
        spec: {pid for pid, content in rows if definition.conditions[0].values[0] in content}
        for spec, definition in known.items()
    }


@pytest.mark.parametrize(
    ("seed", "rounds"), [(0, 3), (2, 3), *(pytest.param(seed, 12, marks=pytest.mark.system) for seed in range(3, 9))]
)
def test_what_is_harvested_bit_by_bit_is_what_there_is(tmp_path: Path, seed: int, rounds: int) -> None:
    with mods_too(tmp_path, page_records=4) as there:
        chance, everyone = Chance(there, seed), harvesters()
        there.world.load(*(ie(f"IE{number}", WORDS[number % 4], published=True) for number in range(1, IES + 1)))
        request.carry_out(there.context, "all", "test")
        for _ in range(rounds):
            for _ in range(6):
                chance.act()
                for one in chance.pick(everyone):
                    one.harvest(there)
            compare(there, everyone)


def compare(there: Archive, everyone: list[Harvester]) -> None:
    """Once all is exported, those who ask for what is new hold what whoever asks for everything does."""
    fill(there.context)
    request.carry_out(there.context, "all", "test")
    there.clock.at += 2_000
    now = harvesters()
    for one, fresh in zip(everyone, now, strict=True):
        one.harvest(there)
        fresh.harvest(there)
        assert one.held == fresh.held, (one.set_spec, one.prefix)
    for spec, pids in as_defined(there.context).items():
        for fresh in now:
            if fresh.set_spec is None:
                assert {pid for pid, record in fresh.held.items() if spec in record.sets} >= pids
            elif fresh.set_spec == spec:
                assert fresh.held.keys() >= pids


def test_news_is_told_whatever_a_crash_left_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with mods_too(tmp_path) as there:
        request.carry_out(there.context, "all", "test")
        oai_sets.create(there.context, "a", "pid ^= IE")
        fill(there.context)
        there.clock.at += 5_000
        one = Harvester(None, "mods")
        one.harvest(there)
        there.clock.at += 5_000
        # Killed where the set is gone, and nobody told.
        with monkeypatch.context() as patch:
            patch.setattr(news, "tell", lambda _context: 0)
            oai_sets.delete(there.context, "a")
        one.harvest(there)
        assert {record.sets for record in one.held.values()} == {("a",)}
        assert news.tell(there.context) == IES
        assert news.tell(there.context) == 0
        one.harvest(there)
        assert {record.sets for record in one.held.values()} == {()}


def test_news_that_is_told_too_slowly_is_told_again_in_smaller_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mods_too(tmp_path) as there:
        request.carry_out(there.context, "all", "test")
        oai_sets.create(there.context, "a", "pid ^= IE")
        pieces: list[int] = []
        refresh = documents.refresh

        def slow(connection: Connection, ids: list[int], moment: int) -> None:
            if ids:
                pieces.append(len(ids))
            there.clock.at += 500 * len(ids)
            refresh(connection, ids, moment)

        monkeypatch.setattr(news, "_PIECE", 8)
        monkeypatch.setattr(documents, "refresh", slow)
        fill(there.context)
        assert pieces == [8, *[2] * 6]


def harvested_once(there: Archive, prefix: str) -> Harvester:
    """Somebody who had all that there is of this format, when it was exported, a while ago."""
    request.carry_out(there.context, "all", "test")
    there.clock.at += 5_000
    one = Harvester(None, prefix)
    one.harvest(there)
    there.clock.at += 5_000
    return one


@contextmanager
def asked_meanwhile(there: Archive, one: Harvester, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Within, a tombstone takes three seconds from being written to being there to be seen, and somebody asks then."""
    bury = documents.bury

    def slow(connection: Connection, ie_id: int, at: int, moment: int) -> bool:
        buried = bury(connection, ie_id, at, moment)
        there.clock.at += 3_000
        one.harvest(there)
        return buried

    with monkeypatch.context() as patch:
        patch.setattr(documents, "bury", slow)
        yield


@pytest.mark.parametrize("act", ["unpublish", "delete", "load"])
def test_a_deletion_that_is_written_slowly_is_told_to_whoever_asked_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    with mods_too(tmp_path) as there:
        one = harvested_once(there, "mods")
        with asked_meanwhile(there, one, monkeypatch):
            if act == "load":
                there.world.load(ie("IE1", published=False), clock=there.clock)
            else:
                getattr(ie_change, act)(there.context, "IE1")
        there.clock.at += 5_000
        one.harvest(there)
        assert "IE1" not in one.held


def test_a_deletion_keeps_its_place_in_a_list_that_is_under_way_though_the_clock_is_set_back(tmp_path: Path) -> None:
    with mods_too(tmp_path, page_records=4) as there:
        request.carry_out(there.context, "all", "test")
        there.clock.at += 5_000
        pages = there.pages(metadataPrefix="mods")
        first = {record.pid for record in on_page(next(pages))}
        last = next(f"IE{number}" for number in range(IES, 0, -1) if f"IE{number}" not in first)
        there.clock.at -= 3_600_000
        ie_change.unpublish(there.context, last)
        assert [record.deleted for root in pages for record in on_page(root) if record.pid == last] == [True]


@pytest.mark.parametrize("days", [0.01, 1, 29])
def test_who_asked_before_the_clock_was_set_back_misses_nothing(tmp_path: Path, days: float) -> None:
    with mods_too(tmp_path) as there:
        request.carry_out(there.context, "all", "test")
        there.clock.at += 5_000
        # As the daemon does thrice a minute.
        there.context.repository.carry_out(lambda connection: server_clock.note_moment(connection, there.clock.at))
        there.clock.at += 19_000
        one = Harvester(None, "oai_dc")
        one.harvest(there)
        asked_before = one.since
        there.clock.at -= int(days * 86_400_000)
        ie_change.unpublish(there.context, "IE1")
        there.world.load(ie("IE77", published=True))
        request.carry_out(there.context, "all", "test")
        # While it is behind, and once it is right again, which others saw meanwhile.
        late = Harvester(None, "oai_dc", since=asked_before, held=dict(one.held))
        one.harvest(there)
        there.clock.at += int(days * 86_400_000) + 2_000
        ie_change.unpublish(there.context, "IE2")
        there.clock.at += 61_000
        for harvester in (one, late):
            harvester.harvest(there)
            assert sorted(harvester.held) == sorted(["IE77", *(f"IE{n}" for n in range(3, IES + 1))])


def test_an_export_that_is_written_slowly_is_told_again_though_a_crash_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mods_too(tmp_path) as there:
        one = harvested_once(there, "oai_dc")
        store = export_store.store

        def slow(*things: Any, **options: Any) -> export_store.StoreResult:
            stored = store(*things, **options)
            there.clock.at += 3_000
            one.harvest(there)
            return stored

        with monkeypatch.context() as patch:
            patch.setattr(export_store, "store", slow)
            # Killed where the documents are written, and nobody told again.
            patch.setattr(news, "tell_again", lambda _context, _ids: None)
            there.world.load(ie("IE1", title="changed"), clock=there.clock)
            request.carry_out(there.context, "all", "test")
        there.clock.at += 5_000
        assert news.tell(there.context) == 1
        one.harvest(there)
        assert one.held["IE1"].title == "changed"
