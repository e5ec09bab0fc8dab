"""Real METS, of Victoria University of Wellington, and real MODS: read and written with nothing lost."""

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from mdwatch.formats import mets, native, xml
from mdwatch.model import Status
from tests.formats.mets_documents import (
    LIMITS,
    METS,
    bare,
    canonical,
    canonical_records,
    entity,
    record,
    reloaded,
    resolved,
    section_ids,
)

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
REAL = {
    "edmcook-5.5-metadata-only.xml": ("IE895759", [("ie-amd-source-MARC-1", "MARC"), ("561360", "OTHER:teihdr")], 1),
    "thesis-5.5-metadata-only.xml": (
        "IE156282",
        [
            ("ie-amd-source-MARC-1", "MARC"),
            ("ie-amd-source-MODS-1", "MODS"),
            ("302517", "OTHER:premis"),
            ("302518", "OTHER:dim"),
        ],
        2,
    ),
}
REAL["thesis-5.5.xml"] = REAL["thesis-5.5-metadata-only.xml"]


def real(name: str) -> bytes:
    path = SHARED / "rosetta-mets" / name
    if not path.exists():
        pytest.skip(f"real METS are not here: {path}")
    return path.read_bytes()


@pytest.mark.parametrize("name", REAL)
def test_real_mets_load_with_all_their_records(name: str) -> None:
    pid, sources, events = REAL[name]
    ie = mets.read(real(name), LIMITS)
    assert (ie.pid, ie.institution, ie.status) == (pid, "VUW00", Status.ACTIVE)
    assert ie.descriptive is not None
    assert [(r.mid, r.sub_type) for r in ie.sources] == sources
    assert len(ie.events) == events
    assert list(ie.characteristics) == [
        "objectType",
        "creationDate",
        "createdBy",
        "modificationDate",
        "modifiedBy",
        "owner",
    ]


@pytest.mark.parametrize("name", REAL)
def test_real_records_are_those_of_the_file(name: str) -> None:
    data = real(name)
    root = xml.parse(data, LIMITS)
    for item in mets.read(data, LIMITS).records:
        path = f".//{{{METS}}}*[@ID='{item.mid or 'ie-dmd'}']/{{{METS}}}mdWrap/{{{METS}}}xmlData/*"
        element = root.find(path)
        assert element is not None
        assert canonical(item.content) == etree.tostring(element, method="c14n", exclusive=True)


@pytest.mark.parametrize("name", REAL)
def test_real_mets_survive_native_json_and_back(name: str) -> None:
    ie = mets.read(real(name), LIMITS)
    line = native.read(native.write(ie), LIMITS)
    assert replace(line, stated=ie.stated) == ie
    assert mets.read(mets.write(line), LIMITS) == ie


@pytest.mark.parametrize("name", REAL)
def test_real_qualified_names_survive_in_a_fresh_mets(name: str) -> None:
    ie = mets.read(real(name), LIMITS)
    again = reloaded(replace(ie, mets=None))
    assert canonical_records(again) == canonical_records(ie)
    assert (again.pid, again.institution, again.events) == (ie.pid, ie.institution, ie.events)
    assert list(again.characteristics.items()) == list(ie.characteristics.items())
    for before, after in zip(ie.records, again.records, strict=True):
        assert resolved(before.content) == resolved(after.content)
    assert ("http://purl.org/dc/terms/", "URI") in resolved(again.records[0].content)


@pytest.mark.parametrize("name", REAL)
def test_real_mets_are_written_as_they_were(name: str) -> None:
    data = real(name)
    # The whole document is the same: every file, right and structure in its place.
    assert bare(mets.write(mets.read(data, LIMITS))) == bare(data)


@pytest.mark.parametrize("name", REAL)
def test_a_changed_real_mets_keeps_the_order_of_sections(name: str) -> None:
    ie = mets.read(real(name), LIMITS)
    data = mets.write(replace(ie, records=(*ie.records, record("99")), status=Status.DELETED))
    order = ["metsHdr", "dmdSec", "amdSec", "fileSec", "structMap", "techMD", "rightsMD", "sourceMD", "digiprovMD"]
    ranks = [order.index(section) for section, _ in section_ids(data)]
    assert ranks == sorted(ranks)
    assert reloaded(ie).mets == ie.mets
    assert mets.read(data, LIMITS).sources[-1].mid == "99"


def test_real_mods_can_be_added_to_an_ie() -> None:
    folder = SHARED / "mods"
    if not folder.is_dir():
        pytest.skip(f"real MODS are not here: {folder}")
    contents = [path.read_text("utf-8") for path in sorted(folder.glob("*.xml"))]
    ie = entity(records=tuple(record(str(number), content=text) for number, text in enumerate(contents)))
    assert len(ie.records) > 100
    assert canonical_records(reloaded(ie)) == canonical_records(ie)
