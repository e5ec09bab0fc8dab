"""The crosswalk into DDI Codebook 2.5, study level: where each thing that is known of an IE goes.

The rows stand in the order that the schema's sequences ask for; `element` names the Dublin Core element, or what MODS
and MARC know beyond it, that the row carries. Where the DDI Alliance's own table of Dublin Core elements has a place,
that is the place (ddialliance.org/resources/ddi-profiles/dc; the schema's documentation says the same element by
element). What it does not have follows the definitions in the schema's documentation, and what Dataverse writes.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import compress
from typing import Any, Final, NamedTuple

from mdwatch.exporters.ddi.coverage import bounds, covered, nations
from mdwatch.exporters.ddi.dates import periods
from mdwatch.exporters.ddi.identifiers import addresses, citations
from mdwatch.exporters.ddi.selectors import (
    NOTES,
    SERIES,
    DdiChoice,
    Work,
    classifications,
    contributors,
    creators,
    dates,
    dates_in_words,
    distributors,
    each,
    every,
    funders,
    grant_numbers,
    in_all_scripts,
    institution,
    keywords,
    languages,
    marks_of,
    modifications,
    names,
    numbers,
    pid,
    prose,
    related,
    rights,
    rights_holders,
    shelf,
    shelf_marks,
    texts,
    title,
    titles,
)
from mdwatch.exporters.ddi.writer import ROOT, Branch, between, elements, elements_apart
from mdwatch.exporters.records.description import DateKind, Description, RightsKind, TitleKind
from mdwatch.exporters.remembered import MANY


class DdiRow(NamedTuple):
    """One row: the path below the root, what is carried there, how it is had, and why there if that is not plain."""

    path: str
    element: str
    choice: DdiChoice
    why: str = ""


_DC: Final = "DDI has no element for it, and takes Dublin Core at the end of a citation."
_FORMAT: Final = "The official fileType is in fileDscr, which is of one file: harvesters would count one that is none."
_DISTRIBUTOR: Final = "Else the IE's institution: CESSDA's catalogue reads it; source=archive says who says so."

_ALTERNATIVES: Final = (TitleKind.ALTERNATIVE, TitleKind.MAIN, TitleKind.UNIFORM, TitleKind.ABBREVIATED)

_DOC: Final = "docDscr/citation"
_CITATION: Final = "stdyDscr/citation"
_TITLES: Final = f"{_CITATION}/titlStmt"
_PRODUCTION: Final = f"{_CITATION}/prodStmt"
_DISTRIBUTION: Final = f"{_CITATION}/distStmt"
_INFO: Final = "stdyDscr/stdyInfo"
_SUMMARY: Final = f"{_INFO}/sumDscr"
_COLLECTION: Final = "stdyDscr/method/dataColl"
_ACCESS: Final = "stdyDscr/dataAccs"
_MATERIAL: Final = "stdyDscr/othrStdyMat"

TABLE: Final = (
    # The document in hand: its title is the work's; the archive that owns the IE makes it and gives it out.
    DdiRow(f"{_DOC}/titlStmt/titl", "title", title),
    DdiRow(f"{_DOC}/titlStmt/IDNo", "the IE's PID", pid, "The archive's number for it, by the IE's institution."),
    DdiRow(
        f"{_DOC}/prodStmt/producer", "the IE's institution", institution, "CESSDA's catalogue takes it as publisher."
    ),
    DdiRow(f"{_DOC}/distStmt/distrbtr", "the IE's institution", institution, "Dataverse names its installation here."),
    # The work.
    DdiRow(f"{_TITLES}/titl", "title", title, "The schema demands one: where there is none it is the PID."),
    DdiRow(f"{_TITLES}/subTitl", "subtitle", titles(TitleKind.SUBTITLE)),
    DdiRow(f"{_TITLES}/altTitl", "alternative", titles(*_ALTERNATIVES), "There is but one titl."),
    DdiRow(f"{_TITLES}/parTitl", "translated title", titles(TitleKind.TRANSLATED)),
    DdiRow(f"{_TITLES}/IDNo", "the IE's PID, identifier", numbers),
    DdiRow(f"{_CITATION}/rspStmt/AuthEnty", "creator", creators),
    DdiRow(f"{_CITATION}/rspStmt/othId", "contributor", contributors),
    DdiRow(f"{_PRODUCTION}/producer", "publisher", in_all_scripts("publishers")),
    DdiRow(f"{_PRODUCTION}/producer", "contributor (producer)", names("producer")),
    DdiRow(f"{_PRODUCTION}/copyright", "rights, rightsHolder", rights(RightsKind.PLAIN, RightsKind.HOLDER)),
    DdiRow(f"{_PRODUCTION}/copyright", "contributor (rights holder)", rights_holders),
    DdiRow(
        f"{_PRODUCTION}/prodDate",
        "date, created, date captured, other dates",
        dates(DateKind.PLAIN, DateKind.CREATED, DateKind.CAPTURED, DateKind.OTHER),
    ),
    DdiRow(f"{_PRODUCTION}/prodPlac", "place of publication", in_all_scripts("places_published")),
    DdiRow(f"{_PRODUCTION}/fundAg", "contributor (funder)", names("fundAg")),
    DdiRow(f"{_PRODUCTION}/fundAg", "funder of a grant", funders, "Unless it is among the contributors."),
    DdiRow(f"{_PRODUCTION}/grantNo", "relation (grant)", each("grants", grant_numbers)),
    DdiRow(f"{_DISTRIBUTION}/distrbtr", "contributor (distributor)", distributors, _DISTRIBUTOR),
    DdiRow(f"{_DISTRIBUTION}/depositr", "contributor (depositor)", names("depositr", role=False)),
    DdiRow(f"{_DISTRIBUTION}/depDate", "dateSubmitted", dates(DateKind.SUBMITTED)),
    DdiRow(
        f"{_DISTRIBUTION}/distDate",
        "issued, available, end of an embargo",
        dates(DateKind.ISSUED, DateKind.AVAILABLE, DateKind.EMBARGO_END),
    ),
    DdiRow(f"{_CITATION}/serStmt", "series", related(SERIES)),
    DdiRow(
        f"{_CITATION}/verStmt/version", "edition", in_all_scripts("editions"), "A release or edition, says the schema."
    ),
    DdiRow(f"{_CITATION}/verStmt/version", "modified", modifications),
    DdiRow(f"{_CITATION}/biblCit", "bibliographicCitation", every("identifiers", citations)),
    DdiRow(f"{_CITATION}/holdings", "identifier (address)", every("identifiers", addresses)),
    DdiRow(f"{_CITATION}/holdings", "the IE's institution and PID", shelf, "Who holds it, under which number."),
    DdiRow(f"{_CITATION}/holdings", "shelf mark", shelf_marks),
    DdiRow(f"{_CITATION}/dc:language", "language", languages, _DC),
    DdiRow(f"{_CITATION}/dc:format", "format", texts("formats"), _FORMAT),
    DdiRow(f"{_CITATION}/dcterms:audience", "audience", texts("audiences"), _DC),
    DdiRow(f"{_CITATION}/dcterms:dateCopyrighted", "dateCopyrighted", dates_in_words(DateKind.COPYRIGHTED), _DC),
    DdiRow(f"{_CITATION}/dcterms:dateAccepted", "dateAccepted", dates_in_words(DateKind.ACCEPTED), _DC),
    DdiRow(f"{_CITATION}/dcterms:valid", "valid", dates_in_words(DateKind.VALID), _DC),
    DdiRow(f"{_INFO}/subject/keyword", "subject", keywords),
    DdiRow(f"{_INFO}/subject/topcClas", "subject (classification)", classifications),
    DdiRow(f"{_INFO}/abstract", "description, abstract", prose("abstracts")),
    DdiRow(f"{_SUMMARY}/timePrd", "coverage, temporal", each("periods", periods)),
    DdiRow(f"{_SUMMARY}/collDate", "date collected", dates(DateKind.COLLECTED)),
    DdiRow(f"{_SUMMARY}/nation", "coverage, spatial (country)", each("places", nations)),
    DdiRow(f"{_SUMMARY}/geogCover", "coverage, spatial", every("places", covered)),
    DdiRow(f"{_SUMMARY}/geoBndBox", "coverage, spatial (coordinates)", every("places", bounds)),
    DdiRow(f"{_SUMMARY}/dataKind", "type", texts("types")),
    DdiRow(f"{_SUMMARY}/dataKind", "genre", texts("genres", type="genre")),
    DdiRow(f"{_INFO}/notes", "tableOfContents", prose("contents", type="tableOfContents")),
    DdiRow(f"{_INFO}/notes", "provenance", prose("provenances", type="provenance")),
    DdiRow(f"{_INFO}/notes", "responsibility", prose("responsibilities", type="statement of responsibility")),
    DdiRow(f"{_INFO}/notes", "frequency", texts("frequencies", type="frequency")),
    DdiRow(f"{_INFO}/notes", "scale of a map", texts("scales", type="scale")),
    DdiRow(f"{_INFO}/notes", "projection of a map", texts("projections", type="projection")),
    DdiRow(f"{_INFO}/notes", "note", NOTES),
    DdiRow(f"{_COLLECTION}/dataCollector", "contributor (data collector)", names("dataCollector")),
    DdiRow(f"{_COLLECTION}/sources/dataSrc", "source", related("dataSrc")),
    DdiRow(f"{_ACCESS}/setAvail/accsPlac", "physical location", texts("locations"), "Where the thing itself is kept."),
    DdiRow(f"{_ACCESS}/setAvail/collSize", "extent", prose("extents"), "The extent of the collection."),
    DdiRow(f"{_ACCESS}/useStmt/restrctn", "accessRights", rights(RightsKind.ACCESS)),
    DdiRow(f"{_ACCESS}/useStmt/conditions", "license", rights(RightsKind.LICENSE)),
    DdiRow(f"{_MATERIAL}/relMat", "relation", related("relMat")),
    DdiRow(f"{_MATERIAL}/relStdy", "relation (versions, formats)", related("relStdy")),
    DdiRow(f"{_MATERIAL}/relPubl", "isReferencedBy", related("relPubl")),
    DdiRow(f"{_MATERIAL}/othRefs", "references, conformsTo", related("othRefs")),
)


class _DdiStep(NamedTuple):
    """A row as it is carried out: the steps of its path, what opens it, what of a work it is about.

    `write_few` is to write what `write` does, and keeps it.
    """

    path: tuple[str, ...]
    opening: str
    of: Callable[[Work], Any]
    write: Callable[[Any], Iterable[str]]
    write_few: Callable[[Any], Iterable[str]]


def _step(row: DdiRow) -> _DdiStep:
    path, choice = tuple(row.path.split("/")), row.choice

    def write(given: Any) -> Iterator[str]:
        return elements(path[-1], choice.nodes(given))

    return _DdiStep(path, "", choice.of, write, elements_apart(path[-1], choice.nodes) if choice.apart else write)


_STEPS: Final = tuple((row.choice.field, row.choice.marks, _step(row)) for row in TABLE)


def branches(work: Work) -> Iterator[Branch]:
    """What the table makes of a work, in the order of the schema."""
    rows = _rows(tuple(map(bool, work.of)), marks_of(work.of))
    if max(map(len, work.of)) > MANY:
        return ((path, opening, write(of(work))) for path, opening, of, write, _ in rows)
    return ((path, opening, write(of(work))) for path, opening, of, _, write in rows)


# Most works of a collection say the same kinds of things, and each is told by a few rows of the table.
@lru_cache(maxsize=1024)
def _rows(said: tuple[bool, ...], marks: frozenset[object]) -> tuple[_DdiStep, ...]:
    """The rows that may have something to put, by which fields hold anything and what marks their values bear.

    Each with what opens it after the one before it.
    """
    there = {"", *compress(Description._fields, said)}
    steps = [step for field, wanted, step in _STEPS if field in there and (not wanted or not wanted.isdisjoint(marks))]
    paths = (ROOT, *(step.path for step in steps))
    return tuple(step._replace(opening=between(before, step.path)) for before, step in zip(paths, steps, strict=False))
