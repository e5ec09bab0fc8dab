"""One record that is not well-formed, and that of its page alone, is left out: no harvest is held up by it."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from mdwatch.errors import Deferred
from mdwatch.repository.harvest_runs import HarvestCounts as HarvestReport
from tests.handlers.harvests.providers import IDENTIFY, Answer, answering, error, harvesting, oai, page, record
from tests.handlers.harvests.test_harvests import harvested, names
from tests.worlds import ie

_LISTED = {
    number: record(f"oai:a:IE{number}", f"2026-01-0{number}T00:00:00.5Z", f"<dc:title>T{number}</dc:title>")
    for number in range(1, 6)
}
_BROKEN = {
    "a-character": _LISTED[3].replace("T3", "\x0b"),
    "a-byte": _LISTED[3].replace("T3", "N\udce9w"),
    "a-reference": _LISTED[3].replace("T3", "&nbsp;"),
    "an-ampersand": _LISTED[3].replace("T3", "A & B"),
    "a-tag": _LISTED[3].replace("</dc:title>", "<br>"),
    "a-section": _LISTED[3].replace("T3", "<![CDATA["),
    "a-nested-record": _LISTED[3].replace("T3", "<record><leader/></record>&"),
}


def _provider(given: Mapping[str, str], alone: Mapping[str, str]) -> Answer:
    """Three pages, of which the second cannot be read; records, each by itself."""
    if given["verb"] == "Identify":
        return IDENTIFY
    if given["verb"] == "GetRecord":
        found = alone.get(given["identifier"].rpartition(":")[2])
        return error("idDoesNotExist") if found is None else Answer(oai(f"<GetRecord>{found}</GetRecord>"))
    match given.get("resumptionToken"):
        case None:
            return page(_LISTED[1], token="2")
        case "2":
            return page(alone["IE2"], alone["IE3"], alone["IE4"], token="3")
        case _:
            return page(_LISTED[5])


@pytest.mark.parametrize("broken", _BROKEN.values(), ids=_BROKEN)
def test_a_record_that_is_not_well_formed_is_left_out_alone(tmp_path: Path, broken: str) -> None:
    alone = {"IE2": _LISTED[2], "IE3": broken, "IE4": _LISTED[4]}
    with answering(lambda given: _provider(given, alone)) as url:
        world = harvesting(tmp_path, url, [ie(f"IE{number}") for number in range(1, 6)])
        report, told = harvested(world)
        assert report == HarvestReport(written=4, left_out=1)
        assert [line.partition(", and asked")[0] for line in told] == [
            "oai:a:IE3 is left out: its page is not well-formed"
        ]
        assert names(world) == [f"there-2026010{number}T000000Z-IE{number}.xml" for number in (1, 2, 4, 5)]
        # It comes when it is put right, and nothing else does.
        alone["IE3"] = _LISTED[3]
        assert harvested(world, full=True)[0] == HarvestReport(written=1, same=4)


def test_a_record_whose_identifier_cannot_be_told_is_told_of(tmp_path: Path) -> None:
    alone = {"IE2": _LISTED[2], "IE3": _LISTED[3].replace("<identifier>", "<identifier"), "IE4": _LISTED[4]}
    with answering(lambda given: _provider(given, alone)) as url:
        world = harvesting(tmp_path, url, [ie(f"IE{number}") for number in range(1, 6)])
        report, told = harvested(world)
    assert report == HarvestReport(written=4, left_out=1)
    assert "tells no identifier of it" in told[0]


def test_nothing_is_taken_for_a_record_that_stands_in_another_one(tmp_path: Path) -> None:
    forged = f"<![CDATA[{_LISTED[1].replace('T1', 'Forged')}]]>"
    alone = {"IE2": _LISTED[2].replace("T2", f"{forged}&"), "IE3": _LISTED[3], "IE4": _LISTED[4], "IE1": _LISTED[1]}
    with answering(lambda given: _provider(given, alone)) as url:
        world = harvesting(tmp_path, url, [ie(f"IE{number}") for number in range(1, 6)])
        assert harvested(world)[0].written == 4
    assert not any(b"Forged" in path.read_bytes() for path in world.folder.glob("*.xml"))


def test_a_page_of_which_no_record_can_be_read_waits_for_the_provider(tmp_path: Path) -> None:
    alone = {f"IE{number}": _LISTED[number].replace(f"T{number}", "&") for number in (2, 3, 4)}
    with answering(lambda given: _provider(given, alone)) as url:
        world = harvesting(tmp_path, url, [ie(f"IE{number}") for number in range(1, 6)])
        with pytest.raises(Deferred, match=r"not well-formed.*nor can its records be had one by one"):
            harvested(world)
        alone.update({f"IE{number}": _LISTED[number] for number in (2, 3, 4)})
        assert harvested(world)[0].written == 5
