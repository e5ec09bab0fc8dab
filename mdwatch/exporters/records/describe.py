"""What an IE is, from all of its records that say so: the descriptive record first, then the best source record.

The descriptive record is what editors and updateMD files keep up to date, and its values stand. The first MODS record,
or else the first of another kind that has a reader, adds what Dublin Core has no words for. The root of a record tells
its kind, whatever its subtype. A source record that cannot be read is passed over: it must not keep an IE from being
exported; those that no reader knows are told when they come in (`recognition`).
"""

from collections.abc import Callable, Iterable
from typing import Final

from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.exporters import remembered
from mdwatch.exporters.records import (
    datacite,
    ddi_codebook,
    ddi_lifecycle,
    dim,
    dublin_core,
    ead,
    etdms,
    lido,
    merge,
    recognition,
    tei,
    vra,
)
from mdwatch.exporters.records.description import Description
from mdwatch.exporters.records.marc import reader as marc
from mdwatch.exporters.records.mods import reader as mods
from mdwatch.exporters.records.plain_text import clean
from mdwatch.exporters.records.refinement import refined
from mdwatch.exporters.records.stored import root_of
from mdwatch.formats import xml
from mdwatch.model import IntellectualEntity

__all__ = ["clean", "describe"]

# Kinds of source records, as `recognition` names them, and what reads them, the richest first.
_READERS: Final[tuple[tuple[str, Callable[[str], Description]], ...]] = (
    ("mods", mods.read),
    ("marc", marc.read),
    ("ddi_codebook", lambda content: ddi_codebook.read(root_of(content))),
    ("ddi_lifecycle", lambda content: ddi_lifecycle.read(root_of(content))),
    ("lido", lambda content: lido.read(root_of(content))),
    ("vra", lambda content: vra.read(root_of(content))),
    ("ead", lambda content: ead.read(root_of(content))),
    ("tei", lambda content: tei.read(root_of(content))),
    ("etdms", lambda content: etdms.read(root_of(content))),
    ("dim", lambda content: dim.read(root_of(content))),
    ("datacite", lambda content: datacite.read(root_of(content))),
    ("dc", lambda content: dublin_core.from_dc(dublin_core.fields(content))),
    (recognition.WRAPPER, lambda content: _from_inside(root_of(content))),
)


def describe(ie: IntellectualEntity) -> Description:
    """All that its records say of the work. Raises `Rejected` if the descriptive record is not well-formed."""
    descriptive = ie.descriptive
    sources = tuple(record.content for record in ie.sources)
    return _described(descriptive.content if descriptive else None, sources)


def _size(descriptive: str | None, sources: tuple[str, ...]) -> int:
    return len(descriptive or "") + sum(map(len, sources))


# The formats of one IE are made one after the other; each asks.
@remembered.of_records(16, _size)
def _described(descriptive: str | None, sources: tuple[str, ...]) -> Description:
    dc = Description() if descriptive is None else dublin_core.from_dc(dublin_core.fields(descriptive))
    if not sources:
        return refined(merge.distinct(dc))
    return refined(merge.merged(merge.distinct(dc), merge.distinct(_from_source(sources))))


def _from_source(sources: Iterable[str]) -> Description:
    """What the first readable record of the best kind says; nothing if there is none."""
    kinds = [(recognition.kind(content), content) for content in sources]
    for wanted, read in _READERS:
        for kind, content in kinds:
            if kind == wanted:
                try:
                    found = read(content)
                except Rejected:
                    continue
                if found != Description():
                    return found
    return Description()


# What records of other kinds stand in.
_HOLDERS: Final = ("{http://www.loc.gov/METS/}xmlData", "{http://www.openarchives.org/OAI/2.0/}metadata")
_NOT_LOOKED_INTO: Final = frozenset(("", recognition.WRAPPER, recognition.TECHNICAL))


def _from_inside(root: etree._Element) -> Description:
    """What the records inside a METS or an answer of OAI-PMH say; one in another of these is not looked into."""
    holders = [root] if root.tag in _HOLDERS else list(root.iter(*_HOLDERS))
    inside = [child for holder in holders for child in holder.iterchildren("*")]
    kinds = [(recognition.of_element(child), child) for child in inside]
    return _from_source(xml.serialise(child) for kind, child in kinds if kind not in _NOT_LOOKED_INTO)
