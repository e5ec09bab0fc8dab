"""Records are about IEs that the job may update; those of other institutions are neither matched nor named."""

from pathlib import Path
from typing import Any

import pytest

from tests.handlers.harvests.providers import answering, harvesting, page, record
from tests.handlers.harvests.test_harvests import harvested, names
from tests.worlds import DC_NS, ie

NAME = "x:1"


def by_field(pid: str, institution: str) -> dict[str, Any]:
    fields = f"<dc:identifier>{NAME}</dc:identifier>"
    descriptive = f'<dc:record xmlns:dc="{DC_NS}">{fields}</dc:record>'
    return ie(pid) | {"institution": institution, "descriptive": descriptive}


def by_dnx(pid: str, institution: str) -> dict[str, Any]:
    return ie(pid) | {"institution": institution, "characteristics": {"originalObjectID": NAME}}


@pytest.mark.parametrize(("known", "match"), [(by_field, "dc:identifier"), (by_dnx, "oai")])
def test_an_ie_of_another_institution_is_no_ie_that_a_record_is_about(tmp_path: Path, known: Any, match: str) -> None:
    identifier = NAME if match == "oai" else "oai:a:1"
    fields = ("<dc:title>New</dc:title>", f"<dc:identifier>{NAME}</dc:identifier>")
    with answering(lambda _: page(record(identifier, "2026-01-01", *fields))) as url:
        world = harvesting(tmp_path, url, [known("IE1", "INS01"), known("IE2", "INS02")], match=match)
        report, told = harvested(world)
        assert (report.written, told) == (1, [])
        assert names(world) == ["there-20260101T000000Z-IE1.xml"]


def test_a_user_of_all_institutions_is_told_of_all(tmp_path: Path) -> None:
    with answering(lambda _: page(record(NAME, "2026-01-01", "<dc:title>New</dc:title>"))) as url:
        world = harvesting(tmp_path, url, [by_dnx("IE1", "INS01"), by_dnx("IE2", "INS02")], match="oai")
        world.raw["users"]["editor"]["institution"] = "*"
        report, told = harvested(world)
        assert report.left_out == 1
        assert told[0].endswith(": IE1, IE2")
