"""Notes of a MARC record (5XX), each with its type as MODS tells it ("MARC 21 to MODS 3.7 Mapping", note/@type)."""

from collections.abc import Iterator
from typing import Final

from mdwatch.exporters.records.description import NoteType, Text
from mdwatch.exporters.records.marc.fields import DataField

Part = tuple[str, object]

TYPES: Final = {
    "362": "date/sequential designation",
    "501": "with",
    "502": "thesis",
    "504": "bibliography",
    "508": "creation/production credits",
    "511": "performers",
    "515": "numbering",
    "518": "venue",
    "533": "reproduction",
    "534": "original version",
    "535": "original location",
    "536": "funding",
    "538": "system details",
    "545": "biographical/historical",
    "546": "language",
    "562": "version identification",
    "585": "exhibitions",
    "586": "awards",
}


def of(field: DataField, text: str) -> Iterator[Part]:
    """A note in these words, with the type that its field has."""
    if text:
        yield "notes", Text(text)
        if type_ := TYPES.get(field.tag):
            yield "note_types", NoteType(text, type_)


def read(field: DataField) -> Iterator[Part]:
    """A note as it stands."""
    return of(field, field.prose("az") if field.tag == "362" else field.prose())
