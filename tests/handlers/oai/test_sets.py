"""Sets from the side of an operator, and which IEs belong to them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from mdwatch import logs
from mdwatch.errors import UsageError
from mdwatch.handlers.exports import batch as export_batch
from mdwatch.handlers.exports import membership, request
from mdwatch.handlers.oai import sets as oai_sets
from mdwatch.model import Batch, IntellectualEntity, Record, RecordType
from mdwatch.repository import sets
from mdwatch.repository.exports import documents, store
from mdwatch.repository.exports.store import Attended, NewDocument, SeenIe
from mdwatch.runtime.context import Context, SystemClock
from tests.worlds import World, dc, ie

DC = "http://purl.org/dc/elements/1.1/"
TERMS = "http://purl.org/dc/terms/"


def entity(fields: str, *sources: tuple[str, str]) -> IntellectualEntity:
    """An IE with these fields and source records."""
    content = f'<dc:record xmlns:dc="{DC}" xmlns:dcterms="{TERMS}">{fields}</dc:record>'
    descriptive = Record(type=RecordType.DESCRIPTIVE, sub_type="dc", mid="", content=content)
    others = [
        Record(type=RecordType.SOURCE, sub_type=kind, mid=str(n), content=text)
        for n, (kind, text) in enumerate(sources)
    ]
    return IntellectualEntity(pid="IE1", institution="INS01", records=(descriptive, *others))


# --- what is asked of an IE


def test_an_element_takes_in_what_refines_it() -> None:
    facts = membership.describe(
        entity(
            "<dc:title>One</dc:title><dcterms:alternative> Two\n words </dcterms:alternative>"
            "<dcterms:title>Three</dcterms:title><dc:title/>"
            "<dcterms:created>1900</dcterms:created><dcterms:audience>All</dcterms:audience>"
        )
    )
    assert facts.fields == {
        "dc:title": ("One", "Two words", "Three"),
        "dcterms:alternative": ("Two words",),
        "dcterms:title": ("Three",),
        "dc:date": ("1900",),
        "dcterms:created": ("1900",),
        "dcterms:audience": ("All",),
    }


def test_source_records_count_by_their_subtype_and_dublin_core_ones_by_their_fields() -> None:
    facts = membership.describe(
        entity("<dc:title>One</dc:title>", ("DC", dc("Two")), ("MODS", dc("Three")), ("OTHER:article", "<a/>"))
    )
    assert (facts.pid, facts.institution) == ("IE1", "INS01")
    assert facts.subtypes == {"dc", "mods", "other:article"}
    assert facts.fields == {"dc:title": ("One", "Two")}


def test_a_record_that_cannot_be_read_has_no_fields() -> None:
    broken = Record(type=RecordType.DESCRIPTIVE, sub_type="dc", mid="", content="<dc:record>")
    assert membership.describe(IntellectualEntity(pid="IE1", institution="INS01", records=(broken,))).fields == {}
    assert membership.describe(IntellectualEntity(pid="IE1", institution="INS01")).subtypes == frozenset()


# --- to which sets it belongs


def test_an_ie_belongs_to_the_sets_whose_definition_it_meets(tmp_path: Path) -> None:
    with World(tmp_path).context() as context:
        maps = oai_sets.create(context, "maps", "dc:subject ~ maps")
        ours = oai_sets.create(context, "ours", "institution = INS01 and subtype = dc")
        oai_sets.create(context, "other", "institution = INS02")
        with context.repository.read() as connection:
            known = membership.load(connection)
    with_maps = membership.describe(entity("<dc:subject>Old maps</dc:subject>"))
    assert membership.belonging(known, with_maps) == {maps.id, ours.id}
    assert membership.belonging(known, membership.describe(entity(""))) == {ours.id}


def test_a_definition_that_cannot_be_read_is_passed_over_and_told_once(tmp_path: Path) -> None:
    with World(tmp_path).context() as context:
        good = oai_sets.create(context, "good", "institution = INS01")
        with context.repository.write() as connection:
            sets.create(connection, "bad", f"colour = {tmp_path.name}", 1, name="bad", description="")
        logs.configure_service_log("warning")
        with capture_logs() as told, context.repository.read() as connection:
            assert [item.spec for item, _ in membership.load(connection)] == ["good"]
            assert [item.id for item, _ in membership.load(connection)] == [good.id]
        assert [(line["event"], line["set"], line["log_level"]) for line in told] == [
            ("set_unreadable", "bad", "warning")
        ]
        assert "no such field" in told[0]["reason"]
        # It can still be seen, put right, and deleted.
        assert [item.oai_set.spec for item in oai_sets.listed(context)] == ["bad", "good"]
        assert oai_sets.change(context, "bad", "pid = IE1").definition == "pid = IE1"
        oai_sets.delete(context, "bad")


# --- what an operator does


def test_a_set_is_made_changed_and_shown(tmp_path: Path) -> None:
    with World(tmp_path).context() as context:
        made = oai_sets.create(context, "a:b", "dc:TITLE~maps", description=" About\n maps ")
        assert (made.spec, made.name, made.description) == ("a:b", "a:b", "About maps")
        assert (made.definition, made.filled) == ("dc:title ~ maps", False)
        fill(context)
        renamed = oai_sets.change(context, "a:b", name="Maps")
        assert (renamed.name, renamed.description, renamed.filled) == ("Maps", "About maps", True)
        assert oai_sets.change(context, "a:b", where="DC:title  ~  maps").filled
        changed = oai_sets.change(context, "a:b", where="dc:title ~ atlases", description="")
        assert (changed.name, changed.description, changed.filled) == ("Maps", "", False)
        assert oai_sets.show(context, "a:b", 5).oai_set == changed
        assert [item.oai_set for item in oai_sets.listed(context)] == [changed]


def fill(context: Context) -> None:
    with context.repository.write() as connection:
        sets.mark_filled(connection, context.clock.now())


@pytest.mark.parametrize("act", ["change", "delete", "show"])
def test_a_set_that_there_is_not(tmp_path: Path, act: str) -> None:
    calls: dict[str, Callable[[Context], object]] = {
        "change": lambda context: oai_sets.change(context, "nope\x1b", name="x"),
        "delete": lambda context: oai_sets.delete(context, "nope\x1b"),
        "show": lambda context: oai_sets.show(context, "nope\x1b", 1),
    }
    with World(tmp_path).context() as context:
        with pytest.raises(UsageError, match="the sets are: none"):
            calls[act](context)
        oai_sets.create(context, "b", "pid = IE1")
        oai_sets.create(context, "a", "pid = IE1")
        with pytest.raises(UsageError, match=r"there is no set nope\\x1b; the sets are: a, b"):
            calls[act](context)


def test_what_is_refused_leaves_everything_as_it_was(tmp_path: Path) -> None:
    with World(tmp_path).context() as context:
        before = oai_sets.create(context, "a", "pid = IE1", "A")
        for where, name, words in (
            ("nope = 1", "x", "no such field"),
            ("pid = IE2", " ", "cannot be empty"),
            ("pid = IE2", "a\x00b", r"'a\\x00b' holds a character"),
            ("pid = IE2", "\udc80", "holds a character"),
        ):
            with pytest.raises(UsageError, match=words):
                oai_sets.change(context, "a", where, name)
            with pytest.raises(UsageError, match=words):
                oai_sets.create(context, "b", where, name)
        with pytest.raises(UsageError, match="a set a already"):
            oai_sets.create(context, "a", "pid = IE2")
        assert [item.oai_set for item in oai_sets.listed(context)] == [before]


def exported(context: Context, *pids: str) -> dict[str, int]:
    """Exports IEs at the moment 1000; their keys."""
    with context.repository.write() as connection:
        keys = {row[1]: row[0] for row in connection.exec_driver_sql("SELECT id, pid FROM ie")}
        made = [NewDocument("oai_dc", "1", b"digest", b"<x/>")]
        done = [Attended(seen=SeenIe(keys[pid], 1), documents=made, failures={}) for pid in pids]
        store.store(connection, done, 1000, 1000)
    return keys


def news(context: Context, *pids: str) -> set[str]:
    """Of which of the IEs harvesters have something to learn since the moment 1000."""
    with context.repository.read() as connection:
        kept = [documents.get(connection, pid, "oai_dc") for pid in pids]
    return {item.pid for item in kept if item is not None and item.datestamp > 1000}


def test_deleting_a_set_is_news_of_its_members_piece_by_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oai_sets, "_PIECE", 2)
    pids = [f"IE{number}" for number in range(1, 8)]
    world = World(tmp_path)
    world.load(*(ie(pid, published=True) for pid in pids))
    with world.context() as context:
        keys = exported(context, *pids)
        gone, other = oai_sets.create(context, "gone", "pid ^= IE"), oai_sets.create(context, "other", "pid ^= IE")
        fill(context)
        with context.repository.write() as connection:
            both = {keys[pid]: {gone.id, other.id} for pid in pids[:5]}
            sets.keep(connection, {**both, keys["IE6"]: {other.id}, keys["IE7"]: {other.id}})
        assert [item.members for item in oai_sets.listed(context)] == [5, 7]
        assert oai_sets.show(context, "gone", 2).pids == ("IE1", "IE2")
        oai_sets.delete(context, "gone")
        assert news(context, *pids) == set(pids[:5])
        assert [(item.oai_set.spec, item.members) for item in oai_sets.listed(context)] == [("other", 7)]


class Hours(SystemClock):
    """A clock that is some hours ahead, so that one thing is not in the same second as another."""

    ahead = 0

    def now(self) -> int:
        return super().now() + self.ahead * 3_600_000


def test_who_joins_and_leaves_by_another_definition_is_news(tmp_path: Path) -> None:
    world, clock = World(tmp_path), Hours()
    world.load(*(ie(pid, published=True) for pid in ("IE1", "IE2", "IE3")))
    with world.context(clock) as context:

        def datestamps() -> list[int]:
            with context.repository.read() as connection:
                kept = [documents.get(connection, pid, "oai_dc") for pid in ("IE1", "IE2", "IE3")]
            return [item.datestamp for item in kept if item is not None]

        request.carry_out(context, "all", "test")
        first = datestamps()
        oai_sets.create(context, "a", "pid = IE1 | IE2")
        clock.ahead = 1
        request.carry_out(context, "set", "test", set_spec="a")
        assert oai_sets.show(context, "a", 9).pids == ("IE1", "IE2")
        # The set is there from now on, and stands in the headers of its members.
        joined_first, also, other = datestamps()
        assert joined_first == also >= first[0] + 3_600_000
        assert other == first[2]
        oai_sets.change(context, "a", "pid = IE2 | IE3")
        clock.ahead = 2
        request.carry_out(context, "set", "test", set_spec="a")
        assert oai_sets.show(context, "a", 9).pids == ("IE2", "IE3")
        left, stayed, joined = datestamps()
        assert stayed == also
        assert min(left, joined) > also + 3_000_000


def test_a_set_that_was_never_filled_goes_without_news(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1", published=True))
    with world.context() as context:
        keys = exported(context, "IE1")
        made = oai_sets.create(context, "a", "pid = IE1")
        with context.repository.write() as connection:
            sets.keep(connection, {keys["IE1"]: {made.id}})
        oai_sets.delete(context, "a")
        assert news(context, "IE1") == set()
        assert oai_sets.listed(context) == []


def test_a_batch_that_fills_the_set_already_answers_for_ours(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.load(ie("IE1", published=True))
    with world.context() as context:
        oai_sets.create(context, "a", "pid = IE1")
        # As the daemon does at once where it notices the set before the command asks.
        begun, _ = export_batch.request(context, "set", "the daemon", set_spec="a")
        assert request.carry_out(context, "set", "me", set_spec="a").id == begun.id
        assert oai_sets.show(context, "a", 9).oai_set.filled


def test_a_batch_that_began_before_the_set_was_changed_does_not(tmp_path: Path) -> None:
    world, clock = World(tmp_path), Hours()
    world.load(*(ie(f"IE{number}", published=True) for number in range(1, 200)))
    with world.context(clock) as context:
        oai_sets.create(context, "a", "pid = IE1")
        begun, _ = export_batch.request(context, "set", "the daemon", set_spec="a")

        def change(_batch: Batch) -> None:
            clock.ahead = 1
            if oai_sets.show(context, "a", 9).oai_set.definition != "pid = IE2":
                oai_sets.change(context, "a", "pid = IE2")

        assert request.carry_out(context, "set", "me", set_spec="a", progress=change).id != begun.id
        assert oai_sets.show(context, "a", 9).pids == ("IE2",)
