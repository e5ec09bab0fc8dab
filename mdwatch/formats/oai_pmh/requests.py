"""From query pairs to a request, or to every fault that it has (OAI-PMH 2.0, sections 3.1 and 4)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from mdwatch.formats.oai_pmh import arguments, faults, moments, resumption
from mdwatch.formats.oai_pmh.faults import ErrorCondition
from mdwatch.formats.oai_pmh.resumption import Position, Selection, SetPosition
from mdwatch.formats.oai_pmh.verbs import (
    FROM,
    IDENTIFIER,
    METADATA_PREFIX,
    RESUMPTION_TOKEN,
    SET,
    UNTIL,
    VERB,
    Verb,
)

Sent = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A request that cannot be carried out, with every fault found; `sent` as in the requests."""

    sent: Sent
    faults: tuple[ErrorCondition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identify:
    """What the repository is. `sent`: here as below the arguments that the answer repeats, all of them fit for XML."""

    sent: Sent


@dataclass(frozen=True, slots=True, kw_only=True)
class ListMetadataFormats:
    """The formats of the repository, or those of one item. The identifier can be any text."""

    sent: Sent
    identifier: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSets:
    """The sets, from the first one or after `position`."""

    sent: Sent
    position: SetPosition | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItems:
    """ListIdentifiers or ListRecords, from the first record or after `position`."""

    sent: Sent
    verb: Verb
    selection: Selection
    position: Position | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GetRecord:
    """One item in one format. The identifier can be any text."""

    sent: Sent
    identifier: str
    metadata_prefix: str


Request = Identify | ListMetadataFormats | ListSets | ListItems | GetRecord


def parse(pairs: Sequence[tuple[str, str]], *, key: bytes, formats: Collection[str]) -> Request | Refusal:
    """What the decoded pairs of a query or form ask for.

    `key`: the bytes that resumption tokens are signed with. `formats`: every metadataPrefix of the repository; one
    that is not among them cannot be disseminated.
    """
    verbs = [value for name, value in pairs if name == VERB]
    verb = next((verb for verb in Verb if verbs == [verb.value]), None)
    if verb is None:
        return Refusal(sent=(), faults=(arguments.bad_verb(verbs),))
    found = arguments.faults(pairs, verb)
    if found:
        return Refusal(sent=(), faults=found)
    given = {name: value for name, value in pairs if name != VERB}
    sent = ((VERB, verb.value), *((name, value) for name, value in given.items() if arguments.repeatable(name, value)))
    prefix = given.get(METADATA_PREFIX)
    if prefix is not None and prefix not in formats:
        return Refusal(sent=sent, faults=(faults.unavailable_format(prefix),))
    request = _understood(verb, given, sent, key)
    if request is None or (isinstance(request, ListItems) and request.selection.metadata_prefix not in formats):
        return Refusal(sent=sent, faults=(faults.bad_token(verb.value),))
    return request


def _understood(verb: Verb, given: Mapping[str, str], sent: Sent, key: bytes) -> Request | None:
    """The request of arguments that are in order; None for a resumption token that is not."""
    token = given.get(RESUMPTION_TOKEN)
    match verb:
        case Verb.IDENTIFY:
            return Identify(sent=sent)
        case Verb.LIST_METADATA_FORMATS:
            return ListMetadataFormats(sent=sent, identifier=given.get(IDENTIFIER))
        case Verb.GET_RECORD:
            return GetRecord(sent=sent, identifier=given[IDENTIFIER], metadata_prefix=given[METADATA_PREFIX])
        case Verb.LIST_SETS:
            place = resumption.read_set_token(token, key) if token is not None else None
            return None if token is not None and place is None else ListSets(sent=sent, position=place)
        case Verb.LIST_IDENTIFIERS | Verb.LIST_RECORDS:
            if token is None:
                return ListItems(sent=sent, verb=verb, selection=_selection(given), position=None)
            read = resumption.read_list_token(token, verb, key)
            return None if read is None else ListItems(sent=sent, verb=verb, selection=read[0], position=read[1])


def _selection(given: Mapping[str, str]) -> Selection:
    start, end = (moments.read(given.get(name, "")) for name in (FROM, UNTIL))
    return Selection(
        metadata_prefix=given[METADATA_PREFIX],
        set_spec=given.get(SET),
        from_ms=start.first_ms if start else None,
        until_ms=end.last_ms if end else None,
    )
