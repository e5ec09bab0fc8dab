"""Names and name-title entries of MARC: fields 100 to 111, 700 to 720, and 600 to 611 as subjects."""

from collections.abc import Iterator, Sequence
from typing import Final

from mdwatch.exporters.records import relators, roles
from mdwatch.exporters.records.description import Name, NameKind, Related
from mdwatch.exporters.records.marc.fields import DataField, sentences, trim

# By the last two digits of the tag: what bears the name, the subfields of the name, and that of the role.
_KINDS: Final = {
    "00": (NameKind.PERSONAL, "abcdq", "e"),
    "10": (NameKind.CORPORATE, "abcdn", "e"),
    "11": (NameKind.CONFERENCE, "acdenq", "j"),
    "20": (NameKind.UNKNOWN, "a", "e"),
}
_CLOSED: Final = (",", "-", ")", "،", "，")
# Number, date and place of a meeting, which stand in brackets behind its name.
_QUALIFIERS: Final = "ndc"


def text(field: DataField) -> str:
    """The name as one text, with the marks between its parts that some records leave out (AACR2 and RDA, 1XX).

    A comma before titles and dates of life, a full stop before the unit of a body, brackets around what tells one
    meeting of a series from the others.
    """
    kind, codes, _ = _KINDS[field.tag[1:]]
    parts = [(code, part) for code, part in field.subfields if code in codes]
    if kind is not NameKind.PERSONAL:
        parts = list(_with_brackets(parts))
    told: list[str] = []
    for code, part in parts:
        mark = "" if part.startswith("(") else _MARKS[kind].get(code, "")
        if mark and told and not told[-1].endswith(_CLOSED):
            told[-1] = f"{trim(told[-1])}{mark}"
        elif mark == "." and told:
            told[-1] = told[-1].rstrip(", ") + mark
        told.append(part)
    return field.trim(" ".join(told))


_COMMA: Final = dict.fromkeys("cd", ",")
_MARKS: Final[dict[NameKind, dict[str, str]]] = {
    NameKind.PERSONAL: _COMMA,
    NameKind.CORPORATE: {"b": "."},
    NameKind.CONFERENCE: {"e": "."},
    NameKind.UNKNOWN: {},
}


def _with_brackets(parts: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The parts of a body's name, its qualifiers in brackets where none of them has any."""
    told = [trim(part) for code, part in parts if code in _QUALIFIERS]
    is_plain = told and not any("(" in part or ")" in part for code, part in parts if code in _QUALIFIERS)
    for code, part in parts:
        if not is_plain or code not in _QUALIFIERS:
            yield code, part
        elif told:
            yield code, f"({' : '.join(told)})"
            told = []


def read(field: DataField) -> Iterator[tuple[str, object]]:
    """A name, or with a title ($t) the work of that name that this one is related to.

    The main entry (1XX) created the work; an added one did if its role says so.
    """
    whole = text(field)
    if title := work_of(field):
        relation = "hasPart" if field.second == "2" else "relation"
        yield "related", Related(relation, sentences(whole, title))
        return
    if not whole:
        return
    kind, _, role = _KINDS[field.tag[1:]]
    terms = list(map(relators.in_full, field.all(role)))
    codes = [text.strip() for code, text in field.subfields if code == "4"]
    family, given = _parted(field)
    uri, *others = field.uris or ("",)
    is_person = kind is NameKind.PERSONAL
    yield (
        "names",
        Name(
            text=whole,
            creator=field.tag.startswith("1") or roles.of_creator([*terms, *codes]),
            roles=relators.shown(terms, codes) if terms else tuple(dict.fromkeys(codes)),
            kind=_kind(field, kind),
            uri=uri,
            affiliations=tuple(field.all("u")),
            given=given,
            family=family,
            dates=field.one("d") if is_person else "",
            other_uris=tuple(others),
        ),
    )


def work_of(field: DataField) -> str:
    """The uniform title behind a name ($t), with what tells its part, form, language and setting; or empty."""
    start = next((number for number, (code, _) in enumerate(field.subfields) if code == "t"), None)
    if start is None:
        return ""
    return field._replace(subfields=field.subfields[start:]).joined("tfklmnoprs")


def _kind(field: DataField, kind: NameKind) -> NameKind:
    """What bears the name; the first indicator tells a family, and of an uncontrolled name a person."""
    if kind is NameKind.PERSONAL and field.first == "3":
        return NameKind.FAMILY
    return NameKind.PERSONAL if kind is NameKind.UNKNOWN and field.first == "1" else kind


def _parted(field: DataField) -> tuple[str, str]:
    """Family and given name, where the first indicator says which of them comes first."""
    if field.tag in {"100", "700"} and field.first == "0":
        return "", field.joined("ab")
    family, comma, given = field.one("a").partition(",")
    is_surname = field.tag in {"100", "700"} and field.first == "1"
    return (family.strip(), given.strip()) if is_surname and comma and given.strip() else ("", "")
