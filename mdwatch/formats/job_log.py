"""The lines of a job log, written and read again.

Their form is that of the "Rosetta Update Metadata Job":

    Mon Dec 28 05:44:00 IST 2015   INFO   IE IE3129 has been successfully updated

A line is read for what it says: of which file or run, of which IE, how grave it is. When and in which words it says so
does not matter, for the zone may be another one after a restart, and the words after an upgrade.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Final, NamedTuple

from mdwatch.formats.printable import escape

_GAP: Final = "   "
_LEVELS: Final = frozenset({"INFO", "WARN", "ERROR"})
_IE: Final = re.compile(r"IE (IE\d+)\b")
_NOTICE: Final = re.compile(r"IE (IE\d+): ")
_FILE: Final = "File name is "
_UNMOVED: Final = "File could not be moved"
_RUN: Final = re.compile(r"Job .*\b(successfully|warnings|errors|aborted)\b", re.IGNORECASE)
_NOT: Final = re.compile(r"\bnot\b")
_UPDATED: Final = re.compile(r"\bupdated\b")


def line(stamped: str, level: str, text: str) -> str:
    """One line: its moment by `stamp`; the text stands as it is."""
    return f"{stamped}{_GAP}{level}{_GAP}{text}\n"


def stamp(moment: datetime) -> str:
    """A moment as it begins a line, written in its own zone."""
    return f"{moment:%a %b %d %H:%M:%S %Z %Y}"


def updated(pid: str | None) -> str:
    """What is said of a file that updated its IE."""
    return f"IE {pid} has been successfully updated"


def notice(pid: str | None, text: str) -> str:
    """What is said of an update besides; it is not read again."""
    return f"Note on IE {pid}: {escape(text)}"


def invalid(name: str) -> str:
    """What is said of a file that is no valid updateMD."""
    return f"IE could not be updated, XML is not well-formed or invalid. {_FILE}{escape(name)}"


def not_updated(pid: str | None, reason: str, name: str) -> str:
    """What is said of a file that changed nothing."""
    return f"IE {pid} was not updated. Reason: {escape(reason)}. {_FILE}{escape(name)}"


def unread(reason: str, name: str) -> str:
    """What is said of a file that could not be read and stays in the drop folder."""
    return f"IE could not be updated. Reason: {escape(reason)}. {_FILE}{escape(name)}"


def unmoved(reason: str, name: str) -> str:
    """What is said of a file that is decided and cannot be moved."""
    return f"{_UNMOVED}. Reason: {escape(reason)}. {_FILE}{escape(name)}"


def moved_late(code: str, name: str) -> str:
    """What is said of a file that was decided earlier, and is moved only now."""
    return f"File was decided before ({code}) and is put away now. {_FILE}{escape(name)}"


class LineKind(Enum):
    """What a line tells of."""

    UPDATED = "a file that updated its IE"
    NOT_UPDATED = "a file that did not"
    NOTICE = "an update, besides that it was made"
    UNMOVED = "a decided file that cannot be moved"
    RUN = "the end of a run"


class Said(NamedTuple):
    """What a line says: how gravely, of what, of which IE, and the file's escaped name, if any."""

    level: str
    kind: LineKind
    pid: str | None
    name: str | None

    def same(self, other: "Said") -> bool:
        """Whether both say the same of the same row; a line that names no file may be of any for its IE."""
        if (self.level, self.kind, self.pid) != (other.level, other.kind, other.pid):
            return False
        return self.name == other.name or (self.pid is not None and None in (self.name, other.name))


def parts(text: str) -> tuple[str, str] | None:
    """Level and words of a line without its end; None for one that is not of ours, or torn before its words."""
    moment, _, rest = text.partition(_GAP)
    level, gap, words = rest.partition(_GAP)
    return (level, words) if moment and gap and level in _LEVELS else None


def said(text: str) -> Said | None:
    """What a line says, without its end; None for one that is not of ours, or does not say it to the end."""
    found = parts(text)
    if found is None:
        return None
    level, words = found
    if _RUN.match(words):
        return Said(level, LineKind.RUN, None, None)
    if noticed := _NOTICE.match(words):
        return Said(level, LineKind.NOTICE, noticed[1], None)
    ie = _IE.match(words)
    sentence, named, name = words.rpartition(_FILE)
    if not named:
        sentence = words
        if ie is None or _NOT.search(sentence) or not _UPDATED.search(sentence):
            return None
        return Said(level, LineKind.UPDATED, ie[1], None)
    if sentence.startswith(_UNMOVED):
        return Said(level, LineKind.UNMOVED, None, name)
    if not sentence.startswith("IE "):
        return None
    kind = LineKind.NOT_UPDATED if _NOT.search(sentence) else LineKind.UPDATED
    return Said(level, kind, ie[1] if ie else None, name)


def missing(present: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """Those of the wanted lines that none of the present ones says, in their order; lines with or without their end."""
    left = list(wanted)
    for text in present:
        there = said(text.lstrip("\0").removesuffix("\n"))
        first = said(left[0].removesuffix("\n")) if left else None
        if there is not None and first is not None and there.same(first):
            del left[0]
    return left


def cut_short(torn: str) -> str:
    """How a line ends of which the rest is not known: with all its columns, so that whoever reads the log by them can.

    It is one that no recovery looks for, or not ours.
    """
    return "\n" if parts(torn) is not None else f"{_GAP}WARN{_GAP}This line was cut short\n"


def rest_of(torn: str, whole: str) -> str | None:
    """What a line that was cut short still needs to say what `whole` says, its end included; None if it is not it.

    Its moment may be written in another zone, and its words may be others, if it has them all.
    """
    found, wanted = parts(torn), parts(whole.removesuffix("\n"))
    if whole.startswith(torn):
        return whole[len(torn) :]
    if found is None or wanted is None or found[0] != wanted[0]:
        return None
    if wanted[1].startswith(found[1]) and found[1]:
        return f"{wanted[1][len(found[1]) :]}\n"
    there, first = said(torn), said(whole.removesuffix("\n"))
    if there is not None and first is not None and there == first and first.name is not None:
        return "\n"
    return None
