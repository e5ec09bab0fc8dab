"""Records to export, and what is asked of their documents: that they hold something or do not, and are valid."""

import importlib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final, NamedTuple

import pytest
from lxml import etree

from mdwatch.exporters import BUILT_IN
from mdwatch.exporters.interface import Exporter
from mdwatch.model import IntellectualEntity
from tests.exporters.records.marc.test_reader import field
from tests.exporters.samples import SHARED, dc, entity, marc, mods

EXPORTERS: Final[dict[str, Exporter]] = {
    name: importlib.import_module(f"mdwatch.exporters.{module}").EXPORTER for name, module in BUILT_IN.items()
}
SCHEMAS: Final = {
    "oai_dc": "oai-pmh/oai_dc.xsd",
    "ddi": "ddi-codebook-2.5/ddi_codebook_2_5.xsd",
    "mods": "mods-3.8/mods-3-8.xsd",
    "datacite": "datacite-4.5/metadata.xsd",
    "rosetta_mets": "mets-1.12/mets-1-12-1.xsd",
}


class Case(NamedTuple):
    """A record, and by format what is to stand in its document, and what is not (after a `-`)."""

    ie: IntellectualEntity
    wanted: dict[str, tuple[str, ...]]


def of_marc(*fields: str, leader: str = "00000nam a2200000 a 4500") -> IntellectualEntity:
    """An IE of a MARC record with these fields."""
    return entity(None, ("marc", marc("".join(fields), leader)))


def of_mods(inner: str) -> IntellectualEntity:
    """An IE of a MODS record with these elements."""
    return entity(None, ("mods", mods(inner)))


def of_titled(inner: str) -> IntellectualEntity:
    """The same with a title."""
    return of_mods(f"<titleInfo><title>T</title></titleInfo>{inner}")


def of_dc(fields: str) -> IntellectualEntity:
    """An IE of a descriptive record with these fields."""
    return entity(dc(fields))


def positions(date: str, place: str = "xx ", language: str = "eng", at: dict[int, str] | None = None) -> str:
    """Field 008 with type and years, place and language; `at` are codes by their position."""
    whole = list(f"200101{date:9}{place:3}{' ' * 17}{language} c")
    for position, codes in (at or {}).items():
        whole[position : position + len(codes)] = codes
    return f'<controlfield tag="008">{"".join(whole)}</controlfield>'


def title(text: str = "T") -> str:
    """A title proper, which few records are without."""
    return field("245", "00", f"a{text}")


def published(date: str, tag: str = "264", second: str = "1") -> str:
    """Place, publisher and date."""
    return field(tag, f" {second}", "aParis :", "bPress,", f"c{date}")


def two_tests(cases: Mapping[str, Case]) -> tuple[Callable[[str, str], None], Callable[[str], None]]:
    """The two tests of a table of cases, for the module that has the table."""

    @pytest.mark.parametrize(("name", "format_"), asked(cases))
    def what_stands_in_a_document(name: str, format_: str) -> None:
        assert_said(cases[name], format_)

    @pytest.mark.parametrize("name", cases)
    def every_document_is_valid(name: str) -> None:
        assert_valid(cases[name])

    return what_stands_in_a_document, every_document_is_valid


def asked(cases: Mapping[str, Case]) -> list[tuple[str, str]]:
    """The names of the cases, with each format of which something is asked."""
    return [(name, format_) for name, case in cases.items() for format_ in case.wanted]


def assert_said(case: Case, format_: str) -> None:
    """The document of this format holds what it is to hold, and nothing that it must not."""
    document = EXPORTERS[format_].export(case.ie).decode()
    for wanted in case.wanted[format_]:
        if wanted.startswith("-"):
            assert wanted[1:] not in document
        else:
            assert wanted in document


def assert_valid(case: Case) -> None:
    """Each document that is XML is so by the schema of its format."""
    for format_, exporter in EXPORTERS.items():
        if exporter.is_xml:
            schema(format_)(etree.fromstring(exporter.export(case.ie)))


@cache
def schema(format_: str) -> Callable[[etree._Element], None]:
    """What holds a document of a format against its schema; nothing where there is none."""
    path = SHARED / "schemas" / SCHEMAS.get(format_, "-")
    return etree.XMLSchema(file=str(path)).assertValid if path.is_file() else lambda _: None
