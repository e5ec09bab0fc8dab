"""Which records an updateMD file may replace by type and subtype ("Rosetta Update Metadata Job", supported pairs).

Subtypes are compared without regard to case. Rosetta's code table "Other Source Metadata Subtype" shows up in three
ways: `OTHER:article`, the bare `other`, and `article`; a METS has it as MDTYPE="OTHER" OTHERMDTYPE="article".
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from mdwatch.model import RecordType

# The pairs that Rosetta's SDK names for source records. `other:*` stands for whatever its code table holds.
ROSETTA_SOURCE: Final = (
    "marc",
    "dc",
    "mods",
    "text_md",
    "image_niso",
    "video_md",
    "audio_md",
    "copyrights",
    "rights",
    "ead",
    "other",
    "other:*",
)
DESCRIPTIVE: Final = ("dc",)
_OTHER: Final = "other"
_TYPES: Final = {item.value: item for item in RecordType}


def record_type(text: str) -> RecordType | None:
    """The type of record a `type` element names, in any case."""
    return _TYPES.get(text) or _TYPES.get(text.lower())


def allowed(type_: str, sub_type: str, source_subtypes: Iterable[str]) -> bool:
    """Whether records of this type and subtype may be updated at all (rule 2)."""
    if len(type_) + len(sub_type) > _LONGEST:
        return _allowed(type_, sub_type, frozenset(source_subtypes))
    return _known(type_, sub_type, frozenset(source_subtypes))


def _allowed(type_: str, sub_type: str, source_subtypes: frozenset[str]) -> bool:
    wanted = sub_type.lower()
    match record_type(type_):
        case RecordType.DESCRIPTIVE:
            return wanted in DESCRIPTIVE
        case RecordType.SOURCE:
            known = _lowered(source_subtypes)
            family, colon, value = wanted.partition(":")
            return wanted in known or bool(colon and value and f"{family}:*" in known)
        case None:
            return False


# Thousands of files name the same few pairs; what is kept of them is short, whatever a file holds.
_known: Final = lru_cache(maxsize=256)(_allowed)
_LONGEST: Final = 200


@lru_cache
def _lowered(source_subtypes: frozenset[str]) -> frozenset[str]:
    return frozenset(item.lower() for item in source_subtypes)


def same(submitted: str, stored: str) -> bool:
    """Whether a submitted subtype means that of the stored source record (rule 7)."""
    submitted, stored = submitted.lower(), stored.lower()
    family, colon, value = stored.partition(":")
    return submitted == stored or bool(colon and family == _OTHER and submitted in {_OTHER, value})
