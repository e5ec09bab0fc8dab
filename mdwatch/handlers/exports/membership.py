"""To which OAI sets an IE belongs; brought up to date with each export of it."""

from collections.abc import Sequence
from typing import Final

import structlog
from sqlalchemy import Connection

from mdwatch.errors import Rejected, UsageError
from mdwatch.exporters.records import dcmi, dublin_core
from mdwatch.exporters.records.dublin_core_fields import Term
from mdwatch.model import IntellectualEntity, OaiSet, Record, RecordType
from mdwatch.repository import sets
from mdwatch.rules import membership
from mdwatch.rules.membership import Definition, DescribedIe

log = structlog.get_logger()

Sets = tuple[tuple[OaiSet, Definition], ...]

_DC: Final = "dc"
_told: set[str] = set()  # definitions that the service log has been told of


def load(connection: Connection) -> Sets:
    """Every set with its definition, as `belonging` takes them.

    One with a definition that cannot be read, as another version of mdwatch may have left it, is passed over.
    """
    return tuple((item, found) for item in sets.all_sets(connection) if (found := _definition(item)) is not None)


def _definition(item: OaiSet) -> Definition | None:
    try:
        return membership.parse(item.definition)
    except UsageError as error:
        if item.definition not in _told:
            _told.add(item.definition)
            log.warning("set_unreadable", set=item.spec, reason=str(error)[:500], remedy="give it another definition")
        return None


def belonging(known: Sets, described: DescribedIe) -> frozenset[int]:
    """The keys of those of the sets that an IE belongs to; nothing is parsed for it."""
    return frozenset(item.id for item, definition in known if membership.matches(definition, described))


def describe(entity: IntellectualEntity) -> DescribedIe:
    """What definitions ask of an IE, for which its records are parsed: a millisecond of work, so in no transaction.

    Its fields are those of the descriptive record and of Dublin Core source records.

    The terms that refine an element are found under the element too.
    """
    fields: dict[str, list[str]] = {}
    for record in entity.records:
        for (namespace, name), text in _fields(record):
            fields.setdefault(f"{namespace}:{name}", []).append(text)
            element = dcmi.simple(name) if namespace != _DC else ""
            if element:
                fields.setdefault(f"{_DC}:{element}", []).append(text)
    return DescribedIe(
        pid=entity.pid,
        institution=entity.institution,
        subtypes=frozenset(record.sub_type.lower() for record in entity.records),
        fields={name: tuple(texts) for name, texts in fields.items()},
    )


def _fields(record: Record) -> Sequence[tuple[Term, str]]:
    """Terms and texts of a Dublin Core record, none of one that is another or cannot be read."""
    if record.type is not RecordType.DESCRIPTIVE and record.sub_type.lower() != _DC:
        return ()
    try:
        return [(field.term, field.text) for field in dublin_core.fields(record.content)]
    except Rejected:
        return ()
