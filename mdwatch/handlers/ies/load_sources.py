"""Files that hold IEs are read, an IE at a time: Rosetta METS and native JSON.

What is not small is read in a process that has limits of memory and time: one that kills it is rejected like any other.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Final, NamedTuple

from mdwatch.errors import Rejected
from mdwatch.formats import canonical, mets, native, xml
from mdwatch.formats.xml import Limits
from mdwatch.model import Digests, IntellectualEntity
from mdwatch.runtime.confinement import SMALL, Confinement, Died

_BLANK: Final = b" \t\r\n"
_SOMETHING: Final = re.compile(rb"[^ \t\r\n\xef\xbb\xbf]")


@dataclass(frozen=True, slots=True)
class ReadIe:
    """One IE, read; `entity` None where it is rejected."""

    source: str
    file: str
    entity: IntellectualEntity | None
    size: int = 0
    digests: tuple[Digests, ...] = ()
    reason: str = ""


def sources(paths: Iterable[Path]) -> list[Path]:
    """The files to load, each once: those named, and below folders all `.xml`, `.json`, `.jsonl` and `.ndjson`.

    Below folders nothing that is hidden: Macs put `._a.xml` beside `a.xml`.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            below = (file for file in sorted(path.rglob("*")) if file.is_file() and not _is_hidden(file, path))
            found += [file for file in below if file.suffix.lower() in {".xml", ".json", ".jsonl", ".ndjson"}]
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def _is_hidden(file: Path, below: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(below).parts)


def read(path: Path, limits: Limits) -> Iterator[ReadIe]:
    """The IEs of one file; a METS holds one, native JSON one a line. Raises `OSError`."""
    with path.open("rb") as file, closing(Confinement(_nothing_to_begin, ())) as confined:
        if _is_json(file):
            yield from _read_lines(file, path, limits, confined)
        else:
            yield _item(str(path), path.name, [file.read(limits.bytes + 1)], limits, confined, is_json=False)


def _is_json(file: BufferedReader) -> bool:
    """Whether the file is native JSON, told by its first character."""
    start = file.peek(4096).removeprefix(b"\xef\xbb\xbf").lstrip(_BLANK)
    return start.startswith((b"{", b"["))


def _read_lines(file: BufferedReader, path: Path, limits: Limits, confined: Confinement) -> Iterator[ReadIe]:
    """The IEs of native JSON, a line at a time; no more than one line is ever held."""
    # JSON writes a quotation mark as two characters, and there may be events besides the XML.
    longest = limits.bytes + limits.bytes // 4
    number = 0
    while line := file.readline(longest + 1):
        number += 1
        source = f"{path}, line {number}"
        if len(line) > longest and not line.endswith(b"\n"):
            while (rest := file.readline(1 << 20)) and not rest.endswith(b"\n"):
                pass
            line = b""
            yield ReadIe(source, path.name, None, reason=f"longer than {longest} bytes; split it or raise limits.bytes")
        elif _SOMETHING.search(line):
            data = [line]
            del line
            yield _item(source, path.name, data, limits, confined, is_json=True)


def _item(source: str, file: str, data: list[bytes], limits: Limits, confined: Confinement, *, is_json: bool) -> ReadIe:
    """The IE in these bytes, which are taken out of the list so that nobody holds them longer than it takes."""
    given = _Given(source, file, data, limits, is_json)
    if len(data[0]) <= SMALL:
        return _parsed(given)
    try:
        return confined.call(_parsed, given)
    except Died as died:
        return ReadIe(source, file, None, reason=f"{died}; split it or write it more simply")
    finally:
        data.clear()


class _Given(NamedTuple):
    """The bytes of one IE, alone in a list, where they stood, and how they are to be read."""

    source: str
    file: str
    data: list[bytes]
    limits: Limits
    is_json: bool


def _nothing_to_begin() -> None:
    """The process that reads needs nothing but what it is given."""


def _parsed(given: _Given) -> ReadIe:
    source, file, data, limits, is_json = given
    size = len(data[0])
    try:
        entity = native.read(data.pop(), limits) if is_json else mets.read(data.pop(), limits)
        digests = tuple(canonical.digests(xml.parse(record.content, limits), limits) for record in entity.records)
    except Rejected as rejected:
        return ReadIe(source, file, None, reason=rejected.reason)
    except MemoryError:
        return ReadIe(source, file, None, reason="it takes more memory than there is; split it")
    return ReadIe(source, file, entity, size, digests)
