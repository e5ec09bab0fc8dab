"""The installed service on real NFS shares: it runs on one client (/mnt/a), files come from another (/mnt/b).

One round for each version of the protocol; each step hands back what it found. Everything is slow here: the machine is
emulated.
"""

import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from tests.system.guest import world

PLACE = Path("INS01/updates")
HERE, THERE = Path("/mnt/a") / PLACE, Path("/mnt/b") / PLACE
LOCAL = Path("/srv/local/updates")
IES = 5

SETTINGS = f"""
[users.updater]
institution = "INS01"
role = "editor-typical"

[jobs.share]
user = "updater"
folder = "{HERE}"
sweep_seconds = 2

[jobs.local]
user = "updater"
folder = "{LOCAL}"
sweep_seconds = 2
"""
# The shares are mounted below /mnt, some of them only later; and Python starts slowly here.
DROP_IN = """
[Service]
ReadWritePaths=/mnt /srv/local
TimeoutStartSec=600
"""


def as_depositor(act: Callable[[], object]) -> int:
    """Starts a process that does this as the user who drops files; its number."""
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(world.DEPOSITOR)
        os.setuid(world.DEPOSITOR)
        os.umask(0o027)
        try:
            act()
        except BaseException as error:
            print(f"depositor: {error!r}", flush=True)
            os._exit(1)
        os._exit(0)
    return child


def finished(child: int) -> bool:
    """Whether the process came to a good end."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def drop_all(prefix: str, count: int) -> None:
    """Drops files one after the other, some renamed when complete, some not; names tell nothing of order."""
    for number in range(count):
        target = THERE / f"{prefix}-{count - number:02}.xml"
        data = world.update(f"IE{number % IES + 1}", f"{prefix} {number}")
        if number % 2:
            hidden = THERE / f".{target.name}.part"
            hidden.write_bytes(data)
            hidden.rename(target)
        else:
            target.write_bytes(data)
        # Beyond the grain of any clock, so that there is an order to keep.
        time.sleep(0.1)


def write_slowly(name: str, data: bytes, seconds: int) -> None:
    """Writes a file in as many parts as seconds, each on the server's disk before the next."""
    part = len(data) // seconds
    with (THERE / name).open("wb", buffering=0) as file:
        for number in range(seconds):
            file.write(data[number * part : (number + 1) * part])
            os.fsync(file.fileno())
            time.sleep(1)
        file.write(data[seconds * part :])


def updated(job: str, since: int = 0) -> list[str]:
    """What the job log says of files, from a line on."""
    return [line for line in world.job_log(job)[since:] if " IE " in line]


def all_away(prefix: str, count: int, since: int) -> bool:
    """Whether so many files are in done/, and the log, from a line on, has them and the end of their run."""
    applied = [line for line in updated("share", since) if line.endswith("successfully updated")]
    return (
        len(list((HERE / "done").glob(f"{prefix}-*.xml"))) == len(applied) == count
        and "Job completed" in world.job_log("share")[-1]
    )


def left() -> list[str]:
    """What lies in the drop folder and in error/, on the server."""
    folder = Path("/srv/export") / PLACE
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.parent.name != "done")


def prepares() -> dict[str, Any]:
    """What a package would install, and IEs."""
    world.install()
    world.make_folder(Path("/srv/export") / PLACE)
    world.make_folder(LOCAL)
    world.configure(SETTINGS, DROP_IN)
    world.load(range(1, IES + 1))
    # Where this is 1, nobody may make a hard link to a file of others that they cannot write to.
    return {"protected_hardlinks": Path("/proc/sys/fs/protected_hardlinks").read_text(encoding="ascii").strip()}


def mounts(version: str) -> dict[str, Any]:
    """The share mounted by both clients; the first time before the service starts, later under its feet."""
    world.run("nfs-up", version)
    if world.unit("ActiveState")["ActiveState"] != "active":
        world.run("systemctl", "start", "mdwatch")
    found = world.run("findmnt", "-n", "-o", "FSTYPE,OPTIONS", "/mnt/a").stdout
    return {"mount": found, **world.unit("ActiveState")}


def applies_in_order(version: str) -> dict[str, Any]:
    """Files of another client, in the order in which they were created."""
    since = len(world.job_log("share"))
    prefix = f"order{version}"
    good = finished(as_depositor(partial(drop_all, prefix, 2 * IES)))
    seconds = world.wait(lambda: all_away(prefix, 2 * IES, since), 240, "all files in done/")
    return {"dropped": good, "seconds": seconds, "log": updated("share", since), "left": left()}


def applies_none_half(version: str) -> dict[str, Any]:
    """A file written for long, and a later one for the same IE, which must not overtake it."""
    since = len(world.job_log("share"))
    prefix = f"half{version}"
    slow = world.update("IE1", f"{prefix} {'slow ' * 20000}")
    writer = as_depositor(partial(write_slowly, f"{prefix}-1.xml", slow, 15))
    world.wait((THERE / f"{prefix}-1.xml").exists, 60, "the slow file begun")
    time.sleep(2)
    later = as_depositor(lambda: (THERE / f"{prefix}-2.xml").write_bytes(world.update("IE1", f"{prefix} later")))
    meanwhile = finished(later) and updated("share", since)
    good = finished(writer)
    at_close = updated("share", since)
    seconds = world.wait(lambda: all_away(prefix, 2, since), 240, "both files in done/")
    return {
        "written": good,
        "meanwhile": meanwhile,
        "at_close": at_close,
        "seconds": seconds,
        "log": world.job_log("share")[since:],
        "versions": world.mdwatch("ie", "history", "IE1", "--json").stdout,
        "slow": world.show_ie("IE1").count("slow "),
        "left": left(),
    }


def outlasts_the_server(version: str) -> dict[str, Any]:
    """The server goes away for longer than the watchdog's span, with files half way, and comes back."""
    before = world.unit("MainPID", "NRestarts")
    since = len(world.job_log("share"))
    prefix = f"away{version}"
    writer = as_depositor(partial(drop_all, prefix, 2 * IES))
    world.wait(lambda: list((Path("/srv/export") / PLACE).glob(f"{prefix}-*.xml")), 60, "the first file dropped")
    world.run("systemctl", "stop", "nfs-server")
    stopped_at = time.monotonic()
    world.wait(lambda: "share" in world.unit("StatusText")["StatusText"], 120, "the trouble in the status")
    status = world.unit("StatusText")["StatusText"]
    (LOCAL / "new.part").write_bytes(world.update("IE2", f"{prefix} local"))
    (LOCAL / "new.part").rename(LOCAL / f"{prefix}.xml")
    local = world.wait((LOCAL / "done" / f"{prefix}.xml").exists, 120, "the local file in done/")
    world.wait(lambda: time.monotonic() - stopped_at > 90, 100, "longer than the watchdog waits")
    world.run("systemctl", "start", "nfs-server")
    good = finished(writer)
    seconds = world.wait(lambda: all_away(prefix, 2 * IES, since), 300, "all files in done/")
    world.wait(lambda: "share" not in world.unit("StatusText")["StatusText"], 60, "the status good again")
    return {
        "dropped": good,
        "status": status,
        "local_seconds": local,
        "seconds": seconds,
        "log": updated("share", since),
        "before": before,
        "after": world.unit("MainPID", "NRestarts"),
        "left": left(),
    }


def restarts_without_the_server(version: str) -> dict[str, Any]:
    """The service is restarted while the server is away: the other job works, and the share when it is back."""
    world.run("systemctl", "stop", "nfs-server")
    start = time.monotonic()
    world.run("systemctl", "restart", "--no-block", "mdwatch")
    try:
        world.wait(lambda: not world.unit("Job")["Job"], 240, "the restart done")
    except TimeoutError:
        return {"stuck": world.where_it_stands(), **world.unit("ActiveState", "SubState")}
    finally:
        seconds = round(time.monotonic() - start, 1)
        if seconds > 240:
            world.run("systemctl", "start", "nfs-server")
    (LOCAL / "new.part").write_bytes(world.update("IE3", f"restart{version} local"))
    (LOCAL / "new.part").rename(LOCAL / f"restart{version}.xml")
    local = world.wait((LOCAL / "done" / f"restart{version}.xml").exists, 120, "the local file in done/")
    state = world.unit("ActiveState", "StatusText")
    world.run("systemctl", "start", "nfs-server")
    prefix, since = f"back{version}", len(world.job_log("share"))
    good = finished(as_depositor(partial(drop_all, prefix, IES)))
    back = world.wait(lambda: all_away(prefix, IES, since), 300, "all files in done/")
    return {"seconds": seconds, "local_seconds": local, "dropped": good, "back": back, **state}


def stops() -> dict[str, Any]:
    """The service stops cleanly."""
    world.run("systemctl", "stop", "mdwatch")
    return world.unit("ActiveState", "Result", "ExecMainStatus")


def rounds() -> dict[str, world.Step]:
    """Every step for every version, by a name that has both."""
    steps: dict[str, world.Step] = {"prepares": prepares}
    for version in ("4.2", "3"):
        for act in (mounts, applies_in_order, applies_none_half, outlasts_the_server, restarts_without_the_server):
            steps[f"{act.__name__} {version}"] = partial(act, version)
    return {**steps, "stops": stops}


if __name__ == "__main__":
    world.hand_back(rounds())
