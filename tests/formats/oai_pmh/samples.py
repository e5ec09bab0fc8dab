"""One answer of each kind, and the schema that all must be valid against."""

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from mdwatch.formats.oai_pmh import answers, faults, requests, resumption
from mdwatch.formats.oai_pmh.answers import Envelope
from mdwatch.formats.oai_pmh.items import Header, MetadataFormat, OaiRecord, Page, RepositoryIdentity, Set
from mdwatch.formats.oai_pmh.requests import Refusal
from mdwatch.formats.oai_pmh.resumption import Position, Selection
from mdwatch.formats.oai_pmh.verbs import Verb

SCHEMAS = Path(__file__).parents[3].parent / "shared" / "schemas" / "oai-pmh"
BASE_URL = "https://archive.example.org/oai"
NOW = 1_795_359_845_678  # 2026-11-22T15:04:05Z and something
KEY = b"key"
OAI = "{http://www.openarchives.org/OAI/2.0/}"

_DESCRIPTIONS = {
    "oai-identifier": (
        "http://www.openarchives.org/OAI/2.0/oai-identifier",
        ("scheme", "repositoryIdentifier", "delimiter", "sampleIdentifier"),
        "1",
    ),
    "friends": ("http://www.openarchives.org/OAI/2.0/friends/", ("baseURL",), "unbounded"),
}


def schema(folder: Path) -> etree.XMLSchema:
    """OAI-PMH.xsd with oai_dc, and with what the guidelines say about the descriptions; skips where it is not there."""
    if not SCHEMAS.exists():
        pytest.skip(f"the public schemas are not in {SCHEMAS}")
    imports = [
        ("http://www.openarchives.org/OAI/2.0/", (SCHEMAS / "OAI-PMH.xsd").as_uri()),
        ("http://www.openarchives.org/OAI/2.0/oai_dc/", (SCHEMAS / "oai_dc.xsd").as_uri()),
    ]
    for name, (namespace, fields, often) in _DESCRIPTIONS.items():
        path = folder / f"{name}.xsd"
        elements = "".join(f'<element name="{field}" type="string" maxOccurs="{often}"/>' for field in fields)
        path.write_text(
            f'<schema xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="{namespace}"'
            f' elementFormDefault="qualified"><element name="{name}"><complexType><sequence>{elements}'
            "</sequence></complexType></element></schema>",
            encoding="utf-8",
        )
        imports.append((namespace, path.as_uri()))
    inner = "".join(f'<import namespace="{namespace}" schemaLocation="{uri}"/>' for namespace, uri in imports)
    return etree.XMLSchema(etree.fromstring(f'<schema xmlns="http://www.w3.org/2001/XMLSchema">{inner}</schema>'))


def oai_dc(title: str) -> bytes:
    """An oai_dc document; the title is written as it is."""
    return (
        '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title></oai_dc:dc>'
    ).encode()


def envelope(**sent: str) -> Envelope:
    """An envelope for a request with these arguments."""
    pairs = tuple((name.rstrip("_"), value) for name, value in sent.items())
    return Envelope(base_url=BASE_URL, moment_ms=NOW, sent=pairs)


def identity(**facts: Any) -> RepositoryIdentity:
    """An identity with everything in it."""
    told: dict[str, Any] = {
        "repository_name": "Archive of the Valley & <Co>",
        "admin_emails": ("oai@example.org", "deputy@example.org"),
        "earliest_ms": 1_000_000_000_123,
        "namespace": "archive.example.org",
        "compressions": ("gzip",),
        "friends": ("https://other.example.org/oai", "https://third.example.org/oai?a=b&c=d"),
    }
    return RepositoryIdentity(**told | facts)


def records(count: int) -> list[OaiRecord]:
    """Records, the last one deleted."""
    live = [
        OaiRecord(Header(f"oai:archive.example.org:IE{n}", 1000 * n, ("a", "a:b")), oai_dc(f"Title &lt;{n}&gt; 目録"))
        for n in range(1, count)
    ]
    return [*live, OaiRecord(Header(f"oai:archive.example.org:IE{count}", 1000 * count, (), deleted=True))]


IDENTIFIER = "oai:archive.example.org:IE1"
FORMATS = (
    MetadataFormat(
        "oai_dc",
        "http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
        "http://www.openarchives.org/OAI/2.0/oai_dc/",
    ),
    MetadataFormat("ddi", "https://ddialliance.org/codebook.xsd", "ddi:codebook:2_5"),
)
SETS = (Set("a", "Animals & plants", "Line one\nline <two>"), Set("a:b", "Bees"))
TOKEN = resumption.list_token(Verb.LIST_RECORDS, Selection("oai_dc"), Position(5000, 5, 5, 12), KEY)
_LIST = {"metadataPrefix": "oai_dc", "set": "a", "from_": "1970-01-01", "until": "2026-12-31"}


def refused(*pairs: tuple[str, str]) -> bytes:
    """The answer to a request that is refused."""
    refusal = requests.parse(pairs, key=KEY, formats=("oai_dc", "ddi"))
    assert isinstance(refusal, Refusal)
    return answers.errors(Envelope(base_url=BASE_URL, moment_ms=NOW, sent=refusal.sent), refusal.faults)


def _headers(count: int) -> list[Header]:
    return [record.header for record in records(count)]


ANSWERS = {
    "Identify": answers.identify(envelope(verb="Identify"), identity()),
    "Identify, bare": answers.identify(envelope(verb="Identify"), identity(friends=(), compressions=())),
    "Identify, described": answers.identify(envelope(verb="Identify"), identity(descriptions=(oai_dc("Rights"),))),
    "ListMetadataFormats": answers.list_metadata_formats(envelope(verb="ListMetadataFormats"), FORMATS),
    "ListMetadataFormats of one": answers.list_metadata_formats(
        envelope(verb="ListMetadataFormats", identifier=IDENTIFIER), FORMATS[:1]
    ),
    "ListSets": answers.list_sets(envelope(verb="ListSets"), Page(SETS)),
    "ListSets, first page": answers.list_sets(envelope(verb="ListSets"), Page(SETS, "token", 0, 27)),
    "ListIdentifiers": answers.list_identifiers(envelope(verb="ListIdentifiers", **_LIST), Page(_headers(3))),
    "ListIdentifiers, last page": answers.list_identifiers(
        envelope(verb="ListIdentifiers", resumptionToken=TOKEN), Page(_headers(3), None, 5, 8)
    ),
    "ListRecords": answers.list_records(envelope(verb="ListRecords", **_LIST), Page(records(3))),
    "ListRecords, first page": answers.list_records(
        envelope(verb="ListRecords", **_LIST), Page(records(5), TOKEN, 0, 12, NOW + 3_600_000)
    ),
    "ListRecords, second page": answers.list_records(
        envelope(verb="ListRecords", resumptionToken=TOKEN), Page(records(5), TOKEN, 5, 12)
    ),
    "ListRecords, last page": answers.list_records(
        envelope(verb="ListRecords", resumptionToken=TOKEN), Page(records(2), None, 10, 12, NOW)
    ),
    "ListRecords, size unknown": answers.list_records(
        envelope(verb="ListRecords", metadataPrefix="oai_dc"), Page(records(2), TOKEN)
    ),
    "GetRecord": answers.get_record(
        envelope(verb="GetRecord", identifier=IDENTIFIER, metadataPrefix="oai_dc"), records(2)[0]
    ),
    "GetRecord, deleted": answers.get_record(
        envelope(verb="GetRecord", identifier=IDENTIFIER, metadataPrefix="oai_dc"), records(2)[1]
    ),
    "GetRecord, nothing to show": answers.get_record(
        envelope(verb="GetRecord", identifier=IDENTIFIER, metadataPrefix="ddi"), OaiRecord(records(2)[0].header)
    ),
    "no record": answers.list_records(envelope(verb="ListRecords", **_LIST), Page(())),
    "no record to show": answers.list_records(envelope(verb="ListRecords"), Page([OaiRecord(records(2)[0].header)])),
    "no header": answers.list_identifiers(envelope(verb="ListIdentifiers", **_LIST), Page(())),
    "no set": answers.list_sets(envelope(verb="ListSets"), Page(())),
    "no format": answers.list_metadata_formats(envelope(verb="ListMetadataFormats", identifier=IDENTIFIER), ()),
    "unknown identifier": answers.errors(
        envelope(verb="GetRecord", identifier=IDENTIFIER, metadataPrefix="oai_dc"),
        [faults.unknown_identifier(IDENTIFIER)],
    ),
    "bad verb": refused(("verb", "<script>alert(1)</script>")),
    "bad arguments": refused(("verb", "GetRecord"), ("x", "&"), ("set", "<b>"), ("identifier", "")),
    "bad token": refused(("verb", "ListSets"), ("resumptionToken", 'a"b<c')),
    "unknown format": refused(("verb", "ListRecords"), ("metadataPrefix", "marc")),
}
