"""Requests: every verb with every argument, and every fault told with its code, its argument and a remedy."""

from collections.abc import Sequence
from itertools import product

import pytest

from mdwatch.formats.oai_pmh import requests, resumption
from mdwatch.formats.oai_pmh.faults import ErrorCode
from mdwatch.formats.oai_pmh.requests import GetRecord, Identify, ListItems, ListMetadataFormats, ListSets, Refusal
from mdwatch.formats.oai_pmh.resumption import Position, Selection, SetPosition
from mdwatch.formats.oai_pmh.verbs import TABLE, Verb

KEY = b"a key"
FORMATS = ("oai_dc", "ddi")
LISTS = (Verb.LIST_IDENTIFIERS, Verb.LIST_RECORDS)
SELECTION = Selection("ddi", "a:b", 1000, 2999)
POSITION = Position(1500, 7, 100, 250)
SETS = SetPosition("a", 10, 27)
TOKENS = {
    Verb.LIST_SETS: resumption.set_token(SETS, KEY),
    **{verb: resumption.list_token(verb, SELECTION, POSITION, KEY) for verb in LISTS},
}
VALUES = {
    "identifier": "oai:a.b:IE1",
    "metadataPrefix": "oai_dc",
    "from": "2026-01-01",
    "until": "2026-12-31",
    "set": "a:b",
}
NAMES = (*VALUES, "resumptionToken")
Pairs = Sequence[tuple[str, str]]


def parse(*pairs: tuple[str, str]) -> requests.Request | Refusal:
    return requests.parse(pairs, key=KEY, formats=FORMATS)


def faults(*pairs: tuple[str, str]) -> list[tuple[ErrorCode, str]]:
    """The codes of the faults, each with the part of the message before the colon: what it is about."""
    refusal = parse(*pairs)
    assert isinstance(refusal, Refusal)
    assert refusal.faults
    for fault in refusal.faults:
        assert "; " in fault.message, "a fault tells its remedy"
        assert len(fault.message) < 400
    return [(fault.code, fault.message.split(":")[0]) for fault in refusal.faults]


def listing(*pairs: tuple[str, str]) -> ListItems:
    request = parse(("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), *pairs)
    assert isinstance(request, ListItems)
    return request


# --- the table of verbs and arguments ---------------------------------------------------------------------------------


def expected(verb: Verb, names: frozenset[str]) -> set[tuple[ErrorCode, str]]:
    """The faults of a request with exactly these arguments, each good in itself, told from the protocol's table."""
    table = TABLE[verb]
    bad = {(ErrorCode.BAD_ARGUMENT, f'"{name}"') for name in names - set(table.all)}
    if names & set(table.exclusive):
        beside = names & set(table.required + table.optional)
        return bad | ({(ErrorCode.BAD_ARGUMENT, "resumptionToken")} if beside else set())
    return bad | {(ErrorCode.BAD_ARGUMENT, name) for name in set(table.required) - names}


@pytest.mark.parametrize("verb", Verb, ids=lambda verb: verb.value)
def test_every_combination_of_arguments(verb: Verb) -> None:
    accepted = 0
    for chosen in product((False, True), repeat=len(NAMES)):
        names = frozenset(name for name, taken in zip(NAMES, chosen, strict=True) if taken)
        pairs = [(name, VALUES.get(name) or TOKENS.get(verb, "token")) for name in sorted(names)]
        wanted = expected(verb, names)
        result = parse(("verb", verb.value), *pairs)
        if wanted:
            assert set(faults(("verb", verb.value), *pairs)) == wanted
            assert result.sent == ()
        else:
            assert not isinstance(result, Refusal)
            assert dict(result.sent) == {"verb": verb.value, **dict(pairs)}
            accepted += 1
    # Identify; with and without identifier; with and without token; prefix and any of three, or a token; GetRecord.
    assert accepted == {Verb.IDENTIFY: 1, Verb.LIST_METADATA_FORMATS: 2, Verb.LIST_SETS: 2, Verb.GET_RECORD: 1}.get(
        verb, 9
    )


def test_each_verb_makes_its_request() -> None:
    identifier, prefix = ("identifier", "oai:a.b:IE1"), ("metadataPrefix", "ddi")
    assert parse(("verb", "Identify")) == Identify(sent=(("verb", "Identify"),))
    assert parse(("verb", "ListMetadataFormats")) == ListMetadataFormats(
        sent=(("verb", "ListMetadataFormats"),), identifier=None
    )
    assert parse(identifier, ("verb", "ListMetadataFormats")) == ListMetadataFormats(
        sent=(("verb", "ListMetadataFormats"), identifier), identifier="oai:a.b:IE1"
    )
    assert parse(("verb", "ListSets")) == ListSets(sent=(("verb", "ListSets"),), position=None)
    assert parse(prefix, ("verb", "GetRecord"), identifier) == GetRecord(
        sent=(("verb", "GetRecord"), prefix, identifier), identifier="oai:a.b:IE1", metadata_prefix="ddi"
    )


@pytest.mark.parametrize("verb", LISTS, ids=lambda verb: verb.value)
def test_a_list_keeps_what_it_is_of(verb: Verb) -> None:
    request = parse(
        ("verb", verb.value), *((name, VALUES[name]) for name in ("metadataPrefix", "set", "from", "until"))
    )
    assert isinstance(request, ListItems)
    assert request.verb is verb
    assert request.selection == Selection("oai_dc", "a:b", 1_767_225_600_000, 1_798_761_599_999)
    assert request.position is None


# --- the verb ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pairs",
    [
        (),
        (("metadataPrefix", "oai_dc"),),
        (("verb", ""),),
        (("verb", "identify"),),
        (("verb", "Identify "),),
        (("verb", "Identify\x00"),),
        (("Verb", "Identify"),),
        (("verb", "GetMetadata"),),
        (("verb", "Identify"), ("verb", "Identify")),
        (("verb", "Identify"), ("verb", "ListSets")),
        (("verb", "Identify"), ("x", "y"), ("verb", "")),
    ],
)
def test_bad_verbs(pairs: Pairs) -> None:
    assert faults(*pairs) == [(ErrorCode.BAD_VERB, "verb")]


# --- arguments --------------------------------------------------------------------------------------------------------

LIST = (("verb", "ListRecords"), ("metadataPrefix", "oai_dc"))


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_argument_is_a_fault(name: str) -> None:
    verb = Verb.GET_RECORD if name == "identifier" else Verb.LIST_RECORDS
    others = [(other, VALUES[other]) for other in TABLE[verb].required if other != name and name != "resumptionToken"]
    assert faults(("verb", verb.value), *others, (name, "")) == [(ErrorCode.BAD_ARGUMENT, name)]


@pytest.mark.parametrize("name", ["metadataPrefix", "from", "set"])
@pytest.mark.parametrize("same", [True, False])
def test_a_repeated_argument_is_a_fault(name: str, same: bool) -> None:
    good = {"metadataPrefix": ("oai_dc", "ddi"), "from": ("2026-01-01", "2026-01-02"), "set": ("a", "b")}[name]
    pairs = [pair for pair in LIST if pair[0] != name]
    assert faults(*pairs, (name, good[0]), (name, good[0 if same else 1])) == [(ErrorCode.BAD_ARGUMENT, name)]


def test_a_repeated_token_is_a_fault() -> None:
    token = ("resumptionToken", TOKENS[Verb.LIST_RECORDS])
    assert faults(LIST[0], token, token) == [(ErrorCode.BAD_ARGUMENT, "resumptionToken")]


def test_all_faults_are_told_at_once() -> None:
    pairs = (("verb", "GetRecord"), ("set", "a"), ("metadataPrefix", "a/b"), ("metadataPrefix", ""), ("x", "y"))
    assert faults(*pairs) == [
        (ErrorCode.BAD_ARGUMENT, '"set"'),
        (ErrorCode.BAD_ARGUMENT, "metadataPrefix"),  # repeated
        (ErrorCode.BAD_ARGUMENT, '"x"'),
        (ErrorCode.BAD_ARGUMENT, "identifier"),  # missing
        (ErrorCode.BAD_ARGUMENT, "metadataPrefix"),  # not in its syntax
        (ErrorCode.BAD_ARGUMENT, "metadataPrefix"),  # empty
    ]


def test_a_flood_of_faults_is_not_told_in_full() -> None:
    flood = [(f"x{n}", "") for n in range(10_000)] + [("from", str(n)) for n in range(10_000)]
    assert len(faults(("verb", "ListRecords"), *flood)) == 20


@pytest.mark.parametrize("spec", ["a", "a:b", "a:b:c", "A-9_.!~*'()", "(:)", "x" * 1000])
def test_set_specs(spec: str) -> None:
    assert listing(("set", spec)).selection.set_spec == spec


@pytest.mark.parametrize("spec", [":", "a:", ":a", "a::b", "a b", "a/b", "a%20b", "ä", "a\n", "a\x00", "x" * 1001])
def test_what_is_no_set_spec(spec: str) -> None:
    assert faults(*LIST, ("set", spec)) == [(ErrorCode.BAD_ARGUMENT, "set")]


@pytest.mark.parametrize("prefix", ["a:b", "a b", "ä", "oai_dc\n", "a/b", "\ud800", "x" * 1001])
def test_what_is_no_prefix(prefix: str) -> None:
    assert faults(LIST[0], ("metadataPrefix", prefix)) == [(ErrorCode.BAD_ARGUMENT, "metadataPrefix")]


@pytest.mark.parametrize("verb", [*LISTS, Verb.GET_RECORD], ids=lambda verb: verb.value)
@pytest.mark.parametrize("prefix", ["mods", "OAI_DC", "oai_d", "oai_dc."])
def test_an_unknown_format_cannot_be_disseminated(verb: Verb, prefix: str) -> None:
    identifier = [("identifier", "oai:a.b:IE1")] if verb is Verb.GET_RECORD else []
    pairs = (("verb", verb.value), ("metadataPrefix", prefix), *identifier)
    assert faults(*pairs) == [(ErrorCode.CANNOT_DISSEMINATE_FORMAT, "metadataPrefix")]
    assert parse(*pairs).sent == pairs


# --- dates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "bounds"),
    [
        (None, None, (None, None)),
        ("1970-01-01", None, (0, None)),
        (None, "1970-01-01", (None, 86_399_999)),
        ("1970-01-01", "1970-01-01", (0, 86_399_999)),
        ("1970-01-01T00:00:01Z", "1970-01-01T00:00:01Z", (1000, 1999)),
        ("1970-01-01T00:00:00Z", "1970-01-01T00:00:01Z", (0, 1999)),
        ("0001-01-01", "9999-12-31", (-62_135_596_800_000, 253_402_300_799_999)),
        ("9999-12-31T23:59:59Z", None, (253_402_300_799_000, None)),
        (None, "9999-12-31T23:59:59Z", (None, 253_402_300_799_999)),
    ],
)
def test_bounds_include_the_whole_of_what_they_name(
    start: str | None, end: str | None, bounds: tuple[int | None, int | None]
) -> None:
    given = [(name, text) for name, text in (("from", start), ("until", end)) if text is not None]
    selection = listing(*given).selection
    assert (selection.from_ms, selection.until_ms) == bounds


@pytest.mark.parametrize("first", ["2026-01-01", "2026-01-01T00:00:00Z"])
@pytest.mark.parametrize("second", ["2026-01-02", "2026-01-02T00:00:00Z"])
@pytest.mark.parametrize("verb", LISTS, ids=lambda verb: verb.value)
def test_bounds_are_of_one_granularity_and_in_order(verb: Verb, first: str, second: str) -> None:
    prefix = (("verb", verb.value), ("metadataPrefix", "oai_dc"))
    if len(first) == len(second):
        assert isinstance(parse(*prefix, ("from", first), ("until", second)), ListItems)
        assert faults(*prefix, ("from", second), ("until", first)) == [(ErrorCode.BAD_ARGUMENT, "from, until")]
    else:
        assert faults(*prefix, ("from", first), ("until", second)) == [(ErrorCode.BAD_ARGUMENT, "from, until")]
        assert faults(*prefix, ("until", first), ("from", second)) == [(ErrorCode.BAD_ARGUMENT, "from, until")]


@pytest.mark.parametrize("name", ["from", "until"])
@pytest.mark.parametrize("text", ["2026-02-30", "2026-01-01T24:00:00Z", "0000-01-01", "2026-1-1", "now", "2026-01-01 "])
def test_impossible_dates(name: str, text: str) -> None:
    assert faults(*LIST, (name, text)) == [(ErrorCode.BAD_ARGUMENT, name)]


def test_both_dates_can_be_impossible() -> None:
    wanted = [(ErrorCode.BAD_ARGUMENT, "from"), (ErrorCode.BAD_ARGUMENT, "until")]
    assert faults(*LIST, ("from", "x"), ("until", "y")) == wanted


# --- resumption tokens ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", LISTS, ids=lambda verb: verb.value)
def test_a_token_goes_on_with_its_list(verb: Verb) -> None:
    pairs = (("verb", verb.value), ("resumptionToken", TOKENS[verb]))
    assert parse(*pairs) == ListItems(sent=pairs, verb=verb, selection=SELECTION, position=POSITION)
    assert parse(*pairs) == parse(*pairs)


def test_a_token_goes_on_with_the_sets() -> None:
    pairs = (("verb", "ListSets"), ("resumptionToken", TOKENS[Verb.LIST_SETS]))
    assert parse(*pairs) == ListSets(sent=pairs, position=SETS)


@pytest.mark.parametrize("verb", TOKENS, ids=lambda verb: verb.value)
def test_other_tokens_are_bad(verb: Verb) -> None:
    token = TOKENS[verb]
    others = [other for of, other in TOKENS.items() if of is not verb]
    for bad in (*others, token[:-1], token + "A", token.swapcase(), "x", "x" * 10_000, "a b", "MTo1NTAwfDI6", "é"):
        pairs = (("verb", verb.value), ("resumptionToken", bad))
        assert faults(*pairs) == [(ErrorCode.BAD_RESUMPTION_TOKEN, "resumptionToken")]
        assert parse(*pairs).sent == pairs


@pytest.mark.parametrize("bad", ["\x00", "a\ud800", "\ufffe"])
def test_a_token_that_xml_cannot_hold_is_not_repeated(bad: str) -> None:
    pairs = (("verb", "ListSets"), ("resumptionToken", bad))
    assert faults(*pairs) == [(ErrorCode.BAD_RESUMPTION_TOKEN, "resumptionToken")]
    assert parse(*pairs).sent == pairs[:1]


def test_the_token_of_a_format_that_is_gone_is_bad() -> None:
    pairs = (("verb", "ListRecords"), ("resumptionToken", TOKENS[Verb.LIST_RECORDS]))
    refusal = requests.parse(pairs, key=KEY, formats=("oai_dc",))
    assert isinstance(refusal, Refusal)
    assert [fault.code for fault in refusal.faults] == [ErrorCode.BAD_RESUMPTION_TOKEN]


# --- identifiers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("identifier", "repeated"),
    [
        ("oai:a.b:IE1", True),
        ("http://example.org/IE1", True),
        ("urn:nbn:de:101:1-2", True),
        ("doi:10.5072/FK2/ABC", True),
        ("mailto:a@b.c", True),
        ("IE1", False),
        ("a b", False),
        ("oai:a.b:<x>", False),
        ("oai:a.b:%", False),
        ("http://a:b/", False),
        ("http://[/", False),
        ("a:///", False),
        ("\x00", False),
        ("\ud800", False),
        ("ä:ö", False),
    ],
)
def test_any_text_is_an_identifier_and_plain_uris_are_repeated(identifier: str, repeated: bool) -> None:
    request = parse(("verb", "ListMetadataFormats"), ("identifier", identifier))
    assert isinstance(request, ListMetadataFormats)
    assert request.identifier == identifier
    assert dict(request.sent).get("identifier") == (identifier if repeated else None)
