"""The crosswalk into DDI Codebook 2.5, study level: where each thing that is known of an IE goes.

The rows stand in the order that the schema's sequences ask for; `element` names the Dublin Core element, or what MODS
and MARC know beyond it, that the row carries. Where the DDI Alliance's own table of Dublin Core elements has a place,
that is the place (ddialliance.org/resources/ddi-profiles/dc; the schema's documentation says the same element by
element). What it does not have follows the definitions in the schema's documentation, and what Dataverse writes.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from mdwatch.exporters.ddi.coverage import bounds, covered, nations
from mdwatch.exporters.ddi.dates import periods
from mdwatch.exporters.ddi.identifiers import addresses, citations
from mdwatch.exporters.ddi.selectors import (
    SERIES,
    Choice,
    Work,
    classifications,
    dates,
    dates_in_words,
    distributors,
    every,
    funders,
    grant_numbers,
    in_all_scripts,
    institution,
    keywords,
    modifications,
    names,
    numbers,
    pid,
    related,
    rights,
    shelf,
    texts,
    title,
    titles,
)
from mdwatch.exporters.ddi.statements import contributors, creators, rights_holders
from mdwatch.exporters.ddi.writer import Node
from mdwatch.exporters.records.description import DateKind, RightsKind, TitleKind


class Row(NamedTuple):
    """One row: the path below the root, what is carried there, how it is had, and why there if that is not plain."""

    path: str
    element: str
    choice: Choice
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
    Row(f"{_DOC}/titlStmt/titl", "title", title),
    Row(f"{_DOC}/titlStmt/IDNo", "the IE's PID", pid, "The archive's number for it, by the IE's institution."),
    Row(f"{_DOC}/prodStmt/producer", "the IE's institution", institution, "CESSDA's catalogue takes it as publisher."),
    Row(f"{_DOC}/distStmt/distrbtr", "the IE's institution", institution, "Dataverse names its installation here."),
    # The work.
    Row(f"{_TITLES}/titl", "title", title, "The schema demands one: where there is none it is the PID."),
    Row(f"{_TITLES}/subTitl", "subtitle", titles(TitleKind.SUBTITLE)),
    Row(f"{_TITLES}/altTitl", "alternative", titles(*_ALTERNATIVES), "There is but one titl."),
    Row(f"{_TITLES}/parTitl", "translated title", titles(TitleKind.TRANSLATED)),
    Row(f"{_TITLES}/IDNo", "the IE's PID, identifier", numbers),
    Row(f"{_CITATION}/rspStmt/AuthEnty", "creator", every("names", creators)),
    Row(f"{_CITATION}/rspStmt/othId", "contributor", every("names", contributors)),
    Row(f"{_PRODUCTION}/producer", "publisher", in_all_scripts("publishers")),
    Row(f"{_PRODUCTION}/producer", "contributor (producer)", names("producer")),
    Row(f"{_PRODUCTION}/copyright", "rights, rightsHolder", rights(RightsKind.PLAIN, RightsKind.HOLDER)),
    Row(f"{_PRODUCTION}/copyright", "contributor (rights holder)", every("names", rights_holders)),
    Row(
        f"{_PRODUCTION}/prodDate",
        "date, created, date captured, other dates",
        dates(DateKind.PLAIN, DateKind.CREATED, DateKind.CAPTURED, DateKind.OTHER),
    ),
    Row(f"{_PRODUCTION}/prodPlac", "place of publication", in_all_scripts("places_published")),
    Row(f"{_PRODUCTION}/fundAg", "contributor (funder)", names("fundAg")),
    Row(f"{_PRODUCTION}/fundAg", "funder of a grant", funders, "Unless it is among the contributors."),
    Row(f"{_PRODUCTION}/grantNo", "relation (grant)", every("grants", grant_numbers)),
    Row(f"{_DISTRIBUTION}/distrbtr", "contributor (distributor)", distributors, _DISTRIBUTOR),
    Row(f"{_DISTRIBUTION}/depositr", "contributor (depositor)", names("depositr", role=False)),
    Row(f"{_DISTRIBUTION}/depDate", "dateSubmitted", dates(DateKind.SUBMITTED)),
    Row(
        f"{_DISTRIBUTION}/distDate",
        "issued, available, end of an embargo",
        dates(DateKind.ISSUED, DateKind.AVAILABLE, DateKind.EMBARGO_END),
    ),
    Row(f"{_CITATION}/serStmt", "series", related(SERIES)),
    Row(
        f"{_CITATION}/verStmt/version", "edition", in_all_scripts("editions"), "A release or edition, says the schema."
    ),
    Row(f"{_CITATION}/verStmt/version", "modified", every("dates", modifications)),
    Row(f"{_CITATION}/biblCit", "bibliographicCitation", every("identifiers", citations)),
    Row(f"{_CITATION}/holdings", "identifier (address)", every("identifiers", addresses)),
    Row(f"{_CITATION}/holdings", "the IE's institution and PID", shelf, "Who holds it, under which number."),
    Row(f"{_CITATION}/dc:language", "language", texts("languages"), _DC),
    Row(f"{_CITATION}/dc:format", "format", texts("formats"), _FORMAT),
    Row(f"{_CITATION}/dcterms:audience", "audience", texts("audiences"), _DC),
    Row(f"{_CITATION}/dcterms:dateCopyrighted", "dateCopyrighted", dates_in_words(DateKind.COPYRIGHTED), _DC),
    Row(f"{_CITATION}/dcterms:dateAccepted", "dateAccepted", dates_in_words(DateKind.ACCEPTED), _DC),
    Row(f"{_CITATION}/dcterms:valid", "valid", dates_in_words(DateKind.VALID), _DC),
    Row(f"{_INFO}/subject/keyword", "subject", every("subjects", keywords)),
    Row(f"{_INFO}/subject/topcClas", "subject (classification)", every("subjects", classifications)),
    Row(f"{_INFO}/abstract", "description, abstract", texts("abstracts")),
    Row(f"{_SUMMARY}/timePrd", "coverage, temporal", every("periods", periods)),
    Row(f"{_SUMMARY}/collDate", "date collected", dates(DateKind.COLLECTED)),
    Row(f"{_SUMMARY}/nation", "coverage, spatial (country)", every("places", nations)),
    Row(f"{_SUMMARY}/geogCover", "coverage, spatial", every("places", covered)),
    Row(f"{_SUMMARY}/geoBndBox", "coverage, spatial (coordinates)", every("places", bounds)),
    Row(f"{_SUMMARY}/dataKind", "type", texts("types")),
    Row(f"{_SUMMARY}/dataKind", "genre", texts("genres", type="genre")),
    Row(f"{_INFO}/notes", "tableOfContents", texts("contents", type="tableOfContents")),
    Row(f"{_INFO}/notes", "provenance", texts("provenances", type="provenance")),
    Row(f"{_INFO}/notes", "responsibility", texts("responsibilities", type="statement of responsibility")),
    Row(f"{_INFO}/notes", "frequency", texts("frequencies", type="frequency")),
    Row(f"{_INFO}/notes", "note", texts("notes")),
    Row(f"{_COLLECTION}/dataCollector", "contributor (data collector)", names("dataCollector")),
    Row(f"{_COLLECTION}/sources/dataSrc", "source", related("dataSrc")),
    Row(f"{_ACCESS}/setAvail/accsPlac", "physical location", texts("locations"), "Where the thing itself is kept."),
    Row(f"{_ACCESS}/setAvail/collSize", "extent", texts("extents"), "The extent of the collection."),
    Row(f"{_ACCESS}/useStmt/restrctn", "accessRights", rights(RightsKind.ACCESS)),
    Row(f"{_ACCESS}/useStmt/conditions", "license", rights(RightsKind.LICENSE)),
    Row(f"{_MATERIAL}/relMat", "relation", related("relMat")),
    Row(f"{_MATERIAL}/relStdy", "relation (versions, formats)", related("relStdy")),
    Row(f"{_MATERIAL}/relPubl", "isReferencedBy", related("relPubl")),
    Row(f"{_MATERIAL}/othRefs", "references, conformsTo", related("othRefs")),
)
_STEPS: Final = tuple((tuple(row.path.split("/")), row.choice) for row in TABLE)


def branches(work: Work) -> Iterator[tuple[tuple[str, ...], Node]]:
    """What the table makes of a work, in the order of the schema: the steps of each path, and the node there."""
    for steps, choice in _STEPS:
        for node in choice(work):
            yield steps, node
