"""The daemon as users start it: a process of its own, over a world of the tests."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from tests.worlds import World

ROOT = Path(__file__).parents[2]
# The worlds of the test that goes on, each of which is audited behind it: `conftest.py`.
WORLDS: Final[dict[Path, World]] = {}
PATIENCE = 30.0  # seconds, for machines that are busy with other tests


def until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Waits for a condition."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.005)


class RunningDaemon:
    """A daemon that was started."""

    def __init__(self, world: World, process: subprocess.Popen[bytes], output: Path) -> None:
        self.world = world
        self.process = process
        self._output = output

    def events(self, name: str) -> list[dict[str, Any]]:
        """The lines of the service log about one kind of event."""
        whole, _, _ = self._output.read_text(encoding="utf-8").rpartition("\n")
        entries = (_entry(line) for line in whole.splitlines())
        return [entry for entry in entries if entry.get("event") == name]

    def wait_for(self, name: str, times: int = 1) -> dict[str, Any]:
        """Waits until the service log has told of something so many times."""
        until(lambda: len(self.events(name)) >= times or self.process.poll() is not None)
        found = self.events(name)
        assert len(found) >= times, self._output.read_text(encoding="utf-8")
        return found[times - 1]

    def wait_for_file(self, *names: str) -> None:
        """Waits until files are where they belong, by their path below the drop folder."""
        until(lambda: all((self.world.folder / name).exists() for name in names))

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ends it; the exit status."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


def _entry(line: str) -> dict[str, Any]:
    """A line of the service log; one that a process was killed over stands before the next one's, without an end."""
    for start in (found.start() for found in re.finditer(r"\{", line)):
        with suppress(json.JSONDecodeError):
            entry: dict[str, Any] = json.loads(line[start:])
            return entry
    return {}


@contextmanager
def running(
    world: World,
    *prefix: str,
    ready: bool = True,
    program: tuple[str, ...] = ("-m", "mdwatch"),
    environment: Mapping[str, str] | None = None,
) -> Iterator[RunningDaemon]:
    """A daemon over the world, ended when the block is; it sees more of an environment where that is given."""
    world.raw["logs"]["level"] = "info"
    WORLDS[world.root] = world
    settings = world.write_settings()
    output = world.root / "service.log"
    with output.open("ab") as stream:
        command = [*prefix, sys.executable, *program, "run", "--config", str(settings)]
        seen = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], **(environment or {})}
        process = subprocess.Popen(command, stdout=stream, stderr=stream, env=seen, cwd=world.root)
    daemon = RunningDaemon(world, process, output)
    try:
        if ready:
            daemon.wait_for("ready", len(daemon.events("ready")) + 1)
        yield daemon
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def command(world: World, *arguments: str) -> subprocess.CompletedProcess[str]:
    """One call of the command line."""
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "MDWATCH_CONFIG": str(world.write_settings())}
    return subprocess.run(
        [sys.executable, "-m", "mdwatch", *arguments], capture_output=True, text=True, check=False, env=environment
    )
