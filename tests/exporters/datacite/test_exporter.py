"""DataCite 4.5: valid for every IE, and each property where the crosswalk says."""

from functools import cache
from itertools import pairwise, product
from typing import Any, Final

import pytest
from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.exporters.datacite import table
from mdwatch.exporters.datacite.exporter import EXPORTER, NAMESPACE, SCHEMA, write
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
from mdwatch.exporters.terms import contributor_types, kinds
from mdwatch.exporters.terms.global_identifiers import READERS, known
from tests.exporters import samples

D: Final = f"{{{NAMESPACE}}}"
NASTY: Final = 'a & b < c > "d" \u202e \U0001f600 ]]>'


@cache
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(file=str(samples.SHARED / "schemas" / "datacite-4.5" / "metadata.xsd"))


def written(**said: Any) -> etree._Element:
    """The record of a description, once it is known to be valid as far as that can be told here."""
    root = etree.fromstring(write("IE1", Description(**said)))
    if (samples.SHARED / "schemas").is_dir():
        schema().assertValid(root)
    return root


def told(root: etree._Element, path: str) -> list[tuple[str | None, dict[str, str]]]:
    """Text and attributes of the elements at a path."""
    steps = "/".join(f"{D}{step}" for step in path.split("/"))
    names = [(element.text, element.attrib.items()) for element in root.findall(steps)]
    return [(text, {str(etree.QName(name).localname): str(value) for name, value in items}) for text, items in names]


def texts(root: etree._Element, path: str) -> list[str | None]:
    return [text for text, _ in told(root, path)]


@samples.needs_shared
def test_valid_for_every_ie() -> None:
    for name, ie in (samples.real() | samples.hard()).items():
        try:
            document = EXPORTER.export(ie)
        except Rejected:
            assert name == "a broken descriptive record"
            continue
        assert document.startswith(b"<resource ")
        assert document.endswith(b"</resource>")
        assert schema().validate(etree.fromstring(document)), (name, schema().error_log)


def test_what_is_unknown_has_the_values_that_datacite_has_for_it() -> None:
    root = written()
    assert told(root, "identifier") == [("IE1", {"identifierType": "PID"})]
    assert texts(root, "creators/creator/creatorName") == [":unav"]
    assert texts(root, "titles/title") == [":unav"]
    assert texts(root, "publisher") == [":unav"]
    assert texts(root, "publicationYear") == ["0000"]
    assert told(root, "resourceType") == [("Other", {"resourceTypeGeneral": "Other"})]
    assert len(root) == 6
    assert root.get("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation") == f"{NAMESPACE} {SCHEMA}"


def test_the_best_known_identifier_names_the_work_and_the_others_stand_beside() -> None:
    given = (
        Identifier("hdl:10063/1", "hdl"),
        Identifier("https://doi.org/10.1234/x<y>", "doi"),
        Identifier("S 1", "local"),
        Identifier("nameless"),
    )
    root = written(identifiers=given)
    assert told(root, "identifier") == [("10.1234/x<y>", {"identifierType": "DOI"})]
    assert [(text, *types.values()) for text, types in told(root, "alternateIdentifiers/alternateIdentifier")] == [
        ("IE1", "PID"),
        ("hdl:10063/1", "Handle"),
        ("S 1", "local"),
        ("nameless", "Other"),
    ]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("doi:10.1000/ABC", "doi"), ("10.1000/ABC", "DOI", "https://doi.org/10.1000/ABC")),
        (("https://doi.org/10.1000/a%b", "uri"), ("10.1000/a%b", "DOI", "https://doi.org/10.1000/a%25b")),
        (("soon", "doi"), None),
        (("https://hdl.handle.net/10063/17", "uri"), ("10063/17", "Handle", "https://hdl.handle.net/10063/17")),
        (("hdl:10063/17", "hdl"), ("10063/17", "Handle", "https://hdl.handle.net/10063/17")),
        (("ark:/12345/x5", "ark"), ("ark:/12345/x5", "ARK", "https://n2t.net/ark:/12345/x5")),
        (("https://a.org/ark:/12345/x5", "ark"), ("ark:/12345/x5", "ARK", "https://a.org/ark:/12345/x5")),
        (("http://example.org/a b", "uri"), None),
        (("http://example.org/a", "uri"), ("http://example.org/a", "URL", "http://example.org/a")),
        (("urn:nbn:de:101:1-2", "urn"), ("urn:nbn:de:101:1-2", "URN", "")),
        (("978-0-306-40615-7 (pbk.)", "isbn"), ("9780306406157", "ISBN", "")),
        (("0-8044-2957-x", "isbn"), ("080442957X", "ISBN", "")),
        (("12", "isbn"), None),
        (("0317847x", "issn"), ("0317-847X", "ISSN", "")),
        (("0317-8471", "eissn"), ("0317-8471", "EISSN", "")),
        (("1234", "pmid"), ("1234", "PMID", "")),
        (("S 1", "local"), None),
        (("S 1", ""), None),
    ],
)
def test_identifiers_that_mean_something_elsewhere(given: tuple[str, str], expected: tuple[str, ...] | None) -> None:
    assert known(Identifier(*given)) == expected


@pytest.mark.parametrize(("type_", "text"), list(product(READERS, ("-", "x", NASTY, "10.1/", "http://[", "0" * 50))))
def test_no_identifier_is_too_odd(type_: str, text: str) -> None:
    written(
        identifiers=(Identifier(text, type_),),
        related=(Related("isPartOf", "T", (Identifier(text, type_),)),),
    )


def test_names() -> None:
    names = (
        Name("Doe, Jane", True, ("aut",), NameKind.PERSONAL, "https://orcid.org/0000-0001", ("VUW",), "Jane", "Doe"),
        Name("VUW", True, (), NameKind.CORPORATE, "http://id.loc.gov/authorities/names/n1", given="no", family="no"),
        Name("Roe, R.", False, ("Interviewer",), uri="somewhere"),
        Name("Poe, P.", False, ("http://id.loc.gov/vocabulary/relators/edt",), NameKind.FAMILY),
        Name("Who", False, ("robot", "sponsor.")),
        Name("Nobody in particular", False),
    )
    root = written(names=names)
    jane, vuw = root.findall(f"{D}creators/{D}creator")
    assert [(etree.QName(part).localname, part.text) for part in jane] == [
        ("creatorName", "Doe, Jane"),
        ("givenName", "Jane"),
        ("familyName", "Doe"),
        ("nameIdentifier", "https://orcid.org/0000-0001"),
        ("affiliation", "VUW"),
    ]
    assert told(root, "creators/creator/nameIdentifier") == [
        ("https://orcid.org/0000-0001", {"nameIdentifierScheme": "ORCID", "schemeURI": "https://orcid.org/"}),
        (
            "http://id.loc.gov/authorities/names/n1",
            {"nameIdentifierScheme": "LCNAF", "schemeURI": "http://id.loc.gov/authorities/names/"},
        ),
    ]
    assert [(part.text, dict(part.attrib)) for part in vuw][:1] == [("VUW", {"nameType": "Organizational"})]
    assert len(vuw) == 2
    found = [(c.get("contributorType"), c[0].text, c[0].get("nameType")) for c in root.iter(f"{D}contributor")]
    assert found == [
        ("DataCollector", "Roe, R.", None),
        ("Editor", "Poe, P.", "Personal"),
        ("Sponsor", "Who", None),
        ("Other", "Nobody in particular", None),
    ]


def test_further_publishers_and_holders_of_rights_are_contributors() -> None:
    holder, access = Rights("Me", RightsKind.HOLDER), Rights("Closed", RightsKind.ACCESS)
    root = written(publishers=(Text("One", "en"), Text("Two", "no lang")), rights=(holder, access))
    assert told(root, "publisher") == [("One", {"lang": "en"})]
    found = [(c.get("contributorType"), c[0].text) for c in root.iter(f"{D}contributor")]
    assert found == [("Distributor", "Two"), ("RightsHolder", "Me")]
    assert texts(root, "rightsList/rights") == ["Closed"]


@pytest.mark.parametrize("row", contributor_types.TABLE, ids=lambda row: str(row[0]))
def test_every_role_is_a_contributor_type(row: tuple[str, str, str, str]) -> None:
    term, code, type_, _ = row
    for role in filter(None, (term, code, term.upper(), f"{term}.", f"http://id.loc.gov/vocabulary/relators/{code}")):
        if role.endswith("/"):
            continue
        root = written(names=(Name("N", False, (role,)),))
        assert [c.get("contributorType") for c in root.iter(f"{D}contributor")] == [type_]


def test_no_role_stands_twice() -> None:
    names = [name for term, code, *_ in contributor_types.TABLE for name in (term, code) if name]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("row", kinds.TABLE, ids=lambda row: str(row[2])[:20])
def test_every_kind_of_work_is_a_resource_type(row: tuple[str, ...]) -> None:
    general, _, words, *_ = row
    for word in words.split(", "):
        root = written(types=(Text(word.title()),))
        assert told(root, "resourceType") == [(word.title(), {"resourceTypeGeneral": general})]


def test_no_kind_of_work_has_a_word_twice() -> None:
    words = [word for _, _, *lines in kinds.TABLE for line in lines for word in line.split(", ") if word]
    assert len(words) == len(set(words))


def test_of_several_kinds_the_one_that_says_most_is_taken() -> None:
    root = written(genres=(Text("Theses"), Text("odd")), types=(Text("text"), Text("odd")))
    assert told(root, "resourceType") == [("Theses; odd; text", {"resourceTypeGeneral": "Dissertation"})]
    assert kinds.kind(["http://purl.org/dc/dcmitype/StillImage"]).general == "Image"


@pytest.mark.parametrize(("kind", "lang"), list(product(TitleKind, ("", "en_NZ", "not a tag", "x" * 9))))
def test_titles(kind: TitleKind, lang: str) -> None:
    [(text, values)] = told(written(titles=(Title(NASTY, kind, lang),)), "titles/title")
    assert text == NASTY
    assert values.get("titleType", "") == table.TITLES[kind]
    assert values.get("lang") == ("en-NZ" if lang == "en_NZ" else None)


@pytest.mark.parametrize("kind", DateKind)
def test_dates(kind: DateKind) -> None:
    type_, information = table.DATES[kind]
    dates = (Date("2019-02-30", kind), Date("[ca. 1914?]", kind), Date("1914", kind, "1918"), Date("once", kind))
    root = written(dates=dates)
    prefix = f"{information}: " if information else ""
    bare = {"dateType": type_} | ({"dateInformation": information} if information else {})
    assert told(root, "dates/date") == [
        ("2019", {"dateType": type_, "dateInformation": f"{prefix}2019-02-30"}),
        ("1914", {"dateType": type_, "dateInformation": f"{prefix}[ca. 1914?]"}),
        ("1914/1918", bare),
    ]
    # What was under an embargo was published before that ended, or nobody tells when.
    assert texts(root, "publicationYear") == ["0000" if kind is DateKind.EMBARGO_END else "2019"]
    assert texts(root, "descriptions/description") == [f"{type_}: once"]


def test_the_year_of_publication_is_that_of_the_best_date() -> None:
    assert set(table.YEAR_OF) == set(DateKind)
    giving = [kind for kind in table.YEAR_OF if kind is not DateKind.EMBARGO_END]
    for better, worse in pairwise(giving):
        dates = (Date("1900", worse), Date("no year", better), Date("2001-05", better), Date("2002", better))
        assert texts(written(dates=dates), "publicationYear") == ["2001"]


def test_languages_subjects_and_periods() -> None:
    root = written(
        languages=(Text("Klingonese"), Text("ger"), Text("en")),
        subjects=(
            Subject("Cats", scheme="LCSH", uri="http://id.loc.gov/authorities/subjects/sh1", lang="en"),
            Subject("280199", scheme="marsden", uri="http://[no"),
            Subject("Dogs"),
        ),
        periods=(Text("18th century"), Text("1914/1918"), Text("start=1939; end=1945")),
    )
    assert texts(root, "language") == ["de"]
    lcsh = {
        "subjectScheme": "Library of Congress Subject Headings",
        "schemeURI": "http://id.loc.gov/authorities/subjects",
        "valueURI": "http://id.loc.gov/authorities/subjects/sh1",
        "lang": "en",
    }
    assert told(root, "subjects/subject") == [
        ("Cats", lcsh),
        ("280199", {"subjectScheme": "marsden"}),
        ("Dogs", {}),
        ("18th century", {}),
    ]
    coverage = {"dateType": "Other", "dateInformation": "Coverage"}
    assert told(root, "dates/date") == [("1914/1918", coverage), ("1939/1945", coverage)]


def test_related_works() -> None:
    assert set(table.RELATIONS.values()) <= {
        "IsPartOf", "HasPart", "IsVersionOf", "HasVersion", "IsVariantFormOf", "IsOriginalFormOf", "IsReferencedBy",
        "References", "IsObsoletedBy", "Obsoletes", "IsRequiredBy", "Requires", "IsDerivedFrom",
    }  # fmt: skip
    for relation, type_ in table.RELATIONS.items():
        identifiers = (Identifier("S 1", "local"), Identifier("0317-8471", "issn"))
        root = written(related=(Related(relation, "Host", identifiers, "vol. 2, p. 3"),))
        values = {"relatedIdentifierType": "ISSN", "relationType": type_}
        assert told(root, "relatedIdentifiers/relatedIdentifier") == [("0317-8471", values)]
        [item] = root.iter(f"{D}relatedItem")
        kind = "Journal" if relation == "isPartOf" else "Other"
        assert dict(item.attrib) == {"relatedItemType": kind, "relationType": type_}
        assert list(item.itertext()) == ["0317-8471", "Host", "vol. 2, p. 3"]
        assert texts(root, "descriptions/description") == []


def test_what_has_no_relation_in_datacite_is_told_in_words() -> None:
    local = Identifier("S 1", "local")
    root = written(
        related=(
            Related("relation", "Kin", (local,)),
            Related("isPartOf", "", (local,)),
            Related("isPartOf", "Host", (local,)),
        )
    )
    assert texts(root, "descriptions/description") == ["Relation: Kin; S 1", "IsPartOf: S 1"]
    assert [item.findtext(f"{D}relatedItemIdentifier") for item in root.iter(f"{D}relatedItem")] == ["S 1"]


def test_rights() -> None:
    rights = (
        Rights("CC BY", RightsKind.LICENSE, "http://creativecommons.org/licenses/by/4.0/rdf"),
        Rights("", RightsKind.PLAIN, "http://rightsstatements.org/vocab/InC/1.0/"),
        Rights("Ask", RightsKind.ACCESS, "not an address"),
    )
    spdx = {
        "rightsURI": "https://creativecommons.org/licenses/by/4.0/",
        "rightsIdentifier": "CC-BY-4.0",
        "rightsIdentifierScheme": "SPDX",
        "schemeURI": "https://spdx.org/licenses/",
    }
    assert told(written(rights=rights), "rightsList/rights") == [
        ("CC BY", spdx),
        (None, {"rightsURI": "http://rightsstatements.org/vocab/InC/1.0/"}),
        ("Ask", {}),
    ]


def test_sentences_and_sizes() -> None:
    root = written(
        abstracts=(Text("A", "de"),),
        contents=(Text("T"),),
        notes=(Text("N"),),
        audiences=(Text("U"),),
        provenances=(Text("P"),),
        extents=(Text("2 p."),),
        formats=(Text("text/xml"),),
        editions=(Text("1st"), Text("x")),
    )
    found = [(text, values["descriptionType"]) for text, values in told(root, "descriptions/description")]
    assert found == [("A", "Abstract"), ("T", "TableOfContents"), ("N", "Other"), ("U", "Other"), ("P", "Other")]
    assert (texts(root, "sizes/size"), texts(root, "formats/format")) == (["2 p."], ["text/xml"])
    assert texts(root, "version") == ["1st; x"]


def test_places() -> None:
    places = (
        Place("Gatlinburg"),
        Place("35.7, -83.5", PlaceKind.POINT),
        Place("-95, 0", PlaceKind.POINT),
        Place("northlimit=5; southlimit=2; eastlimit=9; westlimit=4", PlaceKind.BOX),
        Place("W 83°--W 82°", PlaceKind.BOX),
        Place("NZ", PlaceKind.COUNTRY),
        Place("٣٥.٧, ٨٣.٥", PlaceKind.POINT),
    )
    root = written(places=places)
    assert ["|".join(str(text) for text in place.itertext()) for place in root.iter(f"{D}geoLocation")] == [
        "Gatlinburg",
        "-83.5|35.7",
        "-95, 0",
        "4|9|2|5",
        "W 83°--W 82°",
        "NZ",
        "٣٥.٧, ٨٣.٥",
    ]
