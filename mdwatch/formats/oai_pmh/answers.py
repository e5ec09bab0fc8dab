"""The answers as XML, valid against OAI-PMH.xsd whatever the texts in them (OAI-PMH 2.0, sections 3.2 and 4).

What the schema cannot say is answered with the error that stands for it: a list without items, a record with nothing
to show. So whoever answers need not look for these cases, only put as much on a page as can be shown.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from mdwatch.formats.oai_pmh import descriptions, embedding, faults, moments
from mdwatch.formats.oai_pmh.characters import attributes, element, escaped
from mdwatch.formats.oai_pmh.descriptions import XSI
from mdwatch.formats.oai_pmh.faults import NOT_UNDERSTOOD, ErrorCondition
from mdwatch.formats.oai_pmh.items import (
    DELETED_RECORD,
    PROTOCOL_VERSION,
    Header,
    Item,
    MetadataFormat,
    OaiRecord,
    Page,
    RepositoryIdentity,
    Set,
)
from mdwatch.formats.oai_pmh.verbs import METADATA_PREFIX, Verb

NAMESPACE: Final = embedding.NAMESPACE.decode()
SCHEMA: Final = "http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
MEDIA_TYPE: Final = "text/xml; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What every answer begins with.

    `base_url` is the address that harvesters use, `moment_ms` when it is answered, `sent` the arguments to repeat, as
    `requests.parse` gives them.
    """

    base_url: str
    moment_ms: int
    sent: Sequence[tuple[str, str]] = ()


def errors(envelope: Envelope, found: Iterable[ErrorCondition]) -> bytes:
    """The answer that tells what is wrong, one fault at least; it repeats no argument of a request not understood."""
    found = tuple(found)
    understood = not any(fault.code in NOT_UNDERSTOOD for fault in found)
    inner = "".join(f'<error code="{fault.code.value}">{escaped(fault.message)}</error>' for fault in found)
    return _answer(envelope, [inner.encode()], repeat=understood)


def identify(envelope: Envelope, identity: RepositoryIdentity) -> bytes:
    """What the repository is."""
    inner = [
        element("repositoryName", identity.repository_name),
        element("baseURL", envelope.base_url),
        element("protocolVersion", PROTOCOL_VERSION),
        *(element("adminEmail", address) for address in identity.admin_emails),
        element("earliestDatestamp", moments.written(identity.earliest_ms)),
        element("deletedRecord", DELETED_RECORD),
        element("granularity", moments.Granularity.SECOND.value),
        *(element("compression", coding) for coding in identity.compressions),
    ]
    described = [descriptions.oai_identifier(identity.namespace, identity.sample_pid)]
    if identity.friends:
        described.append(descriptions.friends(identity.friends))
    described += identity.descriptions
    parts = [text.encode() for text in inner]
    parts += [b"<description>%b</description>" % document for document in described]
    return _answer(envelope, parts, Verb.IDENTIFY)


def list_metadata_formats(envelope: Envelope, formats: Sequence[MetadataFormat]) -> bytes:
    """The formats of the repository or of an item; none are answered with `noMetadataFormats`."""
    if not formats:
        return errors(envelope, [faults.no_formats()])
    inner = "".join(
        f"<metadataFormat>{element('metadataPrefix', item.prefix)}{element('schema', item.schema)}"
        f"{element('metadataNamespace', item.namespace)}</metadataFormat>"
        for item in formats
    )
    return _answer(envelope, [inner.encode()], Verb.LIST_METADATA_FORMATS)


def list_sets(envelope: Envelope, page: Page[Set]) -> bytes:
    """The sets; none are answered with `noSetHierarchy`."""
    return _list(envelope, Verb.LIST_SETS, page, _set, faults.no_sets())


def list_identifiers(envelope: Envelope, page: Page[Header]) -> bytes:
    """The headers of records; none are answered with `noRecordsMatch`."""
    return _list(envelope, Verb.LIST_IDENTIFIERS, page, _header, faults.no_records())


def list_records(envelope: Envelope, page: Page[OaiRecord]) -> bytes:
    """Records; none are answered with `noRecordsMatch`. A record that cannot be told is left out."""
    page = page._replace(items=[record for record in page.items if _tellable(record)])
    return _list(envelope, Verb.LIST_RECORDS, page, _record, faults.no_records())


def get_record(envelope: Envelope, record: OaiRecord) -> bytes:
    """A record; one that is there and has no metadata is answered with `cannotDisseminateFormat`, never as deleted."""
    if not _tellable(record):
        return errors(envelope, [faults.unavailable_format(dict(envelope.sent).get(METADATA_PREFIX, ""))])
    return _answer(envelope, [_record(record)], Verb.GET_RECORD)


# --- the parts --------------------------------------------------------------------------------------------------------


def _answer(envelope: Envelope, inner: Iterable[bytes], verb: Verb | None = None, *, repeat: bool = True) -> bytes:
    """The document around the parts, which stand in the element of the verb."""
    arguments = attributes(**dict(envelope.sent)) if repeat else ""
    head = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<OAI-PMH xmlns="{NAMESPACE}" xmlns:xsi="{XSI}" xsi:schemaLocation="{NAMESPACE} {SCHEMA}">'
        f"{element('responseDate', moments.written(envelope.moment_ms))}"
        f"<request{arguments}>{escaped(envelope.base_url)}</request>"
    )
    opening, closing = (f"<{verb.value}>", f"</{verb.value}>") if verb is not None else ("", "")
    return b"".join([(head + opening).encode(), *inner, f"{closing}</OAI-PMH>\n".encode()])


def _list(
    envelope: Envelope, verb: Verb, page: Page[Item], write: Callable[[Item], bytes], none: ErrorCondition
) -> bytes:
    if not page.items:
        return errors(envelope, [none])
    return _answer(envelope, [*map(write, page.items), _resumption(page)], verb)


def _resumption(page: Page[Item]) -> bytes:
    """The token with which the list goes on; an empty one ends a list that took several pages (section 3.5)."""
    if page.token is None and page.cursor == 0:
        return b""
    told = attributes(
        expirationDate=moments.written(page.expires_ms) if page.token and page.expires_ms is not None else None,
        completeListSize=str(page.complete_size) if page.complete_size else None,
        cursor=str(page.cursor),
    )
    return f"<resumptionToken{told}>{escaped(page.token or '')}</resumptionToken>".encode()


def _header(header: Header) -> bytes:
    status = ' status="deleted"' if header.deleted else ""
    sets = "".join([f"<setSpec>{escaped(spec)}</setSpec>" for spec in header.sets])
    return (
        f"<header{status}><identifier>{escaped(header.identifier)}</identifier>"
        f"<datestamp>{moments.written(header.datestamp_ms)}</datestamp>{sets}</header>"
    ).encode()


def _tellable(record: OaiRecord) -> bool:
    return record.header.deleted or record.metadata is not None


def _record(record: OaiRecord) -> bytes:
    header = _header(record.header)
    if record.header.deleted or record.metadata is None:
        return b"<record>%b</record>" % header
    opening, closing = embedding.around(record.metadata)
    return b"".join((b"<record>", header, opening, record.metadata, closing, b"</record>"))


def _set(item: Set) -> bytes:
    told = f"{element('setSpec', item.set_spec)}{element('setName', item.name)}".encode()
    if item.description:
        told += b"<setDescription>%b</setDescription>" % descriptions.dublin_core(item.description)
    return b"<set>%b</set>" % told
