"""Definitions of sets: what they mean, how they are written, and that nothing written wrongly does harm."""

import pickle
import random
import time

import pytest

from mdwatch.errors import UsageError
from mdwatch.exporters.records import dcmi
from mdwatch.rules import membership
from mdwatch.rules.membership import FIELDS, Condition, Definition, DescribedIe, Operator, matches, parse, pids

FACTS = DescribedIe(
    pid="IE12",
    institution="INS01",
    subtypes=frozenset({"dc", "mods"}),
    fields={
        "dc:title": ("War and Peace", "Krieg  und Frieden"),
        "dc:subject": ("Old maps", "Émigrés"),
        "dcterms:alternative": ("Krieg  und Frieden",),
        "dc:date": ("1869-01",),
        "dc:identifier": ('say "a|b" = c\\d ~ e',),
    },
)


@pytest.mark.parametrize(
    "definition",
    [
        "pid = IE12",
        "pid=ie12",
        "pid ^= IE1",
        "PID = IE1|IE12 | IE3",
        "institution = ins01",
        "institution = INS02 | INS01",
        "institution != INS02",
        "subtype = MODS",
        "subtype !~ marc",
        "dc:title = krieg und frieden",
        'dc:title = "war and  PEACE"',
        "dc:title = War | Krieg und Frieden",
        "DC:Title ^= krieg",
        "dc:title ~ frieden",
        'dc:title ~ "and peace"',
        "dcterms:alternative ~ krieg",
        "dc:subject ~ e\u0301migr\u00c9s",
        "dc:subject ~ atlases | maps",
        "dc:date ^= 1869",
        "dc:creator != Tolstoy",
        "dc:creator !^= Tol | X",
        'dc:identifier = "say \\"a|b\\" = c\\\\d ~ e"',
        "institution = INS01 and subtype = mods and dc:title ~ war",
        "institution = INS01\nAND\tsubtype = mods",
        "dc:title ^= krieg und and institution = INS01",
    ],
)
def test_it_belongs(definition: str) -> None:
    assert matches(parse(definition), FACTS)
    assert matches(parse(str(parse(definition))), FACTS)


@pytest.mark.parametrize(
    "definition",
    [
        "pid = IE1",
        "pid != IE12",
        "pid != IE1 | IE12",
        "institution ^= NS",
        "subtype = mod",
        "subtype != dc",
        "dc:title = War",
        "dc:title ~ wa",
        "dcterms:title ~ war",
        "dcterms:alternative ~ war",
        "dc:creator ~ Tolstoy",
        "dc:subject ~ emigres",
        "institution = INS01 and subtype = marc",
        "dc:subject !~ maps",
        "dc:date !^= 18",
    ],
)
def test_it_does_not_belong(definition: str) -> None:
    assert not matches(parse(definition), FACTS)


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        ("", ["from character 1 on (its end)", "begins with a field"]),
        ("  ", ["begins with a field"]),
        ("named = x", ["from character 1 on ('named = x')", "no such field", "dc:title", "dcterms:alternative", "pid"]),
        ("dc:nope = x", ["no such field"]),
        ("dcterms:nope = x", ["no such field", "dcterms:created"]),
        ("dc:title", ["one of the operators = ^= ~ != !^= !~"]),
        ("dc:title is x", ["one of the operators"]),
        ("dc:title ! x", ["one of the operators"]),
        ("dc:title =", ["a value is missing"]),
        ('dc:title = ""', ["a value is missing"]),
        ('dc:title = " "', ["a value is missing"]),
        ("dc:title = a |", ["a value is missing"]),
        ("dc:title = | a", ["a value is missing"]),
        ("dc:title = and dc:date = 1", ["a value is missing"]),
        ("dc:title == x", ["a value is missing", "double quotes"]),
        ("dc:title = War and Peace", ["from character 20 on ('Peace')", "double quotes"]),
        ("dc:title = a=b", ["from character 13 on ('=b')", "double quotes"]),
        ('dc:title = "a" b', ["a value is followed by"]),
        ('dc:title = "a"and dc:date = 1', ["a value is followed by"]),
        ('dc:title = a "b"', ["a value is followed by"]),
        ('dc:title = "a', ["has no end"]),
        (r'dc:title = "a\n"', ["has no end"]),
        ("dc:title = a and", ["(its end)", "begins with a field"]),
        ("dc:title = a and and dc:date = 1", ["no such field"]),
        ("dc:title = a or dc:date = 1", ["a value is followed by"]),
        ("pid = 12", ["no PID", "IE1234"]),
        ("pid = IE1, IE2", ["no PID"]),
        ("pid = ıE1", ["no PID"]),
        ("dc:title ~ ++", ["no word"]),
        ("dc:title = a\x00b", ["no record can hold"]),
        ("dc:title = \udc80", ["no record can hold", "\\udc80"]),
        ("dc:title = " + "x" * 1_001, ["longer than 1000 characters"]),
        ("dc:title = " + "x|" * 500_000, ["longer than 1000000 characters"]),
    ],
)
def test_what_is_wrong_is_told_with_place_and_remedy(definition: str, words: list[str]) -> None:
    with pytest.raises(UsageError) as caught:
        parse(definition)
    text = str(caught.value)
    assert [word for word in words if word not in text] == []
    assert text.isprintable()


@pytest.mark.parametrize(
    ("definition", "normal"),
    [
        ("dc:TITLE=a", "dc:title = a"),
        ("dcterms:ISPARTOF   !^=  a  b|c", "dcterms:isPartOf !^= a b | c"),
        ('subtype = "mods"', "subtype = mods"),
        ('dc:title = "a and b"', 'dc:title = "a and b"'),
        ('dc:title = "candy"', "dc:title = candy"),
        (r'dc:title = "a\"b" | c\d | "e\\f"', r'dc:title = "a\"b" | c\d | e\f'),
        ("dc:title = a | b | a", "dc:title = a | b"),
        ("pid = IE1  AND   dc:title ~ b", "pid = IE1 and dc:title ~ b"),
    ],
)
def test_the_normal_form(definition: str, normal: str) -> None:
    assert str(parse(definition)) == normal


_PIECES = (
    "a", "and", "AND", "or", "x y", "|", "=", "^=", "~", "!", '"', "\\", "\\\\", '\\"', " ", "\n", "é", "日本", "pid",
    "IE1", "dc:title", "dcterms:", ":", "\x00", "\udc80", "\u200f", "(", "%", "[", "*+", "'",
)  # fmt: skip


def hostile(seed: int) -> str:
    """A text of pieces that mean something, in no order."""
    chance = random.Random(seed)
    return "".join(chance.choice(_PIECES) + chance.choice(("", " ")) for _ in range(chance.randrange(1, 14)))


def test_any_definition_survives_being_written() -> None:
    chance = random.Random(1)
    for seed in range(2_000):
        text = " ".join(hostile(seed).replace("\x00", "").replace("\udc80", "").split()) or "x"
        condition = Condition(
            chance.choice(FIELDS[1:]),
            chance.choice([Operator.WHOLE, Operator.PREFIX]),
            chance.random() < 0.5,
            (text, "b"),
        )
        definition = Definition((condition, Condition("pid", Operator.WHOLE, False, ("IE1",))))
        assert parse(str(definition)) == definition


def test_whatever_is_written_is_read_or_refused() -> None:
    read = 0
    refusals = []
    for seed in range(5_000):
        for text in (hostile(seed), f"dc:title = {hostile(seed)}"):
            try:
                definition = parse(text)
            except UsageError as error:
                refusals.append(str(error))
            else:
                read += 1
                assert parse(str(definition)) == definition
                assert str(parse(str(definition))) == str(definition)
                assert isinstance(matches(definition, FACTS), bool)
    assert read > 50
    assert len(refusals) > 200
    assert all(map(str.isprintable, refusals))


@pytest.mark.parametrize("part", [" ", "and ", '"', "\\", "x | ", "x and ", "dc:title = x and ", '\\"', "!", "|"])
def test_reading_takes_time_in_proportion(part: str) -> None:
    text = f'dc:title = "{part * (300_000 // len(part))}'
    before = time.process_time()
    for definition in (text, text.replace('"', "", 1), text + '"'):
        try:
            parse(definition)
        except UsageError:
            continue
    # Each takes a fraction of a second; one that went over the rest again and again would take hours.
    assert time.process_time() - before < 30


def test_a_long_list_of_pids_is_read_and_searched() -> None:
    definition = parse("pid = " + " | ".join(f"IE{number}" for number in range(50_000)))
    assert matches(definition, FACTS)
    assert not matches(definition, FACTS._replace(pid="IE50000"))
    assert len(pids(definition) or ()) == 50_000


def test_the_pids_that_it_can_only_be() -> None:
    assert pids(parse("pid = ie1 | IE2 and dc:title ~ x")) == frozenset({"IE1", "IE2"})
    assert pids(parse("pid = IE1 | IE2 and pid = IE2 | IE3")) == frozenset({"IE2"})
    assert pids(parse("pid != IE1")) is None
    assert pids(parse("pid ^= IE1")) is None
    assert pids(parse("dc:title = IE1")) is None


def test_a_definition_travels_to_other_processes() -> None:
    definition = parse("dc:title ~ war and pid ^= IE")
    assert matches(definition, FACTS)
    sent = pickle.loads(pickle.dumps(definition))
    assert sent == definition
    assert matches(sent, FACTS)


def test_every_term_of_dcmi_can_be_asked_for() -> None:
    elements = {f"dc:{name}" for name in dcmi.ELEMENTS}
    terms = {f"dcterms:{name}" for name in dcmi.TERMS}
    assert set(FIELDS) == {"pid", "institution", "subtype"} | elements | terms
    assert len(FIELDS) == len(set(FIELDS))
    assert len({name.lower() for name in membership.FIELDS}) == len(FIELDS)


def test_an_element_may_be_named_without_its_prefix() -> None:
    assert str(parse("Title ~ maps and subtype = mods")) == "dc:title ~ maps and subtype = mods"
    with pytest.raises(UsageError, match="no such field"):
        parse("created = 1850")
