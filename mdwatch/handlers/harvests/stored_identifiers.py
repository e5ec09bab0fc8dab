"""Which IEs have which identifiers, in their descriptive records or their DNX; read once a harvest.

There is no index of them, and a harvest asks for many. Those that the job may not update are none that records could
be about: who looks after a harvest need not know of them.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from mdwatch.config import HarvestSettings
from mdwatch.errors import Rejected
from mdwatch.formats import original_identifiers, xml
from mdwatch.formats.limits import ACCEPTED
from mdwatch.formats.oai_pmh import harvest
from mdwatch.repository import ie_finding
from mdwatch.rules import matching
from mdwatch.runtime.context import Context


def read(context: Context, settings: HarvestSettings) -> Mapping[str, frozenset[str]]:
    """PIDs by the identifiers that records are matched by."""
    found: dict[str, set[str]] = defaultdict(set)
    for pid, value in _in_fields(context, settings) if settings.by_field else _in_dnx(context, settings):
        found[value].add(pid)
    return {value: frozenset(pids) for value, pids in found.items()}


def _in_fields(context: Context, settings: HarvestSettings) -> Iterator[tuple[str, str]]:
    """The values of the field, and what the pattern takes of them: a record may have either."""
    with context.repository.read() as connection:
        for described in ie_finding.with_text(connection, "identifier", _institutions(context, settings)):
            try:
                root = xml.parse(described.content or "", ACCEPTED)
            except Rejected:
                # What cannot be read any more has no identifier.
                continue
            for value in harvest.identifiers(root, settings.match):
                yield described.pid, value
                taken = matching.part(value, settings.pattern)
                if taken is not None:
                    yield described.pid, taken


def _in_dnx(context: Context, settings: HarvestSettings) -> Iterator[tuple[str, str]]:
    type_, institutions = settings.identifier_type, _institutions(context, settings)
    with context.repository.read() as connection:
        for described in ie_finding.with_characteristic(connection, type_, institutions):
            for value in original_identifiers.in_characteristics(described.content or "{}", type_):
                yield described.pid, value
        for described in ie_finding.with_mets_text(connection, type_, institutions):
            for value in original_identifiers.in_mets(described.content or "", type_):
                yield described.pid, value


def _institutions(context: Context, settings: HarvestSettings) -> frozenset[str] | None:
    """Those that the job's user may work for; None for all."""
    return context.user(context.job(settings.job)).codes
