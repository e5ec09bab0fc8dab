"""Related works and series as DDI elements; `ddi_choosing.RELATIONS` says which relation belongs to which element."""

from collections.abc import Iterable, Iterator

from mdwatch.exporters.ddi.identifiers import addresses, citations, id_numbers, named
from mdwatch.exporters.ddi.writer import Node
from mdwatch.exporters.records.description import Related


def works(of: Iterable[Related], *, typed: bool) -> Iterator[Node]:
    """Related works: by citation where more is known than the title or a name, else in words.

    `typed`: the element has an attribute for the kind of relation; otherwise the kind is written before the work.
    """
    for related in of:
        attributes = {"type": related.relation} if typed else {}
        words = "" if typed else f"{related.relation}: "
        if related.title and (related.identifiers or related.part):
            yield Node(words, attributes, (("citation", _citation(related)),))
        else:
            yield Node(words + in_words(related), attributes)


def publications(of: Iterable[Related]) -> Iterator[Node]:
    """`relPubl`: publications on the work; being that is their relation."""
    return (node._replace(attributes={}) for node in works(of, typed=True))


def series(of: Iterable[Related]) -> Iterator[Node]:
    """`serStmt`: the series, where it leads, the place in it, and its numbers."""
    for related in of:
        uri = next((url for _, _, url in map(named, related.identifiers) if url), "")
        numbers = (identifier.text for identifier in related.identifiers if named(identifier).url != uri or not uri)
        about = (("serInfo", text) for text in (related.part, *numbers) if text)
        name = (("serName", related.title),) if related.title else ()
        yield Node("", {"URI": uri}, (*name, *about))


def in_words(related: Related) -> str:
    """A related work in one text: title, place in it, identifiers."""
    identifiers = (named(identifier).name or identifier.text for identifier in related.identifiers)
    return ", ".join(text for text in (related.title, related.part, *identifiers) if text)


def _citation(related: Related) -> Node:
    numbers = (("IDNo", node) for node in id_numbers(related.identifiers))
    title = ("titlStmt", Node(children=(("titl", related.title), *numbers)))
    # The place alone makes no citation; with the title it does.
    whole = (f"{related.title}, {related.part}",) if related.part else ()
    cited = (("biblCit", node) for node in (*whole, *citations(related.identifiers)))
    return Node(children=(title, *cited, *(("holdings", node) for node in addresses(related.identifiers))))
