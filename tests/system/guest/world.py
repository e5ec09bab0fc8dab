"""What programs in a guest share: mdwatch set up there, files to drop, conditions to wait for, facts to hand back.

Runs on the guest's own Python, with nothing but the standard library.
"""

import json
import os
import subprocess
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

CONFIG = Path("/etc/mdwatch/mdwatch.toml")
DROP_IN = Path("/etc/systemd/system/mdwatch.service.d/test.conf")
LOGS = Path("/var/log/mdwatch")
Step = Callable[[], dict[str, Any]]
# Whoever drops files: another user than mdwatch's, who shares a group with it.
DEPOSITOR = 1500


def run(*command: object, check: bool = True) -> "subprocess.CompletedProcess[str]":
    """Runs a command; raises with all it said where it fails and that is not expected."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if check and done.returncode != 0:
        raise RuntimeError(f"{command} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done


def install() -> None:
    """What a package's scripts would do after its files are in place."""
    run("cp", "-a", "/input/root/.", "/")
    run("systemd-sysusers")
    run("systemd-sysusers", "--inline", f"u depositor {DEPOSITOR}", "m mdwatch depositor")
    run("systemd-tmpfiles", "--create", "mdwatch.conf")


def configure(settings: str, drop_in: str = "") -> None:
    """Writes the settings, and what is particular to this machine in the unit."""
    CONFIG.write_text(settings, encoding="utf-8")
    DROP_IN.write_text(drop_in, encoding="utf-8")
    run("systemctl", "daemon-reload")


def make_folder(folder: Path) -> None:
    """A drop folder as the README says: of mdwatch, for the people of a group."""
    folder.mkdir(parents=True, exist_ok=True)
    run("chown", "mdwatch:depositor", folder)
    run("chmod", "2770", folder)


def load(numbers: range) -> None:
    """Loads IEs of these numbers."""
    lines = [
        json.dumps({"pid": f"IE{number}", "institution": "INS01", "descriptive": _dc("Old")}) for number in numbers
    ]
    path = Path("/tmp/ies.jsonl")
    path.write_text("\n".join(lines), encoding="utf-8")
    mdwatch("ie", "load", path)


def mdwatch(*arguments: object, check: bool = True) -> "subprocess.CompletedProcess[str]":
    """Runs a command as an operator does: as mdwatch's user."""
    return run("runuser", "-u", "mdwatch", "--", "mdwatch", *arguments, check=check)


def show_ie(pid: str) -> str:
    """An IE as JSON."""
    return mdwatch("ie", "show", pid, "--format", "json").stdout


def status(job: str) -> dict[str, Any]:
    """A job as `mdwatch status` tells it."""
    jobs = json.loads(mdwatch("status", "--json").stdout)["jobs"]
    found: dict[str, Any] = next(item for item in jobs if item["name"] == job)
    return found


def _dc(title: str) -> str:
    return f'<dc:record xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title></dc:record>'


def update(pid: str, title: str) -> bytes:
    """An updateMD file."""
    return (
        '<updateMD xmlns="http://com/exlibris/digitool/repository/api/xmlbeans">'
        f"<PID>{pid}</PID><metadata><type>descriptive</type><subType>dc</subType>"
        f"<content><![CDATA[{_dc(title)}]]></content></metadata></updateMD>"
    ).encode()


def drop(folder: Path, name: str, data: bytes, mode: int = 0o640) -> None:
    """Drops a file as the depositor: written under another name, renamed when complete."""
    hidden = folder / f".{name}.part"
    hidden.write_bytes(data)
    hidden.chmod(mode)
    os.chown(hidden, DEPOSITOR, DEPOSITOR)
    hidden.rename(folder / name)


def wait(condition: Callable[[], Any], seconds: float, what: str) -> float:
    """Waits until something is so; for how many seconds it was not. Raises where it never is."""
    start = time.monotonic()
    while True:
        if condition():
            return round(time.monotonic() - start, 2)
        if time.monotonic() - start > seconds:
            raise TimeoutError(f"for {seconds} s not: {what}")
        time.sleep(0.05)


def unit(*names: str) -> dict[str, str]:
    """Properties of the unit, as systemd knows them."""
    text = run("systemctl", "show", "mdwatch.service", "-p", ",".join(names)).stdout
    return dict(line.split("=", 1) for line in text.splitlines())


def where_it_stands() -> list[str]:
    """The processes of the unit, each with its state and where in the kernel it waits."""
    group = unit("ControlGroup")["ControlGroup"]
    found = []
    for pid in Path(f"/sys/fs/cgroup{group}/cgroup.procs").read_text(encoding="ascii").split():
        line = run("ps", "-L", "-o", "pid=,tid=,stat=,wchan:32=,args=", "-p", pid, check=False).stdout
        found.append(line + Path(f"/proc/{pid}/stack").read_text(encoding="ascii"))
    return found


def journal(*, ours: bool = True) -> list[dict[str, Any]]:
    """The journal of the unit: the service's own lines, or else those that systemd wrote about it."""
    run("journalctl", "--sync")
    lines = run("journalctl", "-u", "mdwatch.service", "-o", "json", "--no-pager").stdout.splitlines()
    entries = [json.loads(line) for line in lines]
    return [
        {"priority": int(entry["PRIORITY"]), "message": entry["MESSAGE"]}
        for entry in entries
        if (entry.get("_SYSTEMD_UNIT") == "mdwatch.service") == ours
    ]


def job_log(job: str) -> list[str]:
    """The job log without its moments."""
    path = LOGS / f"{job}.log"
    return [line.split("   ", 1)[1] for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def hand_back(steps: dict[str, Step]) -> None:
    """Takes the steps in turn and writes what each found; one that fails does not keep the others from being taken."""
    facts: dict[str, dict[str, Any]] = {}
    out = Path(os.environ["HARNESS_OUT"])
    for name, step in steps.items():
        start = time.monotonic()
        try:
            facts[name] = step()
        except Exception:
            facts[name] = {"failed": traceback.format_exc()}
        seconds = time.monotonic() - start
        print(f"{name}: {seconds:.1f} s {json.dumps(facts[name])[:1500]}", flush=True)
    (out / "facts.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")
    journal_text = run("journalctl", "-u", "mdwatch.service", "--no-pager", "-o", "short-precise", check=False).stdout
    (out / "journal").write_text(journal_text, encoding="utf-8")
