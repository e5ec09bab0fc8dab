"""What the object of an IE lacks, as files: read from the database in one transaction, one version at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import structlog
from sqlalchemy import Connection

from mdwatch.errors import Deferred, Rejected
from mdwatch.exporters.rosetta_mets import exporter
from mdwatch.formats import dnx
from mdwatch.formats.ocfl import ie_document
from mdwatch.formats.ocfl.ie_document import DOCUMENT, METS, REMAINDER, IeDocument, IeOrigin, StoredFacts, StoredRecord
from mdwatch.model import IntellectualEntity, Record, RecordType, Stage, Status
from mdwatch.repository import storing
from mdwatch.repository.storing import StoreSubject
from mdwatch.rules import storing as rules
from mdwatch.rules.storing import MissingVersions
from mdwatch.runtime.context import local_time

log = structlog.get_logger()


class NewVersion(NamedTuple):
    """A version that an object is to be given."""

    document: IeDocument
    files: dict[str, bytes]


class Lacking(NamedTuple):
    """What an object lacks: `versions` to write now, and whether there are `more`; the IE as it is with them all."""

    versions: Sequence[NewVersion]
    more: bool
    version: int
    facts: StoredFacts


def lacking(connection: Connection, key: int, kept: IeDocument | None, now: int) -> Lacking:
    """What the object lacks that stands at `kept`; raises `Rejected` where the two tell different histories."""
    subject = storing.subject(connection, key)
    missing = _missing(connection, subject, kept)
    if missing.conflict:
        raise Rejected(missing.conflict)
    facts = kept.facts if kept is not None else subject.facts
    at_once = missing.versions[: rules.AT_ONCE]
    found = [_version(connection, subject, version, facts, None) for version in at_once]
    more = len(at_once) < len(missing.versions)
    if not more and (missing.facts or facts != subject.facts):
        change = storing.last_act(connection, subject.pid, subject.version, now)
        found.append(_version(connection, subject, subject.version, subject.facts, change))
    return Lacking(found, more, subject.version, subject.facts)


def _missing(connection: Connection, subject: StoreSubject, kept: IeDocument | None) -> MissingVersions:
    if kept is None:
        return rules.missing(None, subject.version, same_facts=False, same_origin=True)
    origin = storing.origin(connection, subject.key, kept.origin.version)
    return rules.missing(
        kept.origin.version,
        subject.version,
        same_facts=kept.facts == subject.facts,
        same_origin=origin is None or origin == kept.origin,
    )


def current(connection: Connection, key: int) -> NewVersion:
    """The IE as its object is to have it, but for the METS."""
    subject = storing.subject(connection, key)
    document, records = _parts(connection, subject, subject.version, subject.facts, None)
    return NewVersion(document, _files(records, subject.remainder))


def whole(
    document: IeDocument, records: Sequence[tuple[StoredRecord, str | None]], remainder: str | None
) -> NewVersion:
    """A version with all its files, the METS among them."""
    return _with_mets(document, _files(records, remainder), _entity(document, records, remainder))


def _files(records: Sequence[tuple[StoredRecord, str | None]], remainder: str | None) -> dict[str, bytes]:
    files = {record.file: content.encode() for record, content in records if record.file and content is not None}
    if remainder is not None:
        files[REMAINDER] = remainder.encode()
    return files


def _version(
    connection: Connection, subject: StoreSubject, version: int, facts: StoredFacts, change: IeOrigin | None
) -> NewVersion:
    """One version of the IE as a version of its object."""
    document, records = _parts(connection, subject, version, facts, change)
    return whole(document, records, subject.remainder)


def _parts(
    connection: Connection, subject: StoreSubject, version: int, facts: StoredFacts, change: IeOrigin | None
) -> tuple[IeDocument, list[tuple[StoredRecord, str | None]]]:
    """The document of a version, and its records with their contents."""
    origin = storing.origin(connection, subject.key, version)
    if origin is None:
        raise Deferred(f"the database does not tell how version {version} of {subject.pid} came about")
    earlier = version < subject.version
    characteristics = subject.characteristics
    if earlier and origin.cause != "load":
        characteristics = dnx.with_modification(characteristics, origin.agent, local_time(origin.at))
    records = storing.records_at(connection, subject.key, version)
    document = IeDocument(
        pid=subject.pid,
        key=subject.key,
        facts=facts,
        characteristics=characteristics,
        origin=origin,
        change=change or origin,
        records=[record for record, _ in records],
        events=[event for event in subject.events if event.version is None or event.version <= version],
        reconstructed=earlier,
    )
    return document, records


def _with_mets(document: IeDocument, files: dict[str, bytes], entity: IntellectualEntity) -> NewVersion:
    """The version with its METS, or with the reason why there is none: records are not to wait for that."""
    fault = None
    try:
        files[METS] = exporter.EXPORTER.export(entity)
    except Rejected as rejected:
        fault = rejected.reason
    except Exception:
        log.exception("store_mets_fault", pid=document.pid)
        fault = "mdwatch itself failed to make it"
    whole = replace(document, mets_fault=fault)
    return NewVersion(whole, {**files, DOCUMENT: ie_document.write(whole)})


def _entity(
    document: IeDocument, records: Sequence[tuple[StoredRecord, str | None]], remainder: str | None
) -> IntellectualEntity:
    facts = document.facts
    return IntellectualEntity(
        pid=document.pid,
        institution=facts.institution,
        stage=Stage(facts.stage),
        status=Status(facts.status),
        published=facts.published,
        harvested=facts.harvested,
        locked_by=facts.locked_by,
        records=tuple(_records(records)),
        events=tuple(event.dnx for event in document.events),
        characteristics=document.characteristics,
        mets=remainder,
    )


def _records(records: Sequence[tuple[StoredRecord, str | None]]) -> Iterator[Record]:
    for record, content in records:
        if content is not None:
            yield Record(type=RecordType(record.type), sub_type=record.sub_type, mid=record.mid, content=content)
