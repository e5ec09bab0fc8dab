"""Whether whoever holds a lease is there: by its process where that can be seen, else by the time it said.

A holder names itself by its host, what its host has been since its last start, and the container it sees. The same
host started anew, or the same container, is one that holds nothing any more: it need not be waited for. A host is the
same by its name and, where both tell one, by the number of the machine; names that every second host has are none.

Who shares a SQLite database shares a kernel, and sees the others by a lock (`runtime.presence`), in whichever container
and under whichever name they are; a holder tells whether it has one.
"""

from enum import Enum
from typing import Final, NamedTuple

_SHOWN: Final = "shown"
_COMMON_NAMES: Final = frozenset({"", "localhost", "localhost.localdomain"})


class Sight(Enum):
    """How much can be seen of a holder from here."""

    PROCESS = "its process"
    NEIGHBOUR = "its lock: it is, or was, a container on this kernel"
    EARLIER = "this host before it was started anew"
    NOTHING = "nothing: it is elsewhere"


class HolderPlace(NamedTuple):
    """Where a holder is; `machine` "" where the host tells no number of its own. `shown`: it holds the lock."""

    host: str
    boot: str
    container: str
    machine: str = ""
    shown: bool = False

    def __str__(self) -> str:
        parts = (self.host, self.boot, self.container, self.machine)
        return "/".join((*parts, _SHOWN) if self.shown else parts)


def place(text: str) -> HolderPlace:
    """A place as it was kept; parts that an earlier version did not keep are empty."""
    host, boot, container, machine, shown, *_ = [*text.split("/"), "", "", "", ""]
    return HolderPlace(host, boot, container, machine, shown == _SHOWN)


def sight(holder: HolderPlace, here: HolderPlace) -> Sight:
    """How much of the holder can be seen from here."""
    if here.container and _start_of(holder) == _start_of(here):
        return Sight.PROCESS
    if holder.shown:
        return Sight.NEIGHBOUR
    machines = bool(holder.machine and here.machine)
    if holder.host != here.host or (machines and holder.machine != here.machine):
        return Sight.NOTHING
    if here.host in _COMMON_NAMES and not machines:
        return Sight.NOTHING
    # A sandbox may hide from one what another is told; then nothing follows from their being different.
    if not (holder.boot and here.boot and holder.container):
        return Sight.NOTHING
    return Sight.NEIGHBOUR if holder.boot == here.boot else Sight.EARLIER


def _start_of(item: HolderPlace) -> tuple[str, str, str]:
    return item.host, item.boot, item.container


def lives(seen: Sight, *, process: bool, in_time: bool, present: bool | None, shared: bool = False) -> bool:
    """Whether the holder is there.

    `process`: its process runs. `in_time`: its lease has not run out. `present`: whether a lock of the kernel's, which
    all containers see, tells that it is there; None where that cannot be told, and its time has to do. `shared`: the
    database is on a server, and other hosts may take over what one leaves lying: a process that is there but does not
    keep its lease, for it is stopped or cut off, counts no more.
    """
    match seen:
        case Sight.PROCESS:
            return process and (in_time or not shared)
        case Sight.EARLIER:
            return False
        case Sight.NEIGHBOUR:
            return in_time and present is not False
        case Sight.NOTHING:
            return in_time
