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


class Linked(NamedTuple):
    """A field, and its form in another script with the language of that, if there is one."""

    field: DataField
    other: DataField | None = None
    lang: str = ""


def fields(record: MarcRecord) -> Iterator[Linked]:
    """The fields in order, title proper first, each with its linked form; then those that have no other form."""
    own = [field for field in record.fields if field.tag != "880"]
    own.sort(key=lambda field: field.tag != "245")
    language = _language(record)
    others: dict[tuple[str, str], DataField] = {}
    alone: list[Linked] = []
    for field in record.fields:
        link = _link(field) if field.tag == "880" else None
        if link:
            tag, number, _ = link
            linked = field._replace(tag=tag)
            if number == "00" or (tag, number) in others:
                alone.append(Linked(linked))
            else:
                others[tag, number] = linked
    if not others and not alone:
        yield from map(Linked, own)
        return
    for field in own:
        link = _link(field)
        other = others.pop((field.tag, link[1]), None) if link and link[0] == "880" else None
        yield Linked(field, other, _tag(language, other)) if other else Linked(field)
    yield from alone
    yield from (Linked(other) for other in others.values())


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
