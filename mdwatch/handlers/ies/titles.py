"""What IEs are called: the titles in their descriptive records."""

from collections.abc import Iterator, Sequence

from mdwatch.errors import Rejected
from mdwatch.exporters.records import dublin_core
from mdwatch.repository import ie_finding
from mdwatch.runtime.context import Context


def titles(content: str | None) -> Iterator[str]:
    """The titles in a descriptive record; none where it cannot be read."""
    if content is None:
        return
    try:
        fields = dublin_core.fields(content)
    except Rejected:
        return
    for field in fields:
        if field.term[1] in {"title", "alternative"}:
            yield field.text


def of_pids(context: Context, pids: Sequence[str]) -> dict[str, str]:
    """The first titles of some IEs by their PIDs, "" where one has none."""
    with context.repository.read() as connection:
        found = ie_finding.of_pids(connection, pids)
    return {pid: next(titles(content), "") for pid, content in found.items()}
