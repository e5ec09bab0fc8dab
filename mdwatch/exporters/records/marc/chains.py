"""Subject headings of German catalogues, a term a field (689): the links of a chain of RSWK.

After the German National Library's "MARC 21: Feldbeschreibung der Titeldaten", which says what a term is in $D, and in
$A of those that are in no authority file. Many records of these catalogues have their subjects nowhere else.
"""

from collections.abc import Iterator
from typing import Final

from mdwatch.exporters.records.description import Place, PlaceKind, Subject, SubjectKind, Text
from mdwatch.exporters.records.marc import names
from mdwatch.exporters.records.marc.fields import DataField, sentences
from mdwatch.exporters.records.marc.subjects import with_qualifier

# What bears a name, by $D: the tag that its subfields are as in.
_NAMES: Final = {"p": "600", "b": "610", "k": "610", "f": "611"}
_FILE: Final = "d-nb.info/gnd/"


def link(field: DataField) -> Iterator[tuple[str, object]]:
    """A term of a chain; the last field of one only says who made it."""
    if not field.one("a"):
        return
    kind, uri = field.one("D") or field.one("A"), field.uri
    scheme = field.one("2").lower() or ("gnd" if _FILE in uri else "")
    if tag := _NAMES.get(field.one("D"), ""):
        heading = sentences(names.text(field._replace(tag=tag)), field.joined("t"))
        yield "subjects", Subject(heading, SubjectKind.NAME, scheme, uri)
        return
    text = "--".join([with_qualifier(field, "abcdgnt"), *field.all("xz")])
    match kind:
        case "g":
            yield "places", Place(text, PlaceKind.NAME, scheme, uri)
        case "z":
            yield "periods", Text(text)
        case "f":
            yield "genres", Text(text)
        case "u":
            yield "subjects", Subject(text, SubjectKind.TITLE, scheme, uri)
        case _:
            yield "subjects", Subject(text, SubjectKind.TOPIC, scheme, uri)
