"""The METS of an IE that came without one, written as text: the bytes of the long way in a fraction of its time.

Most IEs have no METS of their own, and nothing in them that would have to be made harmless. Whatever is not as plain as
that takes the long way (`exporter`), which knows all cases; a test holds the two together.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.exporters.rosetta_mets.embedded import PREFIXES, SET_ASIDE
from mdwatch.exporters.rosetta_mets.ids import valid
from mdwatch.exporters.xml_text import attributes, quoted, text
from mdwatch.formats import dnx, mets, xml
from mdwatch.formats.limits import ACCEPTED, DEEPEST
from mdwatch.model import IntellectualEntity, Record, RecordType

# The elements of the METS around a record, and some to spare.
_SHALLOW: Final = ACCEPTED._replace(depth=DEEPEST - 10)
# Without one of these in its text, a record has nothing to be made harmless; then it is looked at.
_SIGNS: Final = (":type", "xml:id", PREFIXES["xlink"])
_SUSPICIOUS: Final = etree.XPath(
    "boolean(descendant-or-self::*[@xsi:type or @xml:id or @xlink:href or @xlink:show or @xlink:actuate])",
    namespaces=PREFIXES,
)
# Looks at every namespace in scope of every element.
_TALKS_OF_METS: Final = etree.XPath(
    "boolean(descendant-or-self::*[self::mets:* or namespace::*[. = $mets]])", namespaces=PREFIXES
)
# The IDs of the METS itself, which a record must not have.
_TAKEN: Final = frozenset(("ie-dmd", "ie-amd", "ie-amd-tech", "ie-amd-rights", "ie-amd-digiprov", mets.OWN_SOURCE))
_PLAIN: Final = (str, int, float, type(None))  # values that are no section of their own


def document(ie: IntellectualEntity) -> str | None:
    """The METS as text; None where it has to be made the long way. Raises `Rejected` as that does."""
    if ie.mets is not None or not all(isinstance(value, _PLAIN) for value in ie.characteristics.values()):
        return None
    records = [ie.descriptive] if ie.descriptive else []
    records += ie.sources
    contents = [content for content in map(_plain, records) if content is not None]
    if len(contents) < len(records):
        return None
    owner = mets.owner(ie.characteristics.get("owner"), ie.institution)
    out = [f'<mets:mets xmlns:mets="{mets.NAMESPACE}">\n']
    if ie.landing_page:
        page = f'<mets:altRecordID TYPE="{mets.LANDING_PAGE}">{text(ie.landing_page)}</mets:altRecordID>'
        out.append(f"  <mets:metsHdr>\n    {page}\n  </mets:metsHdr>\n")
    if ie.descriptive:
        wrapped = _wrapped(ie.descriptive.sub_type, contents.pop(0), 2)
        out.append(f'  <mets:dmdSec ID="ie-dmd">\n{wrapped}  </mets:dmdSec>\n')
    out.append('  <mets:amdSec ID="ie-amd">\n')
    out += _dnx("techMD", "ie-amd-tech", _technical(ie, owner))
    out += _dnx("rightsMD", "ie-amd-rights", {})
    out += _sources(ie.sources, contents)
    out += _dnx("digiprovMD", "ie-amd-digiprov", {"event": ie.events} if ie.events else {})
    out.append("  </mets:amdSec>\n  <mets:structMap><mets:div/></mets:structMap>\n</mets:mets>")
    return "".join(out)


def _plain(record: Record) -> str | None:
    """The record as it goes into the METS; None where it may have to be made harmless first."""
    is_named = record.type is RecordType.DESCRIPTIVE or (record.mid.strip() and record.mid not in _TAKEN)
    if not is_named or not record.sub_type or record.sub_type.endswith(":"):
        return None
    try:
        root = xml.parse(record.content, _SHALLOW)
    except Rejected:
        return None
    if any(sign in record.content for sign in _SIGNS) and _SUSPICIOUS(root):
        return None
    if mets.NAMESPACE in record.content and _TALKS_OF_METS(root, mets=mets.NAMESPACE):
        return None
    return xml.serialise(root)


def _technical(ie: IntellectualEntity, owner: str) -> dict[str, Sequence[Mapping[str, Any]]]:
    """The DNX sections of the IE."""
    characteristics = {**ie.characteristics, "owner": owner}
    if "objectType" not in characteristics:
        characteristics = {"objectType": "INTELLECTUAL_ENTITY", **characteristics}
    return {
        "generalIECharacteristics": [{"status": ie.status.name}],
        "internalIdentifier": [{"internalIdentifierType": "PID", "internalIdentifierValue": ie.pid}],
        "objectCharacteristics": [characteristics],
    }


def _sources(records: Sequence[Record], contents: Sequence[str]) -> Iterator[str]:
    old = [dnx.writable(record.mid) for record in records]
    for record, content, was, new in zip(records, contents, old, valid(old), strict=True):
        names = {"ID": new} if new == was else {"xmlns:mdwatch": SET_ASIDE, "ID": new, "mdwatch:ID": was}
        start = f"    <mets:sourceMD{attributes(names)}>\n"
        yield f"{start}{_wrapped(record.sub_type, content, 3)}    </mets:sourceMD>\n"


def _wrapped(sub_type: str, content: str, depth: int) -> str:
    """A record in its wrap, laid out."""
    gap = "  " * depth
    return (
        f"{gap}<mets:mdWrap{attributes(mets.stated_as(sub_type))}>\n{gap}  <mets:xmlData>\n{gap}    {content}\n"
        f"{gap}  </mets:xmlData>\n{gap}</mets:mdWrap>\n"
    )


def _dnx(name: str, identifier: str, sections: Mapping[str, Iterable[Mapping[str, Any]]]) -> Iterator[str]:
    """A section of the administrative metadata that holds DNX, laid out."""
    yield f'    <mets:{name} ID="{identifier}">\n      <mets:mdWrap MDTYPE="OTHER" OTHERMDTYPE="dnx">\n'
    yield "        <mets:xmlData>\n"
    if sections:
        yield f'          <dnx xmlns="{dnx.NAMESPACE}">\n'
        for section, records in sections.items():
            yield f'            <section id="{section}">\n'
            for record in records:
                yield _dnx_record(record)
            yield "            </section>\n"
        yield "          </dnx>\n"
    else:
        yield f'          <dnx xmlns="{dnx.NAMESPACE}"/>\n'
    yield f"        </mets:xmlData>\n      </mets:mdWrap>\n    </mets:{name}>\n"


def _dnx_record(keys: Mapping[str, Any]) -> str:
    lines = []
    for name, value in keys.items():
        if value is None:
            continue
        said = text(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        lines.append(f"{_key(name)}>{said}</key>\n" if said else f"{_key(name)}/>\n")
    if not lines:
        return "              <record/>\n"
    return f"              <record>\n{''.join(lines)}              </record>\n"


# An IE that is changed often has the same few keys some ten thousand times.
@lru_cache(maxsize=1024)
def _key(name: str) -> str:
    return f'                <key id="{quoted(name)}"'
