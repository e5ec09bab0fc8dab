"""How an export looks to harvesters: its header with the sets it belongs to, and its document where it can be shown.

- A header names the sets that the IE belongs to, and those above them: who belongs to `a:b` belongs to `a` too. Only
  sets that there are and that have been filled are named; a level that is no set of its own is not.
- Whoever left a set is deleted for those who ask for that set, and for nobody else. Its header there names the set that
  was asked for, which it is not in any more; to name those it is still in would tell that it is deleted in them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import structlog
from sqlalchemy import Connection

from mdwatch.formats.oai_pmh import embedding, identifiers
from mdwatch.formats.oai_pmh.items import Header, OaiRecord
from mdwatch.model import OaiSet
from mdwatch.repository import sets
from mdwatch.repository.harvesting import Document, Listed

log = structlog.get_logger()

_told: Final[set[tuple[str, str]]] = set()  # PIDs and formats that the service log has been told of


def known_sets(connection: Connection) -> tuple[OaiSet, ...]:
    """The sets that harvesters know of, in order: those that were filled once, for nobody is told who joins before."""
    return tuple(item for item in sets.all_sets(connection) if item.known)


@dataclass(frozen=True, slots=True)
class AskedSet:
    """The set that was asked for: its spec, and the specs of the sets that make it up, which are it and those below."""

    spec: str
    within: frozenset[str]


@dataclass(frozen=True, slots=True)
class Showing:
    """Shows exports of one format; `namespace` is that of identifiers, `known` are the specs of the known sets."""

    format: str
    namespace: str
    known: frozenset[str]
    asked: AskedSet | None = None

    def record(self, listed: Listed, document: Document, specs: Iterable[str]) -> OaiRecord:
        """The record; without metadata, though not deleted, where its document cannot stand in an answer.

        `specs` are those of the sets that the IE belongs to. The service log is told of such a document once.
        """
        identifier = identifiers.identifier(self.namespace, document.pid)
        belongs = self.known.intersection(specs)
        if self.asked is not None and not self.asked.within & belongs:
            return OaiRecord(Header(identifier, listed.place.datestamp, (self.asked.spec,), deleted=True))
        named = sorted(self.known.intersection(_and_above(belongs))) if belongs else ()
        header = Header(identifier, listed.place.datestamp, named, deleted=listed.deleted)
        if listed.deleted:
            return OaiRecord(header)
        if document.content is None or not embedding.embeddable(document.content):
            self._tell(document)
            return OaiRecord(header)
        return OaiRecord(header, document.content)

    def _tell(self, document: Document) -> None:
        if (document.pid, self.format) in _told:
            return
        _told.add((document.pid, self.format))
        log.warning(
            "export_not_harvestable",
            pid=document.pid,
            format=self.format,
            reason="the document cannot stand inside an answer: see mdwatch.formats.oai_pmh.embedding",
            remedy="correct the exporter, and export the IE again; till then harvesters are not shown this record",
        )


def can_be_shown(record: OaiRecord) -> bool:
    """Whether there is anything to show of it."""
    return record.header.deleted or record.metadata is not None


def _and_above(specs: Iterable[str]) -> Iterator[str]:
    """These specs and those of every set above: a:b:c, a:b, a."""
    for spec in specs:
        above = spec
        while above:
            yield above
            above = above.rpartition(":")[0]
