"""Schema.org JSON-LD: each property where the crosswalk says, and a document that a page can safely embed."""

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest

from mdwatch.errors import Rejected
from mdwatch.exporters.records.description import (
    Date,
    DateKind,
    Description,
    Identifier,
    Name,
    NameKind,
    Place,
    PlaceKind,
    Related,
    Rights,
    RightsKind,
    Subject,
    Text,
    Title,
    TitleKind,
)
from mdwatch.exporters.schema_org import table
from mdwatch.exporters.schema_org.exporter import EXPORTER, write
from mdwatch.exporters.terms import contributor_types, kinds
from tests.exporters import samples

PID: Final = {"@type": "PropertyValue", "propertyID": "PID", "value": "IE1"}
# The classes of schema.org that this exporter names, from the vocabulary's own list.
CLASSES: Final = {
    "ArchiveComponent", "Article", "Audience", "Audiobook", "AudioObject", "Book", "Chapter", "Collection",
    "ComicStory", "Country", "CreativeWork", "CreativeWorkSeries", "Dataset", "DefinedTerm", "DefinedTermSet",
    "Drawing", "GeoCoordinates", "GeoShape", "Grant", "HowTo", "ImageObject", "LearningResource", "Manuscript",
    "Map", "MediaObject", "Movie", "MusicRecording", "NewsArticle", "Newspaper", "Organization", "Painting",
    "Periodical", "Person", "Photograph", "Place", "PodcastEpisode", "Poster", "PropertyValue", "PublicationEvent",
    "Report", "Review", "Role", "ScholarlyArticle", "Sculpture", "SheetMusic", "SoftwareApplication",
    "SoftwareSourceCode", "Thesis", "VideoGame", "VideoObject", "VisualArtwork", "WebSite",
}  # fmt: skip


def written(**said: Any) -> dict[str, Any]:
    """The document of a description."""
    document: dict[str, Any] = json.loads(write("IE1", Description(**said)))
    return document


def classes(value: Any) -> Iterator[str]:
    """Every @type in a document."""
    if isinstance(value, dict):
        if "@type" in value:
            yield value["@type"]
        for item in value.values():
            yield from classes(item)
    elif isinstance(value, list):
        for item in value:
            yield from classes(item)


def blanks(value: Any) -> bool:
    """Whether a value is empty, or holds an empty one."""
    if isinstance(value, dict | list):
        return not value or any(map(blanks, value.values() if isinstance(value, dict) else value))
    return value in {"", None}


def test_every_ie_has_a_document_of_known_classes_without_empty_values() -> None:
    for name, ie in (samples.real() | samples.hard()).items():
        try:
            text = EXPORTER.export(ie).decode()
        except Rejected:
            assert name == "a broken descriptive record"
            continue
        assert not set("<>&\n") & set(text), name
        document = json.loads(text)
        assert list(document)[:2] == ["@context", "@type"]
        assert document["name"]
        assert not blanks(document), name
        assert set(classes(document)) <= CLASSES
        assert EXPORTER.export(ie).decode() == text


def test_without_any_description() -> None:
    assert written() == {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "identifier": PID,
        "name": "IE1",
    }


def test_no_text_ends_the_script_that_holds_it() -> None:
    title = "</script><!-- & \u2028 \U0001f600"
    text = write("IE1", Description(titles=(Title(title),))).decode()
    assert "\\u003c/script\\u003e\\u003c!-- \\u0026" in text
    assert "\U0001f600" in text
    assert json.loads(text)["name"] == title


@pytest.mark.parametrize("row", kinds.TABLE, ids=lambda row: str(row[2])[:20])
def test_every_kind_of_work_is_a_class(row: tuple[str, ...]) -> None:
    _, class_, words, *_ = row
    assert class_ in CLASSES
    assert {written(genres=(Text(word),))["@type"] for word in words.split(", ")} == {class_}


def test_titles() -> None:
    titles = (
        Title("Other", TitleKind.ALTERNATIVE),
        Title("Main"),
        Title("Sub", TitleKind.SUBTITLE),
        Title("Haupt", TitleKind.TRANSLATED),
        Title("Main", lang="en"),
    )
    document = written(titles=titles)
    assert document["name"] == "Main"
    assert document["alternateName"] == ["Other", "Haupt"]
    assert document["alternativeHeadline"] == "Sub"
    assert {*table.NAMES, *table.ALTERNATIVES, TitleKind.SUBTITLE} == set(TitleKind)
    alone = written(titles=titles[:1])
    assert alone["name"] == "Other"
    assert "alternateName" not in alone


def test_identifiers() -> None:
    document = written(
        identifiers=(
            Identifier("http://example.org/1", "uri"),
            Identifier("hdl:10063/1", "hdl"),
            Identifier("doi:10.1234/x", "doi"),
            Identifier("S 1", "local"),
            Identifier("nameless"),
        )
    )
    assert document["@id"] == "https://hdl.handle.net/10063/1"
    assert document["sameAs"] == "https://doi.org/10.1234/x"
    assert document["url"] == "http://example.org/1"
    assert document["identifier"][2:] == [
        {
            "@type": "PropertyValue",
            "propertyID": "Handle",
            "value": "10063/1",
            "url": "https://hdl.handle.net/10063/1",
        },
        {"@type": "PropertyValue", "propertyID": "DOI", "value": "10.1234/x", "url": "https://doi.org/10.1234/x"},
        {"@type": "PropertyValue", "propertyID": "local", "value": "S 1"},
        {"@type": "PropertyValue", "value": "nameless"},
    ]


def test_creators_stand_alone_and_contributors_in_their_role() -> None:
    document = written(
        names=(
            Name("Doe, Jane", True, ("aut",), NameKind.PERSONAL, "https://orcid.org/0", ("VUW", "MIT"), "Jane", "Doe"),
            Name("Roe", False, ("ivr", "Host"), NameKind.PERSONAL),
            Name("Poe", False, ("edt",), NameKind.CORPORATE, "no address"),
            Name("Who", False),
        )
    )
    assert document["creator"] == {
        "@type": "Person",
        "@id": "https://orcid.org/0",
        "name": "Doe, Jane",
        "givenName": "Jane",
        "familyName": "Doe",
        "affiliation": [{"@type": "Organization", "name": "VUW"}, {"@type": "Organization", "name": "MIT"}],
    }
    person = {"@type": "Person", "name": "Roe"}
    assert document["contributor"] == [
        {"@type": "Role", "roleName": ["interviewer", "Host"], "contributor": person},
        {"name": "Who"},
    ]
    assert document["editor"] == {"@type": "Organization", "name": "Poe"}


@pytest.mark.parametrize("row", contributor_types.TABLE, ids=lambda row: str(row[0]))
def test_every_role_is_a_property_or_a_role(row: tuple[str, str, str, str]) -> None:
    term, code, _, property_ = row
    for role in filter(None, (term, code)):
        [agent] = [value for key, value in written(names=(Name("N", False, (role,)),)).items() if key == property_]
        expected = {"@type": "Role", "roleName": term, "contributor": {"name": "N"}}
        assert agent == (expected if property_ == "contributor" else {"name": "N"})


def test_of_several_dates_for_one_property_the_better_is_told() -> None:
    dates = (
        Date("1900", DateKind.PLAIN),
        Date("once", DateKind.CREATED),
        Date("1901/1905", DateKind.CREATED),
        Date("2001-05", DateKind.AVAILABLE),
        Date("c2003", DateKind.COPYRIGHTED),
        Date("2004-01-02T03:04:05Z", DateKind.MODIFIED),
        Date("2005", DateKind.CAPTURED),
    )
    document = written(dates=dates)
    assert document["dateCreated"] == "1901/1905"
    assert document["datePublished"] == "2001-05"
    assert document["copyrightYear"] == 2003
    assert document["dateModified"] == "2004-01-02T03:04:05Z"
    # schema.org has no property of a work for the others.
    assert set(DateKind) - {kind for kind, _ in table.DATES} == {
        DateKind.CAPTURED,
        DateKind.SUBMITTED,
        DateKind.ACCEPTED,
        DateKind.VALID,
        DateKind.COLLECTED,
        DateKind.EMBARGO_END,
        DateKind.OTHER,
    }


def test_languages_subjects_places_and_periods() -> None:
    document = written(
        languages=(Text("eng"), Text("English"), Text("Klingonese")),
        subjects=(Subject("Cats", scheme="lcsh", uri="http://id.loc.gov/authorities/subjects/sh1"), Subject("Dogs")),
        places=(
            Place("35.7, -83.5", PlaceKind.POINT),
            Place("northlimit=5; southlimit=2; eastlimit=9; westlimit=4", PlaceKind.BOX),
            Place("Gatlinburg", uri="http://sws.geonames.org/1"),
            Place("NZ", PlaceKind.COUNTRY),
        ),
        periods=(Text("start=1939; end=1945"), Text("18th century")),
    )
    assert document["inLanguage"] == ["en", "Klingonese"]
    lcsh = "http://id.loc.gov/authorities/subjects"
    vocabulary = {"@type": "DefinedTermSet", "@id": lcsh, "name": "Library of Congress Subject Headings"}
    term = {"@type": "DefinedTerm", "@id": f"{lcsh}/sh1", "name": "Cats", "inDefinedTermSet": vocabulary}
    assert document["keywords"] == [term, "Dogs"]
    assert document["spatialCoverage"] == [
        {"@type": "Place", "geo": {"@type": "GeoCoordinates", "latitude": 35.7, "longitude": -83.5}},
        {"@type": "Place", "geo": {"@type": "GeoShape", "box": "2 4 5 9"}},
        {"@type": "Place", "@id": "http://sws.geonames.org/1", "name": "Gatlinburg"},
        {"@type": "Country", "name": "NZ"},
    ]
    assert document["temporalCoverage"] == ["1939/1945", "18th century"]


def test_rights() -> None:
    document = written(
        rights=(
            Rights("CC BY", RightsKind.LICENSE, "http://creativecommons.org/licenses/by/4.0/rdf"),
            Rights("In Copyright", RightsKind.PLAIN, "http://rightsstatements.org/vocab/InC/1.0/"),
            Rights("Closed", RightsKind.ACCESS),
            Rights("Me", RightsKind.HOLDER),
            Rights("My own licence", RightsKind.LICENSE),
        )
    )
    assert document["license"] == ["https://creativecommons.org/licenses/by/4.0/", "My own licence"]
    assert document["usageInfo"] == "http://rightsstatements.org/vocab/InC/1.0/"
    assert document["copyrightNotice"] == "In Copyright"
    assert document["conditionsOfAccess"] == "Closed"
    assert document["copyrightHolder"] == {"name": "Me"}
    assert set(table.RIGHTS) == set(RightsKind)


@pytest.mark.parametrize("relation", [*table.RELATIONS, "unheard of"])
def test_related_works(relation: str) -> None:
    property_ = table.RELATIONS.get(relation, "mentions")
    work = Related(relation, "Host", (Identifier("10.1234/x", "doi"),), "vol. 2", series=True)
    assert written(related=(work,))[property_] == {
        "@type": "CreativeWorkSeries",
        "@id": "https://doi.org/10.1234/x",
        "name": "Host",
        "identifier": {
            "@type": "PropertyValue",
            "propertyID": "DOI",
            "value": "10.1234/x",
            "url": "https://doi.org/10.1234/x",
        },
        "position": "vol. 2",
    }


def test_the_rest() -> None:
    said = {name: (Text(name),) for name in ("notes", "contents", "editions", "extents", "formats", "audiences")}
    document = written(**said, publishers=(Text("P"),), places_published=(Text("W"),), genres=(Text("g"),))
    assert document["description"] == ["contents", "notes"]
    assert (document["version"], document["materialExtent"], document["material"]) == (
        "editions",
        "extents",
        "formats",
    )
    assert document["audience"] == {"@type": "Audience", "audienceType": "audiences"}
    assert document["publisher"] == {"@type": "Organization", "name": "P"}
    assert document["publication"] == {"@type": "PublicationEvent", "location": {"@type": "Place", "name": "W"}}
    assert document["genre"] == "g"
    assert written(places_published=(Text("W"),))["locationCreated"] == {"@type": "Place", "name": "W"}
    assert written(**said, abstracts=(Text("A"),))["description"] == "A"
