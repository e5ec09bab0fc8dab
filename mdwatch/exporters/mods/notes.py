"""Notes of a MODS record, each with its type where there is one (Library of Congress, "MODS Note Types")."""

from collections.abc import Iterator

from mdwatch.exporters.mods.groups import told
from mdwatch.exporters.records.description import Description, Grant
from mdwatch.exporters.xml_text import element, uri


def elements(description: Description) -> Iterator[str]:
    """Who is responsible for the work, the notes on it, whose it was, and the grants it was made with."""
    yield from (told("note", text, {"type": "statement of responsibility"}) for text in description.responsibilities)
    types = {note.text: note.type for note in description.note_types}
    for text in description.notes:
        yield told("note", text, {"type": types[text.text]} if text.text in types else None)
    yield from (told("note", text, {"type": "ownership"}) for text in description.provenances)
    yield from map(_grant, description.grants)


def _grant(grant: Grant) -> str:
    """A grant as a note, as MARC 536 is one."""
    words = ", ".join(filter(None, (grant.funder, grant.number, grant.title)))
    return element("note", words or grant.uri, {"type": "funding", "xlink:href": uri(grant.uri)})
