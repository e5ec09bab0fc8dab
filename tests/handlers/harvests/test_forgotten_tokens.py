"""A run that was cut short goes on by a token; providers answer all kinds of things to one that they have forgotten."""

from pathlib import Path

import pytest

from mdwatch.errors import Deferred
from tests.handlers.harvests.providers import IDENTIFY, Answer, NoWaiting, answering, error, harvesting, page, record
from tests.handlers.harvests.test_harvests import harvested, names, title
from tests.worlds import ie

FORGOTTEN = "the provider does not know any more where the last run ended: the list begins anew"
FIRST, SECOND = record("oai:a:IE1", "2026-01-01", title("A")), record("oai:a:IE2", "2026-01-02", title("B"))
THIRD = record("oai:a:IE3", "2026-01-03", title("C"))


class _Tomorrow(NoWaiting):
    """A day and an hour later."""

    def now(self) -> int:
        """Milliseconds since 1970 UTC."""
        return super().now() + 25 * 3_600_000


@pytest.mark.parametrize(
    "answered",
    [
        error("badResumptionToken"),
        error("badArgument"),
        error("noRecordsMatch"),
        error("cannotDisseminateFormat"),
        Answer("gone", 404),
        Answer("unknown", 400),
        Answer("fault", 500),
        Answer("<html/>"),
    ],
    ids=lambda answer: f"{answer.status} {answer.body[-50:]}",
)
def test_whatever_is_answered_to_a_forgotten_token_the_list_begins_anew(tmp_path: Path, answered: Answer) -> None:
    lists = 0

    def answer(given: dict[str, str]) -> Answer:
        nonlocal lists
        if given["verb"] == "Identify":
            return IDENTIFY
        if "resumptionToken" in given:
            return answered if lists == 1 else page(SECOND)
        lists += 1
        # It numbers its tokens, each time from the beginning.
        return page(FIRST, token="1")

    with answering(answer) as url:
        world = harvesting(tmp_path, url, [ie("IE1"), ie("IE2")])
        with pytest.raises(Deferred):
            harvested(world)
        assert names(world) == []
        report, told = harvested(world)
        assert report.written == 2
        # What the protocol has an error for was told by the run that came upon it.
        assert told == ([] if "<error" in answered.body else [FORGOTTEN])
        assert names(world) == ["there-20260101T000000Z-IE1.xml", "there-20260102T000000Z-IE2.xml"]


def test_a_provider_that_is_away_does_not_have_the_list_begun_anew(tmp_path: Path) -> None:
    asked: list[str] = []
    away = True

    def answer(given: dict[str, str]) -> Answer:
        if given["verb"] == "Identify":
            return IDENTIFY
        asked.append(given.get("resumptionToken", "list"))
        if asked == ["list"]:
            return page(FIRST, token="1")
        return Answer("down", 502) if away else page(SECOND)

    with answering(answer) as url:
        world = harvesting(tmp_path, url, [ie("IE1"), ie("IE2")])
        for _ in range(2):
            with pytest.raises(Deferred, match="502"):
                harvested(world)
        away = False
        assert harvested(world)[0].written == 2
        assert asked[-1] == "1"


@pytest.mark.parametrize(
    "third",
    [Answer("fault", 500), Answer("fault", 404), error("badResumptionToken"), page(token="1")],
    ids=["fault", "gone", "forgotten", "circle"],
)
def test_what_was_sent_does_not_wait_for_a_page_that_never_comes(tmp_path: Path, third: Answer) -> None:
    mended = False

    def answer(given: dict[str, str]) -> Answer:
        if given["verb"] == "Identify":
            return IDENTIFY
        match given.get("resumptionToken"):
            case None:
                return page(FIRST, token="1")
            case "1":
                return page(SECOND, token="2")
            case _:
                return page(THIRD) if mended else third

    with answering(answer) as url:
        world = harvesting(tmp_path, url, [ie(f"IE{number}") for number in (1, 2, 3)])
        with pytest.raises(Deferred):
            harvested(world)
        assert names(world) == [], "the order of datestamps is worth waiting for, but not for ever"
        for _ in range(2):
            with pytest.raises(Deferred):
                harvested(world, clock=_Tomorrow())
            assert names(world) == ["there-20260101T000000Z-IE1.xml", "there-20260102T000000Z-IE2.xml"]
        mended = True
        assert harvested(world)[0].written == 3
        assert [len(names(world)), names(world)[-1]] == [3, "there-20260103T000000Z-IE3.xml"]
