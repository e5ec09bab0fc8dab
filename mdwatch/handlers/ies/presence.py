"""An operator's page asks whether there is any IE at all: without one, no file can be applied."""

from mdwatch.repository import ie_counts
from mdwatch.runtime.context import Context


def any_there(context: Context) -> bool:
    """Whether there is an IE in the repository."""
    with context.repository.read() as connection:
        return ie_counts.any_there(connection)
