"""Whether whoever holds a lease is there: by its process where that can be seen, else by the time it said.

A holder names itself by its host, what its host has been since its last start, and the container it sees. The same
host started anew, or the same container, is one that holds nothing any more: it need not be waited for. A host is the
same by its name and, where both tell one, by the number of the machine; names that every second host has are none.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

_COMMON_NAMES: Final = frozenset({"", "localhost", "localhost.localdomain"})


class Sight(Enum):
    """How much can be seen of a holder from here."""

    PROCESS = "its process"
    NEIGHBOUR = "another container of this name on the same kernel"
    EARLIER = "this host before it was started anew"
    NOTHING = "nothing: it is elsewhere"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a holder is; `machine` "" where the host tells no number of its own."""

    host: str
    boot: str
    container: str
    machine: str = ""

    def __str__(self) -> str:
        return "/".join((self.host, self.boot, self.container, self.machine))


def place(text: str) -> Place:
    """A place as it was kept; parts that an earlier version did not keep are empty."""
    host, boot, container, machine, *_ = [*text.split("/"), "", "", ""]
    return Place(host, boot, container, machine)


def sight(holder: Place, here: Place) -> Sight:
    """How much of the holder can be seen from here."""
    same_start = holder.boot == here.boot != ""
    if (holder.host, holder.container) == (here.host, here.container) and same_start:
        return Sight.PROCESS
    known = bool(holder.machine and here.machine)
    if holder.host != here.host or (known and holder.machine != here.machine):
        return Sight.NOTHING
    if here.host in _COMMON_NAMES and not known:
        return Sight.NOTHING
    if not holder.boot or not holder.container:
        return Sight.NOTHING
    return Sight.NEIGHBOUR if same_start else Sight.EARLIER


def lives(seen: Sight, *, process: bool, in_time: bool, present: bool | None) -> bool:
    """Whether the holder is there.

    `process`: its process runs. `in_time`: its lease has not run out. `present`: whether a lock of the kernel's, which
    all containers see, tells that it is there; None where that cannot be told, and its time has to do.
    """
    match seen:
        case Sight.PROCESS:
            return process
        case Sight.EARLIER:
            return False
        case Sight.NEIGHBOUR:
            return in_time and present is not False
        case Sight.NOTHING:
            return in_time
