"""An updateMD file in its plainest writing, which most have: its envelope is recognised, and needs no parser.

That is one PID and one record in CDATA, the elements in the order of the documentation, UTF-8, and nothing besides.
What is in the CDATA is not looked at here: it is the record, which is parsed as such, and nothing around it is dropped
but white space and a plain XML declaration. A file in any other writing is for the parser; so is one whose record is
wrong, for what is wrong with a file is told of the whole.
"""

import re
from typing import Final, NamedTuple

from mdwatch.formats.limits import Limits

NAMESPACE: Final = "http://com/exlibris/digitool/repository/api/xmlbeans"

# Far below what the XML library takes as one text.
_LARGEST: Final = 1 << 20
# What an envelope needs: no cap may be lower.
_DEPTH, _ELEMENTS = 4, 7
_WHITE: Final = b" \t\n"
_S: Final = r"[ \t\n]*"
_HEAD = re.compile(
    rf"""(?:<\?xml version=(?:"1\.0"|'1\.0')(?: encoding=(?:"(?i:utf-8)"|'(?i:utf-8)'))? ?\?>)?{_S}"""
    rf"""<updateMD[ \t\n]+xmlns=(?:"{re.escape(NAMESPACE)}"|'{re.escape(NAMESPACE)}'){_S}>{_S}"""
    rf"<PID>{_S}(IE[0-9]{{1,30}}){_S}</PID>{_S}<metadata>{_S}<type>{_S}([A-Za-z]+){_S}</type>{_S}"
    rf"<subType>{_S}([A-Za-z0-9_.-]+){_S}</subType>{_S}(?:<mid>{_S}([A-Za-z0-9_.:/-]+){_S}</mid>{_S})?"
    rf"<content>{_S}<!\[CDATA\[".encode()
)
_TAIL = re.compile(rf"\]\]>{_S}</content>{_S}</metadata>{_S}</updateMD>{_S}".encode())
_DECLARATION = re.compile(rb"<\?xml[ \t\n][ -=@-~\t\n]*\?>[ \t\n]*")


class Plain(NamedTuple):
    """What such a file says: the texts of `metadata` by their names in lower case, and the record in bytes."""

    pid: str
    parts: dict[str, str]
    record: bytes


def read(data: bytes, limits: Limits) -> Plain | None:
    """What the file says, or None: it is to be parsed."""
    if len(data) > min(limits.bytes, _LARGEST) or limits.depth < _DEPTH or limits.elements < _ELEMENTS:
        return None
    if b"\r" in data:
        # As any reader of XML takes the ends of lines (XML 1.0, 2.11).
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    head = _HEAD.match(data)
    if head is None:
        return None
    end = data.find(b"]]>", head.end())
    if end < 0 or _TAIL.fullmatch(data, end) is None:
        return None
    record = data[head.end() : end].strip(_WHITE)
    if declaration := _DECLARATION.match(record):
        record = record[declaration.end() :]
    if record[:1] != b"<" or record[-1:] != b">" or record.startswith(b"<?xml"):
        return None
    try:
        content = record.decode()
    except UnicodeDecodeError:
        return None
    pid, type_, sub_type, mid = (part.decode() if part is not None else "" for part in head.groups())
    return Plain(pid, {"type": type_, "subtype": sub_type, "mid": mid, "content": content}, record)
