"""Who a process is, as the holder of leases: on which host since its last start, in which container, which process."""

import os
from functools import cache
from pathlib import Path

from mdwatch.rules import holders
from mdwatch.rules.holders import HolderPlace


def myself(*, shown: bool = False) -> str:
    """This process, as the holder of leases; `shown`: it holds the lock by which others see it (`presence`)."""
    process = os.getpid()
    return f"{host()._replace(shown=shown)} {process} {_born_myself(process)}"


def shown(holder: str) -> str:
    """A holder in words: its process, and on which host."""
    there, process, _ = parts(holder)
    return f"{process} on {there.host}"


def parts(holder: str) -> tuple[HolderPlace, int, str]:
    """A holder as it is kept: where it is, its process, and when that was started."""
    text, process, born = holder.rsplit(" ", 2)
    return holders.place(text), int(process), born


def host() -> HolderPlace:
    """This host since its last start, seen from this container: numbers of processes mean something only there."""
    return HolderPlace(os.uname().nodename, *_kernel())


@cache
def _kernel() -> tuple[str, str, str]:
    """The start of this kernel, the container, and the number of the machine; "" where one cannot be told."""
    return (
        _read("/proc/sys/kernel/random/boot_id"),
        _link("/proc/self/ns/pid"),
        _read("/etc/machine-id"),
    )


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii").strip().replace(" ", "").replace("/", "")
    except (OSError, ValueError):
        return ""


def _link(path: str) -> str:
    try:
        return Path(path).readlink().name
    except OSError:
        return ""


@cache
def _born_myself(process: int) -> str:
    """Of a process that asks about itself, and so is there, which it need not find out again."""
    return born(process)


def born(process: int) -> str:
    """When the process was started, in the kernel's ticks; empty for one that is not there, or only as a zombie."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]
