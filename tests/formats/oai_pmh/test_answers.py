"""Answers: valid whatever is in them, with what the protocol asks for at its place."""

from itertools import pairwise, product

import pytest
from lxml import etree

from mdwatch.formats.oai_pmh import answers, faults, requests
from mdwatch.formats.oai_pmh.answers import Envelope
from mdwatch.formats.oai_pmh.faults import ErrorCode
from mdwatch.formats.oai_pmh.items import Header, MetadataFormat, OaiRecord, Page, Set
from mdwatch.formats.oai_pmh.requests import Refusal
from mdwatch.formats.oai_pmh.verbs import Verb
from tests.formats.oai_pmh import samples
from tests.formats.oai_pmh.samples import ANSWERS, NOW, OAI, envelope, identity, oai_dc, records

XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> etree.XMLSchema:
    return samples.schema(tmp_path_factory.mktemp("schemas"))


def read(answer: bytes) -> etree._Element:
    """The root of an answer, as a strict parser has it."""
    return etree.fromstring(answer, etree.XMLParser(resolve_entities=False, no_network=True))


def texts(root: etree._Element, name: str) -> list[str]:
    return [element.text or "" for element in root.iter(OAI + name)]


# --- every answer -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_every_answer_is_valid(answer: bytes, schema: etree.XMLSchema) -> None:
    schema.assertValid(read(answer))


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_every_answer_begins_alike(answer: bytes) -> None:
    root = read(answer)
    assert answer.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n')
    assert root.tag == f"{OAI}OAI-PMH"
    assert (root.get(f"{XSI}schemaLocation") or "").split() == [
        "http://www.openarchives.org/OAI/2.0/",
        "http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd",
    ]
    assert [child.tag for child in root][:2] == [f"{OAI}responseDate", f"{OAI}request"]
    assert texts(root, "responseDate") == ["2026-11-22T15:04:05Z"]
    assert texts(root, "request") == [samples.BASE_URL]


def test_the_schema_says_no(schema: etree.XMLSchema) -> None:
    spoilt = ANSWERS["ListRecords"].replace(b"dc:title>", b"dc:titel>")
    assert not schema.validate(read(spoilt))


# --- the envelope -----------------------------------------------------------------------------------------------------


def test_arguments_are_repeated_as_attributes() -> None:
    request = read(ANSWERS["ListRecords"]).find(f"{OAI}request")
    assert request is not None
    assert dict(request.attrib) == {
        "verb": "ListRecords",
        "metadataPrefix": "oai_dc",
        "set": "a",
        "from": "1970-01-01",
        "until": "2026-12-31",
    }


@pytest.mark.parametrize(
    ("code", "repeated"),
    [(code, code not in {ErrorCode.BAD_VERB, ErrorCode.BAD_ARGUMENT}) for code in ErrorCode],
)
def test_arguments_of_a_request_not_understood_are_not_repeated(code: ErrorCode, repeated: bool) -> None:
    other = faults.no_records()
    answer = answers.errors(envelope(verb="ListRecords", set="a"), [other, faults.ErrorCondition(code, "why")])
    root = read(answer)
    assert [error.get("code") for error in root.iter(f"{OAI}error")] == ["noRecordsMatch", code.value]
    assert (b'set="a"' in answer) is repeated


# --- the verbs --------------------------------------------------------------------------------------------------------


def test_identify_tells_the_repository() -> None:
    identify = read(ANSWERS["Identify"]).find(f"{OAI}Identify")
    assert identify is not None
    told = [(etree.QName(child).localname, child.text) for child in identify if not len(child)]
    assert told == [
        ("repositoryName", "Archive of the Valley & <Co>"),
        ("baseURL", samples.BASE_URL),
        ("protocolVersion", "2.0"),
        ("adminEmail", "oai@example.org"),
        ("adminEmail", "deputy@example.org"),
        ("earliestDatestamp", "2001-09-09T01:46:40Z"),
        ("deletedRecord", "persistent"),
        ("granularity", "YYYY-MM-DDThh:mm:ssZ"),
        ("compression", "gzip"),
    ]
    descriptions = [[child.text for child in document] for document in (d[0] for d in identify if len(d))]
    assert descriptions == [
        ["oai", "archive.example.org", ":", "oai:archive.example.org:IE1"],
        ["https://other.example.org/oai", "https://third.example.org/oai?a=b&c=d"],
    ]


def test_without_friends_there_is_no_container_for_them() -> None:
    assert b"friends" not in ANSWERS["Identify, bare"]


def test_formats() -> None:
    root = read(ANSWERS["ListMetadataFormats"])
    told = [tuple(child.text for child in item) for item in root.iter(f"{OAI}metadataFormat")]
    assert told == [(item.prefix, item.schema, item.namespace) for item in samples.FORMATS]


def test_sets() -> None:
    told = [[text.strip() for text in item.itertext()] for item in read(ANSWERS["ListSets"]).iter(f"{OAI}set")]
    assert told == [["a", "Animals & plants", "Line one\nline <two>"], ["a:b", "Bees"]]


def test_headers() -> None:
    told = [(dict(header.attrib), [child.text for child in header]) for header in read(ANSWERS["ListIdentifiers"])[2]]
    assert told == [
        ({}, ["oai:archive.example.org:IE1", "1970-01-01T00:00:01Z", "a", "a:b"]),
        ({}, ["oai:archive.example.org:IE2", "1970-01-01T00:00:02Z", "a", "a:b"]),
        ({"status": "deleted"}, ["oai:archive.example.org:IE3", "1970-01-01T00:00:03Z"]),
    ]


def test_documents_are_embedded_byte_for_byte() -> None:
    document = oai_dc("a  b &#233; &amp; é <!-- c -->\n")
    answer = answers.list_records(envelope(verb="ListRecords"), Page([OaiRecord(Header("oai:a.b:IE1", 0), document)]))
    assert b"<metadata>%b</metadata>" % document in answer


def test_a_deleted_record_has_no_metadata_even_if_there_is_some() -> None:
    record = OaiRecord(Header("oai:a.b:IE1", 0, deleted=True), oai_dc("still there"))
    answer = answers.get_record(envelope(verb="GetRecord"), record)
    assert b"metadata>" not in answer
    assert b'<header status="deleted">' in answer


def test_a_record_without_metadata_leaves_the_others_on_the_page() -> None:
    items = records(4)
    missing = items[1]._replace(metadata=None)
    answer = answers.list_records(envelope(verb="ListRecords"), Page([items[0], missing, *items[2:]]))
    assert texts(read(answer), "identifier") == [item.header.identifier for item in (items[0], *items[2:])]
    assert answer.count(b"deleted") == 1


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("no record", "noRecordsMatch"),
        ("no record to show", "noRecordsMatch"),
        ("no header", "noRecordsMatch"),
        ("no set", "noSetHierarchy"),
        ("no format", "noMetadataFormats"),
        ("GetRecord, nothing to show", "cannotDisseminateFormat"),
        ("unknown identifier", "idDoesNotExist"),
        ("bad verb", "badVerb"),
        ("bad token", "badResumptionToken"),
        ("unknown format", "cannotDisseminateFormat"),
    ],
)
def test_what_cannot_be_told_is_an_error(name: str, code: str) -> None:
    assert [error.get("code") for error in read(ANSWERS[name]).iter(f"{OAI}error")] == [code]


def test_several_errors_in_one_answer() -> None:
    told = [error.text for error in read(ANSWERS["bad arguments"]).iter(f"{OAI}error")]
    assert told == [
        '"x": GetRecord does not take it; it takes identifier, metadataPrefix',
        '"set": GetRecord does not take it; it takes identifier, metadataPrefix',
        "metadataPrefix: is missing; take one that ListMetadataFormats tells",
        "identifier: is empty; take one that ListIdentifiers tells",
    ]


# --- resumption -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "token", "told"),
    [
        ("ListSets", None, None),
        ("ListRecords", None, None),
        ("ListIdentifiers", None, None),
        ("GetRecord", None, None),
        ("ListSets, first page", "token", {"completeListSize": "27", "cursor": "0"}),
        (
            "ListRecords, first page",
            samples.TOKEN,
            {"completeListSize": "12", "cursor": "0", "expirationDate": "2026-11-22T16:04:05Z"},
        ),
        ("ListRecords, second page", samples.TOKEN, {"completeListSize": "12", "cursor": "5"}),
        ("ListRecords, last page", None, {"completeListSize": "12", "cursor": "10"}),
        ("ListIdentifiers, last page", None, {"completeListSize": "8", "cursor": "5"}),
        ("ListRecords, size unknown", samples.TOKEN, {"cursor": "0"}),
    ],
)
def test_resumption_tokens(name: str, token: str | None, told: dict[str, str] | None) -> None:
    found = list(read(ANSWERS[name]).iter(f"{OAI}resumptionToken"))
    assert [(element.text, dict(element.attrib)) for element in found] == ([] if told is None else [(token, told)])


def test_27_sets_in_pages_of_10(schema: etree.XMLSchema) -> None:
    sets = [Set(f"s{n:02}", f"Set {n}") for n in range(27)]
    seen = []
    for start, end in pairwise((0, 10, 20, 27)):
        token = f"t{end}" if end < 27 else None
        root = read(answers.list_sets(envelope(verb="ListSets"), Page(sets[start:end], token, start, 27)))
        schema.assertValid(root)
        (resumption,) = root.iter(f"{OAI}resumptionToken")
        seen.append((len(texts(root, "set")), resumption.text, resumption.get("cursor")))
    assert seen == [(10, "t10", "0"), (10, "t20", "10"), (7, None, "20")]


# --- hostile texts ----------------------------------------------------------------------------------------------------

HOSTILE = {
    "markup": "<b>&x;</b>",
    "end of an attribute": "\" onload='x",
    "end of CDATA": "]]>",
    "comment": "-->",
    "script": "</error><script>alert(1)</script>",
    "NUL": "a\x00b",
    "controls": "".join(map(chr, range(0x20))) + "\x7f\x85",
    "lone surrogate": "a\ud800b",
    "other surrogate": "a\udcffb",
    "noncharacters": "\ufffe\uffff",
    "long": "x" * 10_000,
    "long markup": "<&\">'" * 2_000,
    "long and wide": "録😀" * 5_000,
    "right to left": "\u202eabc",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_arguments_never_break_an_answer(text: str, schema: etree.XMLSchema) -> None:
    names = ["verb", "identifier", "metadataPrefix", "from", "until", "set", "resumptionToken", text]
    for verb, name in product(Verb, names):
        pairs = (("verb", verb.value), (name, text))
        request = requests.parse(pairs, key=samples.KEY, formats=("oai_dc",))
        told = request.faults if isinstance(request, Refusal) else [faults.unknown_identifier(text)]
        answer = answers.errors(Envelope(base_url=samples.BASE_URL, moment_ms=NOW, sent=request.sent), told)
        root = read(answer)
        schema.assertValid(root)
        assert {element.tag for element in root} == {f"{OAI}{part}" for part in ("responseDate", "request", "error")}
        assert len("".join(texts(root, "error"))) < 2_000


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_of_our_own_never_break_an_answer(text: str) -> None:
    header = Header(text, 0, (text,))
    sent = {"resumptionToken": text}
    for answer in (
        answers.identify(envelope(), identity(repository_name=text, friends=(text,), compressions=(text,))),
        answers.list_sets(envelope(**sent), Page([Set(text, text, text)], text)),
        answers.list_metadata_formats(envelope(**sent), [MetadataFormat(text, text, text)]),
        answers.list_identifiers(envelope(**sent), Page([header], text)),
        answers.list_records(envelope(**sent), Page([OaiRecord(header, oai_dc("x"))], text)),
        answers.get_record(envelope(**sent), OaiRecord(header)),
    ):
        read(answer)


@pytest.mark.parametrize("text", ["a\tb\nc\rd", "<&>\"'", "目録 😀", "]]>"])
def test_what_xml_can_hold_comes_through_unchanged(text: str) -> None:
    root = read(answers.list_sets(envelope(resumptionToken=text), Page([Set("a", text, text)])))
    request = root.find(f"{OAI}request")
    assert request is not None
    assert request.get("resumptionToken") == text
    assert texts(root, "setName") == [text]
    assert [element.text for element in root.iter("{http://purl.org/dc/elements/1.1/}description")] == [text]


def test_what_xml_cannot_hold_is_replaced() -> None:
    assert texts(read(answers.list_sets(envelope(), Page([Set("a", "x\x00y\ud800z")]))), "setName") == [
        "x\ufffdy\ufffdz"
    ]
