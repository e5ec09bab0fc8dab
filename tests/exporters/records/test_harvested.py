"""What Dublin Core and DIM of repositories have in one text or behind a qualifier, and what formats make of it."""

from typing import Final

import pytest

from mdwatch.exporters.records import harvested, role_words
from mdwatch.exporters.records.identifier_types import identified
from mdwatch.exporters.records.relators import TERMS
from mdwatch.exporters.records.roles import of_creator
from mdwatch.model import IntellectualEntity
from tests.exporters.cases import Case, two_tests
from tests.exporters.samples import dc, entity

EU_REPO: Final = "info:eu-repo/semantics/"


def dim(*fields: str) -> IntellectualEntity:
    """An IE of a DIM record; each field begins with its path."""
    inner = ""
    for field in fields:
        path, _, text = field.partition(" ")
        family, name, qualifier = f"{path}..".split(".")[:3]
        inner += f'<f:field mdschema="{family}" element="{name}" qualifier="{qualifier}">{text}</f:field>'
    return entity(None, ("dim", f'<f:dim xmlns:f="http://www.dspace.org/xmlns/dspace/dim">{inner}</f:dim>'))


ROWS: Final[dict[str, Case]] = {
    "classes": Case(
        entity(dc("<dc:subject>info:eu-repo/classification/ddc/330</dc:subject><dc:subject>ddc:551 Ice</dc:subject>")),
        {"mods": ('<classification authority="ddc">330<', '<classification authority="ddc">551 Ice<'),
         "datacite": ('subjectScheme="Dewey Decimal Classification"', "-info:eu-repo/classification"),
         "ddi": ("<topcClas",)},
    ),
    "another identifier": Case(
        entity(dc(f"<dc:title>T</dc:title><dc:relation>{EU_REPO}altIdentifier/doi/10.5072/ice</dc:relation>"
                  f"<dc:relation>{EU_REPO}altIdentifier/eissn/2432-5058</dc:relation>")),
        {"datacite": ('<identifier identifierType="DOI">10.5072/ice<', '"EISSN">2432-5058<', "-relatedItem"),
         "schema_org": ('"@id": "https://doi.org/10.5072/ice"', "-mentions")},
    ),
    "what a work refers to": Case(
        entity(dc(f"<dc:title>T</dc:title><dc:relation>{EU_REPO}dataset/doi/10.5072/data</dc:relation>")),
        {"datacite": ('relatedIdentifierType="DOI" relationType="References">10.5072/data<',)},
    ),
    "a version is no kind": Case(
        entity(dc(f"<dc:type>{EU_REPO}article</dc:type><dc:type>{EU_REPO}publishedVersion</dc:type>")),
        {"datacite": ("<version>published version<", 'resourceTypeGeneral="JournalArticle"', "-publishedVersion"),
         "mods": ("<edition>published version<", "-publishedVersion")},
    ),
    "a kind of the DINI list": Case(
        entity(dc("<dc:type>doc-type:bookPart</dc:type>")),
        {"datacite": ('resourceTypeGeneral="BookChapter">bookPart<',)},
    ),
    "a bare ISSN": Case(
        entity(dc("<dc:source>Journal; Vol. 1 (2020)</dc:source><dc:source>2432-5058</dc:source>")),
        {"datacite": ('relatedIdentifierType="ISSN" relationType="IsDerivedFrom">2432-5058<', "-<title>2432-5058<")},
    ),
    "names of the DNB": Case(
        entity(dc("<dc:creator>Doe, Jane [Verfasser]</dc:creator>"
                  "<dc:contributor>Roe, A. [Herausgeber]</dc:contributor>")),
        {"datacite": (">Doe, Jane</creatorName>", 'contributorType="Editor"', ">Roe, A.</contributorName>"),
         "schema_org": ('"editor": {"@type": "Person", "name": "Roe, A."',)},
    ),
    "names of the BnF": Case(
        entity(dc("<dc:creator>Hugo, Victor (1802-1885). Auteur du texte</dc:creator>")),
        {"datacite": (">Hugo, Victor</creatorName>",), "mods": ('<namePart type="date">1802-1885<',)},
    ),
    "a name with an ORCID": Case(
        entity(dc("<dc:creator>Doe, Jane [https://orcid.org/0000-0001-5000-0007]</dc:creator>")),
        {"datacite": (">Doe, Jane</creatorName>", '"ORCID" schemeURI="https://orcid.org/">https://orcid.org/0000-0001')},
    ),
    "brackets that are no role": Case(
        entity(dc("<dc:creator>Doe, Jane [Zurich]</dc:creator>")), {"datacite": (">Doe, Jane [Zurich]</creatorName>",)},
    ),
    "contributors of DSpace": Case(
        dim("dc.title T", "dc.contributor.author Doe, J.", "dc.contributor.advisor Roe, A.",
            "dc.contributor.editor Poe, B.", "dc.contributor.other Coe, C."),
        {"oai_dc": (">Roe, A. (thesis advisor)<", ">Poe, B. (editor)<", ">Coe, C.<"),
         "datacite": ('contributorType="Supervisor"', 'contributorType="Editor"')},
    ),
    "subjects of DSpace": Case(
        dim("dc.title T", "dc.subject.ddc 330", "dc.subject.lcsh Ice", "dc.subject.other snow"),
        {"mods": ('<classification authority="ddc">330<', '<subject authority="lcsh"><topic>Ice<', "<topic>snow<")},
    ),
    "numbers of DSpace": Case(
        dim("dc.title T", "dc.identifier.issn 1234-5678", "dc.identifier.doi 10.5072/ice", "dc.identifier.other X1"),
        {"datacite": ('"ISSN">1234-5678<', '<identifier identifierType="DOI">10.5072/ice<', '"Other">X1<')},
    ),
    "prose of DSpace": Case(
        dim("dc.title T", "dc.description.abstract All.", "dc.description.sponsorship Paid by X.",
            "dc.description.statementofresponsibility by J. Doe", "dc.description.version Second",
            "dc.description Text."),
        {"datacite": ('descriptionType="Abstract">All.<', 'descriptionType="Other">Paid by X.<', "<version>Second<",
                      'descriptionType="Abstract">Text.<'),
         "mods": ('type="statement of responsibility">by J. Doe<',)},
    ),
    "a licence by name and address": Case(
        dim("dc.title T", "dc.rights Attribution 4.0 International",
            "dc.rights.uri http://creativecommons.org/licenses/by/4.0/"),
        {"datacite": ('rightsIdentifier="CC-BY-4.0"', ">Attribution 4.0 International</rights></rightsList>")},
    ),
    "a series of DSpace": Case(
        dim("dc.title T", "dc.relation.ispartofseries Technical Report;12"),
        {"ddi": ("<serName>Technical Report</serName><serInfo>12<",), "oai_dc": (">Technical Report, 12<",)},
    ),
    "a thesis of DSpace": Case(
        dim("dc.title T", "thesis.degree.name Ph.D.", "thesis.degree.level doctoral", "thesis.degree.grantor Uni A",
            "dc.date.embargo 2031-01-01"),
        {"datacite": ('resourceTypeGeneral="Dissertation"', ">Thesis (Ph.D., doctoral)<", ">Uni A</contributorName>",
                      'dateInformation="Embargo ends">2031-01-01<')},
    ),
}  # fmt: skip


test_what_stands_in_a_document, test_every_document_is_valid = two_tests(ROWS)


@pytest.mark.parametrize(("text", "kind"), [
    ("2432-5058", "issn"), ("2434-561x", "issn"), ("1234-5678", ""), ("1914-1918", ""), ("1432-1939", ""),
    ("9783161484100", "isbn"), ("978-3-16-148410-0", "isbn"), ("9783161484101", ""), ("12345678", ""),
    ("9790260000438", "ismn"),
])  # fmt: skip
def test_bare_numbers_by_their_check_digit(text: str, kind: str) -> None:
    assert identified(text).type == kind


@pytest.mark.parametrize("text", ["A" * 3 + "-" * 5000 + "]", "[" * 5000 + "]", "a (" * 2000 + ").", "1-2-3-4"])
def test_a_text_that_is_no_such_name_stays(text: str) -> None:
    assert harvested.name(text, creator=True).text == text


def test_words_of_roles_are_codes_of_the_list() -> None:
    assert {code for code, _ in role_words.TABLE} <= TERMS.keys()


@pytest.mark.parametrize(("word", "creator"), [
    ("Verfasser", True), ("VerfasserIn", True), ("Fotograf*in", True), ("auteur", True), ("Herausgeberin", False),
    ("kääntäjä", False), ("Ärztin", False),
])  # fmt: skip
def test_whose_role_in_another_language_is_a_creators(word: str, *, creator: bool) -> None:
    assert of_creator([word]) is creator
