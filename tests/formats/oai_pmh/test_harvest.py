"""What a harvester makes of answers: records with their namespaces, and what is no answer at all."""

import pytest

from mdwatch.errors import Rejected
from mdwatch.formats import xml
from mdwatch.formats.oai_pmh import harvest
from mdwatch.formats.oai_pmh.harvest import RecordPage, Refused
from mdwatch.formats.oai_pmh.moments import Granularity
from mdwatch.formats.xml import Limits
from tests.handlers.harvests.providers import IDENTIFY, error, oai, page, record
from tests.worlds import DC_NS

TERMS = "http://purl.org/dc/terms/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
FIELDS = '<d:title xml:lang="fr">T &lt; é</d:title><t:created xsi:type="t:W3CDTF">2001</t:created>'
MIXED = f'<any xmlns="http://example.org/" xmlns:d="{DC_NS}" xmlns:t="{TERMS}" xmlns:xsi="{XSI}">{{}}</any>'


def read(body: str) -> RecordPage | Refused:
    return harvest.page(oai(body).encode(), Limits())


def test_fields_of_dublin_core_become_a_record_and_keep_language_and_type() -> None:
    made = harvest.descriptive(xml.parse(MIXED.format(FIELDS), Limits()))
    root = xml.parse(made, Limits())
    assert root.tag == f"{{{DC_NS}}}record"
    assert [(item.tag, dict(item.attrib), item.text) for item in root] == [
        (f"{{{DC_NS}}}title", {"{http://www.w3.org/XML/1998/namespace}lang": "fr"}, "T < é"),
        (f"{{{TERMS}}}created", {f"{{{XSI}}}type": "t:W3CDTF"}, "2001"),
    ]
    assert root.nsmap["t"] == TERMS
    assert "http://example.org/" not in made
    # What holds anything else is left as it is.
    other = MIXED.format(f"{FIELDS}<other/>")
    assert xml.parse(harvest.descriptive(xml.parse(other, Limits())), Limits()).tag == "{http://example.org/}any"


def test_a_record_stands_alone_without_the_namespaces_of_the_answer() -> None:
    found = page(record("oai:a:IE1", "2026-01-01", "<dc:title>T</dc:title>"), token=" t ").body
    listed = harvest.page(found.encode(), Limits())
    assert isinstance(listed, RecordPage)
    (one,) = listed.records
    assert (one.identifier, one.datestamp_ms, one.deleted, listed.token) == (
        "oai:a:IE1",
        1_767_225_600_000,
        False,
        "t",
    )
    assert one.content is not None
    assert harvest.descriptive(one.content) == f'<dc:record xmlns:dc="{DC_NS}"><dc:title>T</dc:title></dc:record>'


def test_what_is_wrong_with_one_record_is_told_of_it_alone() -> None:
    two = record("oai:a:IE2", "2026-01-01", "<dc:title>T</dc:title>").replace("<metadata>", "<metadata><a/>")
    found = read(
        f"<ListRecords><record/>{two}{record('', '2026-01-01', '<a/>')}{record('x' * 501, '2026-01-01')}</ListRecords>"
    )
    assert isinstance(found, RecordPage)
    assert [bool(item.fault) for item in found.records] == [True] * 4
    assert not any(item.deleted for item in found.records)


def test_answers_that_are_none() -> None:
    assert harvest.granularity(IDENTIFY.body.encode(), Limits()) is Granularity.SECOND
    assert harvest.page(error("badArgument").body.encode(), Limits()) == Refused("badArgument", "no")
    for body in (
        "",
        "<ListIdentifiers/>",
        f"<ListRecords><resumptionToken>{'t' * 10_001}</resumptionToken></ListRecords>",
    ):
        with pytest.raises(Rejected):
            read(body)
    with pytest.raises(Rejected, match="no Identify"):
        harvest.granularity(error("badVerb").body.encode(), Limits())


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("YYYY-MM-DDThh:mm:ss.sssZ", Granularity.SECOND),
        ("yyyy-MM-dd'T'HH:mm:ss'Z'", Granularity.DAY),
        ("YYYY-MM-DD", Granularity.DAY),
        ("", Granularity.DAY),
    ],
)
def test_a_provider_that_tells_no_granularity_of_the_protocol_is_asked_for_days_which_all_know(
    said: str, found: Granularity
) -> None:
    answer = oai(f"<Identify><granularity>{said}</granularity></Identify>")
    assert harvest.granularity(answer.encode(), Limits()) is found


def test_white_space_before_an_answer_means_nothing() -> None:
    answer = f"\n <?xml version='1.0'?>{oai('<ListRecords/>')}"
    assert isinstance(harvest.page(answer.encode(), Limits()), RecordPage)
