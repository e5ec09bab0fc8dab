"""`ie.json`: what a database knows of an IE and its METS does not say, so that the database can be made again from it.

Every OCFL version holds one, with the IE as it stood then. The records lie beside it, each in a file that it names;
what a record was before stands in the versions before. `remainder.xml` is the rest of the METS that the IE was loaded
from.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from mdwatch.errors import Rejected
from mdwatch.formats.ocfl import places
from mdwatch.formats.ocfl.inventory import VersionNote
from mdwatch.model import RecordType, Stage, Status

DOCUMENT: Final = "ie.json"
METS: Final = "mets.xml"
REMAINDER: Final = "remainder.xml"
FACTS: Final = "facts"  # the cause of a version in which nothing but facts is new
_FORMAT: Final = 1
_LONGEST: Final = 120  # characters of a mid in the name of a file


class StoredFacts(NamedTuple):
    """What of an IE may change without a new version of its metadata, in the words of the database."""

    institution: str
    stage: str
    status: str
    locked_by: str | None
    published: bool
    harvested: bool


class IeOrigin(NamedTuple):
    """How a version of the IE came about; `at` in milliseconds, `undoes` the run that it takes back."""

    version: int
    at: int
    agent: str
    cause: str
    job: str | None = None
    file: str | None = None
    undoes: int | None = None


class StoredRecord(NamedTuple):
    """A record: its key in the database, the IE's version that brought it, and its file; no file: it is gone."""

    key: int
    type: str
    mid: str
    sub_type: str
    position: int
    version: int
    file: str | None


class StoredEvent(NamedTuple):
    """A DNX event: its key in the database, and the IE's version that brought it, None where that was not kept."""

    key: int
    version: int | None
    dnx: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class IeDocument:
    """One IE as it stood in a version of its object.

    `change` says what made the version: `origin` again, or a change of facts by somebody. `reconstructed`: a later
    version of the IE was there when this one was kept, and only its records, events and origin are surely of it.
    `mets_fault` is why there is no METS.
    """

    pid: str
    key: int
    facts: StoredFacts
    characteristics: Mapping[str, Any]
    origin: IeOrigin
    change: IeOrigin
    records: Sequence[StoredRecord]
    events: Sequence[StoredEvent]
    reconstructed: bool = False
    mets_fault: str | None = None


def record_file(type_: str, mid: str) -> str:
    """The file of a record."""
    if type_ == RecordType.DESCRIPTIVE.value:
        return "records/descriptive.xml"
    name = places.encode(mid)
    if len(name) > _LONGEST:
        name = places.digest_of(mid.encode())[:64]
    return f"records/source/{name}.xml"


def note_of(document: IeDocument) -> VersionNote:
    """What the version of the object says of itself."""
    change = document.change
    words = [change.cause]
    if change.job is not None:
        words.append(f"by job {change.job}")
    if change.file is not None:
        words.append(f"from {change.file}")
    if change.undoes is not None:
        words.append(f"undoing run {change.undoes}")
    if change.cause != FACTS and not change.cause.startswith(f"{FACTS}:"):
        words.append(f"(version {document.origin.version} of the IE)")
    if document.facts.status == Status.DELETED.value:
        words.append("; the IE is deleted")
    message = " ".join(words).replace(" ;", ";").encode("utf-8", "backslashreplace").decode()
    agent = change.agent.encode("utf-8", "backslashreplace").decode() or "unknown"
    address = f"urn:mdwatch:user:{quote(agent, safe='')}"
    moment = datetime.fromtimestamp(change.at / 1000, UTC)
    return VersionNote(moment.isoformat(timespec="milliseconds"), message, agent, address)


def write(document: IeDocument) -> bytes:
    """The document as a file; the same document gives the same bytes."""
    shape = {
        "format": _FORMAT,
        "pid": document.pid,
        "key": document.key,
        **document.facts._asdict(),
        "version": document.origin.version,
        "characteristics": dict(document.characteristics),
        "origin": document.origin._asdict(),
        "change": document.change._asdict(),
        "reconstructed": document.reconstructed,
        "mets_fault": document.mets_fault,
        "records": [record._asdict() for record in document.records],
        "events": [event._asdict() for event in document.events],
    }
    # As ASCII: file names may have bytes that are no characters, and JSON can write those as escapes.
    return json.dumps(shape, indent=1).encode() + b"\n"


def read(data: bytes) -> IeDocument:
    """A document; raises `Rejected` where it is none that mdwatch wrote."""
    try:
        shape = json.loads(data)
        if shape["format"] != _FORMAT:
            raise Rejected(f"{DOCUMENT} is of format {shape['format']}, and this mdwatch reads {_FORMAT}; update it")
        facts = StoredFacts(*(shape[name] for name in StoredFacts._fields))
        Stage(facts.stage), Status(facts.status)
        return IeDocument(
            pid=shape["pid"],
            key=int(shape["key"]),
            facts=facts,
            characteristics=shape["characteristics"],
            origin=IeOrigin(**shape["origin"]),
            change=IeOrigin(**shape["change"]),
            records=[StoredRecord(**item) for item in shape["records"]],
            events=[StoredEvent(**item) for item in shape["events"]],
            reconstructed=bool(shape["reconstructed"]),
            mets_fault=shape["mets_fault"],
        )
    except (ValueError, KeyError, TypeError):
        raise Rejected(f"{DOCUMENT} is none that mdwatch wrote") from None


def differing(one: IeDocument, other: IeDocument) -> list[str]:
    """In which parts two documents of one IE differ, whatever made the version that they are of."""
    told = (field.name for field in fields(one) if field.name not in {"change", "reconstructed", "mets_fault"})
    return [name for name in told if _plain(getattr(one, name)) != _plain(getattr(other, name))]


def _plain(value: Any) -> Any:
    """The value as JSON has it."""
    return json.loads(json.dumps(value))
