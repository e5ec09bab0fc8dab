"""Harvests over real HTTP: another mdwatch as it is, and providers that fail in every way they can."""

import errno
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import CapturingLogger

from mdwatch.dropfolder import dropping
from mdwatch.errors import Deferred, UsageError
from mdwatch.handlers.harvests import provider
from mdwatch.handlers.harvests import run as running
from mdwatch.repository import control
from mdwatch.repository import ies as repository_ies
from mdwatch.repository.harvest_runs import HarvestCounts as HarvestReport
from mdwatch.runtime import transforming
from tests.cli.calls import environment, mdwatch
from tests.handlers.harvests.providers import (
    IDENTIFY,
    Answer,
    NoWaiting,
    answering,
    archive,
    error,
    harvesting,
    page,
    record,
)
from tests.web.exported import attend_due
from tests.worlds import DC_NS, JOB, World, dc, ie, update


def title(text: str) -> str:
    return f"<dc:title>{text}</dc:title>"


def identified(text: str, name: str = "T") -> tuple[str, str]:
    return f"<dc:identifier>{text}</dc:identifier>", title(name)


def harvested(world: World, *, full: bool = False, clock: NoWaiting | None = None) -> tuple[HarvestReport, list[str]]:
    told: list[str] = []
    with world.context(clock or NoWaiting()) as context:
        return running.run(context, "there", full=full, tell=told.append).counts, told


def names(world: World) -> list[str]:
    return sorted(path.name for path in world.folder.glob("*.xml"))


def test_another_mdwatch_is_harvested(tmp_path: Path) -> None:
    with archive(tmp_path / "there") as (there, url):
        world = harvesting(tmp_path / "here", url, [ie("IE1"), ie("IE2"), ie("IE4")])
        config = world.write_settings()
        assert "never harvested" in mdwatch("harvest", "list", config=config).out
        tried = mdwatch("harvest", "test", "there", config=config)
        assert tried.status == 0, tried.err
        assert "oai:archive.example.org:IE1 (" in tried.out
        assert "  - dc:record/dc:title: Old\n" in tried.out
        assert "  + dc:record/dc:title: Title 1\n" in tried.out
        assert "oai:archive.example.org:IE3" in tried.out
        assert "no IE: no IE by the PID IE3" in tried.out
        assert names(world) == []

        done = mdwatch("harvest", "run", "there", config=config)
        assert done.status == 1, done.err
        assert "oai:archive.example.org:IE3 is left out: no IE by the PID IE3\n" in done.out
        assert "2 updateMD files written to" in done.out
        assert [name.split("-")[0::2] for name in names(world)] == [["there", "IE1.xml"], ["there", "IE2.xml"]]
        assert names(world) == sorted(names(world))
        world.run()
        assert [world.title(pid) for pid in ("IE1", "IE2")] == ["Title 1", "Title 2"]
        assert "up to 20" in mdwatch("harvest", "list", config=config).out

        # What is the same is left out, also of all; what changes comes, and by the overlap nothing else twice.
        for words in ([], ["--full"]):
            assert "0 updateMD files written" in mdwatch("harvest", "run", "there", *words, config=config).out
        there.drop("a.xml", update("IE2", dc("Newer")))
        there.run()
        with there.context() as context:
            attend_due(context)
        assert "1 updateMD file written" in mdwatch("harvest", "run", "there", config=config).out
        world.run()
        assert world.title("IE2") == "Newer"
        # An IE that was not there before comes with a harvest of everything.
        world.load(ie("IE3"))
        assert "1 updateMD file written" in mdwatch("harvest", "run", "there", "--full", config=config).out


def test_files_come_in_the_order_of_datestamps_and_deleted_or_doubtful_records_are_told(tmp_path: Path) -> None:
    first, second = "2026-01-01T00:00:01Z", "2026-01-01T00:00:02Z"
    asked: list[dict[str, str]] = []

    def answer(given: dict[str, str]) -> Answer:
        asked.append(given)
        if given["verb"] == "Identify":
            return IDENTIFY
        if "resumptionToken" in given:
            return page(
                record("oai:a:2", first, *identified("x:2")),
                record("oai:a:3", second),
                record("oai:a:4", first, *identified("x:many")),
                record("oai:a:5", first, *identified("x:none")),
                record("oai:a:6", first, *identified("y:1")),
                record("oai:a:7", "tomorrow", *identified("x:1")),
                record("oai:a:8", first, *identified("x:2", "Other")),
                record("oai:a:9", "9999-01-01T00:00:00Z", *identified("x:9", "Nine")),
            )
        return page(record("oai:a:1", second, *identified("x:1", "A &amp; B")), token="t")

    def with_identifier(pid: str, *values: str) -> dict[str, Any]:
        fields = "".join(f"<dc:identifier>{value}</dc:identifier>" for value in values)
        return ie(pid) | {"descriptive": f'<dc:record xmlns:dc="{DC_NS}">{fields}</dc:record>'}

    with answering(answer) as url:
        ies = (("IE1", "x:1", "y:1"), ("IE2", "x:2"), ("IE3", "x:many"), ("IE4", "x:many"), ("IE9", "x:9"))
        world = harvesting(
            tmp_path, url, [with_identifier(*item) for item in ies], match="dc:identifier", identifier_prefix="x:"
        )
        report, told = harvested(world)
        assert report == HarvestReport(written=3, same=0, deleted=1, left_out=5)
        assert told == [
            "oai:a:3 is deleted there; nothing is deleted here",
            "oai:a:4 is left out: 2 IEs by dc:identifier x:many: IE3, IE4",
            "oai:a:5 is left out: no IE by dc:identifier x:none",
            "oai:a:6 is left out: no IE by dc:identifier: none",
            "oai:a:7 is left out: its datestamp is 'tomorrow', which is no moment of OAI-PMH",
            "oai:a:8 is left out: IE2 is what oai:a:2 is about already",
        ]
        written = ["there-20260101T000001Z-IE2.xml", "there-20260101T000002Z-IE1.xml", "there-99990101T000000Z-IE9.xml"]
        assert names(world) == written
        births = [(world.folder / name).stat().st_ctime_ns for name in written]
        assert births == sorted(births)
        world.run()
        assert [world.title(pid) for pid in ("IE1", "IE2", "IE9")] == ["A &amp; B", "T", "Nine"]
        asked.clear()
        assert harvested(world)[0].written == 0
        # The hour before the last datestamp that can be true.
        assert asked[1] == {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2025-12-31T23:00:02Z"}
        # At another address all begins anew.
        world.raw["harvests"]["there"]["set"] = "maps"
        report, told = harvested(world)
        assert (report.written, told[0]) == (3, "its address, format or set is another one now: it begins anew")


def test_a_provider_that_fails_for_a_while_is_asked_again_and_one_that_goes_on_so_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = page(record("oai:a:IE1", "2026-01-01", title("New")))
    busy = Answer("", 503, (("Retry-After", "7"),))
    answers = [busy, Answer("", 502), good._replace(cut=9), Answer(good.body[:-9]), good]
    clock = NoWaiting()
    with answering(lambda _: answers.pop(0)) as url:
        world = harvesting(tmp_path, url, [ie("IE1")])
        assert harvested(world, clock=clock)[0].written == 1
        assert clock.waits == [7, 20, 30, 40]
        assert names(world) == ["there-20260101T000000Z-IE1.xml"]

        for bad, words in (
            ([Answer("", 503, (("Retry-After", "86400"),))], "asks to come back after 86400 seconds"),
            ([busy] * 5, "it answered 503 Service Unavailable"),
            ([Answer("", 404)], "it answered 404 Not Found"),
            ([Answer("<html/>")], "the answer is no OAI-PMH, but <html>"),
            ([Answer(good.body + "<br>")], "its answer cannot be read: not well-formed"),
            ([Answer('<!DOCTYPE a [<!ENTITY b "c">]><a/>')], "a document type declaration is not allowed"),
            ([Answer("", 302, (("Location", "file:///etc/passwd"),))], "it answered 302"),
            ([Answer("", 302, (("Location", "ftp://127.0.0.1/a"),))], "it answered 302"),
            (
                [Answer(f'<?xml version="1.0" encoding="UTF-16"?>{good.body}')],
                "its answer cannot be read: its encoding is not taken",
            ),
            ([error("noSetHierarchy")], "it answered noSetHierarchy: no"),
        ):
            answers[:] = bad
            with pytest.raises(Deferred, match=re.escape(words)):
                harvested(world, full=True)
            assert answers == []
        answers[:] = [Answer("", 302, (("Location", f"{url}?moved=1"),)), good]
        assert harvested(world, full=True)[0] == HarvestReport(same=1)
        answers[:] = [error("noRecordsMatch")]
        assert harvested(world, full=True)[0] == HarvestReport()
        world.raw["limits"] = {"bytes": 1_000}
        answers[:] = [Answer(good.body + " " * 1_000)]
        with pytest.raises(Deferred, match="raise limits"):
            harvested(world, full=True)
    logs = CapturingLogger()
    monkeypatch.setattr(provider, "log", logs)
    with pytest.raises(Deferred, match="cannot be reached: Connection refused; "):
        harvested(world, full=True)
    assert [(*call.args, call.kwargs["seconds"]) for call in logs.calls] == [
        ("provider_waited_for", 10 * number) for number in (1, 2, 3, 4)
    ]


def test_a_set_that_is_changed_is_asked_for_from_its_beginning(tmp_path: Path) -> None:
    asked: list[dict[str, str]] = []
    holds = {"maps": ["IE1", "IE2"], "atlases": ["IE2", "IE3"], "none": []}

    def answer(given: dict[str, str]) -> Answer:
        if given["verb"] == "Identify":
            return IDENTIFY
        asked.append(given)
        pids = holds[given["set"]]
        found = [record(f"oai:a:{pid}", "2026-01-01T00:00:00Z", title(f"New {pid}")) for pid in pids]
        return page(*found) if found else error("noRecordsMatch")

    with answering(answer) as url:
        world = harvesting(tmp_path, url, [ie(f"IE{number}") for number in (1, 2, 3)], set="maps")
        assert harvested(world)[0].written == 2
        assert "from" not in asked[-1]
        # The provider changes what the set holds: what has left it is told by nobody, and stays as it is.
        holds["maps"] = ["IE3"]
        assert harvested(world)[0].written == 1
        assert asked[-1]["from"] <= "2026-01-01T00:00:00Z"
        # The settings name another set: its list begins anew, whatever was sent of the other one.
        world.raw["harvests"]["there"]["set"] = "atlases"
        report, told = harvested(world)
        assert (report.written, len(told)) == (2, 1)
        assert "anew" in told[0]
        assert asked[-1].keys() == {"verb", "metadataPrefix", "set"}
        world.raw["harvests"]["there"]["set"] = "none"
        assert harvested(world)[0] == HarvestReport()
        world.run()
        assert [world.title(f"IE{number}") for number in (1, 2, 3)] == ["New IE1", "New IE2", "New IE3"]
        assert world.audit() == []


def test_a_list_without_end_comes_to_one(tmp_path: Path) -> None:
    numbers = iter(range(1_000))

    def circle(given: dict[str, str]) -> Answer:
        return page(token={"": "a", "a": "b", "b": "a"}[given.get("resumptionToken", "")])

    with answering(circle) as url, pytest.raises(Deferred, match="a resumption token comes again"):
        harvested(harvesting(tmp_path / "circle", url))
    endless = answering(lambda _: page(token=str(next(numbers))))
    with endless as url, pytest.raises(Deferred, match="more than 5 pages"):
        harvested(harvesting(tmp_path / "pages", url, pages=5))
    assert next(numbers) == 5


def test_a_harvest_that_is_killed_in_mid_list_goes_on_there(tmp_path: Path) -> None:
    asked: list[str] = []
    there, go_on = threading.Event(), threading.Event()

    def answer(given: dict[str, str]) -> Answer:
        token = given.get("resumptionToken", "0")
        asked.append(token)
        number = int(token) + 1
        if number == 3 and not there.is_set():
            there.set()
            go_on.wait(20)
        return page(
            record(f"oai:a:IE{number}", f"2026-01-0{9 - number}", title(f"New {number}")),
            token=str(number) if number < 4 else "",
        )

    with answering(answer) as url:
        world = harvesting(tmp_path, url, [ie(f"IE{number}") for number in (1, 2, 3, 4)])
        config = world.write_settings()
        command = [sys.executable, "-m", "mdwatch", "harvest", "run", "there"]
        with subprocess.Popen(command, env=environment(config), stdout=subprocess.DEVNULL) as process:
            assert there.wait(20)
            os.kill(process.pid, signal.SIGKILL)
        go_on.set()
        assert names(world) == []
        assert "a list is under way, 2 files are still to be written" in mdwatch("harvest", "list", config=config).out
        asked.clear()
        assert harvested(world)[0] == HarvestReport(written=4)
        assert asked == ["2", "3"]
        assert [name[-7:-4] for name in names(world)] == ["IE4", "IE3", "IE2", "IE1"]
        world.run()
        assert [world.title(f"IE{number}") for number in (1, 2, 3, 4)] == [f"New {number}" for number in (1, 2, 3, 4)]


def test_a_harvest_that_is_killed_while_it_writes_writes_each_file_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped: list[str] = []

    def drop(folder: Any, name: str, data: bytes, whole: Callable[..., None] = dropping.drop) -> None:
        whole(folder, name, data)
        dropped.append(name)
        if len(dropped) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(dropping, "drop", drop)
    answers = [page(*(record(f"oai:a:IE{n}", f"2026-01-0{n}", title(f"New {n}")) for n in (1, 2, 3))), IDENTIFY]
    with answering(lambda _: answers.pop(0) if answers else error("noRecordsMatch")) as url:
        world = harvesting(tmp_path, url, [ie(f"IE{number}") for number in (1, 2, 3)])
        with pytest.raises(KeyboardInterrupt):
            harvested(world)
        world.run()
        # The run that was cut short goes on: three in all.
        assert harvested(world)[0].written == 3
        assert [name[-7:-4] for name in dropped] == ["IE1", "IE2", "IE3"]
        world.run()
        assert [world.title(f"IE{number}") for number in (1, 2, 3)] == ["New 1", "New 2", "New 3"]
        assert world.audit() == []


def test_a_token_that_the_provider_forgot_begins_the_list_anew(tmp_path: Path) -> None:
    answers = [page(record("oai:a:IE1", "2026-01-01", title("New")), token="a"), Answer("", 404)]
    with answering(lambda _: answers.pop(0)) as url:
        world = harvesting(tmp_path, url, [ie("IE1")])
        with pytest.raises(Deferred, match="404"):
            harvested(world)
        answers[:] = [error("badResumptionToken"), page(record("oai:a:IE1", "2026-01-01", title("New")))]
        report, told = harvested(world)
        assert (report.written, len(told)) == (1, 1)
        assert "begins anew" in told[0]


_XSL = '<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">{}</xsl:stylesheet>'
_TO_MODS = f"""<xsl:template match="/"><xsl:for-each select="//dc:title" xmlns:dc="{DC_NS}">
<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><title><xsl:value-of select="."/></title></titleInfo></mods>
</xsl:for-each></xsl:template>"""


def test_records_go_through_a_stylesheet_that_reaches_nothing(tmp_path: Path) -> None:
    sheet = tmp_path / "to.xsl"
    secret = tmp_path / "secret.xml"
    secret.write_text("<secret/>", encoding="utf-8")
    sheet.write_text(_XSL.format(_TO_MODS), encoding="utf-8")
    source = {"type": "source", "sub_type": "mods", "mid": "M1", "xslt": str(sheet)}
    answers = page(record("oai:a:IE1-x", "2026-01-01", title("New")))
    with answering(lambda given: IDENTIFY if given["verb"] == "Identify" else answers) as url:
        world = harvesting(tmp_path, url, [ie("IE1")], pattern="oai:a:(IE[0-9]+)-x", **source)
        assert harvested(world) == (HarvestReport(written=1), [])
        (name,) = names(world)
        text = (world.folder / name).read_text(encoding="utf-8")
        assert "<mid>M1</mid>" in text
        assert '<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><title>New</title></titleInfo></mods>' in text
        reading = f"document('{secret.as_uri()}')"
        loop = '<xsl:template match="/"><a><xsl:call-template name="l"/></a></xsl:template>'
        loop += '<xsl:template name="l"><xsl:call-template name="l"/></xsl:template>'
        for body, why in (
            (
                f'<xsl:template match="/"><a><xsl:copy-of select="{reading}"/></a></xsl:template>',
                "the stylesheet fails",
            ),
            (loop, "the stylesheet"),
            ('<xsl:template match="/"/>', "the stylesheet makes no element of it"),
        ):
            sheet.write_text(_XSL.format(body), encoding="utf-8")
            report, told = harvested(world, full=True)
            assert (report, why in told[0]) == (HarvestReport(left_out=1), True), told
        sheet.write_text(_XSL.format(f'<xsl:include href="{secret.as_uri()}"/>'), encoding="utf-8")
        with pytest.raises(UsageError, match="it has xsl:include"):
            harvested(world)


def test_a_full_harvest_leaves_a_list_that_is_under_way(tmp_path: Path) -> None:
    first = page(record("oai:a:IE2", "2026-01-02", title("New 2")), token="a")
    answers = [first, Answer("", 404)]
    with answering(lambda _: answers.pop(0)) as url:
        world = harvesting(tmp_path, url, [ie("IE1"), ie("IE2")])
        with pytest.raises(Deferred, match="404"):
            harvested(world)
        answers[:] = [Answer("", 404)]
        with pytest.raises(Deferred, match="404"):
            harvested(world, full=True)
        # What was found is written in its order, with all the rest.
        assert names(world) == []
        answers[:] = [first, page(record("oai:a:IE1", "2026-01-01", title("New 1")))]
        assert harvested(world, full=True)[0] == HarvestReport(written=2)
        born = {name: (world.folder / name).stat().st_ctime_ns for name in names(world)}
        assert sorted(born, key=born.__getitem__) == names(world)


def test_records_are_matched_by_the_oai_identifier_that_dnx_keeps(tmp_path: Path) -> None:
    def known(pid: str, *values: str, kind: str = "originalObjectID") -> dict[str, Any]:
        kept = [{"objectIdentifierType": kind, "objectIdentifierValue": value} for value in values]
        return ie(pid) | {"characteristics": {"objectIdentifier": kept}}

    def named(number: int) -> str:
        return record(f"oai:b.org:a/{number}?x=%2F", f"2026-01-0{number}", title(f"New {number}"))

    ies = [
        known("IE1", "oai:b.org:a/1?x=%2F", "hdl:1"),
        known("IE2", "oai:b.org:a/2?x=%2F"),
        known("IE3", "oai:b.org:a/2?x=%2F"),
        known("IE4", "oai:b.org:a/3?x=%2F", kind="Handle"),
        ie("IE5") | {"characteristics": {"originalObjectID": "oai:b.org:a/5?x=%2F"}},
    ]
    with answering(lambda _: page(*(named(number) for number in (1, 2, 3, 5)))) as url:
        world = harvesting(tmp_path, url, ies, match="oai")
        report, told = harvested(world)
        assert report == HarvestReport(written=2, left_out=2)
        assert told == [
            "oai:b.org:a/2?x=%2F is left out: 2 IEs by originalObjectID oai:b.org:a/2?x=%2F: IE2, IE3",
            "oai:b.org:a/3?x=%2F is left out: no IE by originalObjectID oai:b.org:a/3?x=%2F",
        ]
        assert names(world) == ["there-20260101T000000Z-IE1.xml", "there-20260105T000000Z-IE5.xml"]
        # Another type, and a part of the identifier.
        world.raw["harvests"]["there"] |= {"identifier_type": "Handle", "pattern": "oai:b.org:(.*)"}
        assert "oai:b.org:a/3?x=%2F is left out: no IE by Handle a/3?x=%2F" in harvested(world, full=True)[1]
        world.raw["harvests"]["there"]["pattern"] = "(oai:b.org:.*)"
        assert harvested(world, full=True)[0].written == 1


def test_a_pattern_has_a_part_of_an_identifier_compared(tmp_path: Path) -> None:
    def described(pid: str, value: str) -> dict[str, Any]:
        field = f"<dcterms:identifier>{value}</dcterms:identifier>"
        namespaces = f'xmlns:dc="{DC_NS}" xmlns:dcterms="http://purl.org/dc/terms/"'
        return ie(pid) | {"descriptive": f"<dc:record {namespaces}>{field}</dc:record>"}

    fields = '<x:identifier xmlns:x="http://purl.org/dc/terms/">{}</x:identifier>'
    answer = page(
        record("oai:a:1", "2026-01-01", fields.format("https://doi.org/10.5/A"), title("A")),
        record("oai:a:2", "2026-01-01", fields.format("https://doi.org/10.5/B"), title("B")),
        record("oai:a:3", "2026-01-01", fields.format("hdl:10.5/A"), title("C")),
    )
    with answering(lambda _: answer) as url:
        ies = [described("IE1", "10.5/A"), described("IE2", "https://doi.org/10.5/B")]
        settings = {"match": "dcterms:identifier", "pattern": "https://doi.org/(.*)"}
        report, told = harvested(harvesting(tmp_path, url, ies, **settings))
        assert (report.written, report.left_out) == (2, 1)
        assert told == ["oai:a:3 is left out: no IE by dcterms:identifier: none"]


def test_what_changes_while_a_list_is_read_is_asked_for_again(tmp_path: Path) -> None:
    asked: list[dict[str, str]] = []
    begun = "<responseDate>2026-01-02T00:00:00Z</responseDate>"

    def answer(given: dict[str, str]) -> Answer:
        asked.append(given)
        if given["verb"] == "Identify":
            return IDENTIFY
        # The second page was read hours later, and what changed meanwhile on the first is not in it.
        first = page(record("oai:a:IE1", "2026-01-01T00:00:00Z", title("A")), token="t")
        second = page(record("oai:a:IE2", "2026-01-02T09:00:00Z", title("B")))
        return second if "resumptionToken" in given else first

    with answering(answer) as url:
        world = harvesting(tmp_path, url, [ie("IE1"), ie("IE2")], overlap_seconds=60)
        assert begun in page().body
        assert harvested(world)[0].written == 2
        harvested(world)
        assert [given["from"] for given in asked if "from" in given] == ["2026-01-01T23:59:00Z"]


def test_a_second_change_with_the_same_datestamp_does_not_wait_for_the_job(tmp_path: Path) -> None:
    answers = [page(record("oai:a:IE1", "2026-01-01", title(text))) for text in ("A", "B", "A")]
    with answering(lambda given: IDENTIFY if given["verb"] == "Identify" else answers.pop(0)) as url:
        world = harvesting(tmp_path, url, [ie("IE1")])
        for _ in range(3):
            assert harvested(world)[0].written == 1
        assert names(world) == [f"there-20260101T000000Z-IE1{part}.xml" for part in ("-2", "-3", "")]
        world.run()
        assert world.title("IE1") == "A"
        with world.context() as context, context.repository.read() as connection:
            assert [version.version for version in repository_ies.versions(connection, "IE1")] == [1, 2, 3, 4]


def test_a_stylesheet_that_never_ends_aborts_the_harvest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = tmp_path / "loop.xsl"
    twice = '<xsl:call-template name="l"><xsl:with-param name="n" select="$n - 1"/></xsl:call-template>' * 2
    loop = f'<xsl:template name="l"><xsl:param name="n" select="60"/><xsl:if test="$n &gt; 0">{twice}</xsl:if>'
    sheet.write_text(
        _XSL.format(f'<xsl:template match="/"><xsl:call-template name="l"/></xsl:template>{loop}</xsl:template>'),
        encoding="utf-8",
    )
    monkeypatch.setattr(transforming, "_SECONDS", 1)
    answer = page(*(record(f"oai:a:IE{number}", "2026-01-01", title("A")) for number in range(1, 50)))
    with answering(lambda _: answer) as url:
        world = harvesting(tmp_path, url, [ie("IE1")], xslt=str(sheet))
        with pytest.raises(UsageError, match=r"3 records in a row: .*processor"):
            harvested(world)


def test_a_drop_folder_that_is_full_or_away_gets_each_file_once_when_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [page(*(record(f"oai:a:IE{n}", f"2026-01-0{n}", title(f"New {n}")) for n in (1, 2, 3)))]
    dropped: list[str] = []

    def drop(folder: Any, name: str, data: bytes, whole: Callable[..., None] = dropping.drop) -> None:
        if dropped == ["there-20260101T000000Z-IE1.xml"] and "full" in state:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        whole(folder, name, data)
        dropped.append(name)

    state = {"full"}
    monkeypatch.setattr(dropping, "drop", drop)
    day = Answer(IDENTIFY.body.replace("Thh:mm:ssZ", ""))
    asked: list[dict[str, str]] = []

    def answer(given: dict[str, str]) -> Answer:
        asked.append(given)
        return day if given["verb"] == "Identify" else answers.pop(0) if answers else error("noRecordsMatch")

    with answering(answer) as url:
        world = harvesting(tmp_path, url, [ie(f"IE{number}") for number in (1, 2, 3)])
        with pytest.raises(Deferred, match="No space left"):
            harvested(world)
        state.clear()
        gone = json.dumps(["/mnt/away", "nfs4", "server:/drop"])
        with world.context() as context, context.repository.write() as connection:
            control.tell(connection, JOB, mount=gone)
        with pytest.raises(Deferred, match="is not mounted at /mnt/away"):
            harvested(world)
        assert len(dropped) == 1
        with world.context() as context, context.repository.write() as connection:
            control.tell(connection, JOB, mount=None)
        world.run()
        assert harvested(world)[0] == HarvestReport(written=3)
        assert [name[-7:-4] for name in dropped] == ["IE1", "IE2", "IE3"]
        # Where the provider knows days only, it is asked from the whole day on.
        assert [given["from"] for given in asked if "from" in given] == ["2026-01-01"]
