"""The six verbs and the arguments each takes (OAI-PMH 2.0, section 4)."""

from collections.abc import Mapping
from enum import Enum
from typing import Final, NamedTuple

VERB: Final = "verb"
IDENTIFIER: Final = "identifier"
METADATA_PREFIX: Final = "metadataPrefix"
SET: Final = "set"
FROM: Final = "from"
UNTIL: Final = "until"
RESUMPTION_TOKEN: Final = "resumptionToken"  # noqa: S105 - the name of an argument


class Verb(Enum):
    """A verb as requests write it: case counts."""

    IDENTIFY = "Identify"
    LIST_METADATA_FORMATS = "ListMetadataFormats"
    LIST_SETS = "ListSets"
    LIST_IDENTIFIERS = "ListIdentifiers"
    LIST_RECORDS = "ListRecords"
    GET_RECORD = "GetRecord"


class Arguments(NamedTuple):
    """The arguments of one verb; an `exclusive` one stands alone, and then nothing else is required."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    exclusive: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every argument that the verb knows."""
        return self.required + self.optional + self.exclusive


_SELECTIVE: Final = Arguments((METADATA_PREFIX,), (FROM, UNTIL, SET), (RESUMPTION_TOKEN,))

TABLE: Final[Mapping[Verb, Arguments]] = {
    Verb.IDENTIFY: Arguments(),
    Verb.LIST_METADATA_FORMATS: Arguments(optional=(IDENTIFIER,)),
    Verb.LIST_SETS: Arguments(exclusive=(RESUMPTION_TOKEN,)),
    Verb.LIST_IDENTIFIERS: _SELECTIVE,
    Verb.LIST_RECORDS: _SELECTIVE,
    Verb.GET_RECORD: Arguments(required=(IDENTIFIER, METADATA_PREFIX)),
}
