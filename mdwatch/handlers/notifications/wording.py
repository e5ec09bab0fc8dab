"""What a message says in words: its subject and its text. Names and reasons are made safe to show, each on its line."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import quote

from mdwatch.formats.printable import escape
from mdwatch.rules.codes import MEANINGS, Code
from mdwatch.shapes.notifications import OccurrenceShape

_LONGEST_SUBJECT: Final = 150
_TOLD: Final = 100  # occurrences that a text names one by one


def subject(occurrences: Sequence[OccurrenceShape]) -> str:
    """One line: what happened, or how much of it."""
    first = _title(occurrences[0])
    more = f" (and {len(occurrences) - 1} more)" if len(occurrences) > 1 else ""
    text = f"[mdwatch] {first}"
    room = _LONGEST_SUBJECT - len(more)
    return f"{text if len(text) <= room else f'{text[: room - 1]}…'}{more}"


def text(occurrences: Sequence[OccurrenceShape], link: str) -> str:
    """All that happened, in the order it did."""
    lines: list[str] = []
    for item in occurrences[:_TOLD]:
        lines += [*_told(item, link), ""]
    if len(occurrences) > _TOLD:
        lines += [f"And {len(occurrences) - _TOLD} more, which are not told one by one.", ""]
    lines.append("-- ")
    lines.append(f"mdwatch{f' at {link}' if link else ''}")
    return "\n".join(lines) + "\n"


def _title(item: OccurrenceShape) -> str:
    if item.job is not None:
        return escape(f"Job {item.job}: {item.headline}")
    return f"{item.headline[0].upper()}{item.headline[1:]}"


def _told(item: OccurrenceShape, link: str) -> Iterator[str]:
    yield _title(item)
    yield f"  When:    {datetime.fromtimestamp(item.at // 1000).astimezone():%Y-%m-%d %H:%M:%S %Z}"
    if item.reason:
        yield f"  Reason:  {escape(item.reason)}"
    if item.run is not None:
        yield f"  Run:     {item.run.id}, as {escape(item.run.user)}"
        if item.run.counts:
            told = (f"{number} {MEANINGS[Code(code)].label}" for code, number in item.run.counts.items())
            yield f"  Files:   {'; '.join(told)}"
    for file in item.files:
        yield f"    {escape(file.name)}: {escape(file.reason)}"
        yield f"      {file.remedy}"
    for line in item.details:
        yield f"    {escape(line)}"
    if link and item.job is not None:
        yield f"  See:     {link}/jobs/{quote(item.job, safe='')}"
