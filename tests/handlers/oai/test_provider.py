"""What harvesters are told of what is exported: records, deletions, sets, page by page while it all changes."""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from random import Random
from typing import TypeVar

import pytest
from lxml import etree
from structlog.testing import capture_logs

from mdwatch import logs
from mdwatch.formats.oai_pmh import moments
from mdwatch.handlers.oai import records as oai_records
from mdwatch.handlers.oai import sets as oai_sets
from tests.formats.oai_pmh import samples
from tests.formats.oai_pmh.samples import OAI
from tests.handlers.oai.harvests import BASE_URL, START, Archive, Told, archive, name_of, on_page

Item = TypeVar("Item")

DAY = "2027-01-15"
SECOND = 1_000


def at(seconds: int) -> str:
    """A moment so many seconds after the start, as harvesters write it."""
    return moments.written(START + seconds * SECOND)


def filled(there: Archive, ies: int) -> None:
    """Exports IEs, one a second, the first with the datestamp of the first second."""
    for number in range(1, ies + 1):
        there.keep(f"IE{number}", f"Title {number}")
        there.clock.at += SECOND


def pids(records: list[Told]) -> list[str]:
    return [record.pid for record in records]


def joined(pages: Iterable[Iterable[Item]]) -> list[Item]:
    return list(chain.from_iterable(pages))


@pytest.fixture(scope="module")
def four(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """An archive of four exports in a second each, to be asked only; a fifth IE was never published."""
    with archive(tmp_path_factory.mktemp("four"), 4, page_records=3) as there:
        filled(there, 4)
        yield there


# --- the repository and its formats


def test_the_schemas_are_there_to_hold_answers_against(tmp_path: Path) -> None:
    with archive(tmp_path, 1) as there:
        there.keep("IE1")
        answer = etree.fromstring(there.answer(verb="ListRecords", metadataPrefix="oai_dc"))
        schema = samples.schema(tmp_path)
        assert schema.validate(answer)
        for header in answer.iter(f"{OAI}header"):
            header.clear()
        assert not schema.validate(answer)


def test_identify(tmp_path: Path) -> None:
    friends = ["https://other.example.org/oai"]
    with archive(
        tmp_path, 2, repository_name="Ö & <Co>", admin_emails=["a@example.org", "b@example.org"], friends=friends
    ) as there:
        assert there.ask(verb="Identify").findtext(f".//{OAI}earliestDatestamp") == at(0)
        there.clock.at += 3 * SECOND
        filled(there, 2)
        there.keep("IE1", "Title 1", "native_json")
        root = there.ask(verb="Identify")
    told = {str(item.tag).rpartition("}")[2]: item.text for item in root.findall(f"{OAI}Identify/*")}
    assert (
        told.items()
        >= {
            "repositoryName": "Ö & <Co>",
            "baseURL": BASE_URL,
            "protocolVersion": "2.0",
            "adminEmail": "b@example.org",
            "earliestDatestamp": at(4),
            "deletedRecord": "persistent",
            "granularity": "YYYY-MM-DDThh:mm:ssZ",
            "compression": "gzip",
        }.items()
    )
    assert root.findtext(".//{*}sampleIdentifier") == name_of("IE1")
    assert [item.text for item in root.iterfind(".//{http://www.openarchives.org/OAI/2.0/friends/}baseURL")] == friends
    assert root.findtext(f"{OAI}request") == BASE_URL


def prefixes(root: etree._Element) -> list[str | None]:
    return [item.text for item in root.iter(f"{OAI}metadataPrefix")]


def test_formats_are_those_that_are_kept_and_harvestable(tmp_path: Path) -> None:
    with archive(tmp_path) as there:
        root = there.ask(verb="ListMetadataFormats")
    assert prefixes(root) == ["oai_dc", "ddi"]
    assert root.findtext(f".//{OAI}metadataNamespace") == "http://www.openarchives.org/OAI/2.0/oai_dc/"
    assert root.findtext(f".//{OAI}schema") == "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"


def test_formats_of_one_item_are_those_it_is_told_in(tmp_path: Path) -> None:
    def formats(pid: str) -> list[str | None]:
        return prefixes(there.ask(verb="ListMetadataFormats", identifier=name_of(pid)))

    with archive(tmp_path, 3) as there:
        there.keep("IE1")
        there.keep("IE1", name="native_json")
        there.keep("IE1", name="ddi", content=b"<no namespace/>")
        there.keep("IE2", name="ddi")
        there.bury("IE2")
        assert formats("IE1") == ["oai_dc"]
        assert formats("IE2") == ["ddi"]
        assert there.errors(verb="ListMetadataFormats", identifier=name_of("IE3")) == ["noMetadataFormats"]
        assert there.errors(verb="ListMetadataFormats", identifier=name_of("IE4")) == ["idDoesNotExist"]


def test_a_format_that_is_not_kept_any_more_is_not_told(tmp_path: Path) -> None:
    with archive(tmp_path, 3, page_records=1) as there:
        for number in (1, 2, 3):
            there.keep(f"IE{number}", name="ddi")
        token = there.ask(verb="ListRecords", metadataPrefix="ddi").findtext(f".//{OAI}resumptionToken") or ""
    with archive(tmp_path, formats=["oai_dc"]) as there:
        assert there.errors(verb="ListRecords", metadataPrefix="ddi") == ["cannotDisseminateFormat"]
        assert there.errors(verb="ListRecords", resumptionToken=token) == ["badResumptionToken"]
        assert there.errors(verb="ListRecords", metadataPrefix="oai_dc") == ["noRecordsMatch"]
        assert there.ask(verb="Identify").findtext(f".//{OAI}earliestDatestamp") == at(0)


# --- one record


def test_a_record(tmp_path: Path) -> None:
    with archive(tmp_path, 1) as there:
        there.keep("IE1", "One")
        assert there.get("IE1") == Told("IE1", at(1), (), False, "One")


def test_a_deleted_record_is_told_for_ever(tmp_path: Path) -> None:
    with archive(tmp_path, 1) as there:
        there.keep("IE1", "One")
        there.clock.at += 7 * SECOND
        there.bury("IE1")
        there.clock.at += 10**10
        gone = Told("IE1", at(8), (), True, None)
        assert there.get("IE1") == gone
        assert there.harvest() == there.harvest("ListIdentifiers") == [gone]


def test_a_missing_export_is_no_deletion(tmp_path: Path) -> None:
    with archive(tmp_path, 2) as there:
        there.fail("IE1")
        for arguments in ({"verb": "ListRecords"}, {"verb": "ListIdentifiers"}):
            assert there.errors(**arguments, metadataPrefix="oai_dc") == ["noRecordsMatch"]
        for pid in ("IE1", "IE2"):
            arguments = {"verb": "GetRecord", "identifier": name_of(pid)}
            assert there.errors(**arguments, metadataPrefix="oai_dc") == ["cannotDisseminateFormat"]


def test_while_an_export_fails_the_last_good_one_is_told(tmp_path: Path) -> None:
    with archive(tmp_path, 1) as there:
        there.keep("IE1", "Good")
        there.clock.at += SECOND
        there.fail("IE1")
        assert there.get("IE1") == there.harvest()[0] == Told("IE1", at(1), (), False, "Good")


@pytest.mark.parametrize(
    "identifier",
    [
        "IE1",
        "oai:archive.example.org:",
        "oai:archive.example.org:ie1",
        "oai:other.example.org:IE1",
        "oai:archive.example.org:IE5",
        "oai:archive.example.org:IE1 ",
        f"oai:archive.example.org:IE{'9' * 400}",
        "\u1234",
        "' OR 1=1",
    ],
)
def test_an_identifier_that_names_nothing(four: Archive, identifier: str) -> None:
    assert four.errors(verb="GetRecord", identifier=identifier, metadataPrefix="oai_dc") == ["idDoesNotExist"]
    assert four.errors(verb="ListMetadataFormats", identifier=identifier) == ["idDoesNotExist"]


# --- lists


@pytest.mark.parametrize("verb", ["ListRecords", "ListIdentifiers"])
@pytest.mark.parametrize(("ies", "sizes"), [(6, [3, 3]), (7, [3, 3, 1]), (3, [3]), (1, [1])])
def test_a_list_comes_page_by_page(tmp_path: Path, verb: str, ies: int, sizes: list[int]) -> None:
    with archive(tmp_path, ies, page_records=3) as there:
        filled(there, ies)
        roots = list(there.pages(verb))
    found = [on_page(root) for root in roots]
    assert [len(page) for page in found] == sizes
    assert pids(joined(found)) == [f"IE{number}" for number in range(1, ies + 1)]
    assert [record.title for record in found[0]] == [
        f"Title {n}" if verb == "ListRecords" else None for n in (1, 2, 3)
    ][:ies]
    tokens = [root.find(f".//{OAI}resumptionToken") for root in roots]
    if len(roots) == 1:
        assert tokens == [None]
        return
    assert [(token.get("cursor"), token.get("completeListSize")) for token in tokens if token is not None] == [
        (str(3 * number), str(ies)) for number in range(len(roots))
    ]
    assert [bool(token.text) for token in tokens if token is not None] == [True] * (len(roots) - 1) + [False]


def test_records_of_one_second_are_all_told(tmp_path: Path) -> None:
    with archive(tmp_path, 10, page_records=3) as there:
        for number in range(1, 11):
            there.keep(f"IE{number}")
        assert pids(there.harvest()) == [f"IE{number}" for number in range(1, 11)]
        there.clock.at += 10 * SECOND
        assert pids(there.harvest()) == [f"IE{number}" for number in range(1, 11)]


def test_a_token_gives_the_same_page_again(tmp_path: Path) -> None:
    with archive(tmp_path, 5, page_records=2) as there:
        filled(there, 5)
        (first, second, _) = there.pages()
        token = first.findtext(f".//{OAI}resumptionToken") or ""
        last = second.findtext(f".//{OAI}resumptionToken") or ""
        assert there.answer(verb="ListRecords", resumptionToken=token) == there.answer(
            verb="ListRecords", resumptionToken=token
        )
        assert there.answer(verb="ListRecords", resumptionToken=last) == there.answer(
            verb="ListRecords", resumptionToken=last
        )
        assert there.errors(verb="ListIdentifiers", resumptionToken=token) == ["badResumptionToken"]
        assert there.errors(verb="ListRecords", resumptionToken=token[:-1]) == ["badResumptionToken"]
    with archive(tmp_path / "other") as other:
        assert other.errors(verb="ListRecords", resumptionToken=token) == ["badResumptionToken"]


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ({"from_": at(2)}, "234"),
        ({"until": at(2)}, "12"),
        ({"from_": at(2), "until": at(3)}, "23"),
        ({"from_": at(3), "until": at(3)}, "3"),
        ({"until": at(9_999_999)}, "1234"),
        ({"from_": DAY}, "1234"),
        ({"until": DAY}, "1234"),
        ({"from_": DAY, "until": DAY}, "1234"),
        ({"from_": "2027-01-14", "until": "2027-01-14"}, ""),
        ({"from_": "2027-01-16"}, ""),
        ({"from_": at(5)}, ""),
        ({"until": "1970-01-01"}, ""),
        ({"from_": "0001-01-01", "until": "9999-12-31"}, "1234"),
    ],
)
def test_bounds_are_inclusive(four: Archive, bounds: dict[str, str], expected: str) -> None:
    if expected:
        assert pids(four.harvest(**bounds)) == [f"IE{number}" for number in expected]
    else:
        assert four.errors(verb="ListRecords", metadataPrefix="oai_dc", **bounds) == ["noRecordsMatch"]


# --- documents that cannot be shown

BROKEN = b'<?xml version="1.0"?><a xmlns="b"/>'


def broken_among(there: Archive, ies: int, broken: set[int]) -> None:
    for number in range(1, ies + 1):
        there.keep(f"IE{number}", content=BROKEN if number in broken else None)
        there.clock.at += SECOND


@pytest.mark.parametrize(
    ("broken", "size"),
    [({1}, 2), ({3}, 2), ({3, 4, 5}, 2), ({8}, 7), ({7, 8}, 3), ({1, 2, 3, 4, 5, 6, 7}, 3), ({2, 3, 5, 6, 8}, 1)],
)
def test_a_document_that_cannot_be_shown_breaks_no_page(tmp_path: Path, broken: set[int], size: int) -> None:
    with archive(tmp_path, 8, page_records=size) as there:
        broken_among(there, 8, broken)
        expected = [f"IE{number}" for number in range(1, 9) if number not in broken]
        found = [pids(on_page(root)) for root in there.pages()]
        assert joined(found) == pids(there.harvest("ListIdentifiers")) == expected
        assert [len(page) for page in found[:-1]] == [size] * (len(found) - 1)


def test_where_none_can_be_shown_there_are_none(tmp_path: Path) -> None:
    with archive(tmp_path, 5, page_records=2) as there:
        broken_among(there, 5, {1, 2, 3, 4, 5})
        for verb in ("ListRecords", "ListIdentifiers"):
            assert there.errors(verb=verb, metadataPrefix="oai_dc") == ["noRecordsMatch"]
        arguments = {"verb": "GetRecord", "identifier": name_of("IE1")}
        assert there.errors(**arguments, metadataPrefix="oai_dc") == ["cannotDisseminateFormat"]


def test_the_service_log_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    logs.configure_service_log("warning")
    monkeypatch.setattr(oai_records, "_told", set())  # other tests have IEs of these names too
    with archive(tmp_path, 2) as there, capture_logs() as lines:
        there.keep("IE1", content=BROKEN)
        there.keep("IE1", name="ddi", content=b"")
        there.keep("IE2")
        for _ in range(3):
            there.harvest()
            there.answer(verb="ListMetadataFormats", identifier=name_of("IE1"))
            there.errors(verb="ListRecords", metadataPrefix="ddi")
    told = [(line["pid"], line["format"]) for line in lines if line["event"] == "export_not_harvestable"]
    assert told == [("IE1", "oai_dc"), ("IE1", "ddi")]


# --- sets


def test_a_set_takes_in_those_below_it(tmp_path: Path) -> None:
    with archive(tmp_path, 6, page_records=2) as there:
        filled(there, 6)
        there.make_set("a", "IE1")
        there.make_set("a:b", "IE2", "IE1")
        there.make_set("a:b:c", "IE3")
        there.make_set("ab", "IE4")
        there.make_set("x:y", "IE5")
        there.make_set("ab:new", "IE6", filled=False)
        assert {spec: pids(there.harvest(set=spec)) for spec in ("a", "a:b", "a:b:c", "ab", "x", "x:y")} == {
            "a": ["IE1", "IE2", "IE3"],
            "a:b": ["IE1", "IE2", "IE3"],
            "a:b:c": ["IE3"],
            "ab": ["IE4"],
            "x": ["IE5"],
            "x:y": ["IE5"],
        }
        assert {record.pid: record.sets for record in there.harvest()} == {
            "IE1": ("a", "a:b"),
            "IE2": ("a", "a:b"),
            "IE3": ("a", "a:b", "a:b:c"),
            "IE4": ("ab",),
            "IE5": ("x:y",),
            "IE6": (),
        }
        assert there.get("IE3").sets == ("a", "a:b", "a:b:c")
        assert {record.sets for record in there.harvest(set="a:b:c")} == {("a", "a:b", "a:b:c")}
        assert pids(there.harvest(set="a", until=at(2))) == ["IE1", "IE2"]
        assert there.errors(verb="ListRecords", metadataPrefix="oai_dc", set="b") == ["noRecordsMatch"]


def test_where_there_are_no_sets_none_can_be_asked_for(tmp_path: Path) -> None:
    with archive(tmp_path, 1) as there:
        filled(there, 1)
        there.make_set("a", "IE1", filled=False)
        assert there.errors(verb="ListSets") == ["noSetHierarchy"]
        assert there.errors(verb="ListRecords", metadataPrefix="oai_dc", set="a") == ["noSetHierarchy"]
        assert there.harvest()[0].sets == there.get("IE1").sets == ()


def test_who_left_a_set_is_deleted_in_it_alone(tmp_path: Path) -> None:
    with archive(tmp_path, 3) as there:
        filled(there, 3)
        there.make_set("a", "IE1", "IE2")
        there.make_set("b", "IE1", "IE2", "IE3")
        there.clock.at += 10 * SECOND
        since = moments.written(there.clock.at)
        there.move("a", leaves=["IE1"])
        stamp = moments.written(there.clock.at + SECOND)
        assert there.harvest(set="a", from_=since) == [Told("IE1", stamp, ("a",), True, None)]
        assert there.harvest("ListIdentifiers", set="a", from_=since) == [Told("IE1", stamp, ("a",), True, None)]
        for found in (there.harvest(set="b", from_=since), there.harvest(from_=since), [there.get("IE1")]):
            assert found == [Told("IE1", stamp, ("b",), False, "Title 1")]
        there.clock.at += SECOND
        there.move("a", joins=["IE1"])
        assert [(record.pid, record.deleted) for record in there.harvest(set="a")] == [("IE2", False), ("IE1", False)]


def test_who_left_one_set_below_may_still_be_in_another(tmp_path: Path) -> None:
    with archive(tmp_path, 1) as there:
        filled(there, 1)
        there.make_set("a:b", "IE1")
        there.make_set("a:c", "IE1")
        there.move("a:b", leaves=["IE1"])
        assert [(record.deleted, record.sets) for record in there.harvest(set="a")] == [(False, ("a:c",))]
        assert [(record.deleted, record.sets) for record in there.harvest(set="a:b")] == [(True, ("a:b",))]


def test_a_deleted_item_is_deleted_in_its_sets(tmp_path: Path) -> None:
    with archive(tmp_path, 2) as there:
        filled(there, 2)
        there.make_set("a", "IE1")
        there.bury("IE1")
        assert [(record.pid, record.deleted, record.sets) for record in there.harvest(set="a")] == [
            ("IE1", True, ("a",))
        ]


def test_a_list_of_a_set_that_is_deleted_meanwhile_goes_on_with_those_who_left(tmp_path: Path) -> None:
    with archive(tmp_path, 4, page_records=1) as there:
        filled(there, 4)
        for spec in ("a", "a:b"):
            there.make_set(spec, "IE1", "IE2", "IE3")
        there.make_set("a:c", "IE3")
        pages = there.pages(set="a:b")
        assert [record.deleted for record in on_page(next(pages))] == [False]
        there.clock.at += 1_000
        oai_sets.delete(there.context, "a:b")
        assert [(record.deleted, record.sets) for page in pages for record in on_page(page)] == [(True, ("a:b",))] * 3
        # The set above is told of nobody who left it.
        assert {record.pid: record.sets for record in there.harvest(set="a")} == {
            "IE1": ("a",),
            "IE2": ("a",),
            "IE3": ("a", "a:c"),
        }
        there.clock.at += 1_000
        oai_sets.delete(there.context, "a")
        assert {record.pid: (record.deleted, record.sets) for record in there.harvest(set="a")} == {
            "IE1": (True, ("a",)),
            "IE2": (True, ("a",)),
            "IE3": (False, ("a:c",)),
        }
        oai_sets.delete(there.context, "a:c")
        assert [record.deleted for record in there.harvest(set="a")] == [True] * 3
        assert there.errors(verb="ListSets") == ["noSetHierarchy"]
        assert {record.pid: record.sets for record in there.harvest()} == dict.fromkeys(
            ("IE1", "IE2", "IE3", "IE4"), ()
        )


def test_a_list_of_a_set_that_is_gone_altogether_cannot_go_on(tmp_path: Path) -> None:
    with archive(tmp_path, 3, page_records=1) as there:
        filled(there, 3)
        for spec in ("a", "b"):
            there.make_set(spec, "IE1", "IE2", "IE3")
        token = (
            there.ask(verb="ListRecords", metadataPrefix="oai_dc", set="a").findtext(f".//{OAI}resumptionToken") or ""
        )
        with there.context.repository.write() as connection:
            connection.exec_driver_sql("DELETE FROM set_member")
            connection.exec_driver_sql("DELETE FROM oai_set WHERE spec = 'a'")
        assert there.errors(verb="ListRecords", resumptionToken=token) == ["badResumptionToken"]


def test_sets_come_page_by_page(tmp_path: Path) -> None:
    specs = [f"s{number:02}" for number in range(27)]
    with archive(tmp_path, page_records=10) as there:
        for spec in reversed(specs):
            there.make_set(spec, description="About <it> & more" if spec == "s03" else "")
        roots = list(there.pages("ListSets"))
        found = [[item.text for item in root.iter(f"{OAI}setSpec")] for root in roots]
        assert [len(page) for page in found] == [10, 10, 7]
        assert joined(found) == specs
        tokens = [root.find(f".//{OAI}resumptionToken") for root in roots]
        assert [(token.get("cursor"), token.get("completeListSize")) for token in tokens if token is not None] == [
            ("0", "27"), ("10", "27"), ("20", "27")
        ]  # fmt: skip
        assert [item.text for item in roots[0].iter("{*}description")] == ["About <it> & more"]
        assert roots[0].findtext(f".//{OAI}setName") == "The set s00"
        assert tokens[1] is not None
        last = tokens[1].text or ""
        with there.context.repository.write() as connection:
            connection.exec_driver_sql("DELETE FROM oai_set WHERE spec >= 's20'")
        assert there.errors(verb="ListSets", resumptionToken=last) == ["badResumptionToken"]


# --- while it changes


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("set_spec", [None, "a"])
def test_nothing_is_lost_or_doubled_while_records_change(tmp_path: Path, seed: int, set_spec: str | None) -> None:
    random = Random(seed)
    with archive(tmp_path, 40, page_records=7) as there:
        filled(there, 30)
        there.make_set("a", *(f"IE{number}" for number in range(1, 41)))
        changed: dict[str, str] = {}
        asked = {"set": set_spec} if set_spec else {}
        found: list[Told] = []
        for turn, root in enumerate(there.pages(**asked)):
            found += on_page(root)
            for number in random.sample(range(1, 41), 4) if turn < 5 else []:
                there.clock.at += random.randrange(1500)
                there.keep(f"IE{number}", f"Anew {turn}")
                changed[f"IE{number}"] = f"Anew {turn}"
            there.clock.at += 3 * SECOND
        latest = {record.pid: record.title for record in found}
    stamps = [record.datestamp for record in found]
    assert stamps == sorted(stamps)
    unchanged = {f"IE{number}" for number in range(1, 31)} - changed.keys()
    assert {pid: pids(found).count(pid) for pid in unchanged} == dict.fromkeys(unchanged, 1)
    assert latest == {f"IE{number}": f"Title {number}" for number in range(1, 31)} | changed


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("whence", ["first", "last"])
def test_who_asks_from_the_last_answer_on_misses_nothing(tmp_path: Path, seed: int, whence: str) -> None:
    """By the moment of the first or the last page of the harvest before, whatever falls into the same seconds."""
    random = Random(seed)
    with archive(tmp_path, 12, page_records=3 if whence == "first" else 9) as there:
        held: dict[str, tuple[str, str | None]] = {}
        since: dict[str, str] = {}

        def change() -> None:
            there.clock.at += random.randrange(900)
            pid = f"IE{random.randrange(1, 13)}"
            if random.random() < 0.2:
                there.bury(pid)
            else:
                there.keep(pid, f"At {there.clock.at}")

        def harvest(changes: int) -> None:
            nonlocal since
            answered: list[str] = []
            if there.errors(verb="ListRecords", metadataPrefix="oai_dc", **since):
                return
            for root in there.pages(**since):
                answered.append(root.findtext(f"{OAI}responseDate") or "")
                held.update({record.pid: (record.datestamp, record.title) for record in on_page(root)})
                there.clock.at += random.randrange(700)
                for _ in range(random.randrange(changes + 1)):
                    change()
            since = {"from_": answered[0 if whence == "first" else -1]}

        for _ in range(12):
            for _ in range(random.randrange(5)):
                change()
            harvest(2)
        harvest(0)
        there.clock.at += 5 * SECOND
        assert held == {record.pid: (record.datestamp, record.title) for record in there.harvest()}


def test_a_page_ends_before_a_second_that_others_may_yet_be_written_in(tmp_path: Path) -> None:
    with archive(tmp_path, 9, page_records=4) as there:
        filled(there, 3)
        there.clock.at += 5 * SECOND
        for number in (5, 6, 7):
            there.keep(f"IE{number}")
        pages = there.pages()
        assert pids(on_page(next(pages))) == ["IE1", "IE2", "IE3"]
        there.keep("IE4")
        assert pids(on_page(next(pages))) == ["IE4", "IE5", "IE6", "IE7"]


def test_a_list_whose_rest_moved_past_its_bound_is_at_its_end(tmp_path: Path) -> None:
    with archive(tmp_path, 3, page_records=2) as there:
        filled(there, 3)
        pages = there.pages(until=at(3))
        assert pids(on_page(next(pages))) == ["IE1", "IE2"]
        there.clock.at += 60 * SECOND
        there.keep("IE3", "Anew")
        (error,) = next(pages).findall(f"{OAI}error")
        assert error.get("code") == "noRecordsMatch"
