"""The page where people find an IE, and the name of its institution, in every format."""

from collections.abc import Callable
from importlib import import_module

import pytest

from mdwatch.exporters import BUILT_IN
from mdwatch.exporters.interface import Exporter
from mdwatch.formats import mets, native
from mdwatch.formats.xml import Limits
from mdwatch.model import IntellectualEntity
from mdwatch.runtime.site import Site
from tests.exporters import samples

PAGE = "https://example.org/object/IE7"
SITE = Site("https://example.org/object/{pid}", {"INS01": "Example Library"})
SOURCES = {
    "dc": samples.entity(samples.dc("<dc:title>Map</dc:title>"), pid="IE7"),
    "mods": samples.entity(None, ("mods", samples.mods("<titleInfo><title>Map</title></titleInfo>")), pid="IE7"),
    "nothing": samples.entity(None, pid="IE7"),
}


def exporter(name: str) -> Exporter:
    found = import_module(f"mdwatch.exporters.{BUILT_IN[name]}").EXPORTER
    assert isinstance(found, Exporter)
    return found


@pytest.mark.parametrize("source", sorted(SOURCES))
@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_every_format_tells_the_page(name: str, source: str) -> None:
    document = exporter(name).export(SITE.told_of(SOURCES[source])).decode()
    assert document.count(PAGE) == 1
    assert PAGE not in exporter(name).export(SOURCES[source]).decode()


def test_a_page_that_the_record_tells_is_told_once() -> None:
    record = samples.mods(f"<titleInfo><title>Map</title></titleInfo><location><url>{PAGE}</url></location>")
    ie = SITE.told_of(samples.entity(None, ("mods", record), pid="IE7"))
    for name in ("oai_dc", "datacite", "mods"):
        assert exporter(name).export(ie).decode().count(PAGE) == 1, name


@pytest.mark.parametrize(
    ("write", "read"),
    [
        (exporter("native_json").export, native.read),
        (exporter("rosetta_mets").export, mets.read),
    ],
)
def test_loading_an_export_brings_no_page_along(
    write: Callable[[IntellectualEntity], bytes], read: Callable[[bytes, Limits], IntellectualEntity]
) -> None:
    told, bare = (read(write(ie), Limits()) for ie in (SITE.told_of(SOURCES["dc"]), SOURCES["dc"]))
    assert told == bare
    assert told.landing_page == ""


def test_a_header_that_was_there_stays() -> None:
    text = mets.write(SOURCES["dc"]).decode()
    with_header = text.replace("<mets:amdSec", '<mets:metsHdr CREATEDATE="2020-01-01T00:00:00"/><mets:amdSec', 1)
    before = mets.read(with_header.encode(), Limits())
    again = mets.read(exporter("rosetta_mets").export(SITE.told_of(before)), Limits())
    assert again.mets is not None
    assert 'CREATEDATE="2020-01-01T00:00:00"' in again.mets
    assert "altRecordID" not in again.mets


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("datacite", "<publisher>Example Library</publisher>"),
        ("schema_org", '"publisher": {"@type": "Organization", "name": "Example Library"}'),
        ("ddi", '<distrbtr source="archive" abbr="INS01">Example Library</distrbtr>'),
    ],
)
def test_the_institution_goes_by_its_name(name: str, expected: str) -> None:
    assert expected in exporter(name).export(SITE.told_of(SOURCES["dc"])).decode()


def test_without_a_name_it_goes_by_its_code_and_gives_way_to_a_publisher() -> None:
    assert b"<publisher>INS01</publisher>" in exporter("datacite").export(SOURCES["dc"])
    named = samples.entity(samples.dc("<dc:publisher>Real Press</dc:publisher>"))
    assert b"<publisher>Real Press</publisher>" in exporter("datacite").export(named)


def test_other_settings_leave_another_mark() -> None:
    marks = {
        Site().mark,
        SITE.mark,
        Site("https://example.org/other/{pid}", SITE.names).mark,
        Site(SITE.landing_page).mark,
        Site(SITE.landing_page, {"INS01": "Other"}).mark,
    }
    assert len(marks) == 5
    assert Site().mark == ""
    assert Site(SITE.landing_page, dict(SITE.names)).mark == SITE.mark
