"""What kind of resource a MARC record is of: leader 06 and 07, the codes of 008 for its kind, and fields 336 and 502.

After "MARC 21 Format for Bibliographic Data" and the "MARC 21 to MODS 3.7 Mapping" (typeOfResource and genre), both of
the Library of Congress; words of typeOfResource are MODS's, those of genre the marcgt list's where it has one.
"""

from collections.abc import Iterator
from typing import Final

from mdwatch.exporters.records.description import Text
from mdwatch.exporters.records.marc import notes
from mdwatch.exporters.records.marc.fields import DataField, MarcRecord

# Leader 06, type of record: typeOfResource.
RECORD_TYPES: Final = {
    "a": "text",
    "c": "notated music",
    "d": "notated music",
    "e": "cartographic",
    "f": "cartographic",
    "g": "moving image",
    "i": "sound recording-nonmusical",
    "j": "sound recording-musical",
    "k": "still image",
    "m": "software, multimedia",
    "o": "mixed material",
    "p": "mixed material",
    "r": "three dimensional object",
    "t": "text",
}
# Leader 06 and 07, bibliographic level, of what is read: genre. A level `d` is of a part of a collection, not one.
TEXTS: Final = frozenset("at")
LEVELS: Final = {"b": "article", "m": "book", "s": "serial", "i": "integrating resource"}
COLLECTION: Final = "c"
# 008/21, type of continuing resource.
CONTINUING: Final = {"d": "database", "n": "newspaper", "p": "periodical", "w": "web site"}
# 008/26, type of computer file.
COMPUTER_FILES: Final = {"a": "dataset", "b": "computer program", "g": "game"}
# 008/24-27, nature of the contents of a book.
CONTENTS: Final = {"m": "thesis"}
# 336 $b and $a, RDA content type: typeOfResource or genre.
CONTENT_TYPES: Final = (
    # (code, term, field of the description, word)
    ("cod", "computer dataset", "genres", "dataset"),
    ("cop", "computer program", "genres", "computer program"),
    ("crd", "cartographic dataset", "genres", "dataset"),
    ("cri", "cartographic image", "types", "cartographic"),
    ("ntm", "notated music", "types", "notated music"),
    ("prm", "performed music", "types", "sound recording-musical"),
    ("snd", "sounds", "types", "sound recording"),
    ("spw", "spoken word", "types", "sound recording-nonmusical"),
    ("sti", "still image", "types", "still image"),
    ("tdf", "three-dimensional form", "types", "three dimensional object"),
    ("tdi", "two-dimensional moving image", "types", "moving image"),
    ("txt", "text", "types", "text"),
)
_CONTENT: Final = {name: (part, word) for code, term, part, word in CONTENT_TYPES for name in (code, term)}

Part = tuple[str, object]


def read(record: MarcRecord) -> Iterator[Part]:
    """The kinds that leader and 008 tell."""
    kind, level = record.leader[6:7], record.leader[7:8]
    coded = record.control.get("008", "")
    if resource := RECORD_TYPES.get(kind):
        yield "types", Text(resource)
    if level == COLLECTION:
        yield "types", Text("collection")
    if level == "a" and kind in TEXTS and any(field.tag == "773" and field.one("x") for field in record.fields):
        level = "b"  # A part of a host that has an ISSN is an article.
    yield from (("genres", Text(word)) for word in _genres(kind, level, coded))


def _genres(kind: str, level: str, coded: str) -> Iterator[str]:
    if kind == "m" and (word := COMPUTER_FILES.get(coded[26:27])):
        yield word
    if kind not in TEXTS:
        return
    if kind == "a" and level == "m":
        yield from (word for code in coded[24:28] if (word := CONTENTS.get(code)))
    if (level in {"s", "i"} and (word := CONTINUING.get(coded[21:22]))) or (word := LEVELS.get(level)):
        yield word


def content(field: DataField) -> Iterator[Part]:
    """The content types of 336, by code or by term."""
    for text in field.all("ab"):
        if found := _CONTENT.get(text.lower()):
            part, word = found
            yield part, Text(word)


def dissertation(field: DataField) -> Iterator[Part]:
    """The note on a dissertation (502), which tells that the work is one."""
    if text := field.punctuated("abcdgo", dict.fromkeys("cd", ",")):
        yield from notes.of(field, text if field.one("bcd") else field.prose())
        yield "genres", Text("thesis")
