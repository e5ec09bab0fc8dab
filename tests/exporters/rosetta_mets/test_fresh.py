"""What is written at once is what the long way makes, byte for byte."""

from dataclasses import replace
from typing import Any

from mdwatch.errors import Rejected
from mdwatch.exporters.rosetta_mets import exporter, fresh
from mdwatch.model import IntellectualEntity, Record, RecordType
from tests.exporters import samples
from tests.exporters.samples import MODS, dc, entity, mods

# What an IE may hold beside its records, hard to write.
MORE: tuple[dict[str, Any], ...] = (
    {},
    {"landing_page": 'https://x.org/a?b=1&c="2"'},
    {"characteristics": {"n": 5, "none": None, "": "", "a\n\"b": " \t\r\n<&>\x00 "}},
    {"events": ({"eventType": '<a> & "b"', "x": 5, "empty": "", "list": ["a", {"b": 1}]}, {}, {"none": None})},
    {"characteristics": {"owner": "C.INS01.D", "objectType": "X"}, "institution": "INS01", "events": ({"a": "b"},) * 3},
    {"characteristics": {"section": {"a": 1}}},
)  # fmt: skip
MIDS = ("1", "2", "a b", "ie-amd", "ie-dmd_", "id-1", "ä", "m", "&<\"'", "ie-amd-source")


def sources(*mids: str, sub_type: str = "mods", content: str = mods("<note>n</note>")) -> IntellectualEntity:
    records = [Record(type=RecordType.SOURCE, sub_type=sub_type, mid=mid, content=content) for mid in mids]
    return replace(entity(dc("<dc:title>T</dc:title>")), records=(*entity(dc("")).records, *records))


def given() -> list[IntellectualEntity]:
    found = [*samples.hard().values(), sources(*MIDS), sources("id-1", "1", "_1", "id-1_", "x y", "x_x0020_y")]
    found += [sources(mid) for mid in MIDS]
    found += [sources("1", sub_type=kind) for kind in ("", "OTHER", "OTHER:", "OTHER:a&b", "other:dnx", "Marc", "x\ny")]
    for content in (
        f'<m:mods xmlns:m="{MODS}" xmlns:x="urn:x" a="1&#10;2"><!-- c --><?p i?>a<m:b/>\r&#13;</m:mods>', "<a/>", "<a>",
        '<a xmlns:mets="urn:x"><mets:b/></a>', '<a xmlns:mets="http://www.loc.gov/METS/"/>', '<a xml:id="i"/>',
        '<a xmlns="http://www.loc.gov/METS/"/>', f"{'<a>' * 245}x{'</a>' * 245}", '<a xmlns=""><b xmlns="urn:b"/></a>',
        '<a xmlns:x="http://www.w3.org/1999/xlink" x:href="http://[" x:title="t"/>', "<a>\U0001f600 \u0085 \u2028</a>",
        '<a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="x:y" xsi:nil="true"/>',
    ):  # fmt: skip
        found += [sources("1", content=content), entity(content)]
    return found


def outcome(make: Any, ie: IntellectualEntity) -> str | bytes | None:
    try:
        made: str | bytes | None = make(ie)
    except Rejected as rejected:
        return str(rejected)
    return made


def test_what_is_written_at_once_is_what_the_long_way_makes() -> None:
    at_once = 0
    for ie in given():
        for more in MORE:
            whole = replace(ie, **more)
            made = outcome(fresh.document, whole)
            if made is not None:
                at_once += 1
                expected = outcome(exporter.the_long_way, whole)
                assert (made.encode() if isinstance(made, str) and isinstance(expected, bytes) else made) == expected
    assert at_once > 100


def test_an_ie_of_another_institution_name_is_refused_as_the_long_way_does() -> None:
    ie = replace(entity(dc("<dc:title>T</dc:title>")), institution="a.b")
    assert outcome(fresh.document, ie) == outcome(exporter.the_long_way, ie) != ""
