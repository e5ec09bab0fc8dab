"""Kinds of resource in the words of MODS, as the DCMI Type Vocabulary has them.

Source: "MODS to Dublin Core Metadata Element Set Mapping, version 3" (Library of Congress), typeOfResource. Where the
DCMI term says less than the word of MODS, both are told.
"""

from typing import Final, NamedTuple

from mdwatch.exporters.records.dcmi import TYPES


class _Type(NamedTuple):
    term: str
    says_less: bool = False


TABLE: Final = {
    "text": _Type("Text"),
    "cartographic": _Type("Image", says_less=True),
    "notated music": _Type("Text", says_less=True),
    "notated movement": _Type("Text", says_less=True),
    "sound recording": _Type("Sound"),
    "sound recording-musical": _Type("Sound", says_less=True),
    "sound recording-nonmusical": _Type("Sound", says_less=True),
    "still image": _Type("StillImage"),
    "moving image": _Type("MovingImage"),
    "three dimensional object": _Type("PhysicalObject"),
    "software, multimedia": _Type("InteractiveResource", says_less=True),
    "software": _Type("Software"),
    "multimedia": _Type("InteractiveResource"),
    "mixed material": _Type("Collection", says_less=True),
    "collection": _Type("Collection"),
    "dataset": _Type("Dataset"),
}
_SPELT: Final = {name.lower(): name for name in TYPES}
_ADDRESS: Final = "http://purl.org/dc/dcmitype/"


def types(word: str) -> tuple[str, ...]:
    """What Dublin Core is told of a kind of resource: the DCMI term, the word, or both."""
    plain = word.removeprefix(_ADDRESS).strip(" .").lower()
    if plain in TABLE:
        found = TABLE[plain]
        return (found.term, word) if found.says_less else (found.term,)
    return (_SPELT[plain],) if plain in _SPELT else (word,)
