"""Running a command as its user does, and watching from outside what time and memory it takes."""

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

LOOK_SECONDS: Final = 0.05  # between two looks at the running command
_TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Usage:
    """What a command's own process took, and all that it started, added up.

    Memory is the maximum RSS in MB, in which pages that processes share count in each of them; CPU is in seconds, and
    misses what a process did after the last look at it.
    """

    main_memory: float
    child_memory: float
    main_cpu: float
    child_cpu: float

    @property
    def memory(self) -> float:
        """Of the whole tree."""
        return self.main_memory + self.child_memory

    @property
    def cpu(self) -> float:
        """Of the whole tree."""
        return self.main_cpu + self.child_cpu


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that ended: its wall time from before its start to after its end, its exit status and output."""

    seconds: float
    status: int
    output: str
    usage: Usage


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    """The environment of an installed program, whose bytecode is kept from one start to the next, and `extra`."""
    kept = {name: value for name, value in os.environ.items() if name not in {"PYTHONDONTWRITEBYTECODE", "PYTHONPATH"}}
    return {**kept, **extra}


def run(command: Sequence[str | Path], log: Path, extra: Mapping[str, str] = MappingProxyType({})) -> Ran:
    """Runs a command to its end, with `extra` in its environment; what it writes to stderr goes to the end of `log`."""
    with log.open("ab") as errors:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment(extra))
        watch = _Watch(process.pid)
        watch.start()
        output, _ = process.communicate()
        seconds = time.perf_counter() - start
    return Ran(seconds, process.returncode, output, watch.ended())


class _Watch(threading.Thread):
    """Looks at a process and its descendants while they live; the kernel counts for each, so the last look tells."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self._root = root
        self._ended = threading.Event()
        self._memory: dict[int, float] = {}
        self._cpu: dict[int, float] = {}

    def run(self) -> None:
        """Looks until the command has ended."""
        while not self._ended.wait(LOOK_SECONDS):
            for process in [self._root, *_descendants(self._root)]:
                self._memory[process] = max(_memory(process), self._memory.get(process, 0))
                self._cpu[process] = max(_cpu(process), self._cpu.get(process, 0))

    def ended(self) -> Usage:
        """What was used, once the command has ended."""
        self._ended.set()
        self.join()
        memory, cpu = self._memory.pop(self._root, 0), self._cpu.pop(self._root, 0)
        return Usage(memory, sum(self._memory.values()), cpu, sum(self._cpu.values()))


def _descendants(process: int) -> list[int]:
    """The processes that a process started, and theirs."""
    found: list[int] = []
    # A process, or a thread of it, may end at any moment.
    with suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            children = (task / "children").read_text().split()
            for child in map(int, children):
                found += [child, *_descendants(child)]
    return found


def _cpu(process: int) -> float:
    """The CPU seconds the process has taken, for itself and the kernel; 0 if it has ended."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _memory(process: int) -> float:
    """The most memory the process ever had resident, in MB; 0 if it has ended."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    lines = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(lines[0].split()[1]) / 1024 if lines else 0
