"""Field 880 and its links: the form of a field in the script of the work (MARC 21, appendix A, "Control Subfields").

$6 of a field is `880-NN`, that of its 880 `TAG-NN` with the script behind a slash; the occurrence 00 is that of a field
that has no romanised form in the record, and is read as the field whose tag it names.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from mdwatch.exporters.records.marc.fields import DataField, MarcRecord

_LINK: Final = re.compile(r"\s*([0-9]{3})-([0-9]{2})(?:/([^/]*))?(?:/.*)?")

# Script identification codes of MARC 21, as ISO 15924; the many-lettered are ISO's own in newer records.
SCRIPTS: Final = {"(3": "Arab", "(B": "Latn", "(N": "Cyrl", "(Q": "Cyrl", "(S": "Grek", "(2": "Hebr"}
_EAST_ASIAN: Final = "$1"
# What of Chinese, Japanese and Korean: the language tells.
EAST_ASIAN: Final = {"jpn": "Jpan", "kor": "Kore"}
_CODE: Final = re.compile(r"[A-Z][a-z]{3}")


# Fields that a record has once: whatever form of one there is, it is that one's, also where its link leads nowhere.
ONCE: Final = frozenset({"100", "110", "111", "130", "240", "245"})


# No field has more forms, whatever its link.
MOST_FORMS: Final = 20


class Linked(NamedTuple):
    """A field, and its forms in other scripts, each with its language as far as that is known."""

    field: DataField
    others: tuple[tuple[DataField, str], ...] = ()


def fields(record: MarcRecord) -> Iterator[Linked]:
    """The fields in order, title proper first, each with its linked forms; then those that are forms of no field."""
    own = [field for field in record.fields if field.tag != "880"]
    own.sort(key=lambda field: field.tag != "245")
    if len(own) == len(record.fields):
        yield from map(Linked, own)
        return
    forms, language = _forms(record), _language(record)
    links = [link[1] if (link := _link(field)) and link[0] == "880" else "" for field in own]
    claimed = {(field.tag, number) for field, number in zip(own, links, strict=True)}
    lost: dict[str, list[tuple[str, str]]] = {}
    for key in forms:
        if key not in claimed:
            lost.setdefault(key[0], []).append(key)
    for field, number in zip(own, links, strict=True):
        found = forms.pop((field.tag, number), []) if number else []
        if not found and (number or field.tag in ONCE) and lost.get(field.tag):
            # The link leads nowhere: the first form of this tag that no other field claims is what it meant.
            key = lost[field.tag][0]
            if field.tag in ONCE or key[1] != _NONE:
                found = forms.pop(lost[field.tag].pop(0))
        yield Linked(field, tuple((other, _tag(language, other)) for other in found[:MOST_FORMS]))
    yield from (Linked(other) for others in forms.values() for other in others)


# The occurrence of a form that has no romanised one.
_NONE: Final = "00"


def _forms(record: MarcRecord) -> dict[tuple[str, str], list[DataField]]:
    """The fields 880 as the fields whose tags they name, by tag and occurrence."""
    found: dict[tuple[str, str], list[DataField]] = {}
    for field in record.fields:
        link = _link(field) if field.tag == "880" else None
        if link:
            found.setdefault(link[:2], []).append(field._replace(tag=link[0]))
    return found


def _link(field: DataField) -> tuple[str, str, str] | None:
    """Tag, occurrence and script of a field's $6."""
    found = next((_LINK.fullmatch(text) for code, text in field.subfields if code == "6"), None)
    return (found[1], found[2], found[3] or "") if found else None


def _language(record: MarcRecord) -> str:
    """The language of the work by 008, which its own script is in."""
    code = record.control.get("008", "")[35:38]
    return code if code.isalpha() and code.islower() and code not in {"und", "zxx", "mul"} else ""


def _tag(language: str, other: DataField) -> str:
    """The language with its script."""
    link = _link(other)
    script = link[2].strip() if link else ""
    if not language:
        return ""
    if script == _EAST_ASIAN:
        script = EAST_ASIAN.get(language, "Hani")
    elif not _CODE.fullmatch(script):
        script = SCRIPTS.get(script, "")
    return f"{language}-{script}" if script else language
