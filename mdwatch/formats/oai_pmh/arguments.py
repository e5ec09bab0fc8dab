"""What can be wrong with the arguments of a request, and which of them an answer may repeat (OAI-PMH 2.0, 3.2, 3.6)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Final

from mdwatch.formats.oai_pmh import moments
from mdwatch.formats.oai_pmh.characters import possible
from mdwatch.formats.oai_pmh.faults import ErrorCode, ErrorCondition, shown
from mdwatch.formats.oai_pmh.set_specs import SEGMENT, SET_SPEC
from mdwatch.formats.oai_pmh.verbs import (
    FROM,
    IDENTIFIER,
    METADATA_PREFIX,
    RESUMPTION_TOKEN,
    SET,
    TABLE,
    UNTIL,
    VERB,
    Arguments,
    Verb,
)

_LONGEST: Final = 1_000  # characters of an argument, tokens aside; no name, set or date is nearly as long
_MOST_TOLD: Final = 20  # faults; a small request must not make a huge answer

# As the schema of answers has them.
_PREFIX: Final = re.compile(SEGMENT)
# URIs that every reader takes for one. Another identifier is answered all the same, but not repeated as an attribute.
_PLAIN_URI: Final = re.compile(
    r"[A-Za-z][A-Za-z0-9+.\-]*:(?://[A-Za-z0-9.\-]+(?:/|$))?(?!/)[A-Za-z0-9\-_.!~*'();/?:@&=+$,]*"
)

_REMEDIES: Final = {
    METADATA_PREFIX: "take one that ListMetadataFormats tells",
    SET: "take a setSpec that ListSets tells",
    FROM: "write a day as YYYY-MM-DD or a second in UTC as YYYY-MM-DDThh:mm:ssZ",
    UNTIL: "write a day as YYYY-MM-DD or a second in UTC as YYYY-MM-DDThh:mm:ssZ",
    IDENTIFIER: "take one that ListIdentifiers tells",
    RESUMPTION_TOKEN: "an empty one ended the list, otherwise repeat it as it was given out",
}


def bad_verb(verbs: Sequence[str]) -> ErrorCondition:
    """What is wrong with the verb; without one no other argument can be judged."""
    names = ", ".join(verb.value for verb in Verb)
    if not verbs:
        reason = "is missing"
    elif len(verbs) > 1:
        reason = "is given more than once"
    else:
        reason = f"{shown(verbs[0])} is none"
    return ErrorCondition(ErrorCode.BAD_VERB, f"verb: {reason}; give one of {names}, once")


def faults(pairs: Sequence[tuple[str, str]], verb: Verb) -> tuple[ErrorCondition, ...]:
    """What is wrong with the arguments of a request for this verb: everything, of a request that is not absurd."""
    table = TABLE[verb]
    found = tuple(islice(chain(_misplaced(pairs, verb, table), _malformed(pairs, table)), _MOST_TOLD))
    return found or tuple(_at_odds(dict(pairs)))


def _misplaced(pairs: Sequence[tuple[str, str]], verb: Verb, table: Arguments) -> Iterator[ErrorCondition]:
    """Arguments that are unknown to the verb, repeated, missing, or beside one that stands alone."""
    names = [name for name, _ in pairs if name != VERB]
    known = ", ".join(table.all) or "no arguments"
    for name in dict.fromkeys(names):
        if name not in table.all:
            yield _bad(shown(name), f"{verb.value} does not take it; it takes {known}")
        elif names.count(name) > 1:
            yield _bad(name, "is given more than once; give it once")
    alone = next((name for name in table.exclusive if name in names), None)
    if alone is None:
        for name in table.required:
            if name not in names:
                yield _bad(name, f"is missing; {_REMEDIES[name]}")
        return
    beside = [name for name in dict.fromkeys(names) if name != alone and name in table.all]
    if beside:
        yield _bad(alone, f"stands alone, and carries what the list is of; leave out {', '.join(beside)}")


def _malformed(pairs: Sequence[tuple[str, str]], table: Arguments) -> Iterator[ErrorCondition]:
    """Arguments whose value is empty, too long, or not in the syntax of its kind."""
    for name, value in dict.fromkeys(pairs):
        if name not in table.all:
            continue
        if not value:
            yield _bad(name, f"is empty; {_REMEDIES[name]}")
        elif len(value) > _LONGEST and name != RESUMPTION_TOKEN:
            yield _bad(name, f"is longer than {_LONGEST} characters; {_REMEDIES[name]}")
        elif not _in_syntax(name, value):
            yield _bad(name, f"{shown(value)} is not in its syntax; {_REMEDIES[name]}")


def _in_syntax(name: str, value: str) -> bool:
    """Whether a value is of its kind. Identifiers and tokens are judged by whoever gave them out."""
    if name in {FROM, UNTIL}:
        return moments.read(value) is not None
    pattern = {METADATA_PREFIX: _PREFIX, SET: SET_SPEC}.get(name)
    return pattern is None or pattern.fullmatch(value) is not None


def _at_odds(given: Mapping[str, str]) -> Iterator[ErrorCondition]:
    """Bounds, each in order by itself, that do not go together (section 2.7.1)."""
    start, end = (moments.read(given.get(name, "")) for name in (FROM, UNTIL))
    if start is None or end is None:
        return
    if start.granularity is not end.granularity:
        yield _bad(f"{FROM}, {UNTIL}", "one tells a day and one a second; tell both as finely")
    elif start.first_ms > end.first_ms:
        yield _bad(f"{FROM}, {UNTIL}", "from is later than until; exchange them")


def _bad(name: str, reason: str) -> ErrorCondition:
    return ErrorCondition(ErrorCode.BAD_ARGUMENT, f"{name}: {reason}")


def repeatable(name: str, value: str) -> bool:
    """Whether an answer can repeat the argument and stay valid."""
    return possible(value) and (name != IDENTIFIER or _PLAIN_URI.fullmatch(value) is not None)
