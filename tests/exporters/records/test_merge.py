"""Two descriptions made into one, value by value."""

from mdwatch.exporters.records.description import (
    Date,
    DateKind,
    Description,
    Name,
    Related,
    Rights,
    RightsKind,
    Subject,
    SubjectKind,
    Text,
    Title,
    TitleKind,
)
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


def test_rights_of_no_kind_are_what_the_second_knows_them_to_be() -> None:
    licence = Rights("CC BY", RightsKind.LICENSE, "https://creativecommons.org/licenses/by/4.0/")
    access = Rights("Reading room only", RightsKind.ACCESS)
    plain = tuple(Rights(rights.text) for rights in (licence, access))
    assert merged(Description(rights=plain), Description(rights=(licence, access))).rights == (licence, access)


def test_a_further_title_is_what_the_second_knows_it_to_be() -> None:
    main, further = Title("Pokrov"), Title("Shroud", lang="en")
    translated = Title("Shroud", TitleKind.TRANSLATED, "eng")
    both = merged(Description(titles=(main, further)), Description(titles=(main, translated)))
    assert both.titles == (main, translated._replace(lang="en"))
    assert merged(Description(titles=(further,)), Description(titles=(translated,))).titles == (further,)


def test_a_date_goes_for_another_writing_that_tells_as_much_of_it() -> None:
    exact = Date("1900", DateKind.CREATED)
    about = Date("ca. 1900", DateKind.CREATED)
    assert merged(Description(dates=(about,)), Description(dates=(exact,))).dates == (about, exact)
    approximate = exact._replace(qualifier="approximate")
    assert merged(Description(dates=(about,)), Description(dates=(approximate,))).dates == (approximate,)


def test_a_date_in_words_goes_for_none_of_another_kind() -> None:
    issued = Date("circa 1838", DateKind.ISSUED)
    created = Date("1838", DateKind.CREATED, "1840", "approximate", "circa 1838")
    assert merged(Description(dates=(issued,)), Description(dates=(created,))).dates == (issued, created)
    plain = issued._replace(kind=DateKind.PLAIN)
    assert merged(Description(dates=(plain,)), Description(dates=(created,))).dates == (created,)


def test_a_type_of_dcmi_stays_beside_a_genre_of_its_name() -> None:
    both = merged(Description(types=(Text("Software"), Text("Maps"))),
                  Description(genres=(Text("Software"), Text("maps"))))  # fmt: skip
    assert (both.types, both.genres) == ((Text("Software"),), (Text("Software"), Text("maps")))


def test_another_work_in_one_text_goes_for_none_that_stands_otherwise_to_the_work() -> None:
    host = Related("isPartOf", "Studies", part="3")
    part, plain = Related("hasPart", "Studies 3"), Related("relation", "Studies, 3")
    assert merged(Description(related=(part, plain)), Description(related=(host,))).related == (part, host)
