"""IEs become exports: what is made of them, when again, and what is left of them when they are gone."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from mdwatch.exporters import remembered
from mdwatch.exporters.records import plain_dublin_core
from mdwatch.formats import xml
from mdwatch.handlers.exports import group as export_group
from mdwatch.handlers.exports.documents import DocumentMaker
from mdwatch.handlers.exports.group import ExportTerms, Group
from mdwatch.handlers.exports.making import Made, Order
from mdwatch.handlers.ies import change as ie_change
from mdwatch.handlers.oai import sets as oai_sets
from mdwatch.model import OaiSet
from mdwatch.repository import occurrences, sets
from mdwatch.repository.engine import Repository
from mdwatch.repository.exports import documents, due, failures
from mdwatch.repository.exports.documents import KeptExport
from mdwatch.rules.exporting import Wanted
from mdwatch.rules.notifying import Happening
from mdwatch.runtime.context import Context
from mdwatch.runtime.formats import load_exporters
from tests import foreign
from tests.postgres import raw
from tests.worlds import World, dc, ie, update

HOUR = 3_600_000
FORMATS = ["oai_dc", "ddi", "native_json"]


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.at = 1_000_000_000_500

    def now(self) -> int:
        return self.at

    def monotonic(self) -> float:
        return self.at / 1000

    def wait(self, seconds: float) -> None:
        self.at += int(seconds * 1000)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.raw["export"] = {"formats": FORMATS}
    world.load(*(ie(f"IE{number}", f"T{number}", published=True) for number in (1, 2, 3)))
    return world


@pytest.fixture
def context(world: World, clock: Clock) -> Iterator[Context]:
    with world.context(clock) as context:
        yield context


def ids_due(context: Context) -> list[int]:
    with context.repository.read() as connection:
        return due.ids(connection, 0, 100)


def export(context: Context, *ids: int, wanted: Wanted = Wanted.DUE, **terms: Any) -> Group:
    """Exports these IEs, else what is due, by the exporters of the settings."""
    formats = load_exporters(context.settings.export.formats)
    with context.repository.write() as connection:
        due.note_exporters(connection, formats.mark)
    chosen = ids or tuple(ids_due(context))
    with DocumentMaker(formats, context.settings.export.seconds, 0, "critical") as maker:
        (group,) = export_group.export(context, formats, maker, [chosen], ExportTerms(wanted=wanted, **terms))
    return group


def with_formats(context: Context, *names: str, seconds: float = 60) -> Context:
    settings = context.settings.replaced(export=context.settings.export.replaced(formats=names, seconds=seconds))
    return Context(settings, context.repository, context.clock)


def kept(context: Context, pid: str = "IE1", name: str = "native_json") -> KeptExport:
    with context.repository.read() as connection:
        found = documents.get(connection, pid, name)
    assert found is not None
    return found


def noted(context: Context) -> dict[tuple[str, str], tuple[int, int]]:
    """Tries and pause by PID and format."""
    now = context.clock.now()
    with context.repository.read() as connection:
        found = failures.listing(connection, 100)
    return {(item.pid, item.format): (item.failure.tries, item.failure.next_at - now) for item in found}


def test_every_format_of_every_ie_is_made_once(world: World, context: Context) -> None:
    group = export(context)
    assert group.last == 3
    assert [outcome.pid for outcome in group.outcomes] == ["IE1", "IE2", "IE3"]
    assert all(outcome.exported == tuple(FORMATS) for outcome in group.outcomes)
    assert group.counts() == {"processed": 3, "exported": 3, "failed": 0, "unchanged": 0}
    assert json.loads(kept(context).content or b"")["descriptive"] == dc("T1")
    assert b"T2" in (kept(context, "IE2", "ddi").content or b"")
    assert ids_due(context) == []
    assert export(context, 1, 2, 3).counts() == {"processed": 3, "exported": 0, "failed": 0, "unchanged": 3}


def test_an_update_is_due_and_comes_with_a_new_datestamp(world: World, context: Context, clock: Clock) -> None:
    export(context)
    world.drop("1.xml", update("IE2", dc("New")))
    clock.at += 10_000
    world.run(clock)
    assert ids_due(context) == [2]
    export(context)
    found = kept(context, "IE2")
    assert json.loads(found.content or b"")["descriptive"] == dc("New")
    assert (found.ie_version, found.datestamp % 1000, found.datestamp > clock.at) == (2, 0, True)
    assert kept(context, "IE1").datestamp < clock.at


def test_what_comes_out_the_same_keeps_its_datestamp(context: Context, clock: Clock) -> None:
    export(context)
    before = kept(context)
    clock.at += 10_000
    export(context, 1, 2, 3, wanted=Wanted.REDO)
    after = kept(context)
    assert (after.datestamp, after.digest) == (before.datestamp, before.digest)
    assert after.at == before.at + 10_000


def test_only_what_is_older_is_done_again(context: Context, clock: Clock) -> None:
    export(context, 1)
    clock.at += 10_000
    export(context, 2, 3)
    group = export(context, 1, 2, 3, wanted=Wanted.REDO, older_than=clock.at)
    assert [bool(outcome.exported) for outcome in group.outcomes] == [True, False, False]


def test_another_format_makes_everything_due_and_makes_that_format_only(context: Context) -> None:
    export(context)
    more = with_formats(context, *FORMATS, "dcterms")
    with context.repository.write() as connection:
        due.note_exporters(connection, load_exporters(more.settings.export.formats).mark)
    assert ids_due(more) == [1, 2, 3]
    assert all(outcome.exported == ("dcterms",) for outcome in export(more).outcomes)
    assert ids_due(more) == []


def test_who_has_other_exporters_than_were_noted_leaves_the_ie_due(context: Context) -> None:
    with context.repository.write() as connection:
        due.note_exporters(connection, load_exporters(FORMATS).mark)
    other = load_exporters(["oai_dc"])
    with DocumentMaker(other, 60, 0, "critical") as maker:
        list(export_group.export(context, other, maker, [[1]], ExportTerms()))
    assert kept(context, "IE1", "oai_dc").content
    assert ids_due(context) == [1, 2, 3]


# --- publication ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["unpublish", "delete", "harvested"])
def test_documents_go_with_the_publication_at_once_and_leave_tombstones(
    world: World, context: Context, clock: Clock, act: str
) -> None:
    export(context)
    clock.at += 10_000
    match act:
        case "unpublish":
            ie_change.unpublish(context, "IE1")
        case "delete":
            ie_change.delete(context, "IE1")
        case _:
            world.load(ie("IE1", "T1", published=True, harvested=True))
    for name in FORMATS:
        assert kept(context, "IE1", name).content is None
        assert kept(context, "IE2", name).content is not None
    assert ids_due(context) == []
    assert kept(context).datestamp > clock.at


def test_published_again_it_is_exported_again(context: Context, clock: Clock) -> None:
    export(context)
    ie_change.unpublish(context, "IE1")
    clock.at += 10_000
    ie_change.publish(context, "IE1")
    assert ids_due(context) == [1]
    assert export(context).outcomes[0].exported == tuple(FORMATS)
    assert kept(context).content is not None
    assert kept(context).datestamp > clock.at


class Meddling(DocumentMaker):
    """Makes documents, and lets something happen before they are kept."""

    def __init__(self, context: Context, meddle: Any) -> None:
        super().__init__(load_exporters(context.settings.export.formats), 60, 0, "critical")
        self._meddle = meddle

    def stream(self, groups: Any) -> Iterator[list[Made]]:
        for made in super().stream(groups):
            self._meddle()
            yield made


def export_while(context: Context, meddle: Any, *ids: int) -> None:
    formats = load_exporters(context.settings.export.formats)
    with context.repository.write() as connection:
        due.note_exporters(connection, formats.mark)
    with Meddling(context, meddle) as maker:
        list(export_group.export(context, formats, maker, [ids], ExportTerms()))


@pytest.mark.parametrize("act", ["unpublish", "delete"])
def test_nothing_is_kept_of_what_was_withdrawn_meanwhile(context: Context, act: str) -> None:
    export_while(context, lambda: getattr(ie_change, act)(context, "IE1"), 1, 2)
    with context.repository.read() as connection:
        assert documents.of_ie(connection, "IE1") == []
        assert len(documents.of_ie(connection, "IE2")) == len(FORMATS)


def test_what_changed_meanwhile_stays_due_and_ends_at_its_newest(world: World, context: Context) -> None:
    def change() -> None:
        world.drop("1.xml", update("IE1", dc("Newest")))
        world.run()

    export_while(context, change, 1)
    assert kept(context).ie_version == 1
    assert ids_due(context) == [1, 2, 3]
    export(context)
    assert kept(context).ie_version == 2
    assert b"Newest" in (kept(context).content or b"")


def test_who_is_slower_does_not_bring_the_old_back(world: World, context: Context) -> None:
    def overtake() -> None:
        world.drop("1.xml", update("IE1", dc("Newest")))
        world.run()
        export(context, 1)

    export_while(context, overtake, 1)
    assert kept(context).ie_version == 2
    assert b"Newest" in (kept(context).content or b"")
    assert 1 not in ids_due(context)


def test_a_group_is_kept_whole_or_not_at_all(context: Context) -> None:
    def fail(_connection: object, _group: Group) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        export(context, 1, 2, 3, note=fail)
    with context.repository.read() as connection:
        assert documents.counts(connection) == []
    assert ids_due(context) == [1, 2, 3]


# --- failures ---------------------------------------------------------------------------------------------------------


def bring(patch: pytest.MonkeyPatch, root: Path, body: str, version: str = "1") -> None:
    root.mkdir(exist_ok=True)
    foreign.put_on_path(patch, foreign.install(root, odd=body, version=version))


def test_a_failing_format_leaves_the_others_current_and_its_own_last_document(
    world: World, context: Context, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = with_formats(context, *FORMATS, "odd")
    bring(
        monkeypatch,
        tmp_path / "one",
        "if b'Bad' in str(ie.records).encode():\n    raise ValueError('bad')" + foreign.GOOD,
    )
    export(context)
    before = kept(context, "IE1", "odd")
    world.drop("1.xml", update("IE1", dc("Bad")))
    world.run(clock)
    (outcome,) = export(context).outcomes
    assert outcome.exported == tuple(FORMATS)
    assert outcome.failures == {"odd": "the exporter failed: bad"}
    assert kept(context, "IE1", "odd") == before
    assert all(kept(context, "IE1", name).ie_version == 2 for name in FORMATS)
    assert ids_due(context) == []
    with context.repository.read() as connection:
        (first,) = occurrences.untaken(connection, 10)[1:]  # the run before it is another
    assert (first.what, first.institution, first.details) == (
        Happening.EXPORT_FAILED,
        "INS01",
        ("IE1 in odd: the exporter failed: bad",),
    )
    # Tried again when its pause is over, after growing pauses; at once in a new version of the IE or the exporter.
    assert noted(context) == {("IE1", "odd"): (1, HOUR)}
    assert export(context, 1).outcomes[0].failures == {}
    clock.at += HOUR
    assert export(context, 1).outcomes[0].failures
    assert noted(context) == {("IE1", "odd"): (2, 2 * HOUR)}
    assert export(context, 1, wanted=Wanted.RETRY).outcomes[0].failures
    assert noted(context) == {("IE1", "odd"): (3, 4 * HOUR)}
    with context.repository.read() as connection:
        assert len(occurrences.untaken(connection, 10)) == 2, "what fails again is no news"
    world.drop("2.xml", update("IE1", dc("Still Bad")))
    world.run(clock)
    assert export(context).outcomes[0].failures
    assert noted(context) == {("IE1", "odd"): (1, HOUR)}
    bring(monkeypatch, tmp_path / "two", foreign.GOOD, "2")
    group = export(context, 1, 2, 3)
    assert [outcome.exported for outcome in group.outcomes] == [("odd",)] * 3
    assert noted(context) == {}
    assert kept(context, "IE1", "odd").exporter_version == "2"


def test_what_fails_when_done_again_is_tried_again_though_its_document_is_current(
    context: Context, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = with_formats(context, "odd")
    flag = tmp_path / "flag"
    bring(monkeypatch, tmp_path / "one", f"assert not os.path.exists({str(flag)!r})" + foreign.GOOD)
    export(context)
    flag.touch()
    assert export(context, 1, 2, 3, wanted=Wanted.REDO).counts()["failed"] == 3
    assert kept(context, "IE1", "odd").content
    flag.unlink()
    clock.at += HOUR
    with context.repository.read() as connection:
        assert failures.ids(connection, 0, 10, clock.at) == [1, 2, 3]
    assert export(context, 1, 2, 3).counts()["exported"] == 3
    assert noted(context) == {}


def test_a_failure_in_a_format_that_is_dropped_is_forgotten(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(monkeypatch, tmp_path / "one", foreign.RAISING)
    export(with_formats(context, "native_json", "odd"))
    assert len(noted(context)) == 3
    export(with_formats(context, "native_json"), 1, 2, 3)
    assert noted(context) == {}


def test_a_failure_of_an_exporter_that_went_back_is_forgotten(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = with_formats(context, "odd")
    bring(monkeypatch, tmp_path / "one", foreign.GOOD)
    export(context)
    with pytest.MonkeyPatch.context() as patch:
        bring(patch, tmp_path / "two", foreign.RAISING, "2")
        export(context)
        assert len(noted(context)) == 3
    export(context)
    assert noted(context) == {}
    assert ids_due(context) == []


def test_orders_are_what_is_wanted(context: Context) -> None:
    export(context, 1)
    asked: list[Sequence[Order]] = []

    class Watching(DocumentMaker):
        def stream(self, groups: Any) -> Iterator[list[Made]]:
            for group in groups:
                asked.append(group)
                yield from super().stream([group])

    formats = load_exporters(FORMATS)
    with Watching(formats, 60, 0, "critical") as maker:
        list(export_group.export(context, formats, maker, [[1, 2], [3]], ExportTerms()))
    assert [[order.entity.pid for order in group] for group in asked] == [["IE2"], ["IE3"]]


def test_facts_that_a_document_tells_make_it_due(world: World, context: Context) -> None:
    export(context)
    before = kept(context, name="oai_dc")
    ie_change.lock(context, "IE1", "curator")
    assert ids_due(context) == [1]
    export(context)
    assert json.loads(kept(context).content or b"")["lockedBy"] == "curator"
    assert kept(context, name="oai_dc").datestamp == before.datestamp, "nothing that harvesters of it could learn"
    assert ids_due(context) == []


def test_facts_that_change_while_documents_are_made_leave_the_ie_due(world: World, context: Context) -> None:
    export(context)
    ie_change.lock(context, "IE1", "curator")

    class Slow(DocumentMaker):
        def stream(self, groups: Any) -> Iterator[list[Made]]:
            for made in super().stream(groups):
                ie_change.unlock(context, "IE1")
                yield made

    formats = load_exporters(FORMATS)
    with Slow(formats, 60, 0, "critical") as maker:
        list(export_group.export(context, formats, maker, [[1]], ExportTerms()))
    assert ids_due(context) == [1]
    export(context)
    assert json.loads(kept(context).content or b"")["lockedBy"] is None


def test_a_commit_that_comes_late_is_told_to_harvesters_anew(world: World, context: Context, clock: Clock) -> None:
    begun = clock.at

    def wait(_connection: Any, _group: Group) -> None:
        clock.at += 5_000

    export(context, note=wait)
    assert kept(context).at == begun
    assert kept(context).datestamp == (clock.at // 1000 + 1) * 1000


def test_a_document_that_was_damaged_is_written_anew_when_all_is_done_anew(world: World, context: Context) -> None:
    export(context)
    before = kept(context)
    with context.repository.write() as connection:
        raw(connection, "UPDATE export_document SET content = X'00' WHERE format = 'native_json'")
    export(context, 1, 2, 3, wanted=Wanted.REDO)
    assert (kept(context).content, kept(context).datestamp) == (before.content, before.datestamp)


# --- the sets that IEs belong to --------------------------------------------------------------------------------------


def with_set(context: Context, definition: str) -> OaiSet:
    """A set that harvesters know of."""
    with context.repository.write() as connection:
        sets.create(connection, "a", definition, 0, name="a", description="")
        sets.mark_filled(connection, 0)
    return oai_sets.show(context, "a", 0).oai_set


def members(context: Context) -> tuple[str, ...]:
    return oai_sets.show(context, "a", 100).pids


def test_no_xml_is_parsed_while_nobody_else_can_write(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    with_set(context, "dc:title ~ T1 | T3")
    writing: list[bool] = []
    parsed: list[bool] = []
    write, parse = Repository.write, xml.parse

    @contextmanager
    def watched(repository: Repository) -> Iterator[Connection]:
        with write(repository) as connection:
            remembered.forget_records()  # which would hide that a record is parsed again
            writing.append(True)
            try:
                yield connection
            finally:
                writing.pop()

    def parse_watched(data: bytes | str, *arguments: Any) -> Any:
        parsed.append(bool(writing))
        return parse(data, *arguments)

    monkeypatch.setattr(Repository, "write", watched)
    monkeypatch.setattr(xml, "parse", parse_watched)
    monkeypatch.setattr(plain_dublin_core, "read", lambda _content: None)  # or it would do without
    remembered.forget_records()
    export(context)
    assert members(context) == ("IE1", "IE3")
    assert len(parsed) >= 3
    assert not any(parsed)


@pytest.mark.parametrize("only_set", [None, "a"])
def test_an_ie_that_somebody_else_exported_in_a_newer_version_keeps_the_sets_of_that_one(
    context: Context, world: World, monkeypatch: pytest.MonkeyPatch, only_set: str | None
) -> None:
    """Whoever looked at it before must not put it back where it belonged then, for it is not due any more."""
    with_set(context, "dc:title ~ New")
    stream = DocumentMaker.stream

    def overtaken(maker: DocumentMaker, groups: Any) -> Iterator[list[Made]]:
        monkeypatch.setattr(DocumentMaker, "stream", stream)
        for made in stream(maker, groups):
            world.drop("a.xml", update("IE2", dc("New")))
            world.run()
            export(context, 2)
            assert members(context) == ("IE2",)
            yield made

    monkeypatch.setattr(DocumentMaker, "stream", overtaken)
    export(context, 1, 2, 3, only_set=only_set)
    assert members(context) == ("IE2",)
    assert kept(context, "IE2").ie_version == 2


def test_a_definition_that_changed_meanwhile_is_the_one_that_counts(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_set(context, "dc:title ~ T1")
    stream = DocumentMaker.stream

    def changed(maker: DocumentMaker, groups: Any) -> Iterator[list[Made]]:
        for made in stream(maker, groups):
            oai_sets.change(context, "a", "dc:title ~ T3")
            yield made

    monkeypatch.setattr(DocumentMaker, "stream", changed)
    export(context)
    assert members(context) == ("IE3",)
