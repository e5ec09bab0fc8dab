"""What is to be exported: the whole table of stamps, failures and wishes; how failures and datestamps come about."""

from itertools import product

import pytest

from mdwatch.model import Status
from mdwatch.rules import exporting
from mdwatch.rules.exporting import Failure, KeptDocument, Stamp, UnversionedFacts, Wanted, Writing, exportable

HOUR = 3_600_000
DAY = 24 * HOUR
NOW = 100 * DAY
VERSION, EXPORTER = 5, "2"

# Stamps and failures by what they speak of: the versions at hand, an older IE, an older exporter, a newer exporter.
MADE_FROM = {"same": (5, "2"), "older-ie": (4, "2"), "older-exporter": (5, "1"), "newer-exporter": (5, "3")}
STAMPS: dict[str | None, Stamp | None] = {None: None}
STAMPS |= {name: Stamp(*made, NOW - DAY) for name, made in MADE_FROM.items()}
FAILURES: dict[tuple[str, str] | None, Failure | None] = {None: None}
for _name, _made in MADE_FROM.items():
    FAILURES[_name, "over"] = Failure(*_made, "why", 0, 1, NOW)
    FAILURES[_name, "pause"] = Failure(*_made, "why", 0, 1, NOW + 1)


@pytest.mark.parametrize("published", [True, False])
@pytest.mark.parametrize("harvested", [True, False])
@pytest.mark.parametrize("status", list(Status))
def test_only_our_own_published_and_present_ies_have_exports(published: bool, harvested: bool, status: Status) -> None:
    expected = (published, harvested, status) == (True, False, Status.ACTIVE)
    assert exportable(published=published, harvested=harvested, status=status) is expected


def expected(stamp: str | None, failure: tuple[str, str] | None, wanted: Wanted, older_than: int | None) -> bool:
    """The table in words: by what is noted of the very versions at hand."""
    if failure is not None and failure[0] == "same":
        return wanted is not Wanted.DUE or failure[1] == "over"
    if stamp != "same":
        return True
    return wanted is Wanted.REDO and (older_than is None or older_than == NOW)


@pytest.mark.parametrize(
    ("stamp", "failure", "wanted", "older_than"), list(product(STAMPS, FAILURES, Wanted, [None, NOW - DAY, NOW]))
)
def test_every_cell(stamp: str | None, failure: tuple[str, str] | None, wanted: Wanted, older_than: int | None) -> None:
    stamps = {"a": there} if (there := STAMPS[stamp]) else {}
    failures = {"a": noted} if (noted := FAILURES[failure]) else {}
    found = exporting.formats(VERSION, {"a": EXPORTER}, stamps, failures, wanted=wanted, now=NOW, older_than=older_than)
    assert found == (("a",) if expected(stamp, failure, wanted, older_than) else ())


def test_each_format_is_judged_by_itself() -> None:
    exporters = {"new": "1", "current": "1", "older": "2", "put-off": "1"}
    stamps = {"current": Stamp(5, "1", 0), "older": Stamp(5, "1", 0), "gone": Stamp(5, "1", 0)}
    failures = {"put-off": Failure(5, "1", "why", 0, 1, NOW + 1)}
    found = exporting.formats(5, exporters, stamps, failures, wanted=Wanted.DUE, now=NOW)
    assert found == ("new", "older")


@pytest.mark.parametrize(("stamp", "failure"), list(product(STAMPS, FAILURES)))
def test_a_failure_is_outlived_by_a_document_of_the_versions_at_hand(
    stamp: str | None, failure: tuple[str, str] | None
) -> None:
    stamps = {"a": there} if (there := STAMPS[stamp]) else {}
    failures = {"a": noted} if (noted := FAILURES[failure]) else {}
    outlived = stamp == "same" and failure is not None and failure[0] != "same"
    assert exporting.outlived(VERSION, {"a": EXPORTER}, stamps, failures) == (("a",) if outlived else ())


def test_a_failure_in_a_format_that_is_kept_no_more_is_outlived() -> None:
    failures = {name: Failure(VERSION, EXPORTER, "why", 0, 1, 0) for name in ("a", "b")}
    assert exporting.outlived(VERSION, {"a": EXPORTER}, {}, failures) == ("b",)


@pytest.mark.parametrize(("stamp", "failure"), list(product(STAMPS, FAILURES)))
def test_whatever_failed_and_is_not_outlived_is_wanted_sooner_or_later(
    stamp: str | None, failure: tuple[str, str] | None
) -> None:
    """Else an IE would be looked at for ever, and nothing ever be done."""
    noted = FAILURES[failure]
    if noted is None:
        return
    stamps = {"a": there} if (there := STAMPS[stamp]) else {}
    outlived = exporting.outlived(VERSION, {"a": EXPORTER}, stamps, {"a": noted})
    wanted = exporting.formats(VERSION, {"a": EXPORTER}, stamps, {"a": noted}, wanted=Wanted.DUE, now=noted.next_at)
    assert bool(outlived) is not bool(wanted)


# --- failures ---------------------------------------------------------------------------------------------------------


def test_a_failure_of_a_clock_that_was_ahead_is_tried_again() -> None:
    noted = exporting.failed(None, VERSION, EXPORTER, "why", NOW + 3650 * DAY)
    wanted = exporting.formats(VERSION, {"a": EXPORTER}, {}, {"a": noted}, wanted=Wanted.DUE, now=NOW)
    assert wanted == ("a",)


def test_pauses_grow_up_to_a_month() -> None:
    pauses, failure = [], None
    for _ in range(40):
        failure = exporting.failed(failure, 5, "2", "why", NOW)
        pauses.append(failure.next_at - NOW)
    assert pauses[:5] == [HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR]
    assert pauses == sorted(pauses)
    assert max(pauses) == 30 * DAY
    assert failure is not None
    assert failure.tries == 40


def test_a_failure_tells_since_when_and_why_now() -> None:
    first = exporting.failed(None, 5, "2", "one", NOW)
    assert first == Failure(5, "2", "one", NOW, 1, NOW + HOUR)
    assert exporting.failed(first, 5, "2", "other", NOW + DAY) == Failure(5, "2", "other", NOW, 2, NOW + DAY + 2 * HOUR)


@pytest.mark.parametrize(("version", "exporter"), [(6, "2"), (5, "3"), (6, "3")])
def test_another_version_counts_its_own_tries(version: int, exporter: str) -> None:
    before = Failure(5, "2", "one", 7, 9, 0)
    after = exporting.failed(before, version, exporter, "other", NOW)
    assert after == Failure(version, exporter, "other", 7, 1, NOW + HOUR)


# --- datestamps -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("now", "stamp"), [(0, 1000), (1, 1000), (999, 1000), (1000, 2000), (1500, 2000)])
def test_harvesters_are_told_the_next_full_second(now: int, stamp: int) -> None:
    assert exporting.datestamp(now) == stamp


# --- what becomes of what was made ------------------------------------------------------------------------------------

FACTS = UnversionedFacts("INS01", "permanent", None)
OTHER_FACTS = UnversionedFacts("INS01", "permanent", "somebody")


@pytest.mark.parametrize(
    ("exported_version", "facts", "facts_now"), list(product([0, 4, 5, 6], [None, FACTS], [None, FACTS, OTHER_FACTS]))
)
def test_what_was_made_stands_unless_something_newer_is_there_or_the_facts_are_others(
    exported_version: int, facts: UnversionedFacts | None, facts_now: UnversionedFacts | None
) -> None:
    expected = exported_version <= VERSION and facts_now is not None and (facts is None or facts_now == FACTS)
    assert exporting.stands(VERSION, facts, exported_version, facts_now) is expected


@pytest.mark.parametrize(
    ("kept_version", "exporter", "digest", "deleted"),
    list(product([0, 4, 5, 6], ["2", "1"], [b"same", b"other"], [False, True])),
)
def test_a_document_beside_the_one_that_is_kept(kept_version: int, exporter: str, digest: bytes, deleted: bool) -> None:
    kept = KeptDocument(kept_version, exporter, digest, 3000, deleted)
    if kept_version == 6 and not deleted:
        expected = Writing.OUTDATED
    elif digest == b"other" or deleted:
        expected = Writing.CHANGED
    else:
        expected = Writing.REPEATED if (kept_version, exporter) == (VERSION, "2") else Writing.CONFIRMED
    assert exporting.writing(VERSION, "2", b"same", kept) is expected
    assert exporting.is_outdated(VERSION, kept) is (expected is Writing.OUTDATED)


def test_the_first_document_is_new() -> None:
    assert exporting.writing(VERSION, "2", b"same", None) is Writing.NEW
    assert exporting.is_outdated(VERSION, None) is False


@pytest.mark.parametrize(
    ("becomes", "moment", "kept", "expected"),
    [
        (Writing.NEW, 2000, None, 2000),
        (Writing.CHANGED, 2000, 1000, 2000),
        (Writing.CHANGED, 2000, 3000, 3000),
        (Writing.CONFIRMED, 2000, 1000, 1000),
        (Writing.REPEATED, 2000, 1000, 1000),
    ],
)
def test_the_datestamp_of_a_document(becomes: Writing, moment: int, kept: int | None, expected: int) -> None:
    before = None if kept is None else KeptDocument(VERSION, "2", b"", kept, deleted=False)
    assert exporting.new_datestamp(becomes, moment, before) == expected
