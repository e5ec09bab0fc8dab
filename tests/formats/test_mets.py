"""Rosetta METS: what reading takes out, what it leaves, and that writing puts it back."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from mdwatch.errors import Rejected
from mdwatch.formats import mets, xml
from mdwatch.model import RecordType, Stage, Status
from tests.formats.mets_documents import (
    DESCRIPTIVE,
    DMD,
    IDENTIFIER,
    LIMITS,
    METS,
    MODS,
    OWNER,
    ROSETTA,
    canonical_records,
    document,
    entity,
    record,
    reloaded,
    resolved,
    section_ids,
    source,
    wrapped,
)

# Reading.


def test_reads_every_fact_of_a_mets() -> None:
    ie = mets.read(document(), LIMITS)
    assert (ie.pid, ie.institution, ie.status, ie.stage) == ("IE1", "INS01", Status.ACTIVE, Stage.PERMANENT)
    assert [(r.type, r.sub_type, r.mid, r.content) for r in ie.records] == [
        (RecordType.DESCRIPTIVE, "dc", "", DESCRIPTIVE),
        (RecordType.SOURCE, "MODS", "1436", MODS),
    ]
    assert ie.events == ({"eventType": "X"},)
    assert list(ie.characteristics.items()) == [("modifiedBy", "me"), ("owner", "CRS00.INS01.DPR00")]
    assert ie.stated == {"institution", "characteristics", "events", "descriptive", "source", "status"}


@pytest.mark.parametrize(
    ("general", "status", "stated"),
    [
        ("<key id='status'>deleted</key>", Status.DELETED, True),
        ("<key id='status'>Active</key>", Status.ACTIVE, True),
        ("<key id='status'>SUPPRESSED</key>", Status.ACTIVE, False),
        ("", Status.ACTIVE, False),
    ],
)
def test_status_is_stated_only_where_it_is_known(general: str, status: Status, stated: bool) -> None:
    ie = mets.read(document(general=general), LIMITS)
    assert ie.status is status
    assert ("status" in ie.stated) is stated


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"], ids=["plain", "bom"])
@pytest.mark.parametrize("namespace", [METS, ROSETTA])
def test_both_namespaces_and_a_byte_order_mark_are_read_alike(namespace: str, bom: bytes) -> None:
    assert mets.read(bom + document(namespace=namespace), LIMITS) == mets.read(document(), LIMITS)


def test_normalising_the_namespace_touches_declarations_only() -> None:
    quoted = f'&lt;m xmlns="{ROSETTA}"&gt;'
    rest = f'<mets:fileSec><x xmlns="{ROSETTA}" y=" xmlns=&quot;{ROSETTA}&quot;">{quoted}</x></mets:fileSec>'
    remainder = mets.read(document(namespace=ROSETTA, rest=rest), LIMITS).mets
    assert remainder is not None
    odd = xml.parse(remainder, LIMITS)[-1][0]
    assert odd.tag == f"{{{METS}}}x"
    assert odd.text == f'<m xmlns="{ROSETTA}">'
    assert odd.get("y") == f' xmlns="{ROSETTA}"'


@pytest.mark.parametrize(
    ("attributes", "sub_type"),
    [
        ('MDTYPE="MARC"', "MARC"),
        ('MDTYPE="LC-AV"', "LC-AV"),
        ('MDTYPE="OTHER"', "OTHER"),
        ('MDTYPE="OTHER" OTHERMDTYPE="Article"', "OTHER:Article"),
        ('MDTYPE="MODS" OTHERMDTYPE="stray"', "MODS"),
        ('MDTYPE="OTHER" OTHERMDTYPE="dnx"', "OTHER:dnx"),
    ],
)
def test_subtype_comes_from_mdtype(attributes: str, sub_type: str) -> None:
    ie = mets.read(document(sources=source("9", attributes=attributes)), LIMITS)
    assert [(r.mid, r.sub_type) for r in ie.sources] == [("9", sub_type)]


def test_the_remainder_holds_the_rest_and_nothing_that_was_taken() -> None:
    rest = '<mets:fileSec><mets:fileGrp ID="REP1"/></mets:fileSec><odd xmlns="urn:odd" a="1">kept <b/>too</odd>'
    remainder = mets.read(document(rest=rest), LIMITS).mets or ""
    for kept in ("Alma", "DNX_IE1", "firstName", 'ID="1436"', 'ID="ie-dmd"', 'ID="REP1"', "kept <b/>too", "IE1<"):
        assert kept in remainder
    for taken in ("dc:title", "mods/v3", "eventType", "owner", "modifiedBy"):
        assert taken not in remainder


def test_file_level_records_stay_in_the_remainder() -> None:
    of_file = DMD.replace("ie-dmd", "FL2-dmd")
    amd = f'<mets:amdSec ID="FL2-amd">{source("FL2-amd-source-MODS-1")}</mets:amdSec>'
    ie = mets.read(document(dmd=of_file + DMD, rest=amd), LIMITS)
    assert [r.mid for r in ie.records] == ["", "1436"]
    assert "FL2-amd-source-MODS-1" in (ie.mets or "")
    assert (ie.mets or "").count("dc:title") == 2


@pytest.mark.parametrize(
    ("declarations", "content", "kept", "dropped"),
    [
        ('xmlns:dcterms="urn:t"', '<a xsi:type="dcterms:URI"/>', ["dcterms", "xsi"], ["mets", "spare"]),
        ('xmlns:q="urn:q"', "<a>see q:name</a>", ["q"], ["mets", "xsi", "spare"]),
        ('xmlns:q="urn:q"', "<a><b/>q:tail</a>", ["q"], ["mets"]),
        ('xmlns:q="urn:q"', '<a href="pq:name"/>', [], ["q", "mets"]),
        ('xmlns:q="urn:q"', '<q:a q:b="1"/>', ["q"], ["mets"]),
        ("", "<a>mets:div</a>", ["mets"], ["xsi"]),
        ('xmlns="urn:d"', '<q:a xmlns:q="u" xsi:type="plain"/>', [None, "q"], ["mets"]),
    ],
)
def test_a_record_takes_along_the_namespaces_it_needs(
    declarations: str, content: str, kept: list[str | None], dropped: list[str]
) -> None:
    inherited = f'{declarations} xmlns:spare="urn:spare" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ie = mets.read(document(declarations=inherited, sources=source("9", content)), LIMITS)
    namespaces = xml.parse(ie.sources[0].content, LIMITS).nsmap
    assert set(kept) <= namespaces.keys()
    assert not namespaces.keys() & set(dropped)


def test_a_long_word_is_searched_for_prefixes_in_linear_time() -> None:
    # Quadratic, this would take minutes.
    ie = mets.read(document(sources=source("9", f"<a>{'a' * 2_000_000}</a>")), LIMITS)
    assert len(ie.sources[0].content) == 2_000_007


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<updateMD/>", "its root is <updateMD>"),
        (b'<mets xmlns="urn:x"/>', "expected mets of the namespace"),
        (b"<mets:mets", "not well-formed"),
        (f'<mets xmlns="{METS}"/>'.encode(), "no amdSec with ID ie-amd"),
        (document(dmd=DMD * 2), "dmdSec ie-dmd: given 2 times"),
        (document(identifiers=""), "0 internalIdentifier of type PID"),
        (document(identifiers=IDENTIFIER.format("SIPID", "IE1")), "0 internalIdentifier of type PID"),
        (document(identifiers=IDENTIFIER.format("PID", "IE1") * 2), "2 internalIdentifier of type PID"),
        (document(identifiers=IDENTIFIER.format("PID", "IE١")), "IE and digits"),
        (document(identifiers=IDENTIFIER.format("PID", "FL1")), "IE and digits"),
        (document(characteristics="<record><key id='x'/></record>"), "no owner in objectCharacteristics"),
        (document(characteristics=""), "0 records in objectCharacteristics"),
        (document(characteristics=f"<record>{OWNER}</record>" * 2), "2 records in objectCharacteristics"),
        (document(characteristics="<record><key id='owner'>X</key></record>"), "owner 'X' names no institution"),
        (document(sources=source("9") * 2), "sourceMD 9: given twice"),
        (document(sources=source("")), "a sourceMD has no ID"),
        (document(sources=source("9", attributes="")), "sourceMD 9: no MDTYPE"),
        (document(sources=source("9", "")), "sourceMD 9: 0 elements in xmlData"),
        (document(sources=source("9", MODS * 2)), "sourceMD 9: 2 elements in xmlData"),
        (document(sources=source("9", MODS + "x")), "sourceMD 9: text beside the record"),
        (document(sources='<mets:sourceMD ID="9"><mets:mdRef/></mets:sourceMD>'), "sourceMD 9: 0 mdWrap"),
        (document(sources=source("9").replace("xmlData", "binData")), "sourceMD 9: 0 xmlData"),
        (document(dmd=f'<mets:dmdSec ID="ie-dmd">{wrapped(MODS)}</mets:dmdSec>'), "ie-dmd: its root is"),
        (document(dmd=f'<mets:dmdSec ID="ie-dmd">{wrapped("")}</mets:dmdSec>'), "ie-dmd: 0 elements"),
        (document(events="<record><key id='a'/><key id='a'/></record>"), "DNX section event, record 1, key a"),
    ],
)  # fmt: skip
def test_a_bad_mets_is_refused_with_what_and_where(data: bytes, reason: str) -> None:
    with pytest.raises(Rejected, match=re.escape(reason)):
        mets.read(data, LIMITS)


def test_a_record_may_be_as_deep_as_the_limits_say_and_no_deeper() -> None:
    def nested(depth: int) -> bytes:
        return document(sources=source("9", "<a>" * depth + "</a>" * depth))

    # With so low a cap on attributes the parser counts the whole METS, not its beginning only.
    limits = xml.Limits(depth=20, attributes=30)
    assert mets.read(mets.write(mets.read(nested(20), limits)), limits).sources
    with pytest.raises(Rejected, match=r"limits\.depth"):
        mets.read(nested(21), limits)


# Writing.


def test_an_unchanged_ie_comes_back_the_same() -> None:
    ie = mets.read(document(), LIMITS)
    assert replace(reloaded(ie), mets=None) == replace(ie, mets=None)


def test_the_current_state_goes_into_its_old_places() -> None:
    ie = mets.read(document(sources=source("1") + source("2"), rest="<mets:structMap/>"), LIMITS)
    changed = replace(
        ie,
        status=Status.DELETED,
        records=(ie.records[0], replace(ie.records[1], content="<mods>new</mods>"), ie.records[2]),
        events=(*ie.events, {"eventType": "Y"}),
        characteristics={"owner": "CRS00.INS01.DPR00", "modifiedBy": "you"},
    )
    data = mets.write(changed)
    again = mets.read(data, LIMITS)
    assert canonical_records(again) == canonical_records(changed)
    assert (again.events, again.characteristics) == (changed.events, changed.characteristics)
    assert again.status is Status.DELETED
    assert section_ids(data) == section_ids(document(sources=source("1") + source("2"), rest="<mets:structMap/>"))


def test_sources_are_added_before_digiprov_and_removed_with_their_section() -> None:
    ie = mets.read(document(sources=source("1") + source("2")), LIMITS)
    data = mets.write(replace(ie, records=(record("3"), record("2"), record("ie-amd-source", "MARC"))))
    assert [r.mid for r in mets.read(data, LIMITS).records] == ["3", "2", "ie-amd-source"]
    assert section_ids(data) == [
        ("amdSec", "ie-amd"),
        ("techMD", "ie-amd-tech"),
        ("rightsMD", "ie-amd-rights"),
        ("sourceMD", "ie-amd-source"),
        ("sourceMD", "3"),
        ("sourceMD", "2"),
        ("sourceMD", "ie-amd-source"),
        ("digiprovMD", "ie-amd-digiprov"),
    ]


def test_a_section_keeps_what_it_says_besides_its_record() -> None:
    sources = source("9", attributes='MDTYPE="OTHER" OTHERMDTYPE="Dim" LABEL="mine"')
    ie = mets.read(document(sources=sources), LIMITS)
    assert b'OTHERMDTYPE="Dim" LABEL="mine"' in mets.write(replace(ie, records=(record("9", "other:dim"),)))
    changed = mets.write(replace(ie, records=(record("9", "mods"),)))
    assert b'<mets:mdWrap MDTYPE="MODS" LABEL="mine">' in changed


def test_what_the_remainder_lacks_is_made() -> None:
    text = document(dmd="", sources="").decode()
    text = re.sub("<mets:digiprovMD.*</mets:digiprovMD>", "", text)
    text = text.replace('<mets:amdSec ID="ie-amd">', '<mets:metsHdr/><mets:amdSec ID="ie-amd">')
    ie = mets.read(text.encode(), LIMITS)
    assert (ie.records, ie.events) == ((), ())
    assert section_ids(mets.write(ie)) == section_ids(text.encode())
    data = mets.write(replace(ie, records=entity().records, events=({"eventType": "X"},)))
    assert section_ids(data)[:3] == [("metsHdr", None), ("dmdSec", "ie-dmd"), ("amdSec", "ie-amd")]
    assert section_ids(data)[-2:] == [("sourceMD", "1436"), ("digiprovMD", "ie-amd-digiprov")]
    assert mets.read(data, LIMITS).events == ({"eventType": "X"},)


def test_a_status_that_mdwatch_does_not_know_is_left_alone_while_the_ie_is_active() -> None:
    ie = mets.read(document(general="<key id='status'>SUPPRESSED</key><key id='Version'>3</key>"), LIMITS)
    assert b"SUPPRESSED" in mets.write(ie)
    deleted = mets.write(replace(ie, status=Status.DELETED))
    assert b"SUPPRESSED" not in deleted
    assert b'<key id="Version">3</key>' in deleted
    assert mets.read(deleted, LIMITS).status is Status.DELETED


@pytest.mark.parametrize("status", list(Status))
def test_a_fresh_mets_has_rosettas_shape_and_reads_back(status: Status) -> None:
    ie = entity(status=status)
    data = mets.write(ie)
    assert data.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<mets:mets ')
    assert section_ids(data) == [
        ("dmdSec", "ie-dmd"),
        ("amdSec", "ie-amd"),
        ("techMD", "ie-amd-tech"),
        ("rightsMD", "ie-amd-rights"),
        ("sourceMD", "1436"),
        ("digiprovMD", "ie-amd-digiprov"),
    ]
    again = mets.read(data, LIMITS)
    assert (again.pid, again.institution, again.status, again.events) == ("IE12", "INS01", status, ie.events)
    assert canonical_records(again) == canonical_records(ie)
    assert again.characteristics == {"objectType": "INTELLECTUAL_ENTITY", "owner": "CRS00.INS01.DPR00"}


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("A.INS01.B", "A.INS01.B"),
        ("A.OTHER.B", "A.INS01.B"),
        ("nonsense", "CRS00.INS01.DPR00"),
        (None, "CRS00.INS01.DPR00"),
        (7, "CRS00.INS01.DPR00"),
    ],
)
@pytest.mark.parametrize("remainder", [None, mets.read(document(), LIMITS).mets], ids=["fresh", "remainder"])
def test_the_institution_survives_whatever_owner_is_given(given: Any, written: str, remainder: str | None) -> None:
    ie = entity(pid="IE1", characteristics={"owner": given, "modifiedBy": "me"}, mets=remainder)
    again = reloaded(ie)
    assert again.institution == "INS01"
    assert again.characteristics["owner"] == written
    assert again.characteristics["modifiedBy"] == "me"


@pytest.mark.parametrize("institution", ["A.B", "A\x00", " A"])
def test_an_institution_that_no_owner_can_name_is_refused(institution: str) -> None:
    with pytest.raises(Rejected, match="institution"):
        mets.write(entity(institution=institution))


@pytest.mark.parametrize(
    ("sub_type", "mdtype", "other", "again"),
    [
        ("MODS", "MODS", None, "MODS"),
        ("mods", "MODS", None, "MODS"),
        ("lc-av", "LC-AV", None, "LC-AV"),
        ("other", "OTHER", None, "OTHER"),
        ("OTHER:article", "OTHER", "article", "OTHER:article"),
        ("Other:My Type", "OTHER", "My Type", "OTHER:My Type"),
        ("OTHER:", "OTHER", "", "OTHER:"),
        ("OTHER:a:b", "OTHER", "a:b", "OTHER:a:b"),
        ("text_md", "OTHER", "text_md", "OTHER:text_md"),
        ("x:y", "OTHER", "x:y", "OTHER:x:y"),
    ],
)
def test_subtypes_become_mdtype_and_othermdtype(sub_type: str, mdtype: str, other: str | None, again: str) -> None:
    data = mets.write(entity(records=(record("9", sub_type),)))
    wrap = xml.parse(data, LIMITS).find(f".//{{{METS}}}sourceMD[@ID='9']/{{{METS}}}mdWrap")
    assert wrap is not None
    assert (wrap.get("MDTYPE"), wrap.get("OTHERMDTYPE")) == (mdtype, other)
    assert mets.read(data, LIMITS).sources[0].sub_type == again


@pytest.mark.parametrize(
    "content",
    [
        '<?xml version="1.0" encoding="ISO-8859-1"?>\n<a>\n ä\n</a>\n',
        "\ufeff<a/>",
        "<a><![CDATA[<b>&]]></a>",
        "<a>  keep\n\t<b/>  this </a>",
        "<a>\n<b>\n</b>\n</a>",
        '<a x="&#10;&#9;&quot;&lt;">&#13;</a>',
        "<record><title/></record>",
        '<r xmlns="urn:r"><s xmlns=""/></r>',
        '<a>&lt;?mdwatch-record 0?&gt;</a>',
        '<p:a xmlns:p="urn:p" xmlns:mets="urn:not-mets"><mets:b/></p:a>',
    ],
)  # fmt: skip
@pytest.mark.parametrize("default", [False, True], ids=["prefixed", "default"])
def test_records_go_in_and_out_unharmed(content: str, default: bool) -> None:
    ie = entity(pid="IE1", records=(record("9", content=content), record("10")))
    if default:
        remainder = mets.read(document(), LIMITS).mets or ""
        ie = replace(ie, mets=remainder.replace("mets:", "").replace("xmlns:mets=", "xmlns="))
    assert canonical_records(reloaded(ie)) == canonical_records(ie)


def test_qualified_names_in_values_still_mean_the_same() -> None:
    xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    content = f'<r xmlns:own="urn:t" {xsi}><a xsi:type="own:URI"/><b xmlns:in="urn:t" xsi:type="in:URI"/></r>'
    # The METS has another prefix for the same namespace, and another namespace for the same prefix.
    data = document(declarations='xmlns:other="urn:t" xmlns:own="urn:u"', sources=source("9", content))
    ie = mets.read(data, LIMITS)
    assert resolved(ie.sources[0].content) == [("urn:t", "URI"), ("urn:t", "URI")]
    assert resolved(reloaded(ie).sources[0].content) == [("urn:t", "URI"), ("urn:t", "URI")]


def test_a_record_that_is_no_xml_is_named() -> None:
    with pytest.raises(Rejected, match="source record 9: not well-formed"):
        mets.write(entity(records=(record("9", content="<a>"),)))


def test_the_repositorys_own_dnx_cannot_be_overwritten() -> None:
    with pytest.raises(Rejected, match="give it another mid"):
        mets.write(entity(records=(record("ie-amd-source", "OTHER:DNX"),)))


def test_characteristics_that_are_no_text() -> None:
    characteristics = {
        "owner": "A.INS01.B",
        "count": 3,
        "flag": True,
        "nothing": None,
        "bad": "a\x0bb",
        "CMS": {"system": "Alma", "recordId": 9},
        "Collection": [{"collectionId": "1"}, {"collectionId": "2"}],
        "tags": ["x", "y"],
        "generalIECharacteristics": {"IEEntityType": "Book"},
    }
    data = mets.write(entity(characteristics=characteristics, events=({"e": "\x00", "n": 5},)))
    again = mets.read(data, LIMITS)
    assert again.characteristics == {
        "objectType": "INTELLECTUAL_ENTITY",
        "owner": "A.INS01.B",
        "count": "3",
        "flag": "true",
        "bad": "a\ufffdb",
        "tags": '["x", "y"]',
    }
    assert again.events == ({"e": "\ufffd", "n": "5"},)
    text = re.sub(r">\s+<", "><", data.decode())
    assert '<section id="CMS"><record><key id="system">Alma</key><key id="recordId">9</key></record></section>' in text
    assert '<key id="collectionId">1</key></record><record><key id="collectionId">2</key>' in text
    assert '<key id="status">ACTIVE</key><key id="IEEntityType">Book</key>' in text


@pytest.mark.parametrize("name", ["internalIdentifier", "objectCharacteristics"])
def test_sections_that_name_the_ie_cannot_be_given_as_characteristics(name: str) -> None:
    with pytest.raises(Rejected, match=rf"characteristics\.{name}"):
        mets.write(entity(characteristics={name: {"internalIdentifierType": "PID"}}))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda text: text.replace(">IE1<", ">IE2<"), "the METS of IE2, not of IE1"),
        (lambda text: text.replace(METS, "urn:x"), "not a METS"),
        (lambda text: text.replace(METS, ROSETTA), "not a METS"),
        (lambda text: text[:-1], "not well-formed"),
        (lambda text: text.replace("ie-amd-tech", "tech"), "no techMD with ID ie-amd-tech"),
    ],
)
def test_a_remainder_of_something_else_is_refused(change: Callable[[str], str], reason: str) -> None:
    remainder = change(mets.read(document(), LIMITS).mets or "")
    with pytest.raises(Rejected, match=re.escape(reason)):
        mets.check_remainder(remainder, "IE1", LIMITS)
    with pytest.raises(Rejected, match=re.escape(reason)):
        mets.write(entity(pid="IE1", mets=remainder))
