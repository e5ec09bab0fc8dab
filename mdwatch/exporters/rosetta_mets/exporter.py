"""Rosetta METS with DNX, made valid against the METS schema whatever the records of the IE hold.

Rosetta's own METS are not always: source records have numbers for an ID, an export of the metadata alone lacks the
structMap, and the METS schema is applied inside records as well (`processContents="lax"`), where it stumbles over
encoding schemes such as xsi:type="dcterms:URI", whose types no schema at hand defines. So, of the document that
`mdwatch.formats.mets` writes:

- An ID that is none in XML, or is taken, is written so that it is one; what it was stands beside it.
- A reference follows the ID it names; one that names nothing in the document goes, where METS can do without it.
- A structMap that is missing is added, empty.
- An attribute inside a record that the schema might refuse moves to the namespace `mets_embedding.SET_ASIDE`, with its
  name and value. So does xml:id, which must be unique in whatever document a reader finds it, a page of harvested ones
  included.
- A record that itself holds METS goes in as binData (base64), since its IDs would be those of this document; one that
  is no XML goes in as the text of an element of that namespace.

Whatever else is wrong with the METS an IE was loaded from stays as it was.
"""

from dataclasses import replace
from typing import Final

from lxml import etree

from mdwatch.errors import Rejected
from mdwatch.exporters.interface import XML, Exporter
from mdwatch.exporters.records import stored
from mdwatch.exporters.rosetta_mets import embedded, fresh, ids
from mdwatch.formats import mets, xml
from mdwatch.model import IntellectualEntity

_STRUCTURE: Final = f"{{{mets.NAMESPACE}}}structMap"
# What METS has behind the structMap.
_AFTERWARDS: Final = (f"{{{mets.NAMESPACE}}}structLink", f"{{{mets.NAMESPACE}}}behaviorSec")


def export(ie: IntellectualEntity) -> bytes:
    """The METS of the IE, from the start tag of its root to the end tag. Raises `Rejected` as `mets.write` does."""
    plain = fresh.document(ie)
    if plain is not None:
        return plain.encode()
    return the_long_way(ie)


def the_long_way(ie: IntellectualEntity) -> bytes:
    """The METS of an IE that had one, or whose records have something to be made harmless."""
    # Two records may have one xml:id between them, and then no parser takes them in one document.
    apart = replace(ie, records=tuple(map(embedded.without_ids, ie.records)))
    try:
        text = mets.write(apart)
    except Rejected:
        # It may be the fault of a record; if it is not, it is raised again.
        text = mets.write(replace(apart, records=tuple(map(embedded.readable, apart.records))))
    root = stored.root_of(text.decode())
    embedded.embed_all(root)
    _add_structure(root)
    if ie.landing_page:
        mets.put_landing_page(root, ie.landing_page)
    ids.make_valid(root)
    return xml.serialise(root).encode()


def _add_structure(root: etree._Element) -> None:
    """Adds the structMap that METS asks for where there is none."""
    if root.find(_STRUCTURE) is not None:
        return
    structure = etree.Element(_STRUCTURE)
    etree.SubElement(structure, f"{{{mets.NAMESPACE}}}div")
    places = [number for number, child in enumerate(root) if child.tag in _AFTERWARDS]
    place = places[0] if places else len(root)
    root[place - 1].tail, structure.tail = "\n  ", root[place - 1].tail
    root.insert(place, structure)


EXPORTER: Final = Exporter(
    name="rosetta_mets",
    display_name="METS with DNX (Rosetta)",
    media_type=XML,
    version="1",
    export=export,
    harvestable=True,
    namespace=mets.NAMESPACE,
    schema="http://www.loc.gov/standards/mets/mets.xsd",
    schema_version="1.12.1",
)
