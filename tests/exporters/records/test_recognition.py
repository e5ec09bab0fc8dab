"""The kind of a record is told by its root, whatever stands before it and whatever its prefix."""

import time

import pytest

from mdwatch.exporters.records import recognition

MARC = "<leader/><datafield/>"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ('<mods xmlns="http://www.loc.gov/mods/v3"/>', "mods"),
        ("\ufeff<?xml version='1.0'?>\n<!-- a - b > c --><?pi <x>?><m:mods a='1 > 0' xmlns:m='http://www.loc.gov/mods/v3'/>",
         "mods"),
        ('<mods xmlns="urn:other"/>', ""),
        (f'<record xmlns="http://www.loc.gov/MARC21/slim">{MARC}</record>', "marc"),
        (f"<record>{MARC}</record>", "marc"),
        ('<collection xmlns="info:lc/xmlns/marcxchange-v1"/>', "marc"),
        ("<record><title>T</title></record>", "dc"),
        ("<record><thing>T</thing></record>", ""),
        ('<dc:record xmlns:dc="http://purl.org/dc/elements/1.1/"/>', "dc"),
        ('<oai_dc:dc xmlns:oai_dc="a" xmlns:dc="http://purl.org/dc/elements/1.1/"/>', "dc"),
        ("<codeBook/>", "ddi_codebook"),
        ('<StudyUnit xmlns="ddi:studyunit:3_1"/>', "ddi_lifecycle"),
        ('<Group xmlns="urn:bands"/>', ""),
        ("<TEI.2/>", "tei"),
        ('<ead xmlns="urn:isbn:1-931666-22-9"/>', "ead"),
        ('<thesis xmlns="http://www.ndltd.org/standards/metadata/etdms/1.0/"/>', "etdms"),
        ('<premis xmlns="info:lc/xmlns/premis-v2"/>', "technical"),
        ('<mets xmlns="http://www.loc.gov/METS/"/>', "wrapper"),
        ("<html/>", ""),
        ("no XML", ""),
        ("<a <b>", ""),
    ],
)  # fmt: skip
def test_the_root_tells(content: str, kind: str) -> None:
    assert recognition.kind(content) == kind


@pytest.mark.parametrize("content", ["<!--" + "-" * 200_000, "<a " + "b='" * 200_000, "<?" * 200_000, " " * 200_000])
def test_hostile_text_takes_no_time(content: str) -> None:
    before = time.process_time()
    assert recognition.kind(content) == ""
    assert time.process_time() - before < 1
