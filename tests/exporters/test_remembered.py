"""What exporters keep is bounded: of long texts and large records hardly anything is."""

import pytest

from mdwatch.exporters import remembered
from mdwatch.exporters.records import written_dates
from mdwatch.exporters.records.identifier_types import canonical, identified
from mdwatch.exporters.terms import agents, coordinates, iso_dates, language_codes


@pytest.fixture(autouse=True)
def _nothing_is_kept() -> None:
    # What is met counts for the whole process: after twenty thousand all of it is forgotten, in the middle of a test.
    remembered.forget_records()


def test_of_large_records_the_last_is_kept_and_of_small_ones_several() -> None:
    asked: list[str] = []

    @remembered.of_records(4, len)
    def read(content: str) -> int:
        asked.append(content[:1])
        return len(content)

    for record in ("a", "b", "C" * 200_000, "D" * 200_000):
        assert read(record) == read(record) == len(record)
    assert asked == ["a", "b", "C", "D"]
    assert (read("a"), read("C" * 200_000)) == (1, 200_000)
    assert asked == ["a", "b", "C", "D", "C"]
    remembered.forget_records()
    read("a")
    assert asked[-1] == "a"


def test_answers_are_kept_by_what_was_asked_twice_but_not_about_long_texts() -> None:
    asked: list[str] = []

    def read(text: str) -> int:
        asked.append(text)
        return len(text)

    kept = remembered.Answers(read, len)
    short, long = "s" * remembered.LONGEST, "l" * (remembered.LONGEST + 1)
    assert [kept[short] for _ in range(4)] == [len(short)] * 4
    assert [kept[long] for _ in range(4)] == [len(long)] * 4
    assert asked == [short] * 2 + [long] * 4
    remembered.forget_records()
    assert [kept[short] for _ in range(4)] == [len(short)] * 4
    assert asked == [short] * 2 + [long] * 4 + [short] * 2


def test_all_that_is_kept_by_what_was_asked_has_one_room_together() -> None:
    one, other = (remembered.Answers(str.casefold, len) for _ in range(2))
    held = 0
    for number in range(10_000):
        for kept in (one, other):
            text = f"{number:0{remembered.LONGEST}}"
            assert kept[text] == kept[text] == text
            held = max(held, sum(map(len, (*one, *other))))
    assert 1_000_000 < held < 2_000_000


def test_of_what_is_asked_once_hardly_anything_stays() -> None:
    kept = remembered.Answers(str.casefold, len)
    most = 0
    for number in range(50_000):
        assert kept[str(number)]
        most = max(most, len(kept.met))
    assert not kept
    assert 10_000 < most <= 20_000


def test_what_is_asked_is_measured_with_all_its_parts() -> None:
    assert remembered.characters(("ab", None, True, ("c", ("de",)), ())) == 5


LONG = "x" * remembered.LONGEST


@pytest.mark.parametrize(("at_most", "beyond"), [(0, 1), (-5, 5)])
def test_a_text_longer_than_any_date_name_or_code_is_none_of_them(at_most: int, beyond: int) -> None:
    def padded(text: str, length: int) -> str:
        return text + " " * (remembered.LONGEST + length - len(text))

    assert written_dates.read(padded("1914", at_most)).start == "1914"
    assert written_dates.read(padded("1914", beyond)) == written_dates.NOTHING
    assert iso_dates.span(padded("1914", at_most)) == "1914"
    assert iso_dates.span(padded("1914", beyond)) == ""
    assert language_codes.tag(padded("eng", at_most)) == "en"
    assert language_codes.tag(padded("eng", beyond)) == ""
    assert coordinates.point(padded("10, 20", at_most)) is not None
    assert coordinates.point(padded("10, 20", beyond)) is None
    assert agents.by_text(f"University {LONG}") is agents.Agent.UNKNOWN


def test_an_identifier_too_long_for_one_is_a_text_and_equals_itself() -> None:
    long = identified(f"https://example.org/{LONG}")
    assert long.type == ""
    assert canonical(long) == canonical(long) != canonical(identified(f"https://example.org/{LONG}y"))
