"""What a row of the DDI table takes of a work, as a function from the work to the nodes that it puts there."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from operator import attrgetter
from typing import Any, Final, NamedTuple

from mdwatch.exporters.ddi import statements
from mdwatch.exporters.ddi.dates import dated
from mdwatch.exporters.ddi.identifiers import id_numbers
from mdwatch.exporters.ddi.related import in_words, publications, series, works
from mdwatch.exporters.ddi.statements import element_of, first_title, in_role, other_titles, plain, subjects, titled
from mdwatch.exporters.ddi.writer import Content, Node
from mdwatch.exporters.records.description import (
    Date,
    DateKind,
    Description,
    Grant,
    Name,
    Related,
    Rights,
    RightsKind,
    Subject,
    SubjectKind,
    TitleKind,
)
from mdwatch.exporters.terms.language_codes import written


class Work(NamedTuple):
    """What is exported: the IE's own facts beside what its records say."""

    pid: str
    institution: str
    of: Description
    institution_name: str = ""
    landing_page: str = ""


def _itself(work: Work) -> Work:
    return work


class DdiChoice(NamedTuple):
    """How a row has what it takes of a work: `nodes` of what `of` finds in it.

    It is asked only where it may have something. That is where `field` of the description, if one is named, holds
    anything, and one of its values bears one of the `marks`, if there are any (`marks_of`). `apart`: of several values
    each has its own nodes, whatever the others are.
    """

    nodes: Callable[[Any], Iterable[Content]]
    field: str = ""
    marks: frozenset[object] = frozenset()
    of: Callable[[Work], Any] = _itself
    apart: bool = False

    def __call__(self, work: Work) -> Iterable[Content]:
        """What the row puts there."""
        return () if self.field and not getattr(work.of, self.field) else self.nodes(self.of(work))


# What a name may be to a row, beside the elements of its roles; other values bear their kind, or their own element.
_CREATOR: Final = "creator"
_CONTRIBUTOR: Final = "contributor"


def marks_of(said: Description) -> frozenset[object]:
    """The marks of all that a description says: for rows that want nothing else."""
    marks: set[object] = {date.kind for date in said.dates}
    marks.update(rights.kind for rights in said.rights)
    marks.update(subject.kind for subject in said.subjects)
    if len(said.titles) > 1:
        marks.update(title.kind for title in said.titles)
    for name in said.names:
        marks.add(_CREATOR if name.creator else _CONTRIBUTOR)
        marks.update(map(element_of, name.roles))
    marks.update(map(_belongs, said.related))
    return frozenset(marks)


# Which element a relation belongs to. The schema: relStdy is for predecessors, successors and other editions.
RELATIONS: Final = {
    "source": "dataSrc",
    "isReferencedBy": "relPubl",
    "references": "othRefs",
    "conformsTo": "othRefs",
    "isVersionOf": "relStdy",
    "hasVersion": "relStdy",
    "replaces": "relStdy",
    "isReplacedBy": "relStdy",
    "isFormatOf": "relStdy",
    "hasFormat": "relStdy",
}
# relation, isPartOf, hasPart, requires, isRequiredBy, and whatever else a record may say.
OTHER_RELATIONS: Final = "relMat"
SERIES: Final = "serStmt"


def every(field: str, nodes: Callable[[Any], Iterable[Content]], *marks: object) -> DdiChoice:
    """All that a field of the description holds, if one of its values bears one of these marks."""
    return DdiChoice(nodes, field, frozenset(marks), attrgetter(f"of.{field}"))


def each(field: str, nodes: Callable[[Any], Iterable[Content]], *marks: object) -> DdiChoice:
    """The same, where each value has its own nodes."""
    return every(field, nodes, *marks)._replace(apart=True)


def texts(field: str, **attributes: str) -> DdiChoice:
    """The texts of a field, with these attributes."""
    return each(field, lambda values: plain(values, **attributes))


def prose(field: str, **attributes: str) -> DdiChoice:
    """The same of texts that are each of one work alone."""
    return texts(field, **attributes)._replace(apart=False)


def _typed_notes(of: Description) -> Iterable[Content]:
    """The notes, each with what it is of where the record tells."""
    if not of.note_types:
        return plain(of.notes)
    types = {note.text: note.type for note in of.note_types}
    return (Node(text, {"xml:lang": lang, "type": types.get(text, "")}) for text, lang in of.notes)


NOTES: Final = DdiChoice(_typed_notes, "notes", of=attrgetter("of"))


def in_all_scripts(field: str) -> DdiChoice:
    """The texts of a field, each with its forms in other scripts."""
    return texts(field)._replace(of=lambda work: work.of.in_all_scripts(field))


def titles(*kinds: TitleKind) -> DdiChoice:
    """The titles of these kinds but for the one that is the title."""
    return every("titles", lambda values: other_titles(values, *kinds), *kinds)


def names(element: str, *, role: bool = True) -> DdiChoice:
    """The names in the roles of this element."""
    return each("names", lambda values: in_role(values, element, role=role), element)


def dates(*kinds: DateKind) -> DdiChoice:
    """The dates of these kinds."""
    return each("dates", lambda values: (dated(date) for date in values if date.kind in kinds), *kinds)


def dates_in_words(kind: DateKind) -> DdiChoice:
    """The dates of this kind, for an element of Dublin Core: it has no attribute for them."""
    return each("dates", lambda values: (dated(date).text for date in values if date.kind is kind), kind)


def _modifications(values: Iterable[Date]) -> Iterator[Content]:
    """The dates of modification, as versions."""
    for date in values:
        if date.kind is DateKind.MODIFIED:
            node = dated(date)
            yield node._replace(attributes={**node.attributes, "type": "modified"})


def _funders(work: Work) -> Iterator[Content]:
    """Who gave the grants, but for those who are named for it already."""
    named = {name.text for name in work.of.names}
    for funder in dict.fromkeys(grant.funder for grant in work.of.grants):
        if funder and funder not in named:
            yield funder


def grant_numbers(values: Iterable[Grant]) -> Iterator[Content]:
    """The grants by their numbers, with their funder."""
    return (Node(grant.number or grant.title or grant.uri, {"agency": grant.funder}) for grant in values)


def _keywords(values: Iterable[Subject]) -> Iterator[Content]:
    """The subjects but for classifications."""
    return subjects(subject for subject in values if subject.kind is not SubjectKind.CLASSIFICATION)


def _classifications(values: Iterable[Subject]) -> Iterator[Content]:
    """The subjects that are classifications."""
    return subjects(subject for subject in values if subject.kind is SubjectKind.CLASSIFICATION)


def rights(*kinds: RightsKind) -> DdiChoice:
    """The statements of rights of these kinds."""

    def nodes(values: Iterable[Rights]) -> Iterator[Content]:
        return statements.statements(one for one in values if one.kind in kinds)

    return each("rights", nodes, *kinds)


def related(element: str) -> DdiChoice:
    """The related works that belong to this element."""
    make: Callable[[Iterable[Related]], Iterator[Content]] = _MAKERS.get(element, partial(works, typed=False))
    return DdiChoice(
        lambda work: make(one for one in work.of.works() if _belongs(one) == element), "related", frozenset((element,))
    )


def _sources(values: Iterable[Related]) -> Iterator[Content]:
    return (in_words(one) for one in values)


_MAKERS: Final[dict[str, Callable[[Iterable[Related]], Iterator[Content]]]] = {
    SERIES: series,
    "dataSrc": _sources,
    "relPubl": publications,
    "relMat": partial(works, typed=True),
}


def _belongs(one: Related) -> str:
    return SERIES if one.series else RELATIONS.get(one.relation, OTHER_RELATIONS)


def _title(work: Work) -> Sequence[Content]:
    """The title; the PID where there is none."""
    first = first_title(work.of.titles)
    return (work.pid if first is None else titled(first),)


def _pid(work: Work) -> Sequence[Node]:
    """The PID, by the IE's institution."""
    return (Node(work.pid, {"agency": work.institution}),)


def _numbers(work: Work) -> Iterator[Content]:
    """The PID, then the identifiers of the records."""
    yield from _pid(work)
    yield from id_numbers(one for one in work.of.identifiers if one.text != work.pid)


def _owner(work: Work) -> tuple[tuple[str, str]]:
    """The IE's institution: its code and its name."""
    return ((work.institution, work.institution_name),)


def _institution(owners: Iterable[tuple[str, str]]) -> Iterator[Node]:
    """The IE's institution, marked as what the archive says and not the record."""
    for code, name in owners:
        if name:
            yield Node(name, {"source": "archive", "abbr": code})
        elif code:
            yield Node(code, {"source": "archive"})


def _distributing(work: Work) -> Sequence[Name | tuple[str, str]]:
    """Whom the records name as distributor, else the IE's institution."""
    named = [name for name in work.of.names if name.roles and any(in_role((name,), "distrbtr", role=False))]
    return named or _owner(work)


def _distributors(them: Iterable[Name | tuple[str, str]]) -> Iterator[Content]:
    for one in them:
        yield from in_role((one,), "distrbtr", role=False) if isinstance(one, Name) else _institution((one,))


def _shelf(work: Work) -> Sequence[Node]:
    """Where the IE is kept: its institution, its PID as the call number there, and the page that people find it at."""
    return (
        Node("", {"location": work.institution_name or work.institution, "callno": work.pid, "URI": work.landing_page}),
    )


funders: Final = DdiChoice(_funders, "grants")
title: Final = DdiChoice(_title)
pid: Final = DdiChoice(_pid)
numbers: Final = DdiChoice(_numbers)
institution: Final = DdiChoice(_institution, of=_owner, apart=True)
distributors: Final = DdiChoice(_distributors, of=_distributing, apart=True)
shelf: Final = DdiChoice(_shelf)
shelf_marks: Final = each("shelf_marks", lambda marks: (Node("", {"callno": mark.text}) for mark in marks))
creators: Final = each("names", statements.creators, _CREATOR)
contributors: Final = each("names", statements.contributors, _CONTRIBUTOR)
rights_holders: Final = each("names", statements.rights_holders, _CONTRIBUTOR)
modifications: Final = each("dates", _modifications, DateKind.MODIFIED)
languages: Final = each("languages", lambda values: plain(said._replace(text=written(said.text)) for said in values))
keywords: Final = each("subjects", _keywords, *SubjectKind)
classifications: Final = each("subjects", _classifications, SubjectKind.CLASSIFICATION)
