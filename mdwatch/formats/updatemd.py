"""updateMD files: one PID and the records to replace ("Rosetta Update Metadata Job", file format).

The root is `updateMD` of Ex Libris' repository namespace; in it a `PID` and one or more `metadata`, each with `type`,
`subType`, `mid` (source records only) and `content`, in any order and any case. The content is the record as text, in
CDATA or escaped, with or without an XML declaration of its own.
"""

from collections.abc import Iterable
from typing import Final

from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.formats import canonical, names, plain_record, plain_update, xml
from mdwatch.formats.limits import MOST_RECORDS, Limits
from mdwatch.formats.pids import valid_pid
from mdwatch.formats.xml import Allowance
from mdwatch.model import Digests, InvalidUpdate, Metadata, Record, RecordType, UpdateMD

NAMESPACE: Final = plain_update.NAMESPACE
DC_ROOTS: Final = ("{http://purl.org/dc/elements/1.1/}record", "record")

_IN: Final = f"{{{NAMESPACE}}}"  # how names of that namespace begin
_PARTS: Final = ("type", "subtype", "mid", "content")
_REQUIRED: Final = {"type": "type", "subtype": "subType", "content": "content"}
_OF_SOURCE: Final = {**_REQUIRED, "mid": "mid"}
# The web service's type has this child too; a file that carries it means nothing by it.
_IGNORED: Final = ("pdshandle",)


def prepare(data: bytes, limits: Limits) -> UpdateMD | InvalidUpdate:
    """What the file asks for, its records parsed and digested; or why it cannot be read (rule 1)."""
    return _plain(data, limits) or _parsed(data, limits)


def _plain(data: bytes, limits: Limits) -> UpdateMD | None:
    """What a file in the plainest writing asks for; None where it is in another, or anything is wrong with it."""
    found = plain_update.read(data, limits)
    if found is None:
        return None
    try:
        parts = _complete(found.parts, "")
        return UpdateMD(found.pid, (_metadata(parts, "", Allowance(limits, len(data)), limits, found.record),))
    except Rejected:
        return None


def _parsed(data: bytes, limits: Limits) -> UpdateMD | InvalidUpdate:
    """What any file asks for, its envelope parsed as XML."""
    pid = None
    try:
        root = xml.parse(data, limits)
        children = _children(root)
        pid = _pid(children)
        elements = [element for name, element in children if name == "metadata"]
        if not elements:
            raise Rejected("it has no metadata element; add one for each record to replace")
        if len(elements) > MOST_RECORDS:
            raise Rejected(f"it has {len(elements)} metadata elements, and the cap is {MOST_RECORDS}; split it")
        parts = [_parts(element, f"metadata[{number}]") for number, element in enumerate(elements, 1)]
        # What was read lives on in the parts; a large file should not be held twice.
        del root, children, elements
        allowance = Allowance(limits, len(data))
        metadata = tuple(
            _metadata(given, f"metadata[{number}]", allowance, limits) for number, given in enumerate(parts, 1)
        )
        _check_unique(metadata)
    except Rejected as rejected:
        return InvalidUpdate(rejected.reason, pid, rejected.premature, rejected.malformed)
    return UpdateMD(pid, metadata)


def write(pid: str, records: Iterable[Record]) -> bytes:
    """An updateMD file that replaces these records of an IE, their contents in CDATA where that can hold them."""
    # With a good part of the web, which whoever only reads such files does not need.
    from xml.sax.saxutils import escape  # noqa: PLC0415

    parts = []
    for record in records:
        mid = f"    <mid>{escape(record.mid)}</mid>\n" if record.mid else ""
        content = record.content
        content = escape(content) if "]]>" in content else f"<![CDATA[{content}]]>"
        parts.append(
            f"  <metadata>\n    <type>{record.type.value}</type>\n    <subType>{escape(record.sub_type)}</subType>\n"
            f"{mid}    <content>{content}</content>\n  </metadata>\n"
        )
    text = f'<updateMD xmlns="{NAMESPACE}">\n  <PID>{pid}</PID>\n{"".join(parts)}</updateMD>\n'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()


def _children(root: etree._Element) -> list[tuple[str, etree._Element]]:
    """The children of `updateMD` by their names in lower case; other namespaces are extensions and left alone."""
    if root.tag != f"{{{NAMESPACE}}}updateMD":
        raise Rejected(f"its root is {names.with_namespace(str(root.tag))}, not updateMD of the namespace {NAMESPACE}")
    children = _own(root)
    for name, element in children:
        if name not in {"pid", "metadata", *_IGNORED}:
            raise Rejected(f"unexpected element {names.as_written(element)}; updateMD holds PID and metadata")
    return children


def _own(parent: etree._Element) -> list[tuple[str, etree._Element]]:
    """The children of the updateMD namespace, by local name in lower case."""
    tags = [(str(child.tag), child) for child in parent]
    return [(tag[len(_IN) :].lower(), child) for tag, child in tags if tag.startswith(_IN)]


def _pid(children: list[tuple[str, etree._Element]]) -> str:
    """The one PID of the file."""
    pids = [_text(element, "PID") for name, element in children if name == "pid"]
    if len(pids) != 1:
        raise Rejected(f"it has {len(pids)} PID elements; it needs exactly one")
    if not valid_pid(pids[0]):
        raise Rejected(f"its PID is {pids[0][:60]!r}; a PID is IE and digits, such as IE1234")
    return pids[0]


def _parts(element: etree._Element, place: str) -> dict[str, str]:
    """The texts in a `metadata` element by their names in lower case, the content without its XML declaration."""
    parts: dict[str, str] = {}
    for name, child in _own(element):
        if name not in _PARTS:
            raise Rejected(
                f"{place}: unexpected element {names.as_written(child)}; it holds type, subType, mid and content"
            )
        if name in parts:
            raise Rejected(f"{place}: two {name} elements; give one")
        parts[name] = _text(child, f"{place}: {name}")
    return _complete(parts, place)


def _complete(parts: dict[str, str], place: str) -> dict[str, str]:
    """The parts without what does not count; raises `Rejected` where a required one is missing."""
    is_source = parts.get("type", "").lower() == RecordType.SOURCE.value
    missing = [shown for name, shown in (_OF_SOURCE if is_source else _REQUIRED).items() if not parts.get(name)]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        raise Rejected(f"{place}: {' and '.join(missing)} {verb} missing or empty")
    if not is_source:
        parts["mid"] = ""
    parts["content"] = xml.without_declaration(parts["content"])
    return parts


def _metadata(
    parts: dict[str, str], place: str, allowance: Allowance, limits: Limits, data: bytes | None = None
) -> Metadata:
    """What a `metadata` element asks for, its record parsed; `data` is its content in UTF-8 where it is had so."""
    try:
        root, digests = _record(parts["content"], allowance, limits, data)
        if parts["type"].lower() == RecordType.DESCRIPTIVE.value and parts["subtype"].lower() == "dc":
            check_dc(root)
    except Rejected as rejected:
        raise Rejected(f"{place}: content: {rejected.reason}") from None
    return Metadata(parts["type"], parts["subtype"], parts["mid"], parts["content"], digests)


def _record(content: str, allowance: Allowance, limits: Limits, data: bytes | None) -> tuple[str, Digests]:
    """The name of a record's root, and its digests; raises `Rejected`."""
    plain = plain_record.read(content, data, limits) if data is not None else None
    if plain is not None:
        return plain
    root = allowance.parse(content if data is None else data)
    return str(root.tag), canonical.digests(root, limits)


def check_dc(root: str) -> None:
    """A descriptive record's root is `dc:record` or a bare `record`, by its name in full; raises `Rejected`."""
    if root not in DC_ROOTS:
        raise Rejected(f"its root is {names.with_namespace(root)}, not dc:record; put the fields into dc:record")


def _check_unique(metadata: tuple[Metadata, ...]) -> None:
    """One file cannot ask for two versions of one record."""
    seen = set()
    for item in metadata:
        key = (item.type.lower(), item.mid)
        if key in seen:
            shown = f"{item.type[:60]} {item.mid[:60]}".strip()
            raise Rejected(f"two metadata elements replace the same record ({shown}); keep one")
        seen.add(key)


def _text(element: etree._Element, place: str) -> str:
    """The text of an element that may hold nothing else, without white space at its edges."""
    if len(element):
        raise Rejected(f"{place} holds the element {names.as_written(element[0])}; wrap it in CDATA or escape it")
    return (element.text or "").strip()
