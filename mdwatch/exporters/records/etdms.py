"""Reads ETD-MS: an electronic thesis or dissertation (NDLTD, "ETD-MS v1.1: an Interoperability Metadata Standard").

The standard maps itself: its elements are those of Dublin Core, and a degree of its own besides.
"""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from mdwatch.exporters.records.description import (
    DateKind,
    Description,
    Name,
    NameKind,
    RightsKind,
    SubjectKind,
    Text,
    TitleKind,
)
from mdwatch.exporters.records.outline import (
    Outline,
    OutlineRow,
    Part,
    attribute,
    date,
    described,
    first,
    identifier,
    name,
    place,
    related,
    rights,
    subject,
    texts,
    title,
)

# What every record of the standard is about, in a word that types are known by.
_THESIS: Final = Text("thesis")


def _degree(element: etree._Element) -> Iterator[Part]:
    """Degree, level and discipline as one note, and who granted it as one who had a part in it."""
    about = ", ".join(filter(None, (first(element, part) for part in ("name", "level", "discipline"))))
    if about:
        yield "notes", Text(f"Thesis ({about})")
    if grantor := first(element, "grantor"):
        yield "names", Name(grantor, False, ("degree granting institution",), NameKind.CORPORATE)


# What a description is of, by its role in whatever spelling.
_ROLES: Final = {
    "note": "notes",
    "notes": "notes",
    "provenance": "provenances",
    "tableofcontents": "contents",
    "toc": "contents",
    "sponsorship": "notes",
}


def _description(element: etree._Element) -> Iterator[Part]:
    """An abstract, unless its role says otherwise."""
    role = "".join(attribute(element, "role").lower().split())
    return texts(_ROLES.get(role, "abstracts"))(element)


ROWS: Final = (
    OutlineRow("title", "title", title()),
    OutlineRow("alternativeTitle", "alternative", title(TitleKind.ALTERNATIVE)),
    OutlineRow("creator", "creator", name(creator=True, kind=NameKind.PERSONAL)),
    OutlineRow("subject", "subject", subject(SubjectKind.TOPIC, "scheme")),
    OutlineRow("description", "description", _description),
    OutlineRow("publisher", "publisher", texts("publishers")),
    OutlineRow("contributor", "contributor", name(creator=False, of="role")),
    OutlineRow("date", "date", date(DateKind.ISSUED)),
    OutlineRow("type", "type", texts("types")),
    OutlineRow("format", "format", texts("formats")),
    OutlineRow("identifier", "identifier", identifier()),
    OutlineRow("language", "language", texts("languages")),
    OutlineRow("coverage", "coverage", place),
    OutlineRow("rights", "rights", rights(RightsKind.PLAIN)),
    OutlineRow("source", "source", related("source")),
    OutlineRow("relation", "relation", related("relation")),
    OutlineRow("degree", "description, contributor", _degree),
)
_OUTLINE: Final = Outline(ROWS)


def read(root: etree._Element) -> Description:
    """What the record of a thesis says."""
    parts = list(_OUTLINE.parts(root))
    return described([*parts, ("genres", _THESIS)] if parts else parts)
