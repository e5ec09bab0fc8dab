"""Names and name-title entries of MARC: fields 100 to 111, 700 to 720, and 600 to 611 as subjects."""

from collections.abc import Iterator
from typing import Final

from mdwatch.exporters.records import roles
from mdwatch.exporters.records.description import Name, NameKind, Related
from mdwatch.exporters.records.marc.fields import DataField, sentences, trim

# By the last two digits of the tag: what bears the name, the subfields of the name, and that of the role.
_KINDS: Final = {
    "00": (NameKind.PERSONAL, "abcdq", "e"),
    "10": (NameKind.CORPORATE, "abcdn", "e"),
    "11": (NameKind.CONFERENCE, "acdenq", "j"),
    "20": (NameKind.UNKNOWN, "a", "e"),
}
_CLOSED: Final = (",", "-", ")", ".", "،", "，")


def text(field: DataField) -> str:
    """The name as one text, with a comma before dates of life where the record has left it out."""
    kind, codes, _ = _KINDS[field.tag[1:]]
    whole = ""
    for code, part in field.subfields:
        if code in codes:
            comma = "," if kind is NameKind.PERSONAL and code in "cd" and whole and not whole.endswith(_CLOSED) else ""
            whole += f"{comma} {part}" if whole else part
    return trim(whole)


def read(field: DataField) -> Iterator[tuple[str, object]]:
    """A name, or with a title ($t) the work of that name that this one is related to.

    The main entry (1XX) created the work; an added one did if its role says so.
    """
    whole = text(field)
    if title := field.joined("tnp") if field.one("t") else "":
        relation = "hasPart" if field.second == "2" else "relation"
        yield "related", Related(relation, sentences(whole, title))
        return
    if not whole:
        return
    kind, _, role = _KINDS[field.tag[1:]]
    terms, codes = field.all(role), [text.strip() for code, text in field.subfields if code == "4"]
    family, given = _parted(field)
    is_person = kind is NameKind.PERSONAL
    yield (
        "names",
        Name(
            text=whole,
            creator=field.tag.startswith("1") or roles.of_creator([*terms, *codes]),
            roles=tuple(dict.fromkeys(terms or codes)),
            kind=NameKind.FAMILY if is_person and field.first == "3" else kind,
            uri=field.uri,
            affiliations=tuple(field.all("u")),
            given=given,
            family=family,
            dates=field.one("d") if is_person else "",
        ),
    )


def _parted(field: DataField) -> tuple[str, str]:
    """Family and given name, where the first indicator says that the surname comes first."""
    family, comma, given = field.one("a").partition(",")
    is_surname = field.tag in {"100", "700"} and field.first == "1"
    return (family.strip(), given.strip()) if is_surname and comma and given.strip() else ("", "")
