"""What a MARC record is about: fields 6XX, class numbers, and the edges of a map."""

from collections.abc import Callable, Iterator
from typing import Final

from mdwatch.exporters.records.description import Place, PlaceKind, Subject, SubjectKind, Text
from mdwatch.exporters.records.marc import names
from mdwatch.exporters.records.marc.fields import DataField, sentences

Part = tuple[str, object]
Reader = Callable[[DataField], Iterator[Part]]

# Second indicator of a subject: its vocabulary.
_SCHEMES: Final = {"0": "lcsh", "1": "lcshac", "2": "mesh", "3": "nal", "5": "csh", "6": "rvm"}


def subject(kind: SubjectKind) -> Reader:
    """A heading with its subdivisions; the times among them are told as times too."""

    def read_subject(field: DataField) -> Iterator[Part]:
        if text := _heading(field):
            yield "subjects", Subject(text, kind, _scheme(field), field.uri)
        yield from (("periods", Text(period)) for period in field.all("y"))

    return read_subject


def _heading(field: DataField) -> str:
    """The heading and its subdivisions with `--` between."""
    if field.tag in {"600", "610", "611"}:
        head = sentences(names.text(field), field.joined("t"))
    else:
        head = field.joined("abcdgnp")
    return "--".join([text for text in [head, *field.all("vxyz")] if text])


def _scheme(field: DataField) -> str:
    return field.one("2").lower() if field.second == "7" else _SCHEMES.get(field.second, "")


def uncontrolled(field: DataField) -> Iterator[Part]:
    """Words of the cataloguer's own (653), each by itself."""
    yield from (("subjects", Subject(text)) for text in field.all("a"))


def genre(field: DataField) -> Iterator[Part]:
    """A form or genre (655)."""
    if text := _heading(field):
        yield "genres", Text(text)


def place(field: DataField) -> Iterator[Part]:
    """A place; with subdivisions that are no places it is the beginning of a subject too."""
    whole = "--".join(field.all("az" if field.tag == "651" else "abcdfgh"))
    only_place = not field.all("vxy")
    if whole:
        yield "places", Place(whole, PlaceKind.NAME, _scheme(field), field.uri if only_place else "")
    if field.tag == "651" and not only_place:
        yield from subject(SubjectKind.TOPIC)(field)


def edges(field: DataField) -> Iterator[Part]:
    """West, east, north, south of a map (034)."""
    west, east, north, south = (field.one(code) for code in "defg")
    if west and east and north and south:
        yield "places", Place(f"{west}--{east}/{north}--{south}", PlaceKind.BOX)


def period(field: DataField) -> Iterator[Part]:
    """A time (648)."""
    yield from (("periods", Text(text)) for text in field.all("a"))


def classification(scheme: str) -> Reader:
    """Class numbers of this scheme, or of that which the field names."""

    def read_class(field: DataField) -> Iterator[Part]:
        named = scheme or field.one("2").lower()
        yield from (("subjects", Subject(text, SubjectKind.CLASSIFICATION, named)) for text in field.all("a"))

    return read_class
