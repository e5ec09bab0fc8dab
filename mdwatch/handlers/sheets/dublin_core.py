"""Which records a sheet may change, and which fields it may have: Dublin Core, and nothing else."""

from collections.abc import Iterable

from mdwatch.errors import UsageError
from mdwatch.exporters.records import dcmi
from mdwatch.model import Record


def why_none(record: Record | None) -> str:
    """Why the descriptive record of an IE is none that a sheet can have; empty where it is one."""
    if record is None:
        return "it has no descriptive record"
    if record.sub_type.lower() != "dc":
        return f"its descriptive record is {record.sub_type}, not Dublin Core"
    return ""


def check_known(fields: Iterable[str]) -> None:
    """Raises `UsageError` for a field such as `dc:titel`, which is no element of `dc` and no term of `dcterms`."""
    for field in fields:
        prefix, _, local = field.partition(":")
        if local not in dcmi.ELEMENTS and (prefix != "dcterms" or local not in dcmi.TERMS):
            raise UsageError(f"Dublin Core has no {field}; fields are those of DCMI, such as dc:title, dcterms:issued")
