"""Measures the daemon as its user runs it: from drop to done, what a look costs, and what an idle daemon takes.

python benchmarks/daemon.py [--drops 200] [--waiting 1000,10000,100000] [--folders 200] [--seconds 20] [--work DIR]
"""

import argparse
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Final, NamedTuple

from mdwatch.dropfolder.folder import DropFolder
from mdwatch.rules import arrival

_NAMESPACE: Final = "http://com/exlibris/digitool/repository/api/xmlbeans"
_DC: Final = "http://purl.org/dc/elements/1.1/"
_TICKS: Final = os.sysconf("SC_CLK_TCK")


class Program(NamedTuple):
    """A command line, and the environment it runs in; None for that of this process."""

    command: tuple[str, ...]
    environment: dict[str, str] | None = None


OURS: Final = Program((sys.executable, "-m", "mdwatch"))


def record(title: str) -> str:
    """A descriptive record."""
    return f'<dc:record xmlns:dc="{_DC}"><dc:title>{title}</dc:title></dc:record>'


def update(pid: str, title: str) -> str:
    """An updateMD file."""
    return (
        f'<updateMD xmlns="{_NAMESPACE}"><PID>{pid}</PID><metadata><type>descriptive</type><subType>dc</subType>'
        f"<content><![CDATA[{record(title)}]]></content></metadata></updateMD>"
    )


def write_settings(root: Path, folders: list[Path], port: int | None = None) -> Path:
    """Settings with a job for each folder, and a port that the daemon listens on, if one is told."""
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    jobs = "".join(f'[jobs.j{number}]\nuser = "u"\nfolder = "{folder}"\n' for number, folder in enumerate(folders))
    path = root / "mdwatch.toml"
    path.write_text(
        f'[repository]\nurl = "sqlite:///{root}/m.db"\n[logs]\ndirectory = "{root}/logs"\n'
        f'[users.u]\ninstitution = "*"\nrole = "editor-full"\n{jobs}'
        + (f'[http]\nlisten = ["127.0.0.1:{port}"]\n' if port else ""),
        encoding="utf-8",
    )
    return path


def load(
    root: Path, settings: Path, stage: str, number: int, program: Program = OURS, *, published: bool = False
) -> None:
    """Loads IEs through the command line."""
    path = root / "ies.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for item in range(number):
            ie = {"pid": f"IE{item}", "institution": "I", "stage": stage, "descriptive": record("Old")}
            file.write(json.dumps({**ie, "published": published}) + "\n")
    command = [*program.command, "ie", "load", str(path), "--config", str(settings)]
    subprocess.run(command, check=True, capture_output=True, env=program.environment)


@contextmanager
def daemon(settings: Path, runs: int = 0, program: Program = OURS) -> Iterator[int]:
    """A running daemon, ready, and so many runs ended; its process."""
    log = settings.parent / "service.log"
    with log.open("wb") as stream:
        command = [*program.command, "run", "--config", str(settings)]
        process = subprocess.Popen(command, stdout=stream, stderr=stream, env=program.environment)
    try:
        while log.read_text().count('"event": "ready"') < 1 or log.read_text().count('"event": "run_ended"') < runs:
            if process.poll() is not None:
                sys.exit(log.read_text())
            time.sleep(0.2)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def measure_latency(root: Path, drops: int) -> str:
    """From the close of a dropped file to its name in done/, one at a time."""
    times = latencies(root, drops)
    p99 = times[int(len(times) * 0.99)]
    return f"{drops} single drops, drop to done: median {statistics.median(times):.1f} ms, p99 {p99:.1f} ms"


def measure_harvest_latency(root: Path, drops: int) -> str:
    """From the close of a dropped file to its record at a harvester, one at a time."""
    times = harvest_latencies(root, drops)
    p99 = times[int(len(times) * 0.99)]
    return f"{drops} single drops, drop to GetRecord: median {statistics.median(times):.1f} ms, p99 {p99:.1f} ms"


def latencies(root: Path, drops: int, program: Program = OURS) -> list[float]:
    """Milliseconds of each drop, the shortest first."""
    folder = root / "drop"
    settings = write_settings(root, [folder])
    load(root, settings, "permanent", 10, program)
    times = []
    with daemon(settings, program=program):
        for number in range(drops):
            path = folder / f"{number}.xml"
            path.write_text(update(f"IE{number % 10}", f"T{number}"), encoding="utf-8")
            begun = time.perf_counter()
            while not (folder / "done" / path.name).exists():
                time.sleep(0.0002)
            times.append((time.perf_counter() - begun) * 1000)
            time.sleep(0.05)
    return sorted(times)


def harvest_latencies(root: Path, drops: int) -> list[float]:
    """Milliseconds from the close of a dropped file to an answer of GetRecord that has it, the shortest first.

    In all formats there are, as the settings' default is; a harvester asks every five milliseconds.
    """
    folder = root / "drop"
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    settings = write_settings(root, [folder], port)
    load(root, settings, "permanent", 10, published=True)
    subprocess.run([*OURS.command, "export", "all", "--config", str(settings)], check=True, capture_output=True)
    times = []
    with daemon(settings):
        harvester = HTTPConnection("127.0.0.1", port, timeout=60)
        listed = _asked(harvester, "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc")
        identifiers = {name.rpartition(":")[2]: name for name in re.findall("<identifier>([^<]+)<", listed)}
        for number in range(drops):
            pid, title = f"IE{number % 10}", f"Harvestable {number}."
            path = folder / f"{number}.xml"
            path.write_text(update(pid, title), encoding="utf-8")
            begun = time.perf_counter()
            ask = f"/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier={identifiers[pid]}"
            while title not in _asked(harvester, ask):
                time.sleep(0.005)
            times.append((time.perf_counter() - begun) * 1000)
            time.sleep(0.05)
        harvester.close()
    return sorted(times)


def _asked(harvester: HTTPConnection, address: str) -> str:
    harvester.request("GET", address)
    return harvester.getresponse().read().decode()


def measure_waiting(root: Path, files: int, seconds: float) -> Iterator[str]:
    """A folder in which files wait for IEs in SIP processing: one look, and an idle daemon."""
    folder = root / "drop"
    settings = write_settings(root, [folder])
    load(root, settings, "sip", 1000)
    for number in range(files):
        (folder / f"{number}.xml").write_text(update(f"IE{number % 1000}", "New"), encoding="utf-8")
    with DropFolder(folder) as place:
        begun = time.perf_counter()
        look = place.look(arrival.DEFAULT_INCLUDE)
        full = time.perf_counter() - begun
        known = {file.name: file for file in look.files}
        begun = time.perf_counter()
        place.look(arrival.DEFAULT_INCLUDE, known)
        names = time.perf_counter() - begun
    yield f"{files} waiting files: a full look {full:.3f} s, a look at names {names:.3f} s"
    with daemon(settings, runs=1) as process:
        yield f"{files} waiting files: idle daemon {idle(process, seconds):.2f} % of a core, {memory(process):.0f} MB"


def measure_folders(root: Path, folders: int, seconds: float) -> str:
    """An idle daemon with many empty folders."""
    settings = write_settings(root, [root / "drop" / str(number) for number in range(folders)])
    with daemon(settings) as process:
        return (
            f"{folders} empty folders: idle daemon {idle(process, seconds):.2f} % of a core, {memory(process):.0f} MB"
        )


def idle(process: int, seconds: float) -> float:
    """The share of a core, in percent, that a process takes while nothing happens."""
    time.sleep(2)
    before = cpu(process)
    time.sleep(seconds)
    return (cpu(process) - before) / seconds * 100


def cpu(process: int) -> float:
    """CPU seconds of a process so far."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def memory(process: int) -> float:
    """Resident memory in MB."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024


def main() -> None:
    """Measures, and prints a line for each figure as it is known."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--drops", type=int, default=200)
    parser.add_argument("--waiting", default="1000,10000,100000")
    parser.add_argument("--folders", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--work", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.work) as name:
        root = Path(name)
        (root / "latency").mkdir()
        print(measure_latency(root / "latency", arguments.drops), flush=True)
        (root / "harvest").mkdir()
        print(measure_harvest_latency(root / "harvest", arguments.drops), flush=True)
        (root / "folders").mkdir()
        print(measure_folders(root / "folders", arguments.folders, arguments.seconds), flush=True)
        for files in (int(number) for number in arguments.waiting.split(",")):
            (root / str(files)).mkdir()
            for line in measure_waiting(root / str(files), files, arguments.seconds):
                print(line, flush=True)


if __name__ == "__main__":
    main()
