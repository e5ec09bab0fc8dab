"""All tables, for what goes over the whole database."""

from mdwatch.repository.tables import accounts, control, exports, files, harvests, ies, notices, people
from mdwatch.repository.tables.base import metadata

__all__ = ["accounts", "control", "exports", "files", "harvests", "ies", "metadata", "notices", "people"]
