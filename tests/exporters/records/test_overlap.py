"""An IE whose Dublin Core was made of its source record says nothing twice, in any format."""

import re
from typing import Final

import pytest

from mdwatch.model import IntellectualEntity
from tests.exporters.cases import EXPORTERS, of_marc, of_titled, title
from tests.exporters.records.marc.test_reader import field
from tests.exporters.samples import dc, entity

_LICENCE: Final = "https://creativecommons.org/licenses/by/4.0/"
SOURCES: Final = {
    "notes and genres": of_marc(title(), field("500", "  ", "aA note."), field("520", "  ", "aA summary."),
                                field("505", "0 ", "aI -- II"), field("655", " 7", "aMaps", "2lcgft")),
    "roles in words, which no list has": of_marc(title(), field("700", "1 ", "aRoe, Ann,", "echief scout."),
                                                 field("710", "2 ", "aFilms (Firm),", "eproduction company.")),
    "forms, and roles with brackets": of_marc(
        title(), field("700", "1 ", "6880-01", "aKageyama,", "etoimittaja,", "eOCR (second run)"),
        field("880", "1 ", "6700-01", "a影山"), field("830", " 0", "aStudies"), leader="00000nam a2200000 c 4500"),
    "roles by their codes": of_marc(title(), field("700", "1 ", "aRoe, Ann", "4trl", "4edt")),
    "a series, a host and a grant": of_marc(
        title(), field("490", "0 ", "aStudies ;", "v12", "x1234-5679"), field("536", "  ", "aFund", "cG 1"),
        field("773", "0 ", "tEis", "x2049-3630", "gVol. 2, no. 3 (1990), p. 4-5")),
    "a licence in words with its address": of_marc(title(), field("540", "  ", "aCC BY", f"u{_LICENCE}")),
    "a date in words": of_titled("<originInfo><dateCreated encoding='w3cdtf' qualifier='approximate'>1914</dateCreated>"
                                 "<dateCreated>around 1914</dateCreated></originInfo>"),
    "years before our era, and a span in words": of_titled(
        "<originInfo><dateCreated encoding='edtf' point='start'>-0446</dateCreated><dateCreated encoding='edtf' point="
        "'end'>-0437</dateCreated></originInfo><originInfo><dateIssued>1851-1884</dateIssued></originInfo>"),
    "an abstract in a language by another code": of_titled("<abstract lang='eng'>A summary</abstract>"),
    "two scripts": of_marc(
        field("100", "1 ", "6880-01", "aHusayn, Taha"), title(), field("264", " 1", "6880-02", "bDar"),
        field("880", "1 ", "6100-01", "aحسين، طه"), field("880", " 1", "6264-02", "bدار")),
    "titles and class numbers": of_marc(field("245", "00", "aT =", "bU"), field("130", "0 ", "aV"),
                                        field("082", "0 ", "a551.31")),
}  # fmt: skip
# Elements of DataCite, and of DDI, of which none may come twice.
_TOLD: Final = {
    format_: rf"<(?:{'|'.join(names.split())})\b.*?</\w+>"
    for format_, names in {
        "datacite": "creatorName contributorName description rights title date awardNumber subject publisher",
        "ddi": "othId AuthEnty producer abstract notes keyword topcClas dataKind prodDate serName conditions",
    }.items()
}


def with_dublin_core(ie: IntellectualEntity) -> IntellectualEntity:
    """The same with a descriptive record that was made of its source record."""
    document = EXPORTERS["dcterms"].export(ie).decode()
    fields = re.sub(r"^<metadata[^>]*>|</metadata>$", "", document).replace(
        f"<dc:identifier>{ie.pid}</dc:identifier>", ""
    )
    return entity(dc(fields.replace("xsi:type", "type")), ("source", ie.sources[0].content))


@pytest.mark.parametrize("format_", _TOLD)
@pytest.mark.parametrize("name", SOURCES)
def test_as_much_is_told_as_of_the_source_alone(name: str, format_: str) -> None:
    alone, both = (
        re.findall(_TOLD[format_], EXPORTERS[format_].export(ie).decode())
        for ie in (SOURCES[name], with_dublin_core(SOURCES[name]))
    )
    assert sorted(map(_text, both)) == sorted(map(_text, alone))


def _text(element: str) -> str:
    """The text of an element, in lower case: DCMI has its types with a capital."""
    return re.sub(r"<[^>]*>", "", element).lower()


@pytest.mark.parametrize(("name", "kept"), [
    ("notes and genres", '<description descriptionType="Other">A note.<'),
    ("roles in words, which no list has", ">Roe, Ann<"),
    ("roles by their codes", 'contributorType="Editor"'),
    ("a series, a host and a grant", "<volume>2</volume><issue>3</issue>"),
    ("titles and class numbers", 'titleType="TranslatedTitle">U<'),
    ("titles and class numbers", 'classificationCode="551.31"'),
])  # fmt: skip
def test_the_place_of_its_own_is_kept(name: str, kept: str) -> None:
    assert kept in EXPORTERS["datacite"].export(with_dublin_core(SOURCES[name])).decode()


def test_what_an_editor_has_changed_stands_beside_the_source() -> None:
    ie = entity(dc("<dc:title>T</dc:title><dc:description>Another note.</dc:description>"),
                ("source", SOURCES["notes and genres"].sources[0].content))  # fmt: skip
    document = EXPORTERS["datacite"].export(ie).decode()
    assert '<description descriptionType="Abstract">Another note.<' in document
    assert '<description descriptionType="Other">A note.<' in document
