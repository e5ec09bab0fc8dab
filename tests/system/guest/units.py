"""The installed unit under real systemd, step by step; each step hands back what it found."""

import os
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.system.guest import world

SHARED = Path("/operational_shared/md_update")
UPDATES = SHARED / "INS01" / "updates"
MANUAL = SHARED / "INS01" / "manual"
ADDED = SHARED / "INS01" / "added"
# Not named in drop-folders.conf: the service may not write there.
CLOSED = Path("/srv/closed")
MANY = 700  # enough files for worker processes

SETTINGS = f"""
[repository]
busy_seconds = 2

[users.updater]
institution = "INS01"
role = "editor-typical"

[jobs.updates]
user = "updater"
folder = "{UPDATES}"
settle_seconds = 0.2
sweep_seconds = 2

[jobs.manual]
user = "updater"
folder = "{MANUAL}"
schedule = "manual"
settle_seconds = 0.2

[jobs.closed]
user = "updater"
folder = "{CLOSED}"
sweep_seconds = 2
"""
ADDITION = f"""
[jobs.added]
user = "updater"
folder = "{ADDED}"
settle_seconds = 0.2
sweep_seconds = 2
"""
# Only the span is shorter than in the installed unit.
DROP_IN = """
[Service]
WatchdogSec=8
"""


def installs() -> dict[str, Any]:
    """The files in place, the user made, IEs loaded."""
    world.install()
    for folder in (UPDATES, MANUAL, ADDED, CLOSED):
        world.make_folder(folder)
    world.configure(SETTINGS, DROP_IN)
    world.run("systemd-tmpfiles", "--create", "mdwatch.conf")
    state = world.CONFIG.stat()
    verified = world.run("systemd-analyze", "verify", "--recursive-errors=no", "mdwatch.service", check=False)
    world.load(range(1, MANY + 1))
    return {
        "verified": verified.returncode,
        "complaints": verified.stderr,
        "config_mode": oct(state.st_mode & 0o7777),
        "config_group": world.run("stat", "-c", "%G", world.CONFIG).stdout.strip(),
        "watchdog": world.unit("WatchdogUSec"),
    }


def starts() -> dict[str, Any]:
    """`systemctl start` returns when the daemon says it is ready."""
    start = time.monotonic()
    done = world.run("systemctl", "start", "mdwatch", check=False)
    seconds = time.monotonic() - start
    world.run("systemctl", "enable", "mdwatch")
    world.wait(lambda: world.unit("StatusText")["StatusText"], 10, "a line of status")
    properties = world.unit("ActiveState", "SubState", "StatusText", "MainPID", "NRestarts")
    return {"status": done.returncode, "said": done.stderr, "seconds": seconds, **properties}


def is_confined() -> dict[str, Any]:
    """What the kernel says the process may do."""
    pid = world.unit("MainPID")["MainPID"]
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    status = {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}
    # Root in the daemon's mount namespace: what it cannot write there, nobody can.
    inside = {
        place: world.run("nsenter", "-t", pid, "-m", "touch", f"{place}/probe", check=False).returncode == 0
        for place in ("/etc", "/usr/local/lib/mdwatch", "/etc/mdwatch", "/srv/closed", "/var/lib/mdwatch", UPDATES)
    }
    for place in ("/var/lib/mdwatch", UPDATES):
        Path(f"{place}/probe").unlink()
    return {
        "writes": {str(place): can for place, can in inside.items()},
        "user": world.run("ps", "-o", "user=", "-p", pid).stdout.strip(),
        **{key: status[key] for key in ("CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp")},
    }


def processes_a_drop() -> dict[str, Any]:
    """Files dropped by somebody else are applied, filed, and can be followed."""
    world.drop(UPDATES, "a.xml", world.update("IE1", "Dropped"))
    seconds = world.wait((UPDATES / "done" / "a.xml").exists, 30, "a.xml in done/")
    world.drop(UPDATES, "b.xml", b"<nonsense/>")
    world.wait((UPDATES / "error" / "b.xml.reason.txt").exists, 30, "the reason of b.xml")
    world.wait(lambda: "Errors" in world.job_log("updates")[-1], 30, "the run's last line")
    reason = UPDATES / "error" / "b.xml.reason.txt"
    return {
        "seconds": seconds,
        "log": world.job_log("updates"),
        "ie": world.show_ie("IE1"),
        "left": sorted(path.name for path in UPDATES.glob("*.xml")),
        # The people of the institution read the reason, and nobody else does.
        "reason_mode": oct(reason.stat().st_mode & 0o777),
        "reason_group": reason.stat().st_gid,
    }


def tells_of_a_closed_folder() -> dict[str, Any]:
    """A folder that the unit leaves read-only is this job's trouble, and is told."""
    world.drop(CLOSED, "c.xml", world.update("IE2", "Never"))
    world.wait(lambda: "closed" in world.unit("StatusText")["StatusText"], 30, "job closed in trouble")
    world.drop(UPDATES, "d.xml", world.update("IE2", "Elsewhere"))
    world.wait((UPDATES / "done" / "d.xml").exists, 30, "d.xml in done/")
    return {"status": world.status("closed")["state"], **world.unit("StatusText")}


def uses_worker_processes() -> dict[str, Any]:
    """Many files at once, asked for by a command: forkserver, semaphores and pipes work in the sandbox."""
    for number in range(1, MANY + 1):
        world.drop(MANUAL, f"{number:03}.xml", world.update(f"IE{number}", "Many"))
    group = world.unit("ControlGroup")["ControlGroup"]
    tasks = Path(f"/sys/fs/cgroup{group}/cgroup.procs")
    most = 0
    asked = subprocess.Popen(["runuser", "-u", "mdwatch", "--", "mdwatch", "job", "run", "manual", "--json"],
                                   stdout=subprocess.PIPE, text=True)  # fmt: skip
    while asked.poll() is None:
        most = max(most, len(tasks.read_text(encoding="ascii").split()))
        time.sleep(0.02)
    return {
        "status": asked.returncode,
        "answer": asked.communicate()[0],
        "most_processes": most,
        "done": len(list((MANUAL / "done").glob("*.xml"))),
        "log": world.job_log("manual")[-1],
    }


def reloads() -> dict[str, Any]:
    """New settings come into force without a restart."""
    before = world.unit("MainPID")
    world.CONFIG.write_text(SETTINGS + ADDITION, encoding="utf-8")
    done = world.run("systemctl", "reload", "mdwatch", check=False)
    world.drop(ADDED, "e.xml", world.update("IE3", "Added"))
    world.wait((ADDED / "done" / "e.xml").exists, 30, "e.xml in done/")
    return {"status": done.returncode, "same": before == world.unit("MainPID"), **world.unit("ActiveState")}


def survives_a_bad_reload() -> dict[str, Any]:
    """A faulty file is refused: the old settings stay, and every fault is logged."""
    before = world.unit("MainPID")
    bad = (SETTINGS + ADDITION).replace('user = "updater"', 'user = "nobody"', 1)
    world.CONFIG.write_text(bad.replace("busy_seconds = 2", 'busy_seconds = "soon"'), encoding="utf-8")
    done = world.run("systemctl", "reload", "mdwatch", check=False)
    world.wait(lambda: any("reload_refused" in line["message"] for line in world.journal()), 20, "the refusal logged")
    refusal = next(line for line in world.journal() if "reload_refused" in line["message"])
    world.drop(ADDED, "f.xml", world.update("IE4", "Still"))
    world.wait((ADDED / "done" / "f.xml").exists, 30, "f.xml in done/")
    world.CONFIG.write_text(SETTINGS + ADDITION, encoding="utf-8")
    again = world.run("systemctl", "reload", "mdwatch", check=False)
    world.wait(lambda: "reloaded" in world.journal()[-1]["message"], 20, "the mended file taken")
    return {
        "status": done.returncode,
        "again": again.returncode,
        "refusal": refusal,
        "same": before == world.unit("MainPID"),
        **world.unit("ActiveState", "NRestarts"),
    }


def has_its_logs_rotated() -> dict[str, Any]:
    """The log is renamed, and the daemon goes on in a new one."""
    before = world.job_log("updates")
    done = world.run("logrotate", "--force", "/etc/logrotate.d/mdwatch", check=False)
    world.drop(UPDATES, "g.xml", world.update("IE5", "Rotated"))
    world.wait(lambda: world.job_log("updates")[-1:] == ["INFO   Job completed successfully"], 30, "the new log")
    rotated = [path for path in world.LOGS.iterdir() if path.name.startswith("updates.log.")]
    return {
        "status": done.returncode,
        "said": done.stderr,
        "names": sorted(path.name for path in world.LOGS.iterdir()),
        "kept": [len(path.read_text(encoding="utf-8").splitlines()) == len(before) for path in rotated],
        "log": world.job_log("updates"),
    }


def is_restarted_by_the_watchdog() -> dict[str, Any]:
    """A worker that is stuck in the middle of its work: the process is ended, started again, and nothing is lost."""
    before = world.unit("MainPID", "NRestarts")
    log = world.LOGS / "updates.log"
    log.rename(world.LOGS / "updates.log.aside")
    # Opening a pipe that nobody reads waits for ever.
    os.mkfifo(log)
    world.run("chown", "mdwatch:mdwatch", log)
    world.drop(UPDATES, "h.xml", world.update("IE6", "Frozen"))
    seconds = world.wait(lambda: world.unit("MainPID") != {"MainPID": before["MainPID"]}, 120, "the process ended")
    log.unlink()
    world.wait(lambda: world.unit("ActiveState", "MainPID")["ActiveState"] == "active", 60, "the service active again")
    world.wait((UPDATES / "done" / "h.xml").exists, 60, "h.xml in done/")
    world.wait(lambda: world.job_log("updates")[-1:] == ["INFO   Job completed successfully"], 30, "the run's end")
    return {
        "seconds": seconds,
        "before": before,
        "after": world.unit("MainPID", "NRestarts", "ActiveState"),
        "stacks": [line["message"] for line in world.journal() if "Thread 0x" in line["message"]],
        "priorities": sorted({line["priority"] for line in world.journal()}),
        "systemd": [line["message"] for line in world.journal(ours=False) if "atchdog" in line["message"]],
        "history": world.mdwatch("ie", "history", "IE6", "--json").stdout,
        "log": world.job_log("updates"),
    }


def comes_back_after_a_kill() -> dict[str, Any]:
    """SIGKILL, as the kernel sends it where memory runs out."""
    before = world.unit("MainPID", "NRestarts")
    world.run("systemctl", "kill", "--kill-whom=main", "--signal=SIGKILL", "mdwatch")
    world.wait(lambda: world.unit("NRestarts")["NRestarts"] != before["NRestarts"], 60, "a restart")
    world.wait(lambda: world.unit("ActiveState")["ActiveState"] == "active", 60, "the service active again")
    world.drop(UPDATES, "i.xml", world.update("IE7", "Back"))
    world.wait((UPDATES / "done" / "i.xml").exists, 30, "i.xml in done/")
    return {"before": before, **world.unit("MainPID", "NRestarts")}


def stops() -> dict[str, Any]:
    """SIGTERM ends it within seconds, with nothing left."""
    start = time.monotonic()
    done = world.run("systemctl", "stop", "mdwatch", check=False)
    seconds = time.monotonic() - start
    log = [line["message"] for line in world.journal()]
    return {
        "status": done.returncode,
        "seconds": seconds,
        "last": log[-1],
        **world.unit("ActiveState", "Result", "ExecMainCode", "ExecMainStatus"),
    }


def gives_up_on_bad_settings() -> dict[str, Any]:
    """Only a person can mend the settings: all faults are told, and the service stays down."""
    restarts = world.unit("NRestarts")["NRestarts"]
    bad = SETTINGS.replace('user = "updater"', 'user = "nobody"', 1)
    world.CONFIG.write_text(bad.replace("busy_seconds = 2", 'busy_seconds = "soon"'), encoding="utf-8")
    seen = len(world.journal())
    done = world.run("systemctl", "start", "mdwatch", check=False)
    world.wait(lambda: world.unit("ActiveState")["ActiveState"] == "failed", 30, "the service failed")
    return {
        "status": done.returncode,
        "restarts": [restarts, world.unit("NRestarts")["NRestarts"]],
        "said": [line["message"] for line in world.journal()[seen:]],
        **world.unit("ActiveState", "SubState", "ExecMainStatus"),
    }


if __name__ == "__main__":
    steps: list[world.Step] = [
        installs,
        starts,
        is_confined,
        processes_a_drop,
        tells_of_a_closed_folder,
        uses_worker_processes,
        reloads,
        survives_a_bad_reload,
        has_its_logs_rotated,
        is_restarted_by_the_watchdog,
        comes_back_after_a_kill,
        stops,
        gives_up_on_bad_settings,
    ]
    world.hand_back({step.__name__: step for step in steps})
