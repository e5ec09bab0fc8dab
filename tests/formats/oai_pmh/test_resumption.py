"""Resumption tokens: what goes in comes out, and nothing else is ever taken for one."""

import base64
import re
import string

import pytest

from mdwatch.formats.oai_pmh import resumption
from mdwatch.formats.oai_pmh.resumption import Position, Selection, SetPosition
from mdwatch.formats.oai_pmh.verbs import Verb

KEY = b"k" * 32
SELECTION = Selection("oai_dc", "a:b", 0, 1_795_359_845_999)
POSITION = Position(1_795_359_000_123, 4711, 100, 2500)
SETS = SetPosition("zoology:bees", 10, 27)
TOKEN = resumption.list_token(Verb.LIST_RECORDS, SELECTION, POSITION, KEY)
SET_TOKEN = resumption.set_token(SETS, KEY)
ALPHABET = string.ascii_letters + string.digits + "-_"


@pytest.mark.parametrize("verb", [Verb.LIST_RECORDS, Verb.LIST_IDENTIFIERS])
@pytest.mark.parametrize(
    ("selection", "position"),
    [
        (SELECTION, POSITION),
        (Selection("oai_dc"), Position(0, 1, 1, 2)),
        (Selection("a-_.!~*'()", None, -1, None), Position(-62_135_596_800_000, 2**63 - 1, 10**12, 10**12)),
        (Selection("x" * 1000, "y" * 1000, None, 0), Position(0, 0, 0, 0)),
    ],
)
def test_round_trip(verb: Verb, selection: Selection, position: Position) -> None:
    token = resumption.list_token(verb, selection, position, KEY)
    assert resumption.read_list_token(token, verb, KEY) == (selection, position)
    assert resumption.list_token(verb, selection, position, KEY) == token
    assert re.fullmatch("[A-Za-z0-9_-]+", token)


@pytest.mark.parametrize("position", [SETS, SetPosition("a", 0, 0), SetPosition("a" * 1000, 10**9, 10**9)])
def test_round_trip_of_sets(position: SetPosition) -> None:
    assert resumption.read_set_token(resumption.set_token(position, KEY), KEY) == position


def test_a_token_is_of_one_verb() -> None:
    assert resumption.read_list_token(TOKEN, Verb.LIST_IDENTIFIERS, KEY) is None
    assert resumption.read_list_token(SET_TOKEN, Verb.LIST_RECORDS, KEY) is None
    assert resumption.read_set_token(TOKEN, KEY) is None


def test_a_token_is_of_one_key() -> None:
    assert resumption.read_list_token(TOKEN, Verb.LIST_RECORDS, KEY[:-1]) is None
    assert resumption.read_list_token(TOKEN, Verb.LIST_RECORDS, b"") is None


def read(token: str) -> object:
    """What either kind of reading makes of a token."""
    return resumption.read_list_token(token, Verb.LIST_RECORDS, KEY) or resumption.read_set_token(token, KEY)


@pytest.mark.parametrize("token", [TOKEN, SET_TOKEN], ids=["list", "sets"])
def test_no_character_can_be_changed(token: str) -> None:
    assert read(token) is not None
    for place, old in enumerate(token):
        for new in ALPHABET + "=+/ .~\x00é\ud800":
            if new != old:
                assert read(token[:place] + new + token[place + 1 :]) is None


@pytest.mark.parametrize("token", [TOKEN, SET_TOKEN], ids=["list", "sets"])
def test_no_byte_can_be_changed(token: str) -> None:
    sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    for place in range(len(sealed)):
        for mask in (1, 0x80, 0xFF):
            forged = sealed[:place] + bytes([sealed[place] ^ mask]) + sealed[place + 1 :]
            assert read(base64.urlsafe_b64encode(forged).decode().rstrip("=")) is None


@pytest.mark.parametrize("token", [TOKEN, SET_TOKEN], ids=["list", "sets"])
def test_nothing_can_be_cut_or_added(token: str) -> None:
    for length in range(len(token)):
        assert read(token[:length]) is None
        assert read(token[length + 1 :]) is None
        assert read(token[:length] + token[length:] * 2) is None
    for extra in ("=", "==", "A", "AAAA", "\n", " ", "%20", "&x=1", "\x00"):
        assert read(token + extra) is None
        assert read(extra + token) is None


def test_the_version_counts_even_under_a_good_signature() -> None:
    sealed = base64.urlsafe_b64decode(TOKEN + "=" * (-len(TOKEN) % 4))
    body = b"\x02" + sealed[1:-16]
    later = resumption._text(body + resumption._signature(body, KEY))
    assert read(later) is None


@pytest.mark.parametrize(
    "token",
    ["", "A", "AA", "AAAA", "A" * 22, "A" * 10_000, "MTo1NTAwfDI6", "cursor=100", "\x00", "é", "\ud800", "===="],
)
def test_random_strings_are_no_tokens(token: str) -> None:
    assert read(token) is None
