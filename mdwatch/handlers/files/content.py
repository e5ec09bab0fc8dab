"""An operator wants to see a file: where it lies now, and how it begins."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mdwatch.dropfolder import beginnings, done_place
from mdwatch.dropfolder.error_place import DISMISSED
from mdwatch.dropfolder.folder import DONE, ERROR
from mdwatch.repository import interventions, past_files
from mdwatch.runtime.context import Context

SHOWN: Final = 64 * 1024  # bytes
_PAST: Final = 10  # rows of the journal in which a name is looked up
_MARKS: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
}


@dataclass(frozen=True, slots=True)
class FileContent:
    """A file that is there: its path, its size in bytes, and its text, `cut` where that is not all of it.

    What is no text in the encoding that its first bytes tell of, UTF-8 where they tell of none, is replaced.
    """

    path: Path
    size: int
    text: str
    cut: bool


def find(context: Context, job: str, name: str) -> list[FileContent]:
    """The files of this name that a job has now, the one to be taken first; raises `UsageError` and `OSError`."""
    found = []
    for path in dict.fromkeys(_paths(context, job, name)):
        beginning = beginnings.read(path, SHOWN)
        if beginning is not None:
            text = _text(beginning.data)
            found.append(FileContent(path, beginning.size, text, beginning.size > len(beginning.data)))
    return found


def _paths(context: Context, job: str, name: str) -> Iterator[Path]:
    """Where it may lie: under its own name, or under the one it got where it was put."""
    folder = context.job(job).folder
    with context.repository.read() as connection:
        past = past_files.of_name(connection, name, job, _PAST)
        acts = interventions.of_verdicts(connection, [entry.id for entry in past])
    yield folder / name
    yield folder / ERROR / name
    for entry in past:
        name = entry.filed_as or entry.name
        yield folder / ERROR / name
        yield done_place.whereabouts(folder / DONE, name, entry.identity)
    for act in acts.values():
        if act.new_name is not None:
            yield (folder if act.kind == interventions.RETRY else folder / ERROR / DISMISSED) / act.new_name
    yield folder / DONE / name
    yield folder / ERROR / DISMISSED / name


def _text(data: bytes) -> str:
    encoding = next((encoding for mark, encoding in _MARKS.items() if data.startswith(mark)), "utf-8")
    return data.decode(encoding, "replace")
