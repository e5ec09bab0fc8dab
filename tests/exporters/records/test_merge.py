"""Two descriptions made into one, value by value."""

from mdwatch.exporters.records.description import Description, Name, Subject, SubjectKind, Text
from mdwatch.exporters.records.merge import merged

LEO = Name("Толстой, Лев", creator=True)


def test_a_name_keeps_its_text_where_the_second_has_it_as_a_form_in_another_script() -> None:
    second = Name("Tolstoy, Leo", creator=True, roles=("author",), forms=(Text(LEO.text, "ru"),))
    other = Name("Maude, Aylmer", creator=False)
    both = merged(Description(names=(LEO,)), Description(names=(second, other)))
    assert both.names == (LEO._replace(roles=("author",), forms=(Text(second.text),)), other)


def test_values_of_which_none_says_what_another_does_follow_one_another() -> None:
    first = tuple(Subject(text, SubjectKind.TOPIC) for text in ("Ships", "Harbours"))
    second = tuple(Subject(text, SubjectKind.TOPIC, "lcsh") for text in ("Trade", "Letters"))
    assert merged(Description(subjects=first), Description(subjects=second)).subjects == (*first, *second)


def test_one_value_that_says_the_same_takes_on_what_the_second_knows_and_keeps_its_place() -> None:
    first = tuple(Subject(text, SubjectKind.TOPIC) for text in ("Ships", "Harbours"))
    second = tuple(Subject(text, SubjectKind.TOPIC, "lcsh") for text in ("harbours.", "Trade"))
    expected = (first[0], first[1]._replace(scheme="lcsh"), second[1])
    assert merged(Description(subjects=first), Description(subjects=second)).subjects == expected
