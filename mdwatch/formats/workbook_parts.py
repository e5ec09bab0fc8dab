"""The parts of a workbook (XLSX), which comes from anybody: unpacked and parsed by openpyxl, up to caps.

They are in a ZIP archive, so that a small file may hold gigabytes: how much is unpacked has a cap, and how much of it
is in memory at a time, and no part may declare an entity.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import IO, Any, Final
from zipfile import ZipFile, ZipInfo

from defusedxml.ElementTree import iterparse
from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from mdwatch.errors import Rejected

_UNPACKED: Final = 256 << 20  # bytes of a worksheet, or of the texts that worksheets share
_SMALL_PART: Final = 4 << 20  # bytes of any other part, which is in memory as a whole
_TAGS_AT_A_TIME: Final = 400_000  # of one row, or of what stands between rows: a row of 16,384 cells has 100,000
_SHARED_TEXT: Final = f"{{{SHEET_MAIN_NS}}}si"


class WatchedPart:
    """A part as a parser reads it, which counts the tags since it was last `passed`."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._tags = 0
        self._begun = False

    def read(self, size: int = -1) -> bytes:
        """The next bytes; raises `Rejected` where they are no XML, or more than a row can be."""
        data = self._source.read(size)
        if not self._begun and not data.lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n").startswith((b"<", b"\0<")):
            raise Rejected("a part of the workbook is no XML in UTF-8 or UTF-16; save it again")
        self._begun = True
        self._tags += data.count(b"<")
        if self._tags > _TAGS_AT_A_TIME:
            raise Rejected("a row of the workbook has more cells than there can be; save it as CSV")
        return data

    def passed(self) -> None:
        """A row is done with, and not in memory any more."""
        self._tags = 0


class Archive(ZipFile):
    """The parts of a workbook, up to their caps; more than it says it has, a part never gives."""

    def open(self, name: str | ZipInfo, mode: Any = "r", *others: Any, **more: Any) -> IO[bytes]:
        """A part that is read as a whole; raises `Rejected` for one that is too large."""
        self._check(name, _SMALL_PART)
        return super().open(name, mode, *others, **more)

    def watched(self, name: str) -> WatchedPart:
        """A part that is read row by row; raises `Rejected` for one that is too large."""
        self._check(name, _UNPACKED)
        return WatchedPart(super().open(name))

    def _check(self, name: str | ZipInfo, cap: int) -> None:
        size = (name if isinstance(name, ZipInfo) else self.getinfo(name)).file_size
        if size > cap:
            raise Rejected(f"the workbook has a part of {size} bytes, over the cap of {cap}; save it as CSV")


class WorkbookReader(ExcelReader):
    """openpyxl's reader, without what nobody asks for here.

    Shared texts it leaves as they are written, for openpyxl decodes the half of them.
    """

    def __init__(self, data: bytes) -> None:
        super().__init__(BytesIO(data), read_only=True, keep_links=False)
        self.archive: Archive = Archive(BytesIO(data))
        self.read_manifest()
        self.read_strings()
        self.read_workbook()
        apply_stylesheet(self.archive, self.wb)

    def read_strings(self) -> None:
        """What cells share, in the order of their numbers."""
        part = self.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call]
        if part is None:
            return
        source = self.archive.watched(part.PartName[1:])
        root = None
        for event, element in iterparse(source, events=("start", "end"), forbid_dtd=True):
            root = element if root is None else root
            if event == "end" and element.tag == _SHARED_TEXT:
                text: Any = Text.from_tree(element)
                self.shared_strings.append(text.content)
                root.clear()
                source.passed()

    def sheets(self) -> Iterator[tuple[str, str]]:
        """The name and the part of each worksheet, also of hidden ones."""
        for sheet, relation in self.parser.find_sheets():
            if relation.target in self.valid_files and "chartsheet" not in relation.Type:
                yield sheet.name, relation.target
