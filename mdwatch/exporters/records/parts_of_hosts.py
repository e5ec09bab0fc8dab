"""Where in its host a work stands, by parts: as it is written, `Vol. 24, no. 9 (Sept. 1993), p. 235-48`, and in words.

Catalogues write it as ISBD and national rules have it, in English, German and French first of all. What is not told by
one of the words here is not guessed, but for a bare number before a year in brackets: `150(1991), 1, Seite 1-12`.
"""

import re
from typing import Final

from mdwatch.exporters.records.description import PartOfHost

_AFTER: Final = r"\b\.?\s*"
_NUMBER: Final = r"([\w/-]*\d[\w/-]*)"
_VOLUME: Final = re.compile(
    rf"\b(?:vol|volume|v|bd|band|jg|jahrgang|t|tome|tomo|tom|årg){_AFTER}{_NUMBER}", re.IGNORECASE
)
_BARE_VOLUME: Final = re.compile(r"\s*(\d+)\s*\(")
_ISSUE: Final = re.compile(
    rf"\b(?:no|nr|n|n[°º]|num|number|núm|iss|issue|heft|h|hft|fasc|cah){_AFTER}{_NUMBER}", re.IGNORECASE
)
_BARE_ISSUE: Final = re.compile(r"\(\d{4}\)\s*[,;:]\s*(\d[\w/-]*)\s*(?=[,;:]| vom\b)")
_PAGES: Final = re.compile(
    rf"\b(?:p|pp|pages?|seiten?|s|pag|str){_AFTER}(\w*\d\w*)(?:\s*[-–]\s*(\w*\d\w*))?", re.IGNORECASE
)
_YEAR: Final = re.compile(r"\(([^()]*)\)")
_YEARS: Final = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_LONGEST: Final = 300


def written(text: str) -> PartOfHost:
    """The parts that a text names; nothing where it names neither volume nor issue."""
    if len(text) > _LONGEST:
        return PartOfHost()
    volume, issue, pages = _VOLUME.search(text), _ISSUE.search(text), _PAGES.search(text)
    bare = None if volume else _BARE_VOLUME.match(text)
    volume = volume or bare
    issue = issue or (_BARE_ISSUE.search(text) if bare else None)
    if not (volume or issue):
        return PartOfHost()
    years = next((found for part in _YEAR.findall(text) if (found := _YEARS.search(part))), None)
    first, last = (pages[1], pages[2] or "") if pages else ("", "")
    return PartOfHost(volume[1] if volume else "", issue[1] if issue else "", first, _whole(first, last),
                      years[1] if years else "")  # fmt: skip


# As Open Journal Systems writes it: title; volume, issue (year): name of the issue; pages.
_JOURNAL: Final = re.compile(r"(?P<title>[^;]+); (?P<issue>[^;]*\d[^;]*)(?:; (?P<pages>\w*\d[\w]*(?:[-–]\w*\d\w*)?))?")


def journal(text: str) -> tuple[str, str, PartOfHost] | None:
    """Title of a journal, and where in it an article stands, in words and by parts; None for any other text."""
    found = _JOURNAL.fullmatch(text) if len(text) <= _LONGEST else None
    place = written(found["issue"]) if found else PartOfHost()
    if found is None or not place.volume:
        return None
    first, _, last = (found["pages"] or "").replace("–", "-").partition("-")
    part = ", ".join(filter(None, (found["issue"], found["pages"] and f"p. {found['pages']}")))
    return found["title"].strip(), part, place._replace(first_page=first, last_page=last)


def _whole(first: str, last: str) -> str:
    """The last page with the figures that it has in common with the first: `235-48`."""
    is_cut = first.isdecimal() and last.isdecimal() and len(last) < len(first) and last > first[-len(last) :]
    return first[: -len(last)] + last if is_cut else last


def in_words(place: PartOfHost) -> str:
    """Volume, issue, year and pages in one; empty for a year alone."""
    pages = "-".join(filter(None, (place.first_page, place.last_page)))
    parts = (("vol. ", place.volume), ("no. ", place.issue), ("", place.year), ("p. ", pages))
    return ", ".join(f"{word}{text}" for word, text in parts if text) if place.volume or place.issue or pages else ""
