"""What goes out, and that it did not arrive."""

from dataclasses import dataclass

from mdwatch.shapes.notifications import OccurrenceShape


class Undelivered(Exception):
    """A message did not go, and why; `final`: the other side said that it will never take it."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.final = final


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message as it goes out; `made_at` in milliseconds, `link` the address of this service, "" where it has none."""

    notification: str
    recipient: str
    message_id: str
    made_at: int
    occurrences: tuple[OccurrenceShape, ...]
    link: str
