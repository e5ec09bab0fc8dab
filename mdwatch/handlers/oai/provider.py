"""A harvester asks, by OAI-PMH 2.0: all that is looked up is looked up in one transaction, then the answer is written.

Harvestable are the formats that IEs are kept exported in and whose exporter makes XML for harvesters. What was exported
is shown as it is kept: the last good document where the newest could not be made, a deleted record where the IE is not
published any more. An IE that has no export in a format yet is not in the lists of that format, and never deleted.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from mdwatch.formats.oai_pmh import answers, faults, identifiers, requests
from mdwatch.formats.oai_pmh.answers import Envelope
from mdwatch.formats.oai_pmh.items import MetadataFormat, OaiRecord, Page, RepositoryIdentity
from mdwatch.formats.oai_pmh.requests import GetRecord, Identify, ListItems, ListMetadataFormats, ListSets, Refusal
from mdwatch.formats.oai_pmh.verbs import Verb
from mdwatch.handlers.oai import lists
from mdwatch.handlers.oai.records import Showing, can_be_shown, known_sets
from mdwatch.repository import harvesting, secrets, sets
from mdwatch.repository.engine import Repository
from mdwatch.runtime.context import Context
from mdwatch.runtime.formats import load_exporters

KEY: Final = "OAI-PMH resumption tokens"
COMPRESSIONS: Final = ("gzip",)


def make_key(context: Context) -> None:
    """Makes the key that tokens are signed with, if there is none yet: whoever only reads cannot. Raises `Deferred`."""
    _key(context.repository)


@lru_cache(maxsize=8)
def _key(repository: Repository) -> bytes:
    """The key, which never changes: asked for once."""
    return secrets.key(repository, KEY)


def answer(context: Context, pairs: Sequence[tuple[str, str]], *, base_url: str) -> bytes:
    """The answer to the decoded pairs of a query or form; raises `Deferred` where it can only be given later.

    `base_url` is the address that harvesters use.
    """
    formats = harvestable(context.settings.export.formats)
    key = _key(context.repository)
    request = requests.parse(pairs, key=key, formats=[item.prefix for item in formats])
    # The moment before anything is looked at: whoever asks from it on next time misses nothing that came since.
    envelope = Envelope(base_url=base_url, moment_ms=context.repository.moment(context.clock.now()), sent=request.sent)
    match request:
        case Refusal():
            return answers.errors(envelope, request.faults)
        case Identify():
            return _identify(context, envelope, formats)
        case ListMetadataFormats():
            return _list_metadata_formats(context, envelope, formats, request.identifier)
        case ListSets():
            return _list_sets(context, envelope, request, key)
        case ListItems():
            return _list_items(context, envelope, request, key)
        case GetRecord():
            return _get_record(context, envelope, request)


@lru_cache(maxsize=8)
def harvestable(names: tuple[str, ...]) -> tuple[MetadataFormat, ...]:
    """Those of the formats that are harvestable; raises `ConfigError` for a name without an exporter."""
    return tuple(
        MetadataFormat(name, exporter.schema, exporter.namespace)
        for name, exporter in load_exporters(names).exporters.items()
        if exporter.harvestable and exporter.is_xml
    )


def _identify(context: Context, envelope: Envelope, formats: Sequence[MetadataFormat]) -> bytes:
    settings = context.settings.oai
    with context.repository.read_public() as connection:
        earliest = harvesting.earliest(connection, [item.prefix for item in formats])
    identity = RepositoryIdentity(
        repository_name=settings.repository_name,
        admin_emails=settings.admin_emails,
        earliest_ms=envelope.moment_ms if earliest is None else earliest,
        namespace=settings.identifier_namespace,
        compressions=COMPRESSIONS,
        friends=settings.friends,
    )
    return answers.identify(envelope, identity)


def _list_metadata_formats(
    context: Context, envelope: Envelope, formats: Sequence[MetadataFormat], identifier: str | None
) -> bytes:
    """All formats, or those in which GetRecord has something to tell of the item, be it that it is deleted."""
    if identifier is None:
        return answers.list_metadata_formats(envelope, formats)
    there = _shown(context, identifier, [item.prefix for item in formats])
    if there is None:
        return answers.errors(envelope, [faults.unknown_identifier(identifier)])
    known = [item for item in formats if item.prefix in there and can_be_shown(there[item.prefix])]
    return answers.list_metadata_formats(envelope, known)


def _get_record(context: Context, envelope: Envelope, request: GetRecord) -> bytes:
    there = _shown(context, request.identifier, [request.metadata_prefix])
    if there is None:
        return answers.errors(envelope, [faults.unknown_identifier(request.identifier)])
    record = there.get(request.metadata_prefix)
    if record is None:
        return answers.errors(envelope, [faults.unavailable_format(request.metadata_prefix)])
    return answers.get_record(envelope, record)


def _shown(context: Context, identifier: str, formats: Sequence[str]) -> dict[str, OaiRecord] | None:
    """The item's records by format; None where the identifier names none that harvesters may know of."""
    namespace = context.settings.oai.identifier_namespace
    pid = identifiers.pid(identifier, namespace)
    if pid is None:
        return None
    with context.repository.read_public() as connection:
        found = harvesting.find(connection, pid, formats)
        if found is None:
            return None
        known = frozenset(item.spec for item in known_sets(connection))
        specs = sets.specs_of(connection, [found.ie_id]).get(found.ie_id, ())
    return {
        name: Showing(name, namespace, known).record(listed, document, specs)
        for name, (listed, document) in found.exports.items()
    }


def _list_sets(context: Context, envelope: Envelope, request: ListSets, key: bytes) -> bytes:
    page = lists.set_page(context, request, key=key)
    return (
        answers.errors(envelope, [page])
        if isinstance(page, faults.ErrorCondition)
        else answers.list_sets(envelope, page)
    )


def _list_items(context: Context, envelope: Envelope, request: ListItems, key: bytes) -> bytes:
    page = lists.records(context, request, moment_ms=envelope.moment_ms, key=key)
    if isinstance(page, faults.ErrorCondition):
        return answers.errors(envelope, [page])
    if request.verb is Verb.LIST_RECORDS:
        return answers.list_records(envelope, page)
    headers = [item.header for item in page.items]
    return answers.list_identifiers(envelope, Page(headers, page.token, page.cursor, page.complete_size))
