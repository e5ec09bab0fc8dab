"""The table of admission over the whole product of its facts, and the gathering of each fact."""

from collections.abc import Iterator, Mapping
from enum import Enum
from itertools import pairwise, product
from typing import Any, cast, get_type_hints

import pytest

from mdwatch.model import (
    Digests,
    IeState,
    InvalidUpdate,
    Metadata,
    RecordState,
    RecordType,
    Role,
    Stage,
    Status,
    UpdateMD,
)
from mdwatch.rules import admission, subtypes
from mdwatch.rules.admission import Age, Change, Facts, Form, IePlace, Kind, Lock, Ownership, Presence, Target
from mdwatch.rules.codes import MEANINGS, Code, Effect


def product_of_facts() -> Iterator[Facts]:
    """Every combination of the values of every fact."""
    kinds = [cast("type[Enum]", kind) for kind in get_type_hints(Facts).values()]
    for values in product(*kinds):
        yield Facts(*cast("tuple[Any, ...]", values))


ALL = list(product_of_facts())


def by_the_design(facts: Facts) -> Code:
    """Design section 3 written down once more, without a look at the table."""
    if facts.role is Role.EDITOR_VIEW:
        return Code.INSUFFICIENT_ROLE
    if facts.form is Form.INVALID:
        return Code.INVALID_XML
    if facts.kind is Kind.UNSUPPORTED:
        return Code.UNSUPPORTED_TYPE
    if facts.presence is Presence.ABSENT:
        return Code.UNKNOWN_IE
    if facts.presence is Presence.DELETED:
        return Code.DELETED_IE
    if facts.ownership is Ownership.FOREIGN:
        return Code.OTHER_INSTITUTION
    if facts.place is not IePlace.PERMANENT:
        return Code.IN_SIP
    if facts.lock is Lock.LOCKED:
        return Code.LOCKED
    if facts.target is Target.UNKNOWN:
        return Code.UNKNOWN_MID
    if facts.change is Change.NONE:
        return Code.NO_CHANGE
    return Code.SUPERSEDED if facts.age is Age.SUPERSEDED else Code.UPDATED


def applies(row: admission.Row, facts: Facts) -> bool:
    return getattr(facts, row.fact) in row.values


def test_the_product_is_the_whole_product() -> None:
    assert len(set(ALL)) == len(ALL) == 3 * 2 * 2 * 3 * 2 * 3 * 2 * 2 * 2 * 2


def test_every_combination_of_facts_is_decided_as_the_design_says() -> None:
    wrong = [(facts, admission.decide(facts)) for facts in ALL if admission.decide(facts) is not by_the_design(facts)]
    assert not wrong


def test_the_first_row_that_applies_decides() -> None:
    for facts in ALL:
        codes = [row.code for row in admission.TABLE if applies(row, facts)]
        assert admission.decide(facts) is (codes[0] if codes else admission.OTHERWISE)


@pytest.mark.parametrize("row", admission.TABLE, ids=lambda row: row.code.value)
def test_no_row_is_dead(row: admission.Row) -> None:
    assert any(admission.decide(facts) is row.code for facts in ALL)


@pytest.mark.parametrize("row", admission.TABLE, ids=lambda row: row.code.value)
def test_every_value_of_a_row_can_decide(row: admission.Row) -> None:
    for value in row.values:
        assert any(
            getattr(facts, row.fact) is value and by_the_design(facts) is row.code is admission.decide(facts)
            for facts in ALL
        )


def test_every_code_is_reachable_and_every_code_has_a_meaning() -> None:
    assert {admission.decide(facts) for facts in ALL} == set(Code) == set(MEANINGS)


def test_codes_stand_in_the_order_of_their_rows() -> None:
    assert [*(row.code for row in admission.TABLE), admission.OTHERWISE] == list(Code)


@pytest.mark.parametrize(("one", "other"), list(pairwise(admission.TABLE)), ids=lambda row: row.code.value)
def test_a_row_wins_over_the_next_where_both_apply(one: admission.Row, other: admission.Row) -> None:
    both = [facts for facts in ALL if applies(one, facts) and applies(other, facts)]
    if one.fact != other.fact:
        assert both
    assert all(admission.decide(facts) is not other.code for facts in both)


@pytest.mark.parametrize(
    ("code", "effect"),
    [
        (Code.INSUFFICIENT_ROLE, Effect.ABORT),
        (Code.INVALID_XML, Effect.ERROR),
        (Code.UNSUPPORTED_TYPE, Effect.ERROR),
        (Code.UNKNOWN_IE, Effect.ERROR),
        (Code.DELETED_IE, Effect.ERROR),
        (Code.OTHER_INSTITUTION, Effect.ERROR),
        (Code.IN_SIP, Effect.SKIP),
        (Code.LOCKED, Effect.ERROR),
        (Code.UNKNOWN_MID, Effect.ERROR),
        (Code.NO_CHANGE, Effect.WARNING),
        (Code.SUPERSEDED, Effect.ERROR),
        (Code.UPDATED, Effect.UPDATE),
    ],
)
def test_a_code_does_what_the_design_says(code: Code, effect: Effect) -> None:
    assert MEANINGS[code].effect is effect


@pytest.mark.parametrize("code", Code)
def test_a_remedy_and_a_why_are_whole_sentences(code: Code) -> None:
    sentences = [MEANINGS[code].remedy, *(row.why for row in admission.TABLE if row.code is code)]
    assert all(sentence.endswith(".") and sentence[0].isupper() for sentence in sentences)


# --- gather -----------------------------------------------------------------------------------------------------------

DC = Digests(b"dc-ordered", b"dc-unordered")
MODS = Digests(b"mods-ordered", b"mods-unordered")
NEW = Digests(b"new-ordered", b"new-unordered")
DC_KEY = (RecordType.DESCRIPTIVE, "")
MODS_KEY = (RecordType.SOURCE, "7")
STATE = IeState(
    pid="IE1",
    institution="INS01",
    stage=Stage.PERMANENT,
    status=Status.ACTIVE,
    locked_by=None,
    version=3,
    records={DC_KEY: RecordState("dc", DC), MODS_KEY: RecordState("MODS", MODS)},
)


def descriptive(digests: Digests = NEW, sub_type: str = "dc", type_: str = "descriptive") -> Metadata:
    return Metadata(type_, sub_type, "", "<record/>", digests)


def source(digests: Digests = NEW, sub_type: str = "mods", mid: str = "7", type_: str = "source") -> Metadata:
    return Metadata(type_, sub_type, mid, "<mods/>", digests)


def gather(*items: Metadata, ie: IeState | None = STATE, **changes: Any) -> Facts:
    terms: dict[str, Any] = {
        "role": Role.EDITOR_FULL,
        "covered": True,
        "held": False,
        "source_subtypes": subtypes.ROSETTA_SOURCE,
        "ignore_field_sequence": True,
    }
    return admission.gather(UpdateMD("IE1", items), ie, **(terms | changes))


def test_a_plain_update_has_nothing_against_it() -> None:
    assert gather(descriptive()) == Facts(role=Role.EDITOR_FULL)
    assert admission.decide(gather(descriptive())) is Code.UPDATED


@pytest.mark.parametrize("role", Role)
def test_the_role_is_handed_on_whatever_the_file(role: Role) -> None:
    assert gather(descriptive(), role=role).role is role
    assert gather(descriptive(), ie=None, role=role).role is role
    invalid = admission.gather(
        InvalidUpdate("bad"),
        None,
        role=role,
        covered=False,
        held=False,
        source_subtypes=(),
        ignore_field_sequence=True,
    )
    assert invalid == Facts(role=role, form=Form.INVALID)


def test_an_unreadable_file_is_invalid_whatever_its_ie() -> None:
    sip = STATE._replace(stage=Stage.SIP, status=Status.DELETED, locked_by="ann")
    facts = admission.gather(
        InvalidUpdate("bad", "IE1"),
        sip,
        role=Role.EDITOR_TYPICAL,
        covered=False,
        held=True,
        source_subtypes=(),
        ignore_field_sequence=True,
    )
    assert facts == Facts(role=Role.EDITOR_TYPICAL, form=Form.INVALID)


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        (descriptive(), Kind.SUPPORTED),
        (descriptive(sub_type="DC", type_="Descriptive"), Kind.SUPPORTED),
        (descriptive(sub_type="mods"), Kind.UNSUPPORTED),
        (source(sub_type="MODS", type_="SOURCE"), Kind.SUPPORTED),
        (source(sub_type="lido"), Kind.UNSUPPORTED),
        (source(sub_type="other:article"), Kind.SUPPORTED),
        (source(type_="mets_section", sub_type="structMap"), Kind.UNSUPPORTED),
    ],
)
def test_the_kind_is_that_of_type_and_subtype(item: Metadata, kind: Kind) -> None:
    assert gather(item).kind is kind
    assert gather(item, ie=None).kind is kind


def test_one_unsupported_record_makes_the_file_unsupported() -> None:
    assert gather(descriptive(), source(sub_type="lido")).kind is Kind.UNSUPPORTED
    assert gather(source(sub_type="lido"), descriptive()).kind is Kind.UNSUPPORTED


def test_allowed_source_subtypes_are_the_settings() -> None:
    assert gather(source(), source_subtypes=("marc",)).kind is Kind.UNSUPPORTED
    assert gather(source(), source_subtypes=iter(("marc", "mods"))).kind is Kind.SUPPORTED


@pytest.mark.parametrize(
    ("ie", "presence"),
    [
        (STATE, Presence.ACTIVE),
        (STATE._replace(status=Status.DELETED), Presence.DELETED),
        (None, Presence.ABSENT),
    ],
)
def test_presence_is_that_of_the_ie(ie: IeState | None, presence: Presence) -> None:
    assert gather(descriptive(), ie=ie).presence is presence


@pytest.mark.parametrize(("covered", "ownership"), [(True, Ownership.OWN), (False, Ownership.FOREIGN)])
def test_ownership_is_whether_the_user_covers_the_institution(covered: bool, ownership: Ownership) -> None:
    assert gather(descriptive(), covered=covered).ownership is ownership


@pytest.mark.parametrize(
    ("stage", "held", "place"),
    [
        (Stage.PERMANENT, False, IePlace.PERMANENT),
        (Stage.PERMANENT, True, IePlace.HELD),
        (Stage.SIP, False, IePlace.SIP),
        (Stage.SIP, True, IePlace.SIP),
    ],
)
def test_a_held_file_waits_though_its_ie_left_sip(stage: Stage, held: bool, place: IePlace) -> None:
    facts = gather(descriptive(), ie=STATE._replace(stage=stage), held=held)
    assert facts.place is place
    assert admission.decide(facts) is (Code.UPDATED if place is IePlace.PERMANENT else Code.IN_SIP)


@pytest.mark.parametrize(("holder", "lock"), [(None, Lock.FREE), ("ann", Lock.LOCKED), ("", Lock.LOCKED)])
def test_any_holder_locks_the_ie(holder: str | None, lock: Lock) -> None:
    assert gather(descriptive(), ie=STATE._replace(locked_by=holder)).lock is lock


@pytest.mark.parametrize(
    ("item", "target"),
    [
        (source(), Target.KNOWN),
        (source(sub_type="Mods"), Target.KNOWN),
        (source(mid="8"), Target.UNKNOWN),
        (source(mid="07"), Target.UNKNOWN),
        (source(sub_type="marc"), Target.UNKNOWN),
        (descriptive(), Target.KNOWN),
    ],
)
def test_the_target_is_a_source_record_of_that_mid_and_subtype(item: Metadata, target: Target) -> None:
    assert gather(item).target is target


@pytest.mark.parametrize(
    ("stored", "submitted", "target"),
    [
        ("OTHER:article", "other:article", Target.KNOWN),
        ("OTHER:article", "OTHER:Article", Target.KNOWN),
        ("OTHER:article", "other", Target.KNOWN),
        ("OTHER:article", "other:book", Target.UNKNOWN),
        ("other", "OTHER", Target.KNOWN),
        ("other", "other:article", Target.UNKNOWN),
        ("MODS", "other", Target.UNKNOWN),
    ],
)
def test_the_other_subtypes_find_their_record(stored: str, submitted: str, target: Target) -> None:
    ie = STATE._replace(records={MODS_KEY: RecordState(stored, MODS)})
    assert gather(source(sub_type=submitted), ie=ie).target is target


def test_one_missing_target_makes_the_file_unknown() -> None:
    assert gather(descriptive(), source(), source(mid="8")).target is Target.UNKNOWN


def test_a_source_record_is_not_found_in_the_place_of_the_descriptive_one() -> None:
    ie = STATE._replace(records={(RecordType.DESCRIPTIVE, "7"): RecordState("mods", MODS)})
    assert gather(source(), ie=ie).target is Target.UNKNOWN


def test_a_missing_descriptive_record_is_made() -> None:
    records: Mapping[tuple[RecordType, str], RecordState] = {MODS_KEY: RecordState("mods", MODS)}
    facts = gather(descriptive(DC), ie=STATE._replace(records=records))
    assert (facts.target, facts.change) == (Target.KNOWN, Change.SOME)


@pytest.mark.parametrize(
    ("superseded", "digests", "code", "reason"),
    [
        (None, NEW, Code.UPDATED, MEANINGS[Code.UPDATED].sentence),
        ("b.xml came later", NEW, Code.SUPERSEDED, "b.xml came later"),
        ("b.xml came later", DC, Code.NO_CHANGE, MEANINGS[Code.NO_CHANGE].sentence),
    ],
)
def test_what_came_later_is_not_undone_by_a_file_that_was_put_back(
    superseded: str | None, digests: Digests, code: Code, reason: str
) -> None:
    verdict = admission.judge(
        UpdateMD("IE1", (descriptive(digests),)),
        STATE,
        role=Role.EDITOR_FULL,
        covered=True,
        held=False,
        source_subtypes=(),
        ignore_field_sequence=True,
        superseded=superseded,
    )
    assert (verdict.code, verdict.reason) == (code, reason)
    assert bool(verdict.changed) is (code is Code.UPDATED)


ONLY_ORDER = Digests(b"another-order", DC.unordered)
COLLISION = Digests(DC.ordered, b"another-set")


@pytest.mark.parametrize(
    ("digests", "ignore", "change"),
    [
        (DC, True, Change.NONE),
        (DC, False, Change.NONE),
        (ONLY_ORDER, True, Change.NONE),
        (ONLY_ORDER, False, Change.SOME),
        (COLLISION, True, Change.SOME),
        (NEW, True, Change.SOME),
        (NEW, False, Change.SOME),
    ],
)
def test_the_order_of_fields_counts_only_where_the_job_says_so(digests: Digests, ignore: bool, change: Change) -> None:
    facts = gather(descriptive(digests), ignore_field_sequence=ignore)
    assert facts.change is change
    assert admission.decide(facts) is (Code.NO_CHANGE if change is Change.NONE else Code.UPDATED)


@pytest.mark.parametrize(
    ("items", "differing"),
    [
        ((descriptive(DC), source(MODS)), ()),
        ((descriptive(DC), source(NEW)), (1,)),
        ((descriptive(NEW), source(MODS)), (0,)),
        ((descriptive(NEW), source(NEW)), (0, 1)),
    ],
)
def test_one_differing_record_is_a_change(items: tuple[Metadata, ...], differing: tuple[int, ...]) -> None:
    verdict = admission.judge(
        UpdateMD("IE1", items),
        STATE,
        role=Role.EDITOR_FULL,
        covered=True,
        held=False,
        source_subtypes=subtypes.ROSETTA_SOURCE,
        ignore_field_sequence=True,
    )
    assert verdict.changed == tuple(items[index] for index in differing)
    assert verdict.code is (Code.UPDATED if differing else Code.NO_CHANGE)
    assert verdict.reason == MEANINGS[verdict.code].sentence
    assert gather(*items).change is (Change.SOME if differing else Change.NONE)
