"""What an IE is, from all of its records that say so: the descriptive record first, then the best source record.

The descriptive record is what editors and updateMD files keep up to date, and its values stand. The first MODS record,
or else the first MARC record, adds what Dublin Core has no words for. A source record that cannot be read as what its
subtype says is passed over: it must not keep an IE from being exported.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

from mdwatch.errors import Rejected
from mdwatch.exporters.records import dublin_core, merge
from mdwatch.exporters.records.description import Description
from mdwatch.exporters.records.marc import reader as marc
from mdwatch.exporters.records.mods import reader as mods
from mdwatch.exporters.records.plain_text import clean
from mdwatch.model import IntellectualEntity, Record

__all__ = ["clean", "describe", "is_a"]

# Subtypes of source records and what reads them, the richest first.
_READERS: Final[tuple[tuple[str, Callable[[str], Description]], ...]] = (
    ("mods", mods.read),
    ("marc", marc.read),
    ("dc", lambda content: dublin_core.from_dc(dublin_core.fields(content))),
)
_OTHER: Final = "other:"


def describe(ie: IntellectualEntity) -> Description:
    """All that its records say of the work. Raises `Rejected` if the descriptive record is not well-formed."""
    descriptive = ie.descriptive
    sources = tuple((record.sub_type, record.content) for record in ie.sources)
    return _described(descriptive.content if descriptive else None, sources)


def is_a(record: Record, sub_type: str) -> bool:
    """Whether a record is of this subtype, in any case and also as one of Rosetta's others (`OTHER:mods`)."""
    return _plain(record.sub_type) == sub_type


def _plain(sub_type: str) -> str:
    return sub_type.strip().lower().removeprefix(_OTHER)


# The formats of one IE are made one after the other; each asks.
@lru_cache(maxsize=16)
def _described(descriptive: str | None, sources: tuple[tuple[str, str], ...]) -> Description:
    dc = Description() if descriptive is None else dublin_core.from_dc(dublin_core.fields(descriptive))
    if not sources:
        return merge.distinct(dc)
    return merge.merged(merge.distinct(dc), merge.distinct(_from_source(sources)))


def _from_source(sources: Iterable[tuple[str, str]]) -> Description:
    """What the first readable record of the best subtype says; nothing if there is none."""
    plain = [(_plain(sub_type), content) for sub_type, content in sources]
    for wanted, read in _READERS:
        for sub_type, content in plain:
            if sub_type == wanted:
                try:
                    found = read(content)
                except Rejected:
                    continue
                if found != Description():
                    return found
    return Description()
