"""Which IEs have which identifiers in their descriptive records; read once a harvest, for there is no index of it."""

from collections import defaultdict
from collections.abc import Mapping

from mdwatch.errors import Rejected
from mdwatch.formats import xml
from mdwatch.formats.limits import ACCEPTED
from mdwatch.formats.oai_pmh import harvest
from mdwatch.repository import ie_finding
from mdwatch.runtime.context import Context


def read(context: Context, field: str, prefix: str) -> Mapping[str, frozenset[str]]:
    """PIDs by the values of this field that begin like this."""
    found: dict[str, set[str]] = defaultdict(set)
    with context.repository.read() as connection:
        for described in ie_finding.with_text(connection, "identifier"):
            try:
                root = xml.parse(described.content or "", ACCEPTED)
            except Rejected:
                # What cannot be read any more has no identifier.
                continue
            for value in harvest.identifiers(root, field):
                if value.startswith(prefix):
                    found[value].add(described.pid)
    return {value: frozenset(pids) for value, pids in found.items()}
